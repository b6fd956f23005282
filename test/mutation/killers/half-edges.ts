import { HalfEdges, NODE_BITS, NODE_MASK } from '../../../src/graph/half-edges';
import { Random } from '../random';
import { holds, same } from './expect';

/** Lists of half-edges against plain arrays, with the block sizes and the bounds on slack that they promise. */
export function checkHalfEdges(): void {
  same([NODE_BITS, NODE_MASK], [22, 0x3fffff], 'bits');
  checkRandomly(1, 40, (node) => node);
  checkRandomly(2, 40, (node) => (node * 7919) % 1009);
  checkRandomly(3, 4, (node) => (node * 7919) % 1009); // lists of hundreds
  checkGrowth();
  checkRecycling();
  checkBlocks();
  checkSlab();
}

type Row = [deficit: number, neighbour: number][];

function checkRandomly(seed: number, nodes: number, rank: (node: number) => number): void {
  const random = new Random(seed);
  const halves = new HalfEdges((a, b) => rank(a) < rank(b));
  halves.reserve(nodes);
  const model: Row[] = Array.from({ length: nodes }, () => []);
  for (let step = 0; step < 6000; step++) {
    const node = random.below(nodes);
    const row = model[node]!;
    const isGrowing = Math.floor(step / 1500) % 2 === 0;
    if (random.chance(isGrowing ? 0.75 : 0.2)) {
      const neighbour = random.below(1000);
      if (row.some(([, other]) => other === neighbour)) continue;
      const deficit = random.chance(0.5) ? random.below(4) : random.below(1001);
      halves.insert(node, deficit, neighbour);
      row.push([deficit, neighbour]);
      row.sort((a, b) => a[0] - b[0] || rank(a[1]) - rank(b[1]));
    } else if (row.length > 0) {
      const [[deficit, neighbour]] = row.splice(random.below(row.length), 1) as [[number, number]];
      same(halves.find(node, neighbour), deficit, 'found');
      halves.remove(node, deficit, neighbour);
      same(halves.find(node, neighbour), -1, 'no longer found');
    }
    if (step % 500 === 0 && random.chance(0.5)) {
      halves.clear(node);
      model[node] = [];
    }
    if (step % 100 === 0) checkRows(halves, model);
  }
  checkRows(halves, model);
  for (let node = 0; node < nodes; node++) halves.clear(node);
  checkRows(
    halves,
    model.map(() => []),
  );
  same(halves.words.length, 1024, 'an empty slab');
}

function checkRows(halves: HalfEdges, model: Row[]): void {
  let held = 0;
  model.forEach((row, node) => {
    const start = halves.start[node]!;
    const words = [...halves.words.subarray(start, start + halves.count[node]!)];
    same(
      words,
      row.map(([deficit, neighbour]) => deficit * 2 ** 22 + neighbour),
      'list',
    );
    held += row.length;
  });
  // Blocks a third full at worst, half of the slab free, an eighth as much again when it grows.
  holds(halves.words.length <= Math.max(1024 * 1.25, held * 3 * 2 * 1.125), `${halves.words.length} words for ${held}`);
}

/** The slab grows by an eighth, and blocks through 2, 4, 6, 8, 10 … */
function checkGrowth(): void {
  const halves = new HalfEdges((a, b) => a < b);
  halves.reserve(2);
  same(halves.byteLength, 1024 * 4 + 2 * 9, 'bytes of an empty one');
  const lengths = new Set<number>();
  let word = 0;
  for (let i = 0; i < 3000; i++) {
    halves.insert(0, 0, i);
    lengths.add(halves.words.length);
    word = Math.max(word, halves.words.length);
  }
  same([...lengths], GROWTH, 'lengths of a slab that grows');
  same(halves.byteLength, halves.words.byteLength + 2 * 9, 'bytes');
  for (let i = 0; i < 3000; i++) halves.remove(0, 0, i);
  same([halves.count[0], halves.words.length], [0, 1024], 'memory given back');
}

const GROWTH = [1024, 1152, 1664, 1055, 2304, 1583, 3328, 2110, 4608, 3165];

