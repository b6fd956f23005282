import { PackedLists } from '../util/packed-lists';

/** Buckets of value per doubling: coarse, as a want is filed in each that its range touches. */
const BUCKETS_PER_DOUBLING = 4;
/** Any value answers, or the range touches more buckets than {@link MOST_BUCKETS}. */
const ANY_VALUE = 255;
const MOST_BUCKETS = 12;

/** Wants by a key (a category, a word), and within it by each bucket of value that their range touches. */
export class WantPostings {
  readonly #lists = new PackedLists();
  readonly #listOf = new Map<number, number>();
  readonly #free: number[] = [];

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** @param minValue, maxValue -1 where there is no bound. */
  add(key: number, minValue: number, maxValue: number, want: number): void {
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) this.#lists.push(this.#listFor(placeOf(key, bucket)), want);
  }

  remove(key: number, minValue: number, maxValue: number, want: number): void {
    const [first, last] = bucketsOf(minValue, maxValue);
    for (let bucket = first; bucket <= last; bucket++) {
      const place = placeOf(key, bucket);
      const list = this.#listOf.get(place)!;
      this.#lists.drop(list, want);
      if (this.#lists.count[list]! > 0) continue;
      this.#listOf.delete(place);
      this.#free.push(list);
    }
  }

  /** Wants of the key that an item of this value (-1: unknown) may answer, and some that it may not. */
  visit(key: number, value: number, visit: (want: number) => void): void {
    this.#visitList(placeOf(key, ANY_VALUE), visit);
    if (value >= 0) this.#visitList(placeOf(key, bucketOf(value)), visit);
  }

  #visitList(place: number, visit: (want: number) => void): void {
    const list = this.#listOf.get(place);
    if (list === undefined) return;
    const { words, start, count } = this.#lists;
    for (let at = start[list]!, end = at + count[list]!; at < end; at++) visit(words[at]!);
  }

  #listFor(place: number): number {
    let list = this.#listOf.get(place);
    if (list === undefined) {
      list = this.#free.pop() ?? this.#listOf.size;
      if (list >= this.#lists.count.length) this.#lists.reserve(Math.max(64, Math.ceil(list * 1.25) + 1));
      this.#listOf.set(place, list);
    }
    return list;
  }
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
