import { PackedLists } from './packed-lists';

/** Lists of 32-bit words of the few numbers that have one: a directory, and one slab for all of them. */
export class SparseLists {
  readonly #lists = new PackedLists();
  readonly #placeOf = new Map<number, number>();
  readonly #free: number[] = [];

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  assign(key: number, words: ArrayLike<number>): void {
    let place = this.#placeOf.get(key);
    if (place === undefined) {
      // Those in use are numbered without gaps, but for the free ones.
      place = this.#free.pop() ?? this.#placeOf.size;
      if (place >= this.#lists.count.length) this.#lists.reserve(Math.max(16, Math.ceil(place * 1.25) + 1));
      this.#placeOf.set(key, place);
    }
    this.#lists.assign(place, words);
  }

  /** A copy of the list; empty where there is none. */
  read(key: number): Uint32Array {
    const place = this.#placeOf.get(key);
    return place === undefined ? new Uint32Array(0) : this.#lists.read(place);
  }

  clear(key: number): void {
    const place = this.#placeOf.get(key);
    if (place === undefined) return;
    this.#lists.clear(place);
    this.#placeOf.delete(key);
    this.#free.push(place);
  }
}
