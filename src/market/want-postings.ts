import { NODE_BITS, packHalfEdge } from '../graph/half-edges';
import { PackedLists } from '../util/packed-lists';
import { packWords } from './asked-words';
import type { RunVisitor } from './item-postings';
import { ALL_SAYS } from './says';

/** Buckets of value per doubling: coarse, as a want is filed in each that its range touches. */
const BUCKETS_PER_DOUBLING = 2;
/** Any value answers, or the range touches more buckets than {@link MOST_BUCKETS}. */
const ANY_VALUE = 127;
const MOST_BUCKETS = 6;
/** Relative error of what is kept as a 32-bit number. */
const ROUGHLY = 1e-6;

/**
 * Words of an entry. First come what the want says (see {@link filedSays}, {@link isBesideWords} and {@link mostOfRank}) and
 * the node whose it is, packed as a half-edge. Then: roughly the bounds of its range, a trifle wider than they are, -1 where there is none;
 * roughly the value of that item itself; its category and the condition and the place that are asked for, see
 * {@link filedCategory}, {@link askedCondition} and {@link askedPlace}; and the words that are asked for, see {@link packWords}.
 */
export const WANT_ENTRY = { width: 6, low: 1, high: 2, value: 3, traits: 4, words: 5 } as const;
const { width: WIDTH, low: LOW, high: HIGH, value: VALUE, traits: TRAITS, words: WORDS } = WANT_ENTRY;

/** Set beside the bits of {@link Says} where words alone describe another want of the item. */
const BESIDE_WORDS = ALL_SAYS;
/** Above them, in sixths, how much less than 1 its rank scores. */
const RANK_SHIFT = 30;
const RANK_STEPS = 6;

/** The most that the rank scores, given the first word of an entry. */
export function mostOfRank(whose: number): number {
  return 1 - (whose >>> RANK_SHIFT) / RANK_STEPS;
}

/** Bits of {@link Says}, given the first word of an entry. */
export function filedSays(whose: number): number {
  return (whose >>> NODE_BITS) & (ALL_SAYS - 1);
}

/** Whether words alone describe another want of the item, given the first word of an entry. */
export function isBesideWords(whose: number): boolean {
  return ((whose >>> NODE_BITS) & BESIDE_WORDS) !== 0;
}

const CATEGORY_BITS = 17;
const PLACE_SHIFT = 20;
const CONDITION_MASK = 7;

/** Number of the category of the item whose want it is, -1 for none. */
export function filedCategory(traits: number): number {
  return (traits & ((1 << CATEGORY_BITS) - 1)) - 1;
}

/** The worst condition that will do, in steps below NEW; -1: any. */
export function askedCondition(traits: number): number {
  return ((traits >>> CATEGORY_BITS) & CONDITION_MASK) - 1;
}

/** Where it wants its answers to be, see {@link packPlace}. */
export function askedPlace(traits: number): number {
  return traits >>> PLACE_SHIFT;
}

/** A want as it is filed, together with the item whose want it is. */
export interface FiledWant {
  /** Node of the item. */
  node: number;
  /** Bounds of the wanted range, -1 where there is none. */
  minValue: number;
  maxValue: number;
  /** Bits of {@link Says}. */
  says: number;
  /** Whether words alone describe another want of the item. */
  isBesideWords: boolean;
  /** Score of its rank, [0.5,1]; 1 where it has none. */
  rankScore: number;
  /** The worst that will do, in steps below NEW; -1: any. */
  condition: number;
  /** Where it wants its answers to be, see {@link packPlace}; 0: anywhere. */
  place: number;
  /** Hashes of its words. */
  words: ArrayLike<number>;
  /** Of the item itself: its value, -1 where unknown, and its category number, -1 where none. */
  value: number;
  category: number;
}

/**
 * Wants by a key (a category, a word), and within it by each bucket of value that their range touches. All that tells
 * whether an item could answer a want at all lies in the entry, so that a list is read from end to end without a look at
 * the wants themselves.
 */
export class WantPostings {
  readonly #lists = new PackedLists(WIDTH);
  readonly #listOf = new Map<number, number>();
  readonly #free: number[] = [];
  #used = 0;

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** What runs are runs of, as integers. */
  get words(): Uint32Array<ArrayBuffer> {
    return this.#lists.words;
  }

