import { PackedLists } from '../util/packed-lists';
import { roughly, UNVALUED, valueStep } from './value-steps';

/** Words of an entry: the node and, roughly, the value. */
const WIDTH = 2;
const VALUE = 1;
/** Items visited at once. */
const CHUNK = 32;

/** Takes some items whose values are at least this far off. False ends the visit. */
export type NearestVisitor = (nodes: readonly number[], atLeast: number) => boolean;

/** All items in growing value. A packed list for each step of value. */
export class ValuePostings {
  readonly #lists = new PackedLists(WIDTH);
  readonly #unsorted = new Set<number>();

  constructor() {
    this.#lists.reserve(UNVALUED + 1);
  }

  /** Bytes in typed arrays. */
  get byteLength(): number {
    return this.#lists.byteLength;
  }

  /** @param inBulk One of many: it gets its place in the order when the postings are next read. */
  add(value: number, node: number, inBulk = false): void {
    const step = valueStep(value);
    if (!inBulk) this.#settle();
    else this.#unsorted.add(step);
    const at = this.#lists.openAt(step, inBulk ? this.#lists.count[step]! : this.#positionOf(step, roughly(value)));
    this.#lists.words[at] = node;
    this.#lists.floats[at + VALUE] = value;
  }

  remove(value: number, node: number): void {
    this.#settle();
    const step = valueStep(value);
    let index = this.#positionOf(step, roughly(value));
    while (this.#lists.words[this.#lists.start[step]! + index * WIDTH] !== node) index++;
    this.#lists.removeAt(step, index);
  }

  /** Visits the items in the steps `from..to`. */
  visit(from: number, to: number, visit: (node: number) => void): void {
    const { words, start, count } = this.#lists;
    for (let step = from; step <= to; step++) {
      for (let at = start[step]!, end = at + count[step]! * WIDTH; at < end; at += WIDTH) visit(words[at]!);
    }
  }

  /**
   * Visits all items, some at a time, in growing distance of value; those without a value come last, at distance
   * Infinity, as everything does where the value is -1.
   */
  visitNearest(value: number, visit: NearestVisitor): void {
    this.#settle();
    const { floats, words, start, count } = this.#lists;
    const isValued = value >= 0;
    let up = isValued ? valueStep(value) : 0;
    let upAt = isValued ? this.#positionOf(up, roughly(value)) : 0;
    let down = up;
    let downAt = upAt; // one past the next one downwards
    const valueAt = (step: number, index: number) => floats[start[step]! + index * WIDTH + VALUE]!;
    const take = (step: number, from: number, to: number) => {
      const nodes: number[] = [];
      for (let index = from; index < to; index++) nodes.push(words[start[step]! + index * WIDTH]!);
      return nodes;
    };
    for (;;) {
      while (up < UNVALUED && upAt >= count[up]!) {
        up++;
        upAt = 0;
      }
      while (down >= 0 && downAt === 0) downAt = --down >= 0 ? count[down]! : 0;
      if (up >= UNVALUED && down < 0) break;
      const above = up < UNVALUED ? distance(value, valueAt(up, upAt)) : Infinity;
      const below = down >= 0 ? distance(value, valueAt(down, downAt - 1)) : Infinity;
      let nodes: number[];
      if (up < UNVALUED && (above <= below || down < 0)) {
        const end = Math.min(count[up]!, upAt + CHUNK);
        nodes = take(up, upAt, end);
        upAt = end;
      } else {
        const end = Math.max(0, downAt - CHUNK);
        nodes = take(down, end, downAt);
        downAt = end;
      }
      if (!visit(nodes, isValued ? Math.min(above, below) : Infinity)) return;
    }
    if (count[UNVALUED]! > 0) visit(take(UNVALUED, 0, count[UNVALUED]!), Infinity);
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

  #settle(): void {
    for (const step of this.#unsorted) {
      const entries = this.#lists.read(step);
      new BigUint64Array(entries.buffer).sort(); // the value is the upper half, and bits of numbers from 0 on keep their order
      this.#lists.assign(step, entries);
    }
    this.#unsorted.clear();
  }

  /** Index of the first item of this value or a greater one. */
  #positionOf(step: number, value: number): number {
    const { floats } = this.#lists;
    const first = this.#lists.start[step]! + VALUE;
    let low = 0;
    let high = this.#lists.count[step]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (floats[first + middle * WIDTH]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A lower bound of how far a value is from one that is known roughly. */
function distance(value: number, rough: number): number {
  return Math.max(0, Math.abs(value - rough) - Math.max(value, rough) * 1e-7);
}
