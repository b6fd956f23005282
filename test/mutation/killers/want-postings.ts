import { NODE_BITS, NODE_MASK } from '../../../src/graph/half-edges';
import { packWords } from '../../../src/market/asked-words';
import {
  askedCondition,
  askedPlace,
  type FiledWant,
  filedCategory,
  filedSays,
  isBesideWords,
  mostOfRank,
  WANT_ENTRY,
  WantPostings,
} from '../../../src/market/want-postings';
import { Random } from '../random';
import { holds, same } from './expect';
import { areEmpty, type Maps, noteMaps } from './tables';

/** Wants by key and range of value: none that a value lies within is left out, few others are looked at. */
export function checkWantPostings(): void {
  const random = new Random(59);
  const postings = new WantPostings();
  const filed = new Map<number, Filed>();
  let looked = 0;
  const written: Maps = new Set();
  for (let step = 0; step < 1200; step++) {
    const want = random.below(200);
    const known = filed.get(want);
    if (known) {
      postings.remove(known.key, known.want);
      filed.delete(want);
    }
    if (!known || random.chance(0.6)) {
      const one = { key: random.below(3), want: wantOf(random, want) };
      noteMaps(written, () => postings.add(one.key, one.want));
      filed.set(want, one);
    }
    if (step % 20 === 0) looked += check(postings, filed, random);
  }
  same(looked, LOOKED_AT, 'wants looked at');
  for (const { key, want } of filed.values()) postings.remove(key, want);
  for (const value of [-1, 0, 5, 1000]) for (const key of [0, 1, 2]) same(visited(postings, key, value), [], 'gone');
  holds(areEmpty(written), 'directories with something left');
  checkWidth();
  checkAlike();
  checkReuse();
}

interface Filed {
  key: number;
  want: FiledWant;
}

const LOOKED_AT = 12201;

function wantOf(random: Random, node: number): FiledWant {
  const says = random.below(128);
  const [value, category] = [random.pick([-1, 0, random.below(10 ** 9), 2 ** 53 - 1]), random.between(-1, 99_999)];
  const condition = random.between(-1, 4);
  const words = Array.from({ length: random.below(5) }, () => random.below(2 ** 20));
  const place = random.below(2 ** 12);
  const rankScore = 1 - random.below(100) / 200;
  return {
    node,
    ...range(random),
    says,
    isBesideWords: random.chance(0.3),
    rankScore,
    condition,
    place,
    words,
    value,
    category,
  };
}

function filedAs(node: number, minValue: number, maxValue: number): FiledWant {
  return {
    node,
    minValue,
    maxValue,
    says: 4,
    isBesideWords: false,
    rankScore: 1,
    condition: -1,
    place: 0,
    words: [],
    value: -1,
    category: -1,
  };
}

function range(random: Random): { minValue: number; maxValue: number } {
  const value = () => random.pick([random.below(10), random.below(1000), random.below(10 ** 6), 2 ** random.below(54)]);
  const draw = random.next();
  if (draw < 0.1) return { minValue: -1, maxValue: -1 };
  if (draw < 0.2) return { minValue: value(), maxValue: -1 };
  if (draw < 0.4) return { minValue: -1, maxValue: value() };
  const minValue = value();
  return { minValue, maxValue: random.chance(0.2) ? minValue : Math.floor(minValue * (1 + random.next() * 9)) };
}

function visited(postings: WantPostings, key: number, value: number): number[] {
  const wants: number[] = [];
  postings.visit(key, value, (from, end) => {
    const { words, floats } = postings;
    for (let at = from; at < end; at += WANT_ENTRY.width) {
      const [low, high] = [floats[at + WANT_ENTRY.low]!, floats[at + WANT_ENTRY.high]!];
      const isWithin = value < 0 ? high < 0 && low < 0 : value >= low && (high < 0 || value <= high);
      if (isWithin) wants.push(words[at]! & NODE_MASK);
    }
  });
  return wants;
}

