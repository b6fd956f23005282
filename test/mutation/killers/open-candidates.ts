import { BarterGraph } from '../../../src/graph/barter-graph';
import { CandidateIndex } from '../../../src/market/candidate-index';
import { CategoryTree } from '../../../src/market/category-tree';
import { defaultScoring, EdgeScorer } from '../../../src/market/edge-score';
import { toEntry } from '../../../src/market/entry';
import { Market } from '../../../src/market/market';
import { OpenCandidates } from '../../../src/market/open-candidates';
import { Vocabulary } from '../../../src/text/vocabulary';
import type { Item } from '../../../src/types';
import { hashText } from '../../../src/util/hash';
import { Random } from '../random';
import { holds, same } from './expect';

/** Owners who are open to anything: the closest by value, then in the order of the graph's lists, whatever the history. */
export function checkOpenCandidates(): void {
  checkReading();
  for (const openCandidates of [1, 2, 5]) {
    const random = new Random(openCandidates);
    const market = new Market({ openCandidates }, []);
    const items = new Map<string, Item>();
    for (let step = 0; step < 260; step++) {
      const n = random.below(40);
      const id = `item${n}`;
      if (random.chance(0.35)) {
        same(market.remove(id), items.delete(id), 'removed');
      } else {
        const item: Item = { id, ownerId: `owner${n % 9}`, title: 'thing', wants: [], status: 'available' };
        if (n % 4 === 0) item.openToAnything = true;
        if (n % 8 === 0) item.maxValueLoss = 30;
        if (random.chance(0.85)) item.estimatedValue = random.chance(0.6) ? random.below(6) * 10 : random.below(10_000);
        market.put(item);
        items.set(id, item);
      }
      if (step % 2 === 0) check(market, [...items.values()], openCandidates);
    }
  }
}

/** Of items by the hundred only those nearest in value are looked at. */
function checkReading(): void {
  const categories = new CategoryTree([]);
  const vocabulary = new Vocabulary();
  const index = new CandidateIndex(categories, new EdgeScorer(defaultScoring, categories, vocabulary));
  const graph = new BarterGraph();
  const entries = Array.from({ length: 300 }, (_, i) => {
    graph.addItem(`item${i}`, `owner${i}`);
    const item: Item = {
      id: `item${i}`,
      ownerId: `owner${i}`,
      title: 'thing',
      wants: [],
      estimatedValue: i * 1000,
      status: 'available',
    };
    return toEntry(item, i, categories, vocabulary);
  });
  for (const entry of entries) index.addItem(entry);
  let read = 0;
  const counting: Pick<CandidateIndex, 'forEachByValue'> = {
    forEachByValue: (value, visit) =>
      index.forEachByValue(value, (set, atLeast) => {
        const goesOn = visit(set, atLeast);
        if (goesOn) read += set.size;
        return goesOn;
      }),
  };
  const open = new OpenCandidates(graph, 4, (given, taker) => given !== taker);
  const taken = open.refill(entries[100]!, counting as CandidateIndex);
  same(taken.map(({ value }) => value).sort(), [101_000, 102_000, 98_000, 99_000], 'the closest');
  holds(read <= 16, `${read} items looked at for 4`);
}

function check(market: Market, items: Item[], most: number): void {
  for (const taker of items) {
    const closest = items
      .filter((given) => taker.openToAnything && given.ownerId !== taker.ownerId && isFair(given, taker))
      .sort((a, b) => compare(distance(a, taker), distance(b, taker)) || hashText(a.id) - hashText(b.id))
      .slice(0, most);
    same(
      market.graph
        .givers(taker.id)
        .map(({ id }) => id)
        .sort(),
      closest.map(({ id }) => id).sort(),
      'the closest',
    );
  }
}

function isFair(given: Item, taker: Item): boolean {
  const { maxValueLoss } = taker;
  if (maxValueLoss === undefined) return true;
  if (given.estimatedValue === undefined || taker.estimatedValue === undefined) return false;
  return taker.estimatedValue - given.estimatedValue <= maxValueLoss;
}

function distance(a: Item, b: Item): number {
  return a.estimatedValue === undefined || b.estimatedValue === undefined
    ? Infinity
    : Math.abs(a.estimatedValue - b.estimatedValue);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
