import { createRandom, type Random, zipfSampler } from '../random';
import { emptyFlatGraph, type FlatGraph } from './flat-graph';

/** Items of one owner, in the mean. */
const PER_OWNER = 4;
/** Out-degrees are uniform between these. */
const FEWEST_RECEIVERS = 4;
const MOST_RECEIVERS = 34;
const ITEMS_PER_CATEGORY = 200;
/** How strongly the first items of a category are preferred; 1: not at all. */
const SKEW = 3;

/**
 * A market of this many items without any gradient of desirability, hence with far more cycles than a real one of its
 * size: categories by Zipf's law, each item given to up to three of them, receivers skewed towards the first items of a
 * category (the hubs), an owner for every four items, scores uniform from 0.4 to 1. About 17 edges an item.
 */
export function syntheticGraph(items: number, seed: number): FlatGraph {
  const random = createRandom(seed, items);
  const members = zipfCategories(items, random);
  const owners = Int32Array.from({ length: items }, () => random.int(Math.ceil(items / PER_OWNER)));
  const flat = emptyFlatGraph(owners, items * MOST_RECEIVERS);
  const { starts, receivers, scores } = flat;
  const category = zipfSampler(members.length);
  const seen = new Int32Array(items).fill(-1);
  let edges = 0;
  for (let node = 0; node < items; node++) {
    const wanted = Array.from({ length: 1 + random.int(3) }, () => members[category(random)]!);
    const tries = FEWEST_RECEIVERS + random.int(MOST_RECEIVERS - FEWEST_RECEIVERS + 1);
    for (let i = 0; i < tries; i++) {
      const list = wanted[i % wanted.length]!;
      const receiver = list[Math.floor(list.length * random.next() ** SKEW)]!;
      if (owners[receiver] === owners[node] || seen[receiver] === node) continue;
      seen[receiver] = node;
      receivers[edges] = receiver;
      scores[edges++] = 400 + random.int(601);
    }
    starts[node + 1] = edges;
  }
  return { ...flat, receivers: receivers.subarray(0, edges), scores: scores.subarray(0, edges) };
}

/** Items by category; no category is empty. */
function zipfCategories(items: number, random: Random): Int32Array[] {
  const lists: number[][] = Array.from({ length: Math.ceil(items / ITEMS_PER_CATEGORY) }, () => []);
  const category = zipfSampler(lists.length);
  for (let node = 0; node < items; node++) lists[category(random)]!.push(node);
  return lists.filter((list) => list.length > 0).map((list) => Int32Array.from(list));
}
