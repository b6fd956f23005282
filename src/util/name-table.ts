import { grown } from './grown';
import { hashText } from './hash';

/** Slots looked at for one name: more only where names were chosen to have one hash. */
const MOST_PROBES = 64;
const LEAST_SLOTS = 16;

/**
 * Different names as small integers, recycled. A name costs its string, a pointer to it and 12 to 20 bytes in typed arrays,
 * a third of what a `Map` takes, and the collector of garbage has nothing to follow.
 *
 * Open addressing with linear probing; a deletion moves up what follows (Knuth, The Art of Computer Programming 3, section
 * 6.4, algorithm R). Names that would lie far from their place are kept in a `Map`, so that nobody can make it slow.
 */
export class NameTable {
  /** {@link hashText} of each name, by number; its length is the {@link capacity}. */
  hashes = new Uint32Array(0);

  readonly #names: (string | undefined)[] = [];
  readonly #free: number[] = [];
  /** Number plus one, at the place of its hash or after it; 0: free. */
  #slots = new Int32Array(LEAST_SLOTS);
  #crowded = new Map<string, number>();
  #size = 0;

  /** Names in the table. */
  get size(): number {
    return this.#size;
  }

  /** Numbers are below this. */
  get capacity(): number {
    return this.hashes.length;
  }

  /** Adds a name that is not there yet. Returns its number. */
  add(name: string): number {
    const number = this.#free.pop() ?? this.#names.length;
    if (number >= this.capacity) {
      this.hashes = grown(this.hashes, Math.max(LEAST_SLOTS, Math.ceil(this.capacity * 1.125)));
    }
    this.#names[number] = name;
    this.hashes[number] = hashText(name);
    if (++this.#size * 3 > this.#slots.length * 2) this.#makeSlots(this.#slots.length * 2);
    else this.#place(number);
    return number;
  }

  /** The number of a name, or -1. */
  find(name: string): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = hashText(name);
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const number = slots[(hash + probe) & mask]! - 1;
      if (number < 0) break;
      if (this.hashes[number] === hash && this.#names[number] === name) return number;
    }
    return this.#crowded.size > 0 ? (this.#crowded.get(name) ?? -1) : -1;
  }

  /** Whether it is there is not checked. */
  name(number: number): string {
    return this.#names[number]!;
  }

  /** By number. */
  *names(): Generator<string> {
    for (const name of this.#names) if (name !== undefined) yield name;
  }

  /** Removes a name that is there; its number is given to a later one. */
  remove(number: number): void {
    if (!this.#crowded.delete(this.#names[number]!)) this.#vacate(number);
    this.#names[number] = undefined;
    this.#free.push(number);
    this.#size--;
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1;
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const at = (this.hashes[number]! + probe) & mask;
      if (this.#slots[at] !== 0) continue;
      this.#slots[at] = number + 1;
      return;
    }
    this.#crowded.set(this.#names[number]!, number);
  }

  #vacate(number: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = this.hashes[number]! & mask;
    while (slots[hole] !== number + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.hashes[slots[at]! - 1]! & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue; // its place is after the hole
      slots[hole] = slots[at]!;
      hole = at;
    }
    slots[hole] = 0;
  }

  #makeSlots(length: number): void {
    this.#slots = new Int32Array(length);
    this.#crowded = new Map();
    for (let number = 0; number < this.#names.length; number++) {
      if (this.#names[number] !== undefined) this.#place(number);
    }
  }
}
