import { PackedLists } from '../util/packed-lists';
import type { Bits } from './signature';
import { roughly, STEPS_PER_DOUBLING, UNVALUED, valueStep } from './value-steps';

/**
 * Words of an entry. First comes the node, then: the value, roughly; condition and place, see {@link packTraits}; what
 * the item's owner wants for it, see {@link packAsks}; roughly the least and the most value that they want; the bits of
 * its words, see {@link bitsOf}.
 */
export const ENTRY = { width: 8, value: 1, traits: 2, asks: 3, low: 4, high: 5, bits: 6 } as const;

/** What an entry says the owner wants: more than fits into a word, and nothing at all. */
export const ASKS_ANYTHING = -1;
export const ASKS_NOTHING = -2;

const CATEGORY_BITS = 17;

/** The only want of an item in one word that is not negative: its category number, -1 for none, and what it says. */
export function packAsks(category: number, says: number): number {
  return (says << CATEGORY_BITS) | (category + 1);
}

/** Number of the wanted category, -1 for none. */
export function askedCategory(asks: number): number {
  return (asks & ((1 << CATEGORY_BITS) - 1)) - 1;
}

/** Bits of {@link Says}. */
export function askedSays(asks: number): number {
  return asks >>> CATEGORY_BITS;
}

/** An item as it is filed. */
export interface FiledItem {
  node: number;
  /** Minor units, -1 where unknown. */
  value: number;
  traits: number;
  /** Its only want, see {@link packAsks}, or one of the above. */
  asks: number;
  /** Roughly the least and the most value that any of its wants takes. */
  low: number;
  high: number;
  /** Of its words. */
  bits: Bits;
}

/** Takes the entries from one word up to another, see {@link ItemPostings.words}. */
export type RunVisitor = (at: number, end: number) => void;

/** Items in one list, beyond which each step of value gets a list of its own. */
const LONGEST_LIST = 2_048;

/**
 * Items by a key (a category), within it in growing value. All that tells whether an item could answer a want at all lies
 * in its entry, so that a range of values is read from end to end without a look at the items themselves. A packed list
 * for each key and doubling of value; where that grows long, one for each step of it.
 */
export class ItemPostings {
  readonly #lists = new PackedLists(ENTRY.width);
  /** By key and doubling: a list, or {@link SPLIT}. */
  readonly #listOf = new Map<number, number>();
  /** By key and step, where the doubling is split. */
  readonly #listOfStep = new Map<number, number>();
  /** Items in each split doubling. */
  readonly #splitSizes = new Map<number, number>();
  /** Lists that grew in bulk and are not in order, with their key and doubling. */
  readonly #unsorted = new Map<number, number>();
  readonly #free: number[] = [];
  #used = 0;
  /** Doublings of value that ever held an item. */
  #lowest = Infinity;
  #highest = -1;

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** What runs are runs of: nodes at the places of {@link ENTRY}'s first word, and integers. */
  get words(): Uint32Array<ArrayBuffer> {
    return this.#lists.words;
  }

  /** The same as 32-bit floating-point numbers. */
  get floats(): Float32Array<ArrayBuffer> {
    return this.#lists.floats;
  }

