import type { BarterGraph } from '../graph/barter-graph';
import { HalfEdges, NODE_BITS, NODE_MASK, packHalfEdge } from '../graph/half-edges';
import { sortedHalfEdges } from './sorted-half-edges';
import { STEPS_PER_DOUBLING, UNVALUED } from './value-steps';

/** Answers false when the rest of a run is of no interest. */
export type RunVisitor = (node: number) => boolean;

/** Items in one list, beyond which each step of value gets a list of its own. */
const LONGEST_LIST = 2_048;

/**
 * Items by a key (a category, a word), within it by step of value, and within a step (a run) in the order of the
 * graph's lists. A packed list for each key and doubling of value; where that grows long, one for each step of it.
 */
export class ItemPostings {
  readonly #graph: BarterGraph;
  readonly #touch: (words: Uint32Array, from: number, to: number) => void;
  /** The step within the doubling takes the place of a deficit. */
  readonly #lists: HalfEdges;
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

  /** @param touch Called before some items of a list are visited, see {@link ItemTable.touch}. */
  constructor(graph: BarterGraph, touch: (words: Uint32Array, from: number, to: number) => void) {
    this.#touch = touch;
    this.#graph = graph;
    this.#lists = new HalfEdges((a, b) => graph.isNodeBefore(a, b));
  }

