import { PackedLists } from '../../../src/util/packed-lists';
import { Random } from '../random';
import { holds, same } from './expect';

const LISTS = 50;

/** Packed lists against plain arrays, each way of changing them, and the memory that they hold. */
export function checkPackedLists(): void {
  for (const seed of [1, 2]) checkRandomly(new Random(seed));
  checkAssign();
  checkChurn();
  checkCompact();
}

function checkRandomly(random: Random): void {
  const lists = new PackedLists();
  lists.reserve(LISTS / 2);
  lists.reserve(LISTS);
  lists.reserve(3);
  same([lists.start.length, lists.count.length], [LISTS, LISTS], 'room for as many as were asked for at most');
  const model: number[][] = Array.from({ length: LISTS }, () => []);
  const word = () => random.below(2 ** 32);
  const change = (list: number, isGrowing: boolean) => {
    const row = model[list]!;
    const draw = random.next();
    if (draw < 0.02) {
      lists.clear(list);
      row.length = 0;
    } else if (draw < 0.07) {
      const words = Array.from({ length: random.below(isGrowing ? 40 : 6) }, word);
      const length = random.chance(0.5) ? words.length : random.below(words.length + 1);
      lists.assign(list, words, length);
      if (length === words.length && random.chance(0.5)) lists.assign(list, Uint32Array.from(words));
      model[list] = words.slice(0, length);
    } else if (random.chance(isGrowing ? 0.7 : 0.2)) {
      const [at, one] = [random.chance(0.4) ? row.length : random.below(row.length + 1), word()];
      if (at === row.length) lists.push(list, one);
      else lists.insertAt(list, at, one);
      row.splice(at, 0, one);
    } else if (row.length > 0) {
      const at = random.below(row.length);
      if (random.chance(0.5)) {
        lists.removeAt(list, at);
        row.splice(at, 1);
      } else {
        const dropped = row[at]!;
        same(lists.indexOf(list, dropped), row.indexOf(dropped), 'index');
        lists.dropAt(list, row.indexOf(dropped));
        row[row.indexOf(dropped)] = row.at(-1)!;
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
    while (model[list]!.length > 0) lists.dropAt(list, lists.indexOf(list, model[list]!.pop()!));
    same([...lists.read(list)], [], 'emptied word by word');
  }
  same(lists.words.length, 1024, 'an empty slab');
}

function checkRows(lists: PackedLists, model: readonly number[][]): void {
  let held = 0;
  const blocks: [start: number, end: number][] = [];
  model.forEach((row, list) => {
    same([...lists.read(list)], row, 'list');
    held += row.length;
    const start = lists.start[list]!;
    if (row.length > 0) blocks.push([start, start + row.length]);
  });
  blocks.sort((a, b) => a[0] - b[0]);
  holds(
    blocks.every(([start], i) => i === 0 || start >= blocks[i - 1]![1]),
    'lists do not overlap',
  );
  holds(
    lists.words.length <= Math.max(1024 * 1.25, held * 3 * 2 * 1.25),
    `${lists.words.length} words for ${held} held`,
  );
  same(lists.byteLength, 4 * lists.words.length + LISTS * 9, 'bytes');
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
  const promised = [2, 2, 3, 4, 6, 6, 8, 8, 12, 12, 12, 12, 16, 16, 16, 16, 24, 24, 24, 24, 24, 24, 24, 24, 32];
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

/** Compacting leaves a tenth to spare, and nothing between the blocks. */
function checkCompact(): void {
  const lists = new PackedLists();
  lists.reserve(600);
  lists.compact();
  same(lists.words.length, 1024, 'an empty one');
  for (let list = 0; list < 600; list++) lists.assign(list, [list, list + 1, list + 2, list + 3]);
  for (let list = 0; list < 100; list++) lists.clear(list * 6);
  lists.compact();
  same(lists.words.length, 2200, 'a tenth more than the blocks');
  const starts = Array.from({ length: 600 }, (_, list) => list).filter((list) => list % 6 !== 0);
  starts.forEach((list, i) => {
    same([lists.start[list], [...lists.read(list)]], [i * 4, [list, list + 1, list + 2, list + 3]], 'moved together');
  });
  for (let list = 0; list < 50; list++) lists.assign(list * 6, [1, 2, 3]);
  same(lists.words.length, 2200, 'what is spare is used first');
  for (let list = 50; list < 67; list++) lists.assign(list * 6, [1, 2, 3]);
  same(lists.words.length, 2750, 'a quarter more');
  for (const list of starts) same(lists.read(list)[3], list + 3, 'kept');
}
