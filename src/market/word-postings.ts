import { NODE_BITS, NODE_MASK } from '../graph/half-edges';
import { PackedLists } from '../util/packed-lists';
import { STEPS_PER_DOUBLING, UNVALUED } from './value-steps';

const STEP_MASK = STEPS_PER_DOUBLING - 1;

/** Takes an item and the step of its value. */
export type WordVisitor = (node: number, step: number) => void;

/**
 * Items by word. A packed list for each word and doubling of value, whose entries are one number each: the step
 * within the doubling, and the node.
 */
export class WordPostings {
  readonly #lists = new PackedLists();
  readonly #listOf = new Map<number, number>();
  /** Lists that grew in bulk and are not in order. */
  readonly #unsorted = new Set<number>();
  readonly #free: number[] = [];
  #used = 0;
  /** Doublings of value that ever held an item. */
  #lowest = Infinity;
  #highest = -1;

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** @param inBulk One of many: it gets its place in the order when the postings are next read. */
  add(word: number, step: number, node: number, inBulk = false): void {
    const place = placeOf(word, step);
    let list = this.#listOf.get(place);
    if (list === undefined) {
      list = this.#free.pop() ?? this.#used++;
      if (list >= this.#lists.count.length) this.#lists.reserve(Math.max(64, Math.ceil(list * 1.25) + 1));
      this.#listOf.set(place, list);
    }
    if (step !== UNVALUED) {
      this.#lowest = Math.min(this.#lowest, doublingOf(step));
      this.#highest = Math.max(this.#highest, doublingOf(step));
    }
    const entry = entryOf(step, node);
    if (inBulk) {
      this.#lists.push(list, entry);
      this.#unsorted.add(list);
      return;
    }
    this.#settle();
    this.#lists.insertAt(list, this.#positionOf(list, entry), entry);
  }

  remove(word: number, step: number, node: number): void {
    this.#settle();
    const place = placeOf(word, step);
    const list = this.#listOf.get(place)!;
    this.#lists.removeAt(list, this.#positionOf(list, entryOf(step, node)));
    if (this.#lists.count[list]! > 0) return;
    this.#listOf.delete(place);
    this.#free.push(list);
  }

  /** Visits the items that hold a word, with values in the steps `from..to`. */
  visit(word: number, from: number, to: number, visit: WordVisitor): void {
    this.#settle();
    const lastDoubling = Math.min(doublingOf(to), this.#highest);
    for (let doubling = Math.max(doublingOf(from), this.#lowest); doubling <= lastDoubling; doubling++) {
      this.#visitList(word, doubling, from, to, visit);
    }
    if (to >= UNVALUED) this.#visitList(word, doublingOf(UNVALUED), from, to, visit);
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

  #visitList(word: number, doubling: number, from: number, to: number, visit: WordVisitor): void {
    const list = this.#listOf.get(word * DOUBLINGS + doubling);
    if (list === undefined) return;
    const { words, start, count } = this.#lists;
    const first = doubling * STEPS_PER_DOUBLING;
    const end = start[list]! + count[list]!;
    for (let at = start[list]! + this.#positionOf(list, entryOf(Math.max(first, from), 0)); at < end; at++) {
      const step = first + (words[at]! >>> NODE_BITS);
      if (step > to) break;
      visit(words[at]! & NODE_MASK, step);
    }
  }

  #settle(): void {
    if (this.#unsorted.size === 0) return;
    for (const list of this.#unsorted) {
      if (this.#lists.count[list]! > 0) this.#lists.assign(list, this.#lists.read(list).sort());
    }
    this.#unsorted.clear();
  }

  /** Index of the first entry not below this one. */
  #positionOf(list: number, entry: number): number {
    const { words, start, count } = this.#lists;
    const first = start[list]!;
    let low = 0;
    let high = count[list]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (words[first + middle]! < entry) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const DOUBLINGS = UNVALUED / STEPS_PER_DOUBLING + 1;

function entryOf(step: number, node: number): number {
  return ((step & STEP_MASK) << NODE_BITS) | node;
}

function placeOf(word: number, step: number): number {
  return word * DOUBLINGS + doublingOf(step);
}

function doublingOf(step: number): number {
  return Math.floor(step / STEPS_PER_DOUBLING);
}
