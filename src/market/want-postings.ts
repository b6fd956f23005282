import { PackedLists } from '../util/packed-lists';

/** Buckets of value per doubling: coarse, as a want is filed in each that its range touches. */
const BUCKETS_PER_DOUBLING = 4;
/** Any value answers, or the range touches more buckets than {@link MOST_BUCKETS}. */
const ANY_VALUE = 255;
const MOST_BUCKETS = 12;
/** Relative error of a bound that is kept as a 32-bit number. */
const ROUGHLY = 1e-6;

/** Takes a want and roughly the bounds of its range, a trifle wider than they are; -1 where there is none. */
export type WantVisitor = (want: number, low: number, high: number) => void;

/**
 * Wants by a key (a category, a word), and within it by each bucket of value that their range touches. The bounds lie
 * beside the want, so that most of a bucket is passed over without a look at the wants themselves.
 */
export class WantPostings {
  /** Three lists in step: the wants, and the bits of their bounds. */
  readonly #wants = new PackedLists();
  readonly #lows = new PackedLists();
  readonly #highs = new PackedLists();
  readonly #listOf = new Map<number, number>();
  readonly #free: number[] = [];
  #used = 0;

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#wants.byteLength + this.#lows.byteLength + this.#highs.byteLength;
  }

  /** @param minValue, maxValue -1 where there is no bound. */
  add(key: number, minValue: number, maxValue: number, want: number): void {
    const low = bitsOf(minValue < 0 ? -1 : minValue * (1 - ROUGHLY));
    const high = bitsOf(maxValue < 0 ? -1 : maxValue * (1 + ROUGHLY));
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) {
      const list = this.#listFor(placeOf(key, bucket));
      this.#wants.push(list, want);
      this.#lows.push(list, low);
      this.#highs.push(list, high);
    }
  }

  remove(key: number, minValue: number, maxValue: number, want: number): void {
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) {
      const place = placeOf(key, bucket);
      const list = this.#listOf.get(place)!;
      const at = this.#wants.indexOf(list, want);
      for (const column of [this.#wants, this.#lows, this.#highs]) column.dropAt(list, at);
      if (this.#wants.count[list]! > 0) continue;
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
    for (const column of [this.#wants, this.#lows, this.#highs]) column.compact();
  }

  #visitList(place: number, value: number, visit: WantVisitor): void {
    const list = this.#listOf.get(place);
    if (list === undefined) return;
    const { words, start, count } = this.#wants;
    const lows = new Float32Array(this.#lows.words.buffer);
    const highs = new Float32Array(this.#highs.words.buffer);
    const low = this.#lows.start[list]! - start[list]!;
    const high = this.#highs.start[list]! - start[list]!;
    for (let at = start[list]!, end = at + count[list]!; at < end; at++) {
      const least = lows[at + low]!;
      const most = highs[at + high]!;
      if (value < least || (most >= 0 && value > most) || (value < 0 && most >= 0)) continue;
      visit(words[at]!, least, most);
    }
  }

  #listFor(place: number): number {
    let list = this.#listOf.get(place);
    if (list === undefined) {
      list = this.#free.pop() ?? this.#used++;
      if (list >= this.#wants.count.length) {
        const capacity = Math.max(64, Math.ceil(list * 1.25) + 1);
        for (const column of [this.#wants, this.#lows, this.#highs]) column.reserve(capacity);
      }
      this.#listOf.set(place, list);
    }
    return list;
  }
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0]!;
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
