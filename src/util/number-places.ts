const LEAST_SLOTS = 1024;
/** Numbers are below 2 to this power; the bits above tell which filling of the table an entry belongs to. */
const NUMBER_BITS = 22;
const MOST_FILLINGS = 2 ** (31 - NUMBER_BITS) - 1;

/**
 * Places of numbers from 0 up to 2^22: a hash table with open addressing that is no larger than what it holds asks for, so
 * that it stays at hand where a table by number would be spread all over memory. Emptied, it is used again: what an
 * earlier filling left is as good as nothing.
 */
export class NumberPlaces {
  /** Each number below the number of its filling, and its place. */
  #slots = new Int32Array(LEAST_SLOTS * 2);
  #mask = LEAST_SLOTS - 1;
  #count = 0;
  #filling = 1;

  /** The place of a number, or -1. */
  get(number: number): number {
    const slots = this.#slots;
    const filling = this.#filling;
    const wanted = this.#keyOf(number);
    for (let slot = this.#slotOf(number); ; slot = (slot + 1) & this.#mask) {
      const key = slots[slot * 2]!;
      if (key === wanted) return slots[slot * 2 + 1]!;
      if (key >> NUMBER_BITS !== filling) return -1;
    }
  }

  set(number: number, place: number): void {
    const slots = this.#slots;
    const wanted = this.#keyOf(number);
    for (let slot = this.#slotOf(number); ; slot = (slot + 1) & this.#mask) {
      const key = slots[slot * 2]!;
      const isFree = key >> NUMBER_BITS !== this.#filling;
      if (!isFree && key !== wanted) continue;
      slots[slot * 2] = wanted;
      slots[slot * 2 + 1] = place;
      if (isFree && ++this.#count * 2 > this.#mask) this.#grow();
      return;
    }
  }

  /** Forgets all. @param expected How many are to come, about. */
  begin(expected: number): void {
    const slots = Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(expected * 2 + 1)));
    // A table that was large once is not kept for a few.
    if (slots > this.#mask + 1 || slots * 32 < this.#mask) this.#makeSlots(slots);
    else if (++this.#filling > MOST_FILLINGS) {
      this.#slots.fill(0);
      this.#filling = 1;
    }
    this.#count = 0;
  }

  #keyOf(number: number): number {
    return (this.#filling << NUMBER_BITS) | number;
  }

  #slotOf(number: number): number {
    return (Math.imul(number, 0x9e3779b1) >>> 8) & this.#mask;
  }

  #makeSlots(slots: number): void {
    this.#slots = new Int32Array(slots * 2);
    this.#mask = slots - 1;
    this.#filling = 1;
  }

  #grow(): void {
    const before = this.#slots;
    const filling = this.#filling;
    this.#makeSlots((this.#mask + 1) * 2);
    this.#count = 0;
    for (let at = 0; at < before.length; at += 2) {
      const key = before[at]!;
      if (key >> NUMBER_BITS === filling) this.set(key & (2 ** NUMBER_BITS - 1), before[at + 1]!);
    }
  }
}