  /** @param inBulk One of many: it gets its place in the order when the postings are next read. */
  add(key: number, item: FiledItem, inBulk = false): void {
    if (!inBulk) this.#settle();
    const step = valueStep(item.value);
    const doubling = doublingOf(step);
    if (step !== UNVALUED) {
      this.#lowest = Math.min(this.#lowest, doubling);
      this.#highest = Math.max(this.#highest, doubling);
    }
    const place = placeOf(key, doubling);
    let list = this.#listFor(this.#listOf, place);
    if (list === SPLIT) {
      this.#splitSizes.set(place, this.#splitSizes.get(place)! + 1);
      list = this.#listFor(this.#listOfStep, stepPlaceOf(key, step));
    }
    const count = this.#lists.count[list]!;
    this.#write(this.#lists.openAt(list, inBulk ? count : this.#positionOf(list, roughly(item.value))), item);
    if (inBulk) this.#unsorted.set(list, place);
    else if (this.#listOf.get(place) === list) this.#splitIfLong(key, doubling, list);
  }

  remove(key: number, item: FiledItem): void {
    const { list, index } = this.#find(key, item);
    this.#lists.removeAt(list, index);
    const step = valueStep(item.value);
    const place = placeOf(key, doublingOf(step));
    const isEmpty = this.#lists.count[list] === 0;
    if (this.#listOf.get(place) === list) {
      if (isEmpty) this.#release(this.#listOf, place, list);
      return;
    }
    if (isEmpty) this.#release(this.#listOfStep, stepPlaceOf(key, step), list);
    const size = this.#splitSizes.get(place)! - 1;
    this.#splitSizes.set(place, size);
    if (size > 0) return;
    this.#splitSizes.delete(place);
    this.#listOf.delete(place);
  }

  /** Writes an item anew whose value is what it was. */
  rewrite(key: number, item: FiledItem): void {
    const { list, index } = this.#find(key, item);
    this.#write(this.#lists.start[list]! + index * ENTRY.width, item);
  }

  /** Whether the key holds more than `few` items in a doubling that these values touch. */
  isLong(key: number, from: number, to: number, few: number): boolean {
    this.#settle();
    const last = this.#lastDoubling(to);
    for (let doubling = this.#firstDoubling(from); doubling <= last; doubling++) {
      const list = this.#listOf.get(placeOf(key, doubling));
      if (list !== undefined && (list === SPLIT || this.#lists.count[list]! > few)) return true;
    }
    return false;
  }

  /** Visits the items of a key whose values, roughly, are at least `from` and below `to`, in runs of growing value. */
  visit(key: number, from: number, to: number, visit: RunVisitor): void {
    this.#settle();
    const last = this.#lastDoubling(to);
    for (let doubling = this.#firstDoubling(from); doubling <= last; doubling++) {
      const list = this.#listOf.get(placeOf(key, doubling));
      if (list === undefined) continue;
      if (list !== SPLIT) {
        this.#visitList(list, from, to, visit);
        continue;
      }
      const first = doubling * STEPS_PER_DOUBLING;
      const lastStep = Math.min(first + STEPS_PER_DOUBLING - 1, to === Infinity ? Infinity : valueStep(to));
      for (let step = Math.max(first, valueStep(Math.max(0, from))); step <= lastStep; step++) {
        const ofStep = this.#listOfStep.get(stepPlaceOf(key, step));
        if (ofStep !== undefined) this.#visitList(ofStep, from, to, visit);
      }
    }
  }

  /** The same from a rough bound to a rough bound; without any bound, those that have no value come on top. */
  visitRange(key: number, { low, high }: { low: number; high: number }, visit: RunVisitor): void {
    this.visit(key, low, high + 1, visit);
    if (low < 0 && high === Infinity) this.visitUnvalued(key, visit);
  }

  /** Visits the items of a key that have no value. */
  visitUnvalued(key: number, visit: RunVisitor): void {
    this.#settle();
    const list = this.#listOf.get(placeOf(key, doublingOf(UNVALUED)));
    if (list !== undefined) this.#visitList(list, -Infinity, Infinity, visit);
  }

  /** Much is to come, and then {@link compact}. */
  expectMany(): void {
    this.#lists.expectMany();
  }

  /** Gives back the memory that lists freed while they grew. */
  compact(): void {
    this.#settle();
    this.#lists.compact();
  }

  #firstDoubling(value: number): number {
    return Math.max(this.#lowest, doublingOf(valueStep(Math.max(0, value))));
  }

  #lastDoubling(value: number): number {
    return value === Infinity ? this.#highest : Math.min(this.#highest, doublingOf(valueStep(Math.max(0, value))));
  }

  #visitList(list: number, from: number, to: number, visit: RunVisitor): void {
    const first = this.#lists.start[list]!;
    const low = this.#positionOf(list, from);
    const high = to === Infinity ? this.#lists.count[list]! : this.#positionOf(list, to);
    if (low < high) visit(first + low * ENTRY.width, first + high * ENTRY.width);
  }

  /** Index of the first item of this value or a greater one. */
  #positionOf(list: number, value: number): number {
    const { floats } = this.#lists;
    const first = this.#lists.start[list]! + ENTRY.value;
    let low = 0;
    let high = this.#lists.count[list]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (floats[first + middle * ENTRY.width]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #find(key: number, { node, value }: FiledItem): { list: number; index: number } {
    this.#settle();
    const step = valueStep(value);
    let list = this.#listOf.get(placeOf(key, doublingOf(step)))!;
    if (list === SPLIT) list = this.#listOfStep.get(stepPlaceOf(key, step))!;
    const { words, start } = this.#lists;
    let index = this.#positionOf(list, roughly(value));
    while (words[start[list]! + index * ENTRY.width] !== node) index++;
    return { list, index };
  }

