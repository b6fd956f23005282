import type { ItemId } from '../types';
import type { CategoryTree } from './category-tree';
import type { EdgeScorer } from './edge-score';
import type { Entry, EntryWant } from './entry';

/**
 * Inverted index both ways: which items could answer a want, and which wants an item could answer. It yields a superset
 * (scoring decides), without looking at the rest of the market.
 *
 * A want is filed by the most telling thing it says: the items it names; else its category; else its words; else
 * nothing, and then every item is looked at. Within a category or a word, items and wants are kept apart by value.
 *
 * Of its words a want is filed under the rarest only: the others together weigh so little that an item with none of
 * the rarest cannot reach the agreement that such a want asks for (prefix filtering, as in set similarity joins:
 * Chaudhuri et al., ICDE 2006).
 */
export class CandidateIndex {
  readonly #categories: CategoryTree;
  readonly #items = new Map<ItemId, Entry>();
  readonly #itemsByCategory = new Buckets2<Entry>();
  readonly #itemsByWord = new Buckets2<Entry>();
  readonly #itemsByValue = new Buckets<number, Entry>();
  readonly #wantsByName = new Buckets<ItemId, EntryWant>();
  /** By category, then by each value bucket that the want's range touches. */
  readonly #wantsByCategory = new Buckets2<EntryWant>();
  readonly #wantsByWord = new Buckets2<EntryWant>();
  readonly #vagueWants = new Set<EntryWant>();

  readonly #scorer: EdgeScorer;

  constructor(categories: CategoryTree, scorer: EdgeScorer) {
    this.#categories = categories;
    this.#scorer = scorer;
  }

  addItem(entry: Entry): void {
    this.#items.set(entry.item.id, entry);
    this.#itemsByCategory.add(entry.category, valueBucket(entry.value), entry);
    this.#itemsByValue.add(fineValueBucket(entry.value), entry);
    for (const word of entry.words) this.#itemsByWord.add(word, valueBucket(entry.value), entry);
  }

  removeItem(entry: Entry): void {
    this.#items.delete(entry.item.id);
    this.#itemsByCategory.remove(entry.category, valueBucket(entry.value), entry);
    this.#itemsByValue.remove(fineValueBucket(entry.value), entry);
    for (const word of entry.words) this.#itemsByWord.remove(word, valueBucket(entry.value), entry);
  }

  addWants(entry: Entry): void {
    for (const want of entry.wants) {
      if (want.named) for (const id of want.named) this.#wantsByName.add(id, want);
      else if (want.category >= 0)
        for (const bucket of bucketsOf(want)) this.#wantsByCategory.add(want.category, bucket, want);
      else if (want.words.length > 0) {
        want.filedWords = this.#rarestWords(want);
        for (const word of want.filedWords)
          for (const bucket of bucketsOf(want)) this.#wantsByWord.add(word, bucket, want);
      } else if (!want.isUnreadable) this.#vagueWants.add(want);
    }
  }

  removeWants(entry: Entry): void {
    for (const want of entry.wants) {
      if (want.named) for (const id of want.named) this.#wantsByName.remove(id, want);
      else if (want.category >= 0)
        for (const bucket of bucketsOf(want)) this.#wantsByCategory.remove(want.category, bucket, want);
      else if (want.words.length > 0) {
        for (const word of want.filedWords)
          for (const bucket of bucketsOf(want)) this.#wantsByWord.remove(word, bucket, want);
      } else this.#vagueWants.delete(want);
    }
  }

