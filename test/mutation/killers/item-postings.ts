import { ENTRY, type FiledItem, ItemPostings } from '../../../src/market/item-postings';
import { Random } from '../random';
import { holds, same } from './expect';
import { areEmpty, type Maps, noteMaps } from './tables';

/** Items by key and value against plain lists: in growing value, each once, short and split, to the last of them. */
export function checkItemPostings(): void {
  checkRandomly(false);
  checkRandomly(true);
  checkSplit();
  checkBulk();
  checkUnvalued();
  checkReuse();
}

interface Filed {
  key: number;
  item: FiledItem;
}

function fieldsOf(random: Random, node: number, value: number): FiledItem {
  const low = random.below(1000);
  const high = random.chance(0.2) ? Infinity : low + random.below(1000);
  const bits = [random.below(2 ** 32), random.below(2 ** 32)] as const;
  return { node, value, traits: random.below(2 ** 32), asks: random.between(-2, 40), low, high, bits };
}

/** Values of every kind: the edges of steps and doublings, those that 32 bits do not tell apart, none. */
function someValue(random: Random): number {
  return random.pick([
    -1,
    0,
    random.below(4),
    random.pick([30, 31, 32, 62, 63, 64]),
    random.between(1000, 1050),
    2 ** random.between(25, 53) - random.below(3),
  ]);
}

/** Entries that a visit comes past, and that they come in growing value; those without a value where none is given. */
function visited(postings: ItemPostings, key: number, from?: number, to = Infinity): FiledItem[] {
  const items: FiledItem[] = [];
  const visit = (at: number, end: number) => {
    holds(at < end, 'no empty run');
    const { words, floats } = postings;
    for (; at < end; at += ENTRY.width) {
      items.push({
        node: words[at]!,
        value: floats[at + ENTRY.value]!,
        traits: words[at + ENTRY.traits]!,
        asks: words[at + ENTRY.asks]! | 0,
        low: floats[at + ENTRY.low]!,
        high: floats[at + ENTRY.high]!,
        bits: [words[at + ENTRY.bits]!, words[at + ENTRY.bits + 1]!],
      });
    }
    same(at, end, 'whole entries');
  };
  if (from === undefined) postings.visitUnvalued(key, visit);
  else postings.visit(key, from, to, visit);
  holds(
    items.every(({ value }, i) => i === 0 || value >= items[i - 1]!.value),
    'in growing value',
  );
  return items;
}

function byNode(items: readonly FiledItem[]): FiledItem[] {
  return [...items].sort((a, b) => a.node - b.node);
}

function check(postings: ItemPostings, filed: readonly Filed[], key: number, from?: number, to = Infinity): void {
  const expected = filed
    .filter((one) => one.key === key)
    .map(({ item }) => ({ ...item, value: Math.fround(item.value) }))
    .filter(({ value }) => (from === undefined ? value < 0 : value >= 0 && value >= from && value < to));
  same(byNode(visited(postings, key, from, to)), byNode(expected), `values ${from}..${to}`);
}