/** A trifle wider than it is. */
function isRoughly(bound: number, rough: number, sign: 1 | -1): boolean {
  if (bound < 0) return rough === -1;
  const off = (rough - bound) * sign;
  return off >= 0 && off <= bound * 2e-6;
}

function check(postings: WantPostings, filed: ReadonlyMap<number, Filed>, random: Random): number {
  let looked = 0;
  const ends = [...filed.values()].flatMap(({ want }) => [want.minValue, want.maxValue]).filter((end) => end >= 0);
  for (const value of [-1, 0, 1, random.pick(ends), random.pick(ends), random.below(10 ** 6)]) {
    for (const key of [0, 1, 2, 3]) {
      const found = visited(postings, key, value);
      looked += found.length;
      same(new Set(found).size, found.length, 'each once');
      for (const want of found) same(filed.get(want)?.key, key, 'wants of the key');
      postings.visit(key, value, (from, end) => {
        const { words, floats } = postings;
        for (let at = from; at < end; at += WANT_ENTRY.width) {
          const { want } = filed.get(words[at]! & NODE_MASK)!;
          const [low, high] = [floats[at + WANT_ENTRY.low]!, floats[at + WANT_ENTRY.high]!];
          holds(isRoughly(want.minValue, low, -1) && isRoughly(want.maxValue, high, 1), `${low}..${high}`);
          const traits = words[at + WANT_ENTRY.traits]!;
          const whose = words[at]!;
          const said = [filedSays(whose), isBesideWords(whose), Math.ceil((1 - mostOfRank(whose) - 1e-9) * 6)];
          const own = [Math.fround(want.value), want.category, want.condition, want.place];
          const asked = [askedCondition(traits), askedPlace(traits)];
          const itsOwn = [floats[at + WANT_ENTRY.value], filedCategory(traits), ...asked];
          const says = [want.says, want.isBesideWords, Math.floor((1 - want.rankScore) * 6 + 1e-9)];
          same([...said, ...itsOwn], [...says, ...own], 'what it says and whose it is');
          same(words[at + WANT_ENTRY.words], packWords(want.words), 'its words');
        }
      });
      for (const [node, { key: other, want }] of filed) {
        if (other !== key) continue;
        const what = `${value} for ${want.minValue}..${want.maxValue}`;
        if (isAnswered(want, value)) holds(found.includes(node), what);
        else if (!isNear(want, value)) holds(!found.includes(node), what);
      }
    }
  }
  return looked;
}

function isAnswered({ minValue: low, maxValue: high }: FiledWant, value: number): boolean {
  if (value < 0) return low < 0 && high < 0;
  return value >= low && (high < 0 || value <= high);
}

function isNear({ minValue: low, maxValue: high }: FiledWant, value: number): boolean {
  if (value < 0) return false;
  return value >= low * (1 - 2e-6) && (high < 0 || value <= high * (1 + 2e-6));
}

/** A range of up to six halves of a doubling is filed in each, a wider one once; no lower end is 0. */
function checkWidth(): void {
  const isFound = (low: number, high: number, value: number) => {
    const postings = new WantPostings();
    postings.add(0, filedAs(9, low, high));
    return visited(postings, 0, value).length > 0;
  };
  same([isFound(15, 126, 14), isFound(15, 126, 15), isFound(15, 126, 126)], [false, true, true], 'narrow');
  same([isFound(15, 127, 14), isFound(15, 127, 127), isFound(15, 127, 128)], [false, true, false], 'wide');
  same([isFound(-1, 6, 7), isFound(-1, 6, 0), isFound(-1, 6, 6)], [false, true, true], 'no lower end');
  same([isFound(5, -1, 4), isFound(5, -1, 5), isFound(5, -1, -1)], [false, true, false], 'no upper end');
  same([isFound(-1, -1, -1), isFound(-1, -1, 0), isFound(-1, 9000, -1)], [true, true, false], 'no range');
  same([isFound(5, 7, -1), isFound(0, 0, 0), isFound(0, 0, 1)], [false, true, false], 'no value; nothing');
  const distant = new WantPostings();
  for (let key = 0; key < 70_000; key++) if (key % 256 < 4) distant.add(key, filedAs(key, 1, 1));
  for (const key of [0, 1, 256, 64_256]) same(visited(distant, key, 1), [key], 'keys far apart');
  const narrow = new WantPostings();
  const wide = new WantPostings();
  for (let want = 0; want < 4000; want++) {
    narrow.add(0, filedAs(want, 15, 126));
    wide.add(0, filedAs(want, 15, 127));
  }
  holds(narrow.byteLength > 3.5 * wide.byteLength, 'filed six times, and once');
}

