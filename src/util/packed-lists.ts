import { grown } from './grown';

/**
 * Many lists of 32-bit words in one growable slab
 * ===============================================
 *
 * A list costs its words and nine bytes, and no object of its own. Blocks have two sizes per octave (2, 3, 4, 6, 8,
 * 12 …), so at most a third of a block is slack. Freed blocks wait in a list per size; when more than half of the slab
 * is free it is compacted and the memory given back.
 */

const MIN_SLAB = 1024;

export class PackedLists {
  /** The slab. List n is `words[start[n] .. start[n] + count[n])`. Read it, never write it. */
  words = new Uint32Array(MIN_SLAB);
  start = new Uint32Array(0);
  count = new Uint32Array(0);

  #sizeClass = new Uint8Array(0);
  /** First word never used so far. */
  #top = 0;
  /** Words in freed blocks below `#top`. */
  #freeWords = 0;
  #freeBlocks: number[][] = [];

  /** Bytes held, slack and free blocks included. */
  get byteLength(): number {
    return this.words.byteLength + this.start.byteLength + this.count.byteLength + this.#sizeClass.byteLength;
  }

  /** Makes room for lists 0..capacity-1. */
  reserve(capacity: number): void {
    if (capacity <= this.count.length) return;
    this.start = grown(this.start, capacity);
    this.count = grown(this.count, capacity);
    this.#sizeClass = grown(this.#sizeClass, capacity);
  }

  insertAt(list: number, at: number, word: number): void {
    const count = this.count[list]!;
    if (count === capacityOf(this.#sizeClass[list]!)) this.#resize(list, this.#sizeClass[list]! + 1);
    const start = this.start[list]!;
    if (at < count) this.words.copyWithin(start + at + 1, start + at, start + count);
    this.words[start + at] = word;
    this.count[list] = count + 1;
  }

  push(list: number, word: number): void {
    this.insertAt(list, this.count[list]!, word);
  }

  removeAt(list: number, index: number): void {
    const at = this.start[list]! + index;
    const count = this.count[list]! - 1;
    if (index < count) this.words.copyWithin(at, at + 1, this.start[list]! + count + 1);
    this.#shrinkTo(list, count);
  }

  /** Removes a word from a list whose order does not matter: the last one takes its place. */
  dropAt(list: number, index: number): void {
    const start = this.start[list]!;
    const last = this.count[list]! - 1;
    this.words[start + index] = this.words[start + last]!;
    this.#shrinkTo(list, last);
  }

  /** Index of a word in its list, where it must be; reads the list. */
  indexOf(list: number, word: number): number {
    const start = this.start[list]!;
    let at = start;
    while (this.words[at] !== word) at++;
    return at - start;
  }

  /** Makes the list the first `length` of these words. */
  assign(list: number, words: ArrayLike<number>, length = words.length): void {
    const sizeClass = classFor(length);
    if (sizeClass !== this.#sizeClass[list]) {
      this.#free(list);
      this.#sizeClass[list] = 0;
      this.count[list] = 0;
      if (sizeClass > 0) this.start[list] = this.#allocate(sizeClass);
      this.#sizeClass[list] = sizeClass;
    }
    const start = this.start[list]!;
    for (let i = 0; i < length; i++) this.words[start + i] = words[i]!;
    this.count[list] = length;
    this.#compactIfSparse();
  }

  /** A copy of the list. */
  read(list: number): Uint32Array {
    const start = this.start[list]!;
    return this.words.slice(start, start + this.count[list]!);
  }

  /** Empties a list and frees its block. */
  clear(list: number): void {
    this.#free(list);
    this.#sizeClass[list] = 0;
    this.count[list] = 0;
    this.#compactIfSparse();
  }

  /** Moves all blocks together and gives back what is free; reads the whole slab. */
  compact(): void {
    const live = this.#top - this.#freeWords;
    const words = new Uint32Array(Math.max(MIN_SLAB, Math.ceil(live * 1.1)));
    let top = 0;
    for (let list = 0; list < this.count.length; list++) {
      if (this.#sizeClass[list] === 0) continue;
      const start = this.start[list]!;
      words.set(this.words.subarray(start, start + this.count[list]!), top);
      this.start[list] = top;
      top += capacityOf(this.#sizeClass[list]!);
    }
    this.words = words;
    this.#top = top;
    this.#freeWords = 0;
    this.#freeBlocks = [];
  }

  #shrinkTo(list: number, count: number): void {
    this.count[list] = count;
    const sizeClass = this.#sizeClass[list]!;
    if (count === 0) this.clear(list);
    else if (count * 3 <= capacityOf(sizeClass)) this.#resize(list, Math.max(1, sizeClass - 2));
  }

  #resize(list: number, sizeClass: number): void {
    const count = this.count[list]!;
    const to = this.#allocate(sizeClass);
    const from = this.start[list]!; // read after the allocation, which may have moved it
    this.words.copyWithin(to, from, from + count);
    this.#free(list);
    this.start[list] = to;
    this.#sizeClass[list] = sizeClass;
    this.#compactIfSparse();
  }

  #allocate(sizeClass: number): number {
    const block = this.#freeBlocks[sizeClass]?.pop();
    const capacity = capacityOf(sizeClass);
    if (block !== undefined) {
      this.#freeWords -= capacity;
      return block;
    }
    const offset = this.#top;
    if (offset + capacity > this.words.length) {
      this.words = grown(this.words, Math.max(offset + capacity, Math.ceil(this.words.length * 1.25)));
    }
    this.#top = offset + capacity;
    return offset;
  }

  #free(list: number): void {
    const sizeClass = this.#sizeClass[list]!;
    if (sizeClass === 0) return;
    const blocks = this.#freeBlocks[sizeClass];
    if (blocks) blocks.push(this.start[list]!);
    else this.#freeBlocks[sizeClass] = [this.start[list]!];
    this.#freeWords += capacityOf(sizeClass);
  }

  #compactIfSparse(): void {
    if (this.#freeWords * 2 > this.#top && this.words.length > MIN_SLAB) this.compact();
  }
}

/** 0, 2, 3, 4, 6, 8, 12, 16, 24 … */
const CAPACITIES = Float64Array.from({ length: 64 }, (_, sizeClass) => {
  const octave = (sizeClass + 1) >> 1;
  return sizeClass === 0 ? 0 : sizeClass & 1 ? 2 ** octave : 3 * 2 ** (octave - 1);
});

function capacityOf(sizeClass: number): number {
  return CAPACITIES[sizeClass]!;
}

/** The smallest block that holds as many words. */
function classFor(length: number): number {
  let sizeClass = 0;
  while (capacityOf(sizeClass) < length) sizeClass++;
  return sizeClass;
}
