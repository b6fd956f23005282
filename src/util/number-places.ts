const LEAST_SLOTS = 1024;

/**
 * Places of numbers from 0 on: a hash table with open addressing that is no larger than what it holds asks for, so that it
 * stays at hand where a table by number would be spread all over memory. Emptied, it is used again.
 */
export class NumberPlaces {
  /** Each number plus one, and its place; 0 where a slot is free. */
  #slots = new Int32Array(LEAST_SLOTS * 2);
  #mask = LEAST_SLOTS - 1;
  #count = 0;

  /** The place of a number, or -1. */
  get(number: number): number {
    const slots = this.#slots;
    for (let slot = this.#slotOf(number); ; slot = (slot + 1) & this.#mask) {
      const key = slots[slot * 2]!;
      if (key === number + 1) return slots[slot * 2 + 1]!;
      if (key === 0) return -1;
    }
  }

  set(number: number, place: number): void {
    const slots = this.#slots;
    for (let slot = this.#slotOf(number); ; slot = (slot + 1) & this.#mask) {
      const key = slots[slot * 2]!;
      if (key !== 0 && key !== number + 1) continue;
      slots[slot * 2] = number + 1;
      slots[slot * 2 + 1] = place;
      if (key === 0 && ++this.#count * 2 > this.#mask) this.#grow();
      return;
    }
  }

  /** Forgets all. @param expected How many are to come, about. */
  begin(expected: number): void {
    const slots = Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(expected * 2 + 1)));
    // A table that was large once is not swept for a few.
    if (slots > this.#mask + 1 || slots * 32 < this.#mask) this.#makeSlots(slots);
    else if (this.#count > 0) this.#slots.fill(0);
    this.#count = 0;
  }

  #slotOf(number: number): number {
    return (Math.imul(number, 0x9e3779b1) >>> 8) & this.#mask;
  }

  #makeSlots(slots: number): void {
    this.#slots = new Int32Array(slots * 2);
    this.#mask = slots - 1;
  }

  #grow(): void {
    const before = this.#slots;
    this.#makeSlots((this.#mask + 1) * 2);
    this.#count = 0;
    for (let at = 0; at < before.length; at += 2) if (before[at] !== 0) this.set(before[at]! - 1, before[at + 1]!);
  }
}