/** Wants of one item that differ in one thing only: the one that goes is the one that was named. */
function checkAlike(): void {
  const alike = [filedAs(3, 10, 20), filedAs(3, 10, 21), filedAs(3, 11, 20), { ...filedAs(3, 10, 20), says: 5 }];
  alike.push(filedAs(4, 10, 20), filedAs(3, 10, 20));
  alike.push({ ...filedAs(3, 10, 20), condition: 2 }, { ...filedAs(3, 10, 20), words: [7] });
  alike.push({ ...filedAs(3, 10, 20), place: 77 });
  for (const [at, gone] of alike.entries()) {
    const postings = new WantPostings();
    for (const want of alike) postings.add(0, want);
    postings.remove(0, gone);
    const left: string[] = [];
    postings.visit(0, 15, (from, end) => {
      const { words, floats } = postings;
      for (let i = from; i < end; i += WANT_ENTRY.width) {
        const ends = [Math.ceil(floats[i + WANT_ENTRY.low]!), Math.floor(floats[i + WANT_ENTRY.high]!)];
        const traits = words[i + WANT_ENTRY.traits]!;
        const asked = [askedCondition(traits), askedPlace(traits), words[i + 5]!];
        left.push([words[i]! & NODE_MASK, ...ends, words[i]! >>> NODE_BITS, ...asked].join());
      }
    });
    const expected = alike
      .filter((_, i) => i !== at)
      .map((want) =>
        [want.node, want.minValue, want.maxValue, want.says, want.condition, want.place, packWords(want.words)].join(),
      );
    same(left.sort(), expected.sort(), 'those that stay');
  }
}

function checkReuse(): void {
  const postings = new WantPostings();
  same(postings.byteLength, 4096, 'bytes of an empty one');
  for (let key = 0; key < 64; key++) postings.add(key, filedAs(key, -1, -1));
  const { byteLength } = postings;
  same(byteLength, 4096 + 64 * 9, 'bytes of 64 lists');
  for (let key = 64; key < 600; key++) {
    postings.remove(key - 64, filedAs(key - 64, -1, -1));
    postings.add(key, filedAs(key, -1, -1));
  }
  same(postings.byteLength, byteLength, 'bytes after churn');
  for (let key = 536; key < 600; key++) same(visited(postings, key, 3), [key], 'kept');
  for (let key = 600; key < 617; key++) postings.add(key, filedAs(key, -1, -1));
  same(postings.byteLength, 4096 + 81 * 9, 'a quarter more');
  for (let key = 536; key < 617; key++) postings.add(key + 1000, filedAs(key, 2 ** 20, 2 ** 22));
  for (let key = 536; key < 617; key++) postings.remove(key + 1000, filedAs(key, 2 ** 20, 2 ** 22));
  for (let node = 0; node < 3000; node++) postings.add(2000 + (node % 700), filedAs(node, -1, -1));
  const grown = postings.byteLength;
  postings.compact();
  holds(postings.byteLength < grown, 'what was free is given back');
  for (let key = 536; key < 617; key++) same(visited(postings, key, 3), [key], 'kept');
}