/** @param inBulk Some are added many at once. */
function checkRandomly(inBulk: boolean): void {
  const random = new Random(inBulk ? 62 : 61);
  const postings = new ItemPostings();
  const filed: Filed[] = [];
  const keys = [0, 1, 7];
  const written: Maps = new Set();
  const bound = () => {
    const value = random.chance(0.2) ? random.pick([-1, Infinity]) : someValue(random);
    return random.chance(0.5) ? value : value * (1 + random.pick([-1e-6, 0, 1e-6])) + random.pick([0, 0.5, 1]);
  };
  const all = (key: number) => {
    check(postings, filed, key, -1);
    check(postings, filed, key);
  };
  for (let round = 0; round < 900; round++) {
    if (random.chance(round % 300 < 180 ? 0.8 : 0.3)) {
      const one = { key: random.pick(keys), item: fieldsOf(random, random.below(120), someValue(random)) };
      if (filed.some(({ key, item }) => key === one.key && item.node === one.item.node)) continue;
      noteMaps(written, () => postings.add(one.key, one.item, inBulk && random.chance(0.7)));
      filed.push(one);
    } else if (filed.length > 0) {
      const at = random.below(filed.length);
      const { key, item } = filed[at]!;
      if (random.chance(0.3)) {
        filed[at] = { key, item: fieldsOf(random, item.node, item.value) };
        postings.rewrite(key, filed[at].item);
        if (random.chance(0.3)) all(key);
      } else {
        postings.remove(key, item);
        filed.splice(at, 1);
      }
    }
    if (round % 20 > 0) continue;
    if (round % 60 === 0) postings.compact();
    for (const key of [...keys, 3]) {
      const [from, to] = [bound(), bound()].sort((a, b) => a - b) as [number, number];
      checkIsLong(postings, filed, key, from, to);
      check(postings, filed, key, from, to);
      check(postings, filed, key, from, from);
      check(postings, filed, key, from, from + 1);
      all(key);
    }
  }
  for (const { key, item } of filed) postings.remove(key, item);
  for (const key of keys) same([visited(postings, key, 0), visited(postings, key)], [[], []], 'nothing left');
  holds(areEmpty(written), 'directories with something left');
}

function checkIsLong(postings: ItemPostings, filed: readonly Filed[], key: number, from: number, to: number): void {
  const doubling = (value: number) => (value === Infinity ? Infinity : Math.floor(Math.log2(Math.fround(value) + 1)));
  const sizes = new Map<number, number>();
  for (const { key: other, item } of filed) {
    const at = doubling(item.value);
    if (other !== key || item.value < 0 || at < doubling(Math.max(0, from)) || at > doubling(Math.max(0, to))) continue;
    sizes.set(at, (sizes.get(at) ?? 0) + 1);
  }
  const longest = Math.max(0, ...sizes.values());
  same(postings.isLong(key, from, to, longest), false, 'no longer than the longest');
  if (longest > 0) same(postings.isLong(key, from, to, longest - 1), true, 'longer than one less');
}

const LONGEST = 2048;
/** Values 1023 to 2046 are one doubling. */
const RANGES = [
  [-1, Infinity],
  [1091, 1092],
  [1091, 1200],
  [1091.5, 1750.5],
  [1023, 2047],
  [1000, 1500],
  [1750, 2046],
  [2046, 4000],
  [2046.5, Infinity],
] as const;

/** A doubling of value that grows beyond 2,048 items gets a list for each step, until the last of them is gone. */
function checkSplit(): void {
  const random = new Random(3);
  const postings = new ItemPostings();
  const filed: Filed[] = [];
  const written: Maps = new Set();
  const isSplit = () => postings.isLong(5, 1023, 2046, 10 ** 6);
  const add = (node: number, value = random.pick([1023, 1090, 1091, 1092, 1200, 1750, 2046])) => {
    const one = { key: 5, item: fieldsOf(random, node, value) };
    noteMaps(written, () => postings.add(one.key, one.item));
    filed.push(one);
  };
  const checkAll = () => {
    for (const [from, to] of RANGES) check(postings, filed, 5, from, to);
    same([visited(postings, 4, 0), visited(postings, 5)], [[], []], 'another key; without a value');
  };
  add(0, 1022);
  add(LONGEST + 199, 2047);
  const others = filed.slice();
  for (let node = 1; node <= LONGEST; node++) add(node);
  same(isSplit(), false, 'as long as a list may be');
  checkAll();
  add(LONGEST + 1);
  same(isSplit(), true, 'split');
  same(postings.isLong(5, 2047, 4000, 1), false, 'the doubling beside it is not');
  checkAll();
  for (let node = LONGEST + 2; node < LONGEST + 150; node++) add(node);
  checkAll();
  const full = postings.byteLength;
  for (let round = 0; round < 10; round++) {
    for (const { key, item } of filed.slice(2, 200)) {
      postings.remove(key, item);
      postings.add(key, item);
    }
  }
  same(postings.byteLength, full, 'memory after churn');
  checkAll();
  for (const one of random.shuffled(filed)) {
    if (others.includes(one)) continue;
    same(isSplit(), true, 'split to the last');
    postings.remove(one.key, one.item);
    filed.splice(filed.indexOf(one), 1);
    if ([700, 12, 3].includes(filed.length)) checkAll();
  }
  same(isSplit(), false, 'a new beginning');
  same([postings.byteLength, full > 8000], [4096 + 64 * 9, true], 'memory is given back');
  checkAll();
  add(77);
  same(isSplit(), false, 'short again');
  checkAll();
  for (const { key, item } of filed) postings.remove(key, item);
  holds(areEmpty(written), 'directories with something left');
}