  /** Bytes in typed arrays; the directory comes on top. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** @param inBulk One of many: it gets its place in the order when the postings are next read. */
  add(key: number, step: number, node: number, inBulk = false): void {
    if (!inBulk) this.#settle();
    if (step !== UNVALUED) {
      this.#lowest = Math.min(this.#lowest, doublingOf(step));
      this.#highest = Math.max(this.#highest, doublingOf(step));
    }
    const place = placeOf(key, doublingOf(step));
    let list = this.#listOf.get(place);
    if (list === undefined) {
      list = this.#newList();
      this.#listOf.set(place, list);
    }
    if (inBulk) {
      if (list === SPLIT) {
        this.#splitSizes.set(place, this.#splitSizes.get(place)! + 1);
        list = this.#listForStep(key, step);
      }
      this.#lists.push(list, packHalfEdge(step % STEPS_PER_DOUBLING, node));
      this.#unsorted.set(list, place);
      return;
    }
    if (list !== SPLIT) {
      this.#lists.insert(list, step % STEPS_PER_DOUBLING, node);
      if (this.#lists.count[list]! > LONGEST_LIST && step !== UNVALUED) this.#split(key, doublingOf(step), list);
      return;
    }
    this.#lists.insert(this.#listForStep(key, step), step % STEPS_PER_DOUBLING, node);
    this.#splitSizes.set(place, this.#splitSizes.get(place)! + 1);
  }

  remove(key: number, step: number, node: number): void {
    this.#settle();
    const place = placeOf(key, doublingOf(step));
    const list = this.#listOf.get(place)!;
    if (list !== SPLIT) {
      this.#lists.remove(list, step % STEPS_PER_DOUBLING, node);
      if (this.#lists.count[list] === 0) this.#release(this.#listOf, place, list);
      return;
    }
    const ofStep = this.#listOfStep.get(stepPlaceOf(key, step))!;
    this.#lists.remove(ofStep, step % STEPS_PER_DOUBLING, node);
    if (this.#lists.count[ofStep] === 0) this.#release(this.#listOfStep, stepPlaceOf(key, step), ofStep);
    const size = this.#splitSizes.get(place)! - 1;
    this.#splitSizes.set(place, size);
    if (size > 0) return;
    this.#splitSizes.delete(place);
    this.#listOf.delete(place);
  }

  /** Whether the key holds more than `few` items in a doubling that these steps touch. */
  isLong(key: number, from: number, to: number, few: number): boolean {
    this.#settle();
    for (let doubling = doublingOf(from); doubling <= doublingOf(to); doubling++) {
      const list = this.#listOf.get(placeOf(key, doubling));
      if (list !== undefined && (list === SPLIT || this.#lists.count[list]! > few)) return true;
    }
    return false;
  }

  /** Visits the runs of the steps `from..to` of a key. */
  visit(key: number, from: number, to: number, visit: RunVisitor): void {
    this.#settle();
    const last = Math.min(doublingOf(to), this.#highest);
    for (let doubling = Math.max(doublingOf(from), this.#lowest); doubling <= last; doubling++) {
      const list = this.#listOf.get(placeOf(key, doubling));
      if (list === undefined) continue;
      const first = doubling * STEPS_PER_DOUBLING;
      const low = Math.max(from, first);
      const high = Math.min(to, first + STEPS_PER_DOUBLING - 1);
      if (list !== SPLIT) this.#visitList(list, low - first, high - first, visit);
      else for (let step = low; step <= high; step++) this.#visitStep(key, step, visit);
    }
    if (to < UNVALUED) return;
    const unvalued = this.#listOf.get(placeOf(key, doublingOf(UNVALUED)));
    if (unvalued !== undefined) this.#visitList(unvalued, 0, 0, visit);
  }

  #visitStep(key: number, step: number, visit: RunVisitor): void {
    const list = this.#listOfStep.get(stepPlaceOf(key, step));
    if (list !== undefined) this.#visitList(list, step % STEPS_PER_DOUBLING, step % STEPS_PER_DOUBLING, visit);
  }

  #visitList(list: number, from: number, to: number, visit: RunVisitor): void {
    const { words, start } = this.#lists;
    const first = start[list]!;
    const end = first + this.#positionOf(list, to + 1);
    let at = first + this.#positionOf(list, from);
    let touched = at;
    while (at < end) {
      if (at >= touched) {
        touched = Math.min(end, at + TOUCHED_AT_ONCE);
        this.#touch(words, at, touched);
      }
      const word = words[at]!;
      if (visit(word & NODE_MASK)) at++;
      else at = first + this.#positionOf(list, (word >>> NODE_BITS) + 1);
    }
  }

  /** Gives back the memory that lists freed while they grew. */
  compact(): void {
    this.#settle();
    this.#lists.compact();
  }

  /** Sorts the lists that grew in bulk, and splits those that grew long. */
  #settle(): void {
    if (this.#unsorted.size === 0) return;
    const grown = [...this.#unsorted];
    this.#unsorted.clear();
    for (const [list, place] of grown) {
      this.#lists.assign(list, sortedHalfEdges(this.#lists.read(list), this.#graph));
      const doubling = place % DOUBLINGS;
      const isWhole = this.#listOf.get(place) === list && doubling !== doublingOf(UNVALUED);
      if (isWhole && this.#lists.count[list]! > LONGEST_LIST) {
        this.#split((place - doubling) / DOUBLINGS, doubling, list);
      }
    }
  }

  /** Index of the first item in this step of its doubling or a later one. */
  #positionOf(list: number, step: number): number {
    const { words, start, count } = this.#lists;
    const first = start[list]!;
    let low = 0;
    let high = count[list]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (words[first + middle]! >>> NODE_BITS < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #split(key: number, doubling: number, list: number): void {
    const place = placeOf(key, doubling);
    const words = this.#lists.read(list);
    this.#lists.clear(list);
    this.#free.push(list);
    this.#listOf.set(place, SPLIT);
    this.#splitSizes.set(place, words.length);
    for (let at = 0; at < words.length; ) {
      const step = words[at]! >>> NODE_BITS;
      let end = at + 1;
      while (end < words.length && words[end]! >>> NODE_BITS === step) end++;
      this.#lists.assign(this.#listForStep(key, doubling * STEPS_PER_DOUBLING + step), words.subarray(at, end));
      at = end;
    }
  }

  #listForStep(key: number, step: number): number {
    const place = stepPlaceOf(key, step);
    let list = this.#listOfStep.get(place);
    if (list === undefined) {
      list = this.#newList();
      this.#listOfStep.set(place, list);
    }
    return list;
  }

  #newList(): number {
    const list = this.#free.pop() ?? this.#used++;
    if (list >= this.#lists.count.length) this.#lists.reserve(Math.max(64, Math.ceil(list * 1.25) + 1));
    return list;
  }

  #release(directory: Map<number, number>, place: number, list: number): void {
    directory.delete(place);
    this.#free.push(list);
  }
}

/** Few enough to stay at hand until they are visited. */
const TOUCHED_AT_ONCE = 64;

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
