import { PackedLists } from '../../../src/util/packed-lists';
import { Random } from '../random';
import { holds, same } from './expect';

const LISTS = 50;

/** Packed lists against plain arrays, each way of changing them, and the memory that they hold. */
export function checkPackedLists(): void {
  for (const width of [1, 2, 6]) checkRandomly(new Random(width), width);
  checkFloats();
  checkAssign();
  checkChurn();
  checkCompact();
  checkBlocks();
  checkLarge();
}

/** A long list has four sizes per octave, and is at most a fifth slack where it only grew. */
function checkBlocks(): void {
  for (const width of [1, 3]) {
    const lists = new PackedLists(width);
    lists.reserve(2);
    const sizes = new Set<number>();
    for (let count = 1; count <= 5000; count += Math.max(1, count >> 4)) {
      lists.assign(0, { length: count * width });
      lists.assign(1, { length: width });
      lists.compact();
      const size = lists.start[1]! / width;
      holds(size >= count && (count < 16 || size * 4 <= count * 5), `a block of ${size} for ${count}`);
      sizes.add(size);
      lists.clear(1);
    }
    const expected = [2, 4, 6];
    for (let octave = 8; octave < 8192; octave *= 2) expected.push(octave, octave * 1.25, octave * 1.5, octave * 1.75);
    same([...sizes], expected.slice(0, expected.indexOf(5120) + 1), 'sizes of blocks');
  }
}

/** An entry of as many words as are side by side. */
type Entry = number[];

function checkRandomly(random: Random, width: number): void {
  const lists = width === 1 ? new PackedLists() : new PackedLists(width);
  same(lists.width, width, 'words of an entry');
  lists.reserve(LISTS / 2);
  lists.reserve(LISTS);
  lists.reserve(3);
  same([lists.start.length, lists.count.length], [LISTS, LISTS], 'room for as many as were asked for at most');
  const model: Entry[][] = Array.from({ length: LISTS }, () => []);
  let next = 0;
  // The first words differ, so that entries can be told apart by them.
  const entry = () =>
    Array.from({ length: width }, (_, i) => (i === 0 ? (next++ * 7919) % 2 ** 32 : random.below(2 ** 32)));
  const put = (list: number, at: number, one: Entry) => {
    if (width === 1 && random.chance(0.5)) {
      if (at === model[list]!.length) lists.push(list, one[0]!);
      else lists.insertAt(list, at, one[0]!);
      return;
    }
    const place = lists.openAt(list, at);
    for (let i = 0; i < width; i++) lists.words[place + i] = one[i]!;
  };
  const change = (list: number, isGrowing: boolean) => {
    const row = model[list]!;
    const draw = random.next();
    if (draw < 0.02) {
      lists.clear(list);
      row.length = 0;
    } else if (draw < 0.07) {
      const entries = Array.from({ length: random.below(isGrowing ? 40 : 6) }, entry);
      const count = random.chance(0.5) ? entries.length : random.below(entries.length + 1);
      lists.assign(list, entries.flat(), count * width);
      if (count === entries.length && random.chance(0.5)) lists.assign(list, Uint32Array.from(entries.flat()));
      model[list] = entries.slice(0, count);
    } else if (random.chance(isGrowing ? 0.7 : 0.2)) {
      const [at, one] = [random.chance(0.4) ? row.length : random.below(row.length + 1), entry()];
      put(list, at, one);
      row.splice(at, 0, one);
    } else if (row.length > 0) {
      const at = random.below(row.length);
      if (random.chance(0.5)) {
        lists.removeAt(list, at);
        row.splice(at, 1);
      } else {
        same(lists.indexOf(list, row[at]![0]!), at, 'index');
        lists.dropAt(list, at);
        row[at] = row.at(-1)!;
        row.pop();
      }
    }
  };
  for (let step = 0; step < 6000; step++) {
    change(random.below(LISTS), Math.floor(step / 1500) % 2 === 0);
    if (step % 997 === 0) lists.compact();
    if (step % 60 === 0) checkRows(lists, model);
  }
  for (let list = 0; list < LISTS; list++) {
    while (model[list]!.length > 0) lists.dropAt(list, lists.indexOf(list, model[list]!.pop()![0]!));
    same([...lists.read(list)], [], 'emptied one by one');
  }
  same(lists.words.length, 1024, 'an empty slab');
}

function checkRows(lists: PackedLists, model: readonly Entry[][]): void {
  let held = 0;
  const blocks: [start: number, end: number][] = [];
  model.forEach((row, list) => {
    const words = row.flat();
    same([[...lists.read(list)], lists.count[list]], [words, row.length], 'list');
    held += words.length;
    const start = lists.start[list]!;
    if (row.length > 0) blocks.push([start, start + words.length]);
  });
  blocks.sort((a, b) => a[0] - b[0]);
  holds(
    blocks.every(([start], i) => i === 0 || start >= blocks[i - 1]![1]),
    'lists do not overlap',
  );
  holds(
    lists.words.length <= Math.max(1024 * 1.25, held * 3 * 2 * 1.125),
    `${lists.words.length} words for ${held} held`,
  );
  same(lists.byteLength, 4 * lists.words.length + LISTS * 9, 'bytes');
}

