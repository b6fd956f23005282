import { grown } from './grown';

/**
 * Many lists in one growable slab
 * ===============================
 *
 * An entry is one 32-bit word, or a fixed number of them side by side. A list costs its entries and nine bytes, and no
 * object of its own. Blocks have four sizes per octave (… 8, 10, 12, 14, 16, 20 …), so at most a fifth of a longer block
 * is slack. Freed blocks wait in a list per size; when more than half of the slab is free it is compacted and the memory
 * given back.
 */

const MIN_SLAB = 1024;
/** How much longer the slab gets when it is full, and until it is next compacted where many lists are to come. */
const GROWTH = 1.125;
const GROWTH_IN_BULK = 1.5;
/**
 * Words from which a slab is made twice as long as what it holds, and how long it is then at least. To move so much holds up
 * whoever waits for it, and arrays of more than 32 megabytes come from the system by themselves, in pages that take
 * memory once they are written, and go back to it whole.
 */
const LARGE_SLAB = 2 ** 20;
const LEAST_LARGE = 9 * 2 ** 20;
const SPARE = 1.03;

export class PackedLists {
  /** The slab. List n is the `count[n]` entries from `words[start[n]]` on. Read it, never write it. */
  words = new Uint32Array(MIN_SLAB);
  /** The slab read as 32-bit floating-point numbers. */
  floats = new Float32Array(this.words.buffer);
  /** Where each list begins, in words. */
  start = new Uint32Array(0);
  /** Entries of each list. */
  count = new Uint32Array(0);
  /** Words of an entry. */
  readonly width: number;

  #sizeClass = new Uint8Array(0);
  /** First word never used so far. */
  #top = 0;
  /** Words in freed blocks below `#top`. */
  #freeWords = 0;
  #freeBlocks: number[][] = [];
  #growth = GROWTH;

  constructor(width = 1) {
    this.width = width;
  }

  /** Bytes held, slack and free blocks included, but not the end of a large slab that has not been written yet. */
  get byteLength(): number {
    const slab = this.words.length < LARGE_SLAB ? this.words.byteLength : this.#top * 4;
    return slab + this.start.byteLength + this.count.byteLength + this.#sizeClass.byteLength;
  }

  /** Much is to come, and then {@link compact}: the slab grows in fewer and longer steps until then. */
  expectMany(): void {
    this.#growth = GROWTH_IN_BULK;
  }

  /** Makes room for lists 0..capacity-1. */
  reserve(capacity: number): void {
    if (capacity <= this.count.length) return;
    this.start = grown(this.start, capacity);
    this.count = grown(this.count, capacity);
    this.#sizeClass = grown(this.#sizeClass, capacity);
  }

