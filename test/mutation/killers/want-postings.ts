import { WantPostings } from '../../../src/market/want-postings';
import { Random } from '../random';
import { holds, same } from './expect';
import { areEmpty, type Maps, noteMaps } from './tables';

/** Wants by key and range of value: none that a value lies within is left out, few others are looked at. */
export function checkWantPostings(): void {
  const random = new Random(59);
  const postings = new WantPostings();
  const filed = new Map<number, { key: number; low: number; high: number }>();
  let looked = 0;
  const written: Maps = new Set();
  for (let step = 0; step < 1200; step++) {
    const want = random.below(200);
    const known = filed.get(want);
    if (known) {
      postings.remove(known.key, known.low, known.high, want);
      filed.delete(want);
    }
    if (!known || random.chance(0.6)) {
      const one = { key: random.below(3), ...range(random) };
      noteMaps(written, () => postings.add(one.key, one.low, one.high, want));
      filed.set(want, one);
    }
    if (step % 20 === 0) looked += check(postings, filed, random);
  }
  same(looked, LOOKED_AT, 'wants looked at');
  for (const [want, { key, low, high }] of filed) postings.remove(key, low, high, want);
  for (const value of [-1, 0, 5, 1000]) for (const key of [0, 1, 2]) same(visited(postings, key, value), [], 'gone');
  holds(areEmpty(written), 'directories with something left');
  checkWidth();
  checkReuse();
}

const LOOKED_AT = 11902;

function range(random: Random): { low: number; high: number } {
  const value = () => random.pick([random.below(10), random.below(1000), random.below(10 ** 6), 2 ** random.below(50)]);
  const draw = random.next();
  if (draw < 0.1) return { low: -1, high: -1 };
  if (draw < 0.2) return { low: value(), high: -1 };
  if (draw < 0.4) return { low: -1, high: value() };
  const low = value();
  return { low, high: random.chance(0.2) ? low : Math.floor(low * (1 + random.next() * 9)) };
}

function visited(postings: WantPostings, key: number, value: number): number[] {
  const wants: number[] = [];
  postings.visit(key, value, (want) => void wants.push(want));
  return wants;
}

/** A trifle wider than it is. */
function isRoughly(bound: number, rough: number, sign: 1 | -1): boolean {
  if (bound < 0) return rough === -1;
  const off = (rough - bound) * sign;
  return off >= 0 && off <= bound * 2e-6;
}

function check(
  postings: WantPostings,
  filed: ReadonlyMap<number, { key: number; low: number; high: number }>,
  random: Random,
): number {
  let looked = 0;
  const ends = [...filed.values()].flatMap(({ low, high }) => [low, high]).filter((value) => value >= 0);
  for (const value of [-1, 0, 1, random.pick(ends), random.pick(ends), random.below(10 ** 6)]) {
    for (const key of [0, 1, 2, 3]) {
      const found = visited(postings, key, value);
      looked += found.length;
      same(new Set(found).size, found.length, 'each once');
      for (const want of found) same(filed.get(want)?.key, key, 'wants of the key');
      postings.visit(key, value, (want, low, high) => {
        const one = filed.get(want)!;
        holds(isRoughly(one.low, low, -1) && isRoughly(one.high, high, 1), `${low}..${high}`);
      });
      for (const [want, one] of filed) {
        if (one.key !== key) continue;
        if (isAnswered(one, value)) holds(found.includes(want), `${value} lies within ${one.low}..${one.high}`);
        else if (!isNear(one, value)) holds(!found.includes(want), `${value} for ${one.low}..${one.high}`);
      }
    }
  }
  return looked;
}

function isAnswered({ low, high }: { low: number; high: number }, value: number): boolean {
  if (value < 0) return low < 0 && high < 0;
  return value >= low && (high < 0 || value <= high);
}

function isNear({ low, high }: { low: number; high: number }, value: number): boolean {
  if (value < 0) return false;
  return value >= low * (1 - 2e-6) && (high < 0 || value <= high * (1 + 2e-6));
}

/** A range of up to twelve quarters of a doubling is filed in each, a wider one once; no lower end is 0. */
function checkWidth(): void {
  const isFound = (low: number, high: number, value: number) => {
    const postings = new WantPostings();
    postings.add(0, low, high, 9);
    return visited(postings, 0, value).length > 0;
  };
  same([isFound(15, 126, 14), isFound(15, 126, 15), isFound(15, 126, 126)], [false, true, true], 'narrow');
  same([isFound(15, 127, 14), isFound(15, 127, 127), isFound(15, 127, 128)], [false, true, false], 'wide');
  same([isFound(-1, 6, 7), isFound(-1, 6, 0), isFound(-1, 6, 6)], [false, true, true], 'no lower end');
  same([isFound(5, -1, 4), isFound(5, -1, 5), isFound(5, -1, -1)], [false, true, false], 'no upper end');
  same([isFound(-1, -1, -1), isFound(-1, -1, 0), isFound(-1, 9000, -1)], [true, true, false], 'no range');
  same([isFound(5, 7, -1), isFound(0, 0, 0), isFound(0, 0, 1)], [false, true, false], 'no value; nothing');
  const distant = new WantPostings();
  for (let key = 0; key < 70_000; key++) if (key % 256 < 4) distant.add(key, 1, 1, key);
  for (const key of [0, 1, 256, 64_256]) same(visited(distant, key, 1), [key], 'keys far apart');
  const narrow = new WantPostings();
  const wide = new WantPostings();
  for (let want = 0; want < 4000; want++) {
    narrow.add(0, 15, 126, want);
    wide.add(0, 15, 127, want);
  }
  holds(narrow.byteLength > 8 * wide.byteLength, 'filed twelve times, and once');
}

function checkReuse(): void {
  const postings = new WantPostings();
  same(postings.byteLength, 3 * 4096, 'bytes of an empty one');
  for (let key = 0; key < 64; key++) postings.add(key, -1, -1, key);
  const { byteLength } = postings;
  same(byteLength, 3 * (4096 + 64 * 9), 'bytes of 64 lists');
  for (let key = 64; key < 600; key++) {
    postings.remove(key - 64, -1, -1, key - 64);
    postings.add(key, -1, -1, key);
  }
  same(postings.byteLength, byteLength, 'bytes after churn');
  for (let key = 536; key < 600; key++) same(visited(postings, key, 3), [key], 'kept');
  for (let key = 600; key < 664; key++) postings.add(key, -1, -1, key);
  same(postings.byteLength, 3 * (4096 + 130 * 9), 'a quarter more, and again');
}