/** The same memory read as floating-point numbers, wherever it has moved. */
function checkFloats(): void {
  const lists = new PackedLists(2);
  lists.reserve(3);
  same(lists.floats.buffer === lists.words.buffer, true, 'of the same memory');
  for (let i = 0; i < 2000; i++) {
    const place = lists.openAt(i % 3, 0);
    lists.words[place] = i;
    lists.floats[place + 1] = i / 2;
  }
  lists.compact();
  for (let i = 0; i < 1998; i++) {
    const place = lists.start[i % 3]! + (lists.count[i % 3]! - 1 - Math.floor(i / 3)) * 2;
    same([lists.words[place], lists.floats[place + 1]], [i, i / 2], 'an entry');
  }
}

/** A list that is assigned has the smallest block it fits in. */
function checkAssign(): void {
  const lists = new PackedLists();
  lists.reserve(3);
  const sizes: number[] = [];
  for (let length = 1; length <= 25; length++) {
    lists.assign(
      0,
      Array.from({ length }, (_, i) => i),
    );
    lists.assign(1, [7]);
    lists.compact();
    same([lists.start[0], [...lists.read(1)]], [0, [7]], 'in the order of their numbers');
    sizes.push(lists.start[1]!);
    lists.clear(1);
  }
  const promised = [2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14, 16, 16, 20, 20, 20, 20, 24, 24, 24, 24, 28];
  same(sizes, promised, 'blocks of lists that are assigned');
  const [start] = lists.start;
  lists.assign(0, [...lists.read(0)].reverse());
  same([lists.start[0], lists.count[0]], [start, 25], 'of the same size class: in its place');
  lists.assign(0, []);
  same([lists.count[0], [...lists.read(0)]], [0, []], 'of no words');
  lists.assign(0, [1, 2, 3], 2);
  lists.push(0, 4);
  same([...lists.read(0)], [1, 2, 4], 'the first of these words');
  lists.assign(2, [1, 2, 3, 4]);
  same([...lists.read(0), ...lists.read(2)], [1, 2, 4, 1, 2, 3, 4], 'side by side');
}

/** Ten times as much as there is comes and goes: memory stays where it was, at worst half of it free. */
function checkChurn(): void {
  const random = new Random(9);
  const lists = new PackedLists();
  lists.reserve(400);
  const sizeOf = () => (random.chance(0.1) ? random.between(20, 60) : random.between(1, 9));
  const put = (list: number) => {
    const length = sizeOf();
    const words = Array.from({ length }, () => random.below(1000));
    if (random.chance(0.5)) lists.assign(list, words);
    else {
      lists.clear(list);
      for (const word of words) lists.push(list, word);
    }
  };
  for (let list = 0; list < 400; list++) put(list);
  lists.compact();
  const before = lists.words.length;
  for (let i = 0; i < 4000; i++) put(i % 400);
  holds(lists.words.length <= before * 2, `${lists.words.length} words, ${before} before`);
  for (let list = 0; list < 400; list++) lists.assign(list, []);
  same(lists.words.length, 1024, 'all given back');
}

/** Compacting leaves a little to spare, and nothing between the blocks. */
function checkCompact(): void {
  const lists = new PackedLists();
  lists.reserve(600);
  lists.compact();
  same(lists.words.length, 1024, 'an empty one');
  for (let list = 0; list < 600; list++) lists.assign(list, [list, list + 1, list + 2, list + 3]);
  for (let list = 0; list < 100; list++) lists.clear(list * 6);
  lists.compact();
  same(lists.words.length, 2060, 'little more than the blocks');
  const starts = Array.from({ length: 600 }, (_, list) => list).filter((list) => list % 6 !== 0);
  starts.forEach((list, i) => {
    same([lists.start[list], [...lists.read(list)]], [i * 4, [list, list + 1, list + 2, list + 3]], 'moved together');
  });
  for (let list = 0; list < 15; list++) lists.assign(list * 6, [1, 2, 3]);
  same(lists.words.length, 2060, 'what is spare is used first');
  for (let list = 15; list < 67; list++) lists.assign(list * 6, [1, 2, 3]);
  same(lists.words.length, 2318, 'an eighth more');
  for (const list of starts) same(lists.read(list)[3], list + 3, 'kept');
}

/** A large slab is moved seldom: it is made long, and what has not been written does not count. */
function checkLarge(): void {
  const large = 2 ** 20;
  const nothing = new Uint32Array(5 * large);
  const lists = new PackedLists();
  lists.reserve(4);
  const sizes = () => [lists.words.length / large, (lists.byteLength - 4 * 9) / 4 / large];
  lists.assign(0, nothing, large / 2);
  lists.assign(1, nothing, large / 2 - 2048);
  same(sizes(), [9, 1], 'large just now');
  lists.assign(2, nothing);
  same(sizes(), [9, 6], 'as long as the least');
  lists.assign(3, nothing);
  same(sizes(), [22, 11], 'twice as long');
  lists.clear(0);
  lists.compact();
  same(sizes(), [2 * 10.5, 10.5], 'moved together with as much to spare');
  lists.clear(2);
  lists.clear(3);
  lists.compact();
  same([lists.words.length < large, lists.byteLength], [true, lists.words.byteLength + 4 * 9], 'not large any more');
  lists.clear(1);
  same(lists.words.length, 1024, 'given back');
}
