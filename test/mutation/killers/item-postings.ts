import { BarterGraph } from '../../../src/graph/barter-graph';
import { ItemPostings } from '../../../src/market/item-postings';
import { STEPS_PER_DOUBLING, UNVALUED } from '../../../src/market/value-steps';
import { Random } from '../random';
import { holds, same } from './expect';
import { areEmpty, type Maps, noteMaps } from './tables';

/** Items by key and step of value against plain lists: in order, each once, short and split, to the last of them. */
export function checkItemPostings(): void {
  checkRandomly();
  checkSplit();
  checkUnvalued();
  checkReuse();
  checkTouch();
}

const untouched = () => {};

function graphOf(items: number): BarterGraph {
  const graph = new BarterGraph();
  for (let i = 0; i < items; i++) graph.addItem(`i${i}`, 'o');
  return graph;
}

interface Filed {
  key: number;
  step: number;
  node: number;
}

/** What a visit comes past: by doubling and step, in the order of the graph, what has no value last. */
function expected(graph: BarterGraph, filed: readonly Filed[], key: number, from: number, to: number): Filed[] {
  return filed
    .filter((one) => one.key === key && one.step >= from && one.step <= to)
    .sort((a, b) => a.step - b.step || (graph.isNodeBefore(a.node, b.node) ? -1 : 1));
}

function visited(postings: ItemPostings, key: number, from: number, to: number): number[] {
  const nodes: number[] = [];
  postings.visit(key, from, to, (node) => nodes.push(node) > 0);
  return nodes;
}

function checkRandomly(): void {
  const random = new Random(61);
  const graph = graphOf(120);
  const postings = new ItemPostings(graph, untouched);
  const filed: Filed[] = [];
  const keys = [0, 1, 7];
  const steps = () => random.pick([0, 15, 16, 17, 31, 32, 200, 207, UNVALUED - 1, UNVALUED, UNVALUED]);
  const written: Maps = new Set();
  for (let step = 0; step < 900; step++) {
    const isGrowing = step % 300 < 180;
    if (random.chance(isGrowing ? 0.8 : 0.3)) {
      const one = { key: random.pick(keys), step: steps(), node: random.below(120) };
      if (filed.some(({ key, node }) => key === one.key && node === one.node)) continue;
      noteMaps(written, () => postings.add(one.key, one.step, one.node));
      filed.push(one);
    } else if (filed.length > 0) {
      const [one] = filed.splice(random.below(filed.length), 1);
      postings.remove(one!.key, one!.step, one!.node);
    }
    if (step % 20 > 0) continue;
    for (const key of [...keys, 3]) {
      const [from, to] = [steps(), steps()].sort((a, b) => a - b) as [number, number];
      for (const [low, high] of [
        [from, to],
        [0, UNVALUED],
        [from, from],
        [0, UNVALUED - 1],
      ] as const) {
        const all = expected(graph, filed, key, low, high);
        same(
          visited(postings, key, low, high),
          all.map(({ node }) => node),
          'visited',
        );
        checkEndOfRuns(postings, all, key, low, high);
        checkIsLong(postings, filed, key, low, high);
      }
    }
  }
  for (const { key, step, node } of filed) postings.remove(key, step, node);
  for (const key of keys) same(visited(postings, key, 0, UNVALUED), [], 'nothing left');
  holds(areEmpty(written), 'directories with something left');
}

/** A run ends when told to, and the next one begins. */
function checkEndOfRuns(postings: ItemPostings, all: readonly Filed[], key: number, from: number, to: number): void {
  for (const most of [1, 2]) {
    const stepOf = new Map(all.map(({ node, step }) => [node, step]));
    const seen = new Map<number, number[]>();
    postings.visit(key, from, to, (node) => {
      const run = seen.get(stepOf.get(node)!) ?? [];
      seen.set(stepOf.get(node)!, [...run, node]);
      return run.length + 1 < most;
    });
    const runs = new Map<number, number[]>();
    for (const { node, step } of all) {
      const run = runs.get(step) ?? [];
      if (run.length < most) runs.set(step, [...run, node]);
    }
    same([...seen], [...runs], 'the first of each run');
  }
}

function checkIsLong(postings: ItemPostings, filed: readonly Filed[], key: number, from: number, to: number): void {
  const doubling = (step: number) => Math.floor(step / STEPS_PER_DOUBLING);
  const sizes = new Map<number, number>();
  for (const one of filed) {
    if (one.key !== key || doubling(one.step) < doubling(from) || doubling(one.step) > doubling(to)) continue;
    sizes.set(doubling(one.step), (sizes.get(doubling(one.step)) ?? 0) + 1);
  }
  const longest = Math.max(0, ...sizes.values());
  same(postings.isLong(key, from, to, longest), false, 'no longer than the longest');
  if (longest > 0) same(postings.isLong(key, from, to, longest - 1), true, 'longer than one less');
}

const LONGEST = 2048;