  #write(at: number, { node, value, traits, asks, low, high, bits }: FiledItem): void {
    const { words, floats } = this.#lists;
    words[at] = node;
    floats[at + ENTRY.value] = value;
    words[at + ENTRY.traits] = traits;
    words[at + ENTRY.asks] = asks;
    floats[at + ENTRY.low] = low;
    floats[at + ENTRY.high] = high;
    words[at + ENTRY.bits] = bits[0];
    words[at + ENTRY.bits + 1] = bits[1];
  }

  /** Sorts the lists that grew in bulk, and splits those that grew long. */
  #settle(): void {
    if (this.#unsorted.size === 0) return;
    const grown = [...this.#unsorted];
    this.#unsorted.clear();
    for (const [list, place] of grown) {
      this.#lists.assign(list, sorted(this.#lists.read(list)));
      const doubling = place % DOUBLINGS;
      if (this.#listOf.get(place) === list) this.#splitIfLong((place - doubling) / DOUBLINGS, doubling, list);
    }
  }

  #splitIfLong(key: number, doubling: number, list: number): void {
    if (this.#lists.count[list]! <= LONGEST_LIST || doubling === doublingOf(UNVALUED)) return;
    const place = placeOf(key, doubling);
    const entries = this.#lists.read(list);
    const values = new Float32Array(entries.buffer);
    this.#lists.clear(list);
    this.#free.push(list);
    this.#listOf.set(place, SPLIT);
    this.#splitSizes.set(place, entries.length / ENTRY.width);
    for (let at = 0; at < entries.length; ) {
      const step = valueStep(values[at + ENTRY.value]!);
      let end = at + ENTRY.width;
      while (end < entries.length && valueStep(values[end + ENTRY.value]!) === step) end += ENTRY.width;
      const ofStep = this.#listFor(this.#listOfStep, stepPlaceOf(key, step));
      this.#lists.assign(ofStep, entries.subarray(at, end));
      at = end;
    }
  }

  #listFor(directory: Map<number, number>, place: number): number {
    let list = directory.get(place);
    if (list === undefined) {
      list = this.#free.pop() ?? this.#used++;
      if (list >= this.#lists.count.length) this.#lists.reserve(Math.max(64, Math.ceil(list * 1.25) + 1));
      directory.set(place, list);
    }
    return list;
  }

  #release(directory: Map<number, number>, place: number, list: number): void {
    directory.delete(place);
    this.#free.push(list);
  }
}

/** The entries in growing value: value and place as one integer of 64 bits each, for the native sort. */
function sorted(entries: Uint32Array): Uint32Array {
  const count = entries.length / ENTRY.width;
  const keys = new BigUint64Array(count);
  const halves = new Uint32Array(keys.buffer);
  for (let i = 0; i < count; i++) {
    halves[i * 2] = i;
    halves[i * 2 + 1] = entries[i * ENTRY.width + ENTRY.value]!; // the bits of numbers that are not negative keep their order
  }
  keys.sort();
  const inOrder = new Uint32Array(entries.length);
  for (let i = 0; i < count; i++) {
    const from = halves[i * 2]! * ENTRY.width;
    for (let word = 0; word < ENTRY.width; word++) inOrder[i * ENTRY.width + word] = entries[from + word]!;
  }
  return inOrder;
}

const SPLIT = -1;
const DOUBLINGS = UNVALUED / STEPS_PER_DOUBLING + 1;

function placeOf(key: number, doubling: number): number {
  return key * DOUBLINGS + doubling;
}

function stepPlaceOf(key: number, step: number): number {
  return key * (UNVALUED + 1) + step;
}

function doublingOf(step: number): number {
  return Math.floor(step / STEPS_PER_DOUBLING);
}