  /** Makes room for an entry at this place of the list; its words are to be written from the answer on. */
  openAt(list: number, at: number): number {
    const { width } = this;
    const count = this.count[list]!;
    if (count === capacityOf(this.#sizeClass[list]!)) this.#resize(list, this.#sizeClass[list]! + 1);
    const start = this.start[list]!;
    const place = start + at * width;
    if (at < count) this.words.copyWithin(place + width, place, start + count * width);
    this.count[list] = count + 1;
    return place;
  }

  insertAt(list: number, at: number, word: number): void {
    const place = this.openAt(list, at); // which may replace the slab
    this.words[place] = word;
  }

  push(list: number, word: number): void {
    this.insertAt(list, this.count[list]!, word);
  }

  removeAt(list: number, index: number): void {
    const { width } = this;
    const at = this.start[list]! + index * width;
    const count = this.count[list]! - 1;
    if (index < count) this.words.copyWithin(at, at + width, this.start[list]! + (count + 1) * width);
    this.#shrinkTo(list, count);
  }

  /** Removes an entry from a list whose order does not matter: the last one takes its place. */
  dropAt(list: number, index: number): void {
    const { width } = this;
    const start = this.start[list]!;
    const last = this.count[list]! - 1;
    const from = start + last * width;
    this.words.copyWithin(start + index * width, from, from + width);
    this.#shrinkTo(list, last);
  }

  /** Index of an entry by its first word, which must be there; reads the list. */
  indexOf(list: number, word: number): number {
    const { width } = this;
    const start = this.start[list]!;
    let at = start;
    while (this.words[at] !== word) at += width;
    return (at - start) / width;
  }

  /** Makes the list of these words, whole entries. */
  assign(list: number, words: ArrayLike<number>, length = words.length): void {
    const count = length / this.width;
    const sizeClass = classFor(count);
    if (sizeClass !== this.#sizeClass[list]) {
      this.#free(list);
      this.#sizeClass[list] = 0;
      this.count[list] = 0;
      if (sizeClass > 0) this.start[list] = this.#allocate(sizeClass);
      this.#sizeClass[list] = sizeClass;
    }
    const start = this.start[list]!;
    for (let i = 0; i < length; i++) this.words[start + i] = words[i]!;
    this.count[list] = count;
    this.#compactIfSparse();
  }

  /** A copy of the list. */
  read(list: number): Uint32Array {
    const start = this.start[list]!;
    return this.words.slice(start, start + this.count[list]! * this.width);
  }

  /**
   * Reads where some lists begin and makes nothing of it: many reads that do not wait for each other take hardly longer
   * than one, and what follows finds the lists at hand.
   */
  touch(lists: Int32Array, count: number): number {
    const { words, start } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += words[start[lists[i]!]!]! + this.count[lists[i]!]!;
    return sum;
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
    this.#growth = GROWTH;
    const live = this.#top - this.#freeWords;
    const words = new Uint32Array(live < LARGE_SLAB ? Math.max(MIN_SLAB, Math.ceil(live * SPARE)) : largeFor(live));
    let top = 0;
    for (let list = 0; list < this.count.length; list++) {
      if (this.#sizeClass[list] === 0) continue;
      const start = this.start[list]!;
      words.set(this.words.subarray(start, start + this.count[list]! * this.width), top);
      this.start[list] = top;
      top += this.#wordsOf(this.#sizeClass[list]!);
    }
    this.#moveTo(words);
    this.#top = top;
    this.#freeWords = 0;
    this.#freeBlocks = [];
  }

  #shrinkTo(list: number, count: number): void {
    this.count[list] = count;
    const sizeClass = this.#sizeClass[list]!;
    if (count === 0) this.clear(list);
    else if (count * 3 <= capacityOf(sizeClass)) this.#resize(list, classFor(count));
  }

  #resize(list: number, sizeClass: number): void {
    const count = this.count[list]!;
    const to = this.#allocate(sizeClass);
    const from = this.start[list]!; // read after the allocation, which may have moved it
    this.words.copyWithin(to, from, from + count * this.width);
    this.#free(list);
    this.start[list] = to;
    this.#sizeClass[list] = sizeClass;
    this.#compactIfSparse();
  }

  #allocate(sizeClass: number): number {
    const block = this.#freeBlocks[sizeClass]?.pop();
    const capacity = this.#wordsOf(sizeClass);
    if (block !== undefined) {
      this.#freeWords -= capacity;
      return block;
    }
    const offset = this.#top;
    if (offset + capacity > this.words.length) {
      const needed = offset + capacity;
      const longer = Math.max(needed, Math.ceil(this.words.length * this.#growth));
      this.#moveTo(grown(this.words, needed < LARGE_SLAB ? longer : largeFor(needed)));
    }
    this.#top = offset + capacity;
    return offset;
  }

  #moveTo(slab: Uint32Array<ArrayBuffer>): void {
    this.words = slab;
    this.floats = new Float32Array(slab.buffer);
  }

  #free(list: number): void {
    const sizeClass = this.#sizeClass[list]!;
    if (sizeClass === 0) return;
    const blocks = this.#freeBlocks[sizeClass];
    if (blocks) blocks.push(this.start[list]!);
    else this.#freeBlocks[sizeClass] = [this.start[list]!];
    this.#freeWords += this.#wordsOf(sizeClass);
  }

  #wordsOf(sizeClass: number): number {
    return capacityOf(sizeClass) * this.width;
  }

  #compactIfSparse(): void {
    if (this.#freeWords * 2 > this.#top && this.words.length > MIN_SLAB) this.compact();
  }
}

/** 0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24 … */
const CAPACITIES = Float64Array.from({ length: 110 }, (_, sizeClass) =>
  sizeClass < 4 ? sizeClass * 2 : (4 + (sizeClass % 4)) * 2 ** Math.floor(sizeClass / 4),
);

/** Length of a large slab that is to hold as many words. */
function largeFor(words: number): number {
  return Math.max(LEAST_LARGE, words * 2);
}

function capacityOf(sizeClass: number): number {
  return CAPACITIES[sizeClass]!;
}

/** The smallest block that holds as many entries. */
function classFor(count: number): number {
  if (count <= 8) return (count + 1) >> 1;
  const octave = 29 - Math.clz32(count - 1);
  return octave * 4 + ((count - 1) >> octave) - 3;
}
