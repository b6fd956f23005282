import { NODE_BITS, NODE_MASK, packHalfEdge } from '../graph/half-edges';
import { PackedLists } from '../util/packed-lists';
import { ALL_SAYS } from './says';

/** Buckets of value per doubling: coarse, as a want is filed in each that its range touches. */
const BUCKETS_PER_DOUBLING = 2;
/** Any value answers, or the range touches more buckets than {@link MOST_BUCKETS}. */
const ANY_VALUE = 127;
const MOST_BUCKETS = 6;
/** Relative error of what is kept as a 32-bit number. */
const ROUGHLY = 1e-6;

/** Words of an entry: what the want says and whose it is; roughly the bounds of its range; that item's own traits. */
const WIDTH = 5;
const LOW = 1;
const HIGH = 2;
const VALUE = 3;
const CATEGORY = 4;

/** A want as it is filed, together with the item whose want it is. */
export interface FiledWant {
  /** Node of the item. */
  node: number;
  /** Bounds of the wanted range, -1 where there is none. */
  minValue: number;
  maxValue: number;
  /** Bits of {@link Says}. */
  says: number;
  /** Whether the item has others, too. */
  isOneOfSeveral: boolean;
  /** Of the item itself: its value, -1 where unknown, and its category number, -1 where none. */
  value: number;
  category: number;
}

/** Set beside the bits of {@link Says} where the item has other wants, too. */
const SEVERAL = ALL_SAYS;

/**
 * Takes an entry: the item whose want it is, roughly the bounds of its range, a trifle wider than they are (-1 where
 * there is none), what it says, whether it is one of several, and roughly the value and the category of the item itself.
 */
export type WantVisitor = (
  node: number,
  low: number,
  high: number,
  says: number,
  isOneOfSeveral: boolean,
  value: number,
  category: number,
) => void;

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
      words[at + CATEGORY] = want.category;
    }
  }

  /** Removes a want that was added with just these words. */
  remove(key: number, want: FiledWant): void {
    const { minValue, maxValue } = want;
    const low = Math.fround(lowOf(minValue));
    const high = Math.fround(highOf(maxValue));
    const whose = whoseOf(want);
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) {
      const place = placeOf(key, bucket);
      const list = this.#listOf.get(place)!;
      const { words, floats, start, count } = this.#lists;
      let at = start[list]!;
      while (words[at] !== whose || floats[at + LOW] !== low || floats[at + HIGH] !== high) at += WIDTH;
      this.#lists.dropAt(list, (at - start[list]!) / WIDTH);
      if (count[list]! > 0) continue;
      this.#listOf.delete(place);
      this.#free.push(list);
    }
  }

  /** Wants of the key whose range holds this value, and perhaps some that it just misses; -1: those without a range. */
  visit(key: number, value: number, visit: WantVisitor): void {
    this.#visitList(placeOf(key, ANY_VALUE), value, visit);
    if (value >= 0) this.#visitList(placeOf(key, bucketOf(value)), value, visit);
  }

  /** Gives back the memory that lists freed while they grew. */
  compact(): void {
    this.#lists.compact();
  }

  #visitList(place: number, value: number, visit: WantVisitor): void {
    const list = this.#listOf.get(place);
    if (list === undefined) return;
    const { words, floats, start, count } = this.#lists;
    for (let at = start[list]!, end = at + count[list]! * WIDTH; at < end; at += WIDTH) {
      const low = floats[at + LOW]!;
      const high = floats[at + HIGH]!;
      if (value < low || (high >= 0 && value > high) || (value < 0 && high >= 0)) continue;
      const whose = words[at]!;
      const says = whose >>> NODE_BITS;
      const isOneOfSeveral = (says & SEVERAL) !== 0;
      const category = words[at + CATEGORY]! | 0;
      visit(whose & NODE_MASK, low, high, says & ~SEVERAL, isOneOfSeveral, floats[at + VALUE]!, category);
    }
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
function whoseOf({ node, says, isOneOfSeveral }: FiledWant): number {
  return packHalfEdge(isOneOfSeveral ? says | SEVERAL : says, node);
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