/** A freed block is used again before the slab grows. */
function checkRecycling(): void {
  const halves = new HalfEdges((a, b) => a < b);
  halves.reserve(400);
  for (let node = 0; node < 300; node++) for (let i = 0; i < 3; i++) halves.insert(node, i, 1000 + i);
  const { length } = halves.words;
  for (let round = 0; round < 40; round++) {
    for (let node = 0; node < 50; node++) halves.clear(node);
    for (let node = 0; node < 50; node++) for (let i = 0; i < 3; i++) halves.insert(node, i, 1000 + i);
  }
  same(halves.words.length, length, 'freed blocks are used again');
  const slots = Array.from({ length: 300 }, (_, node) => halves.start[node]!).sort((a, b) => a - b);
  holds(
    slots.every((start, i) => i === 0 || start - slots[i - 1]! >= 3),
    'blocks do not overlap',
  );
  // Slack: a list that shrank gives its block back at a third.
  for (let i = 0; i < 768; i++) halves.insert(399, 0, 5000 + i);
  const before = halves.start[399]!;
  for (let i = 0; i < 511; i++) halves.remove(399, 0, 5000 + i);
  same(halves.start[399], before, 'kept above a third');
  halves.remove(399, 0, 5511);
  holds(halves.start[399] !== before, 'given back at a third');
  same(halves.count[399], 256, 'what is left');
  halves.reserve(500);
  same([halves.count.length, halves.start.length, halves.count[399]], [500, 500, 256], 'room for more nodes');
}

const NODES = 150;

/** Block sizes as lists grow and shrink, and the slab that follows them without a list ever being cleared. */
function checkBlocks(): void {
  const halves = new HalfEdges((a, b) => a < b);
  halves.reserve(NODES + 1);
  const grow = (from: number, to: number) => {
    for (let node = 0; node < NODES; node++) for (let i = from; i < to; i++) halves.insert(node, 0, i);
  };
  const shrink = (from: number, to: number) => {
    for (let node = 0; node < NODES; node++) for (let i = from - 1; i >= to; i--) halves.remove(node, 0, i);
  };
  const growing: number[] = [];
  for (let count = 1; count <= 13; count++) {
    grow(count - 1, count);
    growing.push(blockSize(halves));
  }
  same(growing, [2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14], 'blocks of lists that grow');
  const shrinking: number[] = [];
  for (let count = 13; count > 1; count--) {
    shrink(count, count - 1);
    shrinking.push(blockSize(halves));
  }
  same(shrinking, [14, 14, 14, 14, 14, 14, 14, 14, 4, 4, 4, 2], 'blocks of lists that shrink');
  grow(1, 12);
  shrink(12, 4);
  // Blocks of 4; as much again may be free, and the slab an eighth as long again.
  holds(halves.words.length <= NODES * 4 * 2 * 1.125, `lists that shrink give memory back: ${halves.words.length}`);
  shrink(4, 0);
  same(halves.words.length, 1024, 'lists that were emptied one by one hold nothing');
}

/** Distance of the blocks of two nodes in a slab that was just compacted, which a big list that goes brings about. */
function blockSize(halves: HalfEdges): number {
  for (let i = 0; i < NODES * 20; i++) halves.insert(NODES, 0, i);
  halves.clear(NODES);
  const sizes = new Set(Array.from({ length: NODES - 1 }, (_, node) => halves.start[node + 1]! - halves.start[node]!));
  same(sizes.size, 1, 'blocks of one size');
  return [...sizes][0]!;
}

/** The slab is filled to its last word before it grows, and compacted as soon as more than half of it is free. */
function checkSlab(): void {
  const halves = new HalfEdges((a, b) => a < b);
  halves.reserve(1200);
  const fill = (from: number, to: number) => {
    for (let node = from; node < to; node++) halves.insert(node, 0, 7);
  };
  fill(0, 512);
  same(halves.words.length, 1024, 'blocks of 2 fill the slab');
  fill(512, 513);
  same(halves.words.length, 1152, 'it grows by an eighth');
  fill(513, 600);
  for (let node = 0; node < 300; node++) halves.remove(node, 0, 7);
  same(halves.words.length, 1296, 'half of it is free');
  halves.remove(300, 0, 7);
  same(halves.words.length, 1024, 'more than half of it is free');
  for (let node = 301; node < 600; node++) same(halves.find(node, 7), 0, 'kept');
  for (let node = 301; node < 600; node++) halves.remove(node, 0, 7);
  fill(0, 1200);
  for (let node = 0; node < 1200; node++) if (node % 2 === 0) halves.remove(node, 0, 7);
  const { length } = halves.words;
  for (let node = 0; node < 1200; node++) if (node % 2 === 1) halves.remove(node, 0, 7);
  holds(length > 1024, 'the slab was longer');
  same(halves.words.length, 1024, 'emptied, one list after the other');
}