/** What comes in bulk is in order and split as what comes one by one, whatever is asked first. */
function checkBulk(): void {
  for (const first of ['visit', 'isLong', 'remove', 'rewrite', 'compact', 'add']) {
    const random = new Random(8);
    const postings = new ItemPostings();
    const filed: Filed[] = [];
    for (let node = 0; node < LONGEST + 300; node++) {
      const one = { key: node % 90 === 0 ? 6 : 5, item: fieldsOf(random, node, random.between(1023, 2046)) };
      postings.add(one.key, one.item, true);
      filed.push(one);
    }
    const one = { key: 6, item: fieldsOf(random, 5000, 1500) };
    const { key, item } = filed[1000]!;
    if (first === 'isLong') same(postings.isLong(5, 1023, 2046, 10 ** 6), true, 'split');
    if (first === 'compact') postings.compact();
    if (first === 'remove') postings.remove(key, filed.splice(1000, 1)[0]!.item);
    if (first === 'rewrite') {
      filed[1000] = { key, item: { ...item, traits: 9 } };
      postings.rewrite(key, filed[1000].item);
    }
    if (first === 'add') {
      postings.add(one.key, one.item);
      filed.push(one);
    }
    for (const [from, to] of RANGES) for (const each of [5, 6]) check(postings, filed, each, from, to);
    same([postings.isLong(5, 1023, 2046, 10 ** 6), postings.isLong(6, 1023, 2046, 100)], [true, false], 'split');
    // Once more into the lists of the steps.
    for (let node = 6000; node < 6100; node++) {
      const more = { key: 5, item: fieldsOf(random, node, random.between(1023, 2046)) };
      postings.add(more.key, more.item, true);
      filed.push(more);
    }
    for (const [from, to] of RANGES) check(postings, filed, 5, from, to);
  }
}

/** What has no value is one run, however long. */
function checkUnvalued(): void {
  for (const inBulk of [false, true]) {
    const random = new Random(4);
    const postings = new ItemPostings();
    const filed = Array.from({ length: LONGEST + 10 }, (_, node) => ({ key: 2, item: fieldsOf(random, node, -1) }));
    for (const { key, item } of filed) postings.add(key, item, inBulk);
    same(postings.isLong(2, 0, Infinity, 0), false, 'never split');
    check(postings, filed, 2);
    same(visited(postings, 2, 0), [], 'nothing with a value');
    let runs = 0;
    postings.visitUnvalued(2, () => void runs++);
    same(runs, 1, 'one run');
  }
}

/** Lists that were given back are used again: the arrays do not grow with what came and went. */
function checkReuse(): void {
  const random = new Random(6);
  const postings = new ItemPostings();
  const items = Array.from({ length: 4 }, (_, node) => fieldsOf(random, node, 40));
  same(postings.byteLength, 4096, 'bytes of an empty one');
  for (let key = 0; key < 64; key++) postings.add(key, items[key % 4]!);
  const { byteLength } = postings;
  same(byteLength, 4096 + 64 * 9, 'bytes of 64 lists');
  for (let key = 64; key < 600; key++) {
    postings.remove(key - 64, items[key % 4]!);
    postings.add(key, items[key % 4]!);
  }
  same(postings.byteLength, byteLength, 'bytes after churn');
  for (let key = 536; key < 600; key++) same(visited(postings, key, 40, 41)[0]?.node, key % 4, 'kept');
  for (let key = 600; key < 617; key++) postings.add(key, items[1]!);
  same(postings.byteLength, 81 * (2 * ENTRY.width * 4 + 9), 'a quarter more');
}