  /** The same as 32-bit floating-point numbers. */
  get floats(): Float32Array<ArrayBuffer> {
    return this.#lists.floats;
  }

  add(key: number, want: FiledWant): void {
    const { minValue, maxValue } = want;
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) {
      const list = this.#listFor(placeOf(key, bucket));
      const at = this.#lists.openAt(list, this.#lists.count[list]!);
      const { words, floats } = this.#lists;
      words[at] = whoseOf(want);
      floats[at + LOW] = lowOf(minValue);
      floats[at + HIGH] = highOf(maxValue);
      floats[at + VALUE] = want.value;
      words[at + TRAITS] = traitsOf(want);
      words[at + WORDS] = packWords(want.words);
    }
  }

  /** Removes a want that was added with just these words. */
  remove(key: number, want: FiledWant): void {
    const { minValue, maxValue } = want;
    const low = Math.fround(lowOf(minValue));
    const high = Math.fround(highOf(maxValue));
    const whose = whoseOf(want);
    const traits = traitsOf(want);
    const asked = packWords(want.words);
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) {
      const place = placeOf(key, bucket);
      const list = this.#listOf.get(place)!;
      const { words, floats, start, count } = this.#lists;
      let at = start[list]!;
      const isIt = () =>
        words[at] === whose &&
        floats[at + LOW] === low &&
        floats[at + HIGH] === high &&
        words[at + TRAITS] === traits &&
        words[at + WORDS] === asked;
      while (!isIt()) at += WIDTH;
      this.#lists.dropAt(list, (at - start[list]!) / WIDTH);
      if (count[list]! > 0) continue;
      this.#listOf.delete(place);
      this.#free.push(list);
    }
  }

  /** Visits the wants of the key whose range holds this value, and others; -1: those without a range. */
  visit(key: number, value: number, visit: RunVisitor): void {
    this.#visitList(placeOf(key, ANY_VALUE), visit);
    if (value >= 0) this.#visitList(placeOf(key, bucketOf(value)), visit);
  }

  /** Much is to come, and then {@link compact}. */
  expectMany(): void {
    this.#lists.expectMany();
  }

  /** Gives back the memory that lists freed while they grew. */
  compact(): void {
    this.#lists.compact();
  }

  #visitList(place: number, visit: RunVisitor): void {
    const list = this.#listOf.get(place);
    if (list === undefined) return;
    const start = this.#lists.start[list]!;
    visit(start, start + this.#lists.count[list]! * WIDTH);
  }

  #listFor(place: number): number {
    let list = this.#listOf.get(place);
    if (list === undefined) {
      list = this.#free.pop() ?? this.#used++;
      if (list >= this.#lists.count.length) this.#lists.reserve(Math.max(64, Math.ceil(list * 1.25) + 1));
      this.#listOf.set(place, list);
    }
    return list;
  }
}

/** The first word of an entry. */
function whoseOf({ node, says, isBesideWords, rankScore }: FiledWant): number {
  const rank = Math.floor((1 - rankScore) * RANK_STEPS + 1e-9) << (RANK_SHIFT - NODE_BITS);
  return packHalfEdge(rank | (isBesideWords ? says | BESIDE_WORDS : says), node);
}

function traitsOf({ condition, category, place }: FiledWant): number {
  return ((place << PLACE_SHIFT) | ((condition + 1) << CATEGORY_BITS) | (category + 1)) >>> 0;
}

function lowOf(minValue: number): number {
  return minValue < 0 ? -1 : minValue * (1 - ROUGHLY);
}

function highOf(maxValue: number): number {
  return maxValue < 0 ? -1 : maxValue * (1 + ROUGHLY);
}

function placeOf(key: number, bucket: number): number {
  return key * (ANY_VALUE + 1) + bucket;
}

function bucketOf(value: number): number {
  return Math.floor(Math.log2(value + 1) * BUCKETS_PER_DOUBLING);
}

function bucketsOf(minValue: number, maxValue: number): [first: number, last: number] {
  if (maxValue < 0) return [ANY_VALUE, ANY_VALUE];
  const first = bucketOf(Math.max(0, minValue));
  const last = bucketOf(maxValue);
  return last - first < MOST_BUCKETS ? [first, last] : [ANY_VALUE, ANY_VALUE];
}