  /** Items that could answer the want; some may come twice. */
  forEachItem(want: EntryWant, visit: (entry: Entry) => void): void {
    if (want.named) {
      for (const id of want.named) {
        const entry = this.#items.get(id);
        if (entry) visit(entry);
      }
    } else if (want.category >= 0) {
      for (const category of this.#categories.closeTo(want.category))
        this.#itemsByCategory.forEachOf(category, bucketsOf(want), visit);
    } else if (want.words.length > 0) {
      for (const word of want.filedWords) this.#itemsByWord.forEachOf(word, bucketsOf(want), visit);
    } else if (!want.isUnreadable) this.#items.forEach(visit);
  }

  /** Wants that the item could answer; some may come twice. */
  forEachWant(entry: Entry, visit: (want: EntryWant) => void): void {
    this.#wantsByName.get(entry.item.id)?.forEach(visit);
    const buckets = [valueBucket(entry.value), ANY_VALUE];
    if (entry.category >= 0) {
      for (const category of this.#categories.closeTo(entry.category))
        this.#wantsByCategory.forEachIn(category, buckets, visit);
    }
    for (const word of entry.words) this.#wantsByWord.forEachIn(word, buckets, visit);
    this.#vagueWants.forEach(visit);
  }

  /** The rarest words of the want: at least one of them is needed for the least agreement. */
  #rarestWords(want: EntryWant): number[] {
    const rarestFirst = [...want.words].sort((a, b) => this.#itemsByWord.sizeOf(a) - this.#itemsByWord.sizeOf(b));
    let needed = rarestFirst.length;
    while (needed > 1 && !this.#scorer.couldAgree(want, rarestFirst.slice(needed - 1))) needed--;
    return rarestFirst.slice(0, needed);
  }

  /**
   * Items in growing distance of value, a bucket at a time, with a lower bound of the distance in it. Items without a
   * value come last, at distance Infinity. `visit` ends it by returning false.
   */
  forEachByValue(value: number, visit: (entries: ReadonlySet<Entry>, atLeast: number) => boolean): void {
    const unvalued = this.#itemsByValue.get(UNVALUED);
    const buckets = [...this.#itemsByValue.keys()].filter((bucket) => bucket !== UNVALUED);
    const distance = (bucket: number): number => {
      const [low, high] = bucketRange(bucket);
      return value < 0 ? Infinity : Math.max(0, low - value, value - high);
    };
    const byDistance = buckets
      .map((bucket) => ({ bucket, atLeast: distance(bucket) }))
      .sort((a, b) => a.atLeast - b.atLeast);
    for (const { bucket, atLeast } of byDistance) if (!visit(this.#itemsByValue.get(bucket)!, atLeast)) return;
    if (unvalued) visit(unvalued, Infinity);
  }
}

const UNVALUED = -1;
const ANY_VALUE = -2;
const BUCKETS_PER_DOUBLING = 2;
const FINE_BUCKETS_PER_DOUBLING = 32;
/** A want whose range touches more buckets is filed once, under any value. */
const MOST_BUCKETS = 12;

function valueBucket(value: number): number {
  return value < 0 ? UNVALUED : Math.floor(Math.log2(value + 1) * BUCKETS_PER_DOUBLING);
}

function fineValueBucket(value: number): number {
  return value < 0 ? UNVALUED : Math.floor(Math.log2(value + 1) * FINE_BUCKETS_PER_DOUBLING);
}

/** The buckets that the want's range touches, or just {@link ANY_VALUE}. */
function bucketsOf({ minValue, maxValue }: EntryWant): number[] {
  if (maxValue < 0) return [ANY_VALUE];
  const first = valueBucket(Math.max(0, minValue));
  const last = valueBucket(maxValue);
  if (last - first >= MOST_BUCKETS) return [ANY_VALUE];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A little wider than exact, so that rounding of logarithms cannot put a value outside its bucket. */
function bucketRange(bucket: number): [low: number, high: number] {
  const edge = (b: number) => 2 ** (b / FINE_BUCKETS_PER_DOUBLING) - 1;
  return [edge(bucket) * (1 - 1e-9) - 1, edge(bucket + 1) * (1 + 1e-9) + 1];
}

/** Sets by key; a set goes with its last member. */
class Buckets<K, V> {
  readonly #sets = new Map<K, Set<V>>();

  get isEmpty(): boolean {
    return this.#sets.size === 0;
  }

  forEach(visit: (set: ReadonlySet<V>) => void): void {
    this.#sets.forEach(visit);
  }

  keys(): Iterable<K> {
    return this.#sets.keys();
  }

  get(key: K): ReadonlySet<V> | undefined {
    return this.#sets.get(key);
  }

  add(key: K, value: V): void {
    const set = this.#sets.get(key);
    if (set) set.add(value);
    else this.#sets.set(key, new Set([value]));
  }

  remove(key: K, value: V): void {
    const set = this.#sets.get(key);
    set?.delete(value);
    if (set?.size === 0) this.#sets.delete(key);
  }
}

/** Sets by two numbers. */
class Buckets2<V> {
  readonly #rows = new Map<number, Buckets<number, V>>();

  sizeOf(first: number): number {
    let size = 0;
    this.#rows.get(first)?.forEach((set) => {
      size += set.size;
    });
    return size;
  }

  /** Members under `first` in these buckets; in all of them where they are {@link ANY_VALUE}. */
  forEachOf(first: number, buckets: readonly number[], visit: (value: V) => void): void {
    if (buckets[0] === ANY_VALUE) this.#rows.get(first)?.forEach((set) => set.forEach(visit));
    else this.forEachIn(first, buckets, visit);
  }

  forEachIn(first: number, buckets: readonly number[], visit: (value: V) => void): void {
    const row = this.#rows.get(first);
    if (row) for (const bucket of buckets) row.get(bucket)?.forEach(visit);
  }

  add(first: number, second: number, value: V): void {
    const row = this.#rows.get(first) ?? new Buckets();
    this.#rows.set(first, row);
    row.add(second, value);
  }

  remove(first: number, second: number, value: V): void {
    const row = this.#rows.get(first);
    row?.remove(second, value);
    if (row?.isEmpty) this.#rows.delete(first);
  }
}