/** A doubling of value that grows beyond 2,048 items gets a list for each step, until the last of them is gone. */
function checkSplit(): void {
  const random = new Random(3);
  const graph = graphOf(LONGEST + 200);
  const postings = new ItemPostings(graph, untouched);
  const filed: Filed[] = [];
  const written: Maps = new Set();
  const isSplit = () => postings.isLong(5, 160, 175, 10 ** 6);
  const add = (node: number) => {
    const one = { key: 5, step: 160 + random.pick([0, 1, 1, 1, 2, 9, 15]), node };
    noteMaps(written, () => postings.add(one.key, one.step, one.node));
    filed.push(one);
  };
  const check = () => {
    for (const [from, to] of [
      [0, UNVALUED],
      [161, 161],
      [161, 169],
      [160, 175],
      [159, 168],
      [170, 174],
      [175, 180],
    ] as const) {
      const all = expected(graph, filed, 5, from, to);
      same(
        visited(postings, 5, from, to),
        all.map(({ node }) => node),
        'visited',
      );
      checkEndOfRuns(postings, all, 5, from, to);
    }
    same(visited(postings, 4, 0, UNVALUED), [], 'another key');
  };
  const others = [159, 176].map((step, i) => ({ key: 5, step, node: i === 0 ? 0 : LONGEST + 199 }));
  for (const { key, step, node } of others) postings.add(key, step, node);
  for (let node = 1; node <= LONGEST; node++) add(node);
  filed.push(...others);
  same(isSplit(), false, 'as long as a list may be');
  check();
  add(LONGEST + 1);
  same(isSplit(), true, 'split');
  same(postings.isLong(5, 176, 190, 1), false, 'the doubling beside it is not');
  check();
  for (let node = LONGEST + 2; node < LONGEST + 150; node++) add(node);
  check();
  const full = postings.byteLength;
  for (let round = 0; round < 10; round++) {
    for (const { key, step, node } of filed.slice(0, 200)) {
      postings.remove(key, step, node);
      postings.add(key, step, node);
    }
  }
  same(postings.byteLength, full, 'memory after churn');
  for (const one of random.shuffled(filed)) {
    if (others.includes(one)) continue;
    same(isSplit(), true, 'split to the last');
    postings.remove(one.key, one.step, one.node);
    filed.splice(filed.indexOf(one), 1);
    if (filed.length === 700 || filed.length === 12 || filed.length === 3) check();
  }
  same(isSplit(), false, 'a new beginning');
  same([postings.byteLength, full > 8000], [4096 + 64 * 9, true], 'memory is given back');
  check();
  add(77);
  same(isSplit(), false, 'short again');
  check();
  for (const { key, step, node } of filed) postings.remove(key, step, node);
  holds(areEmpty(written), 'directories with something left');
}

/** What has no value is one run, however long. */
function checkUnvalued(): void {
  const graph = graphOf(LONGEST + 10);
  const postings = new ItemPostings(graph, untouched);
  const filed: Filed[] = [];
  for (let node = 0; node < LONGEST + 10; node++) {
    postings.add(2, UNVALUED, node);
    filed.push({ key: 2, step: UNVALUED, node });
  }
  same(postings.isLong(2, 0, UNVALUED, LONGEST + 10), false, 'never split');
  same(
    visited(postings, 2, 900, UNVALUED),
    expected(graph, filed, 2, 0, UNVALUED).map(({ node }) => node),
    'visited',
  );
  same(visited(postings, 2, 0, UNVALUED - 1), [], 'nothing with a value');
}

/** Lists that were given back are used again: the arrays do not grow with what came and went. */
function checkReuse(): void {
  const graph = graphOf(4);
  const postings = new ItemPostings(graph, untouched);
  same(postings.byteLength, 4096, 'bytes of an empty one');
  for (let key = 0; key < 64; key++) postings.add(key, 40, key % 4);
  const { byteLength } = postings;
  same(byteLength, 4096 + 64 * 9, 'bytes of 64 lists');
  for (let key = 64; key < 600; key++) {
    postings.remove(key - 64, 40, key % 4);
    postings.add(key, 40, key % 4);
  }
  same(postings.byteLength, byteLength, 'bytes after churn');
  for (let key = 600; key < 664; key++) postings.add(key, 40, 1);
  same(postings.byteLength, 4096 + 130 * 9, 'a quarter more, and again');
}

/** Items are touched shortly before they are visited, 64 at most at once, and no others. */
function checkTouch(): void {
  const graph = graphOf(300);
  const touched: number[] = [];
  const sizes: number[] = [];
  const postings = new ItemPostings(graph, (words, from, to) => {
    sizes.push(to - from);
    for (const word of words.subarray(from, to)) touched.push(word & 0x3fffff);
  });
  for (let node = 0; node < 300; node++) postings.add(0, node < 200 ? 5 : 6, node);
  const nodes: number[] = [];
  postings.visit(0, 5, 6, (node) => {
    holds(touched.includes(node), 'touched before');
    return nodes.push(node) > 0;
  });
  same([touched, sizes], [nodes, [64, 64, 64, 64, 44]], 'each once');
  touched.length = 0;
  sizes.length = 0;
  postings.visit(0, 5, 6, () => false);
  same([touched.length, sizes], [128, [64, 64]], 'two runs that end at once');
}
