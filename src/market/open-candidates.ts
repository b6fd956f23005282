import type { BarterGraph } from '../graph/barter-graph';
import type { CandidateIndex } from './candidate-index';
import type { ItemTable } from './item-table';
import { UNVALUED, valueStep } from './value-steps';

/** Who takes anything, and what they take. */
interface Taker {
  node: number;
  /** Of its own item, -1 where unknown. */
  value: number;
  /** Nodes, closest in value first. */
  taken: number[];
  /** How far off the last one is, once there are as many as there may be; else Infinity. */
  reach: number;
  /** Steps of value under which it is filed: what lies outside is too far. */
  from: number;
  to: number;
}

/**
 * What owners who are open to anything can get: the items closest in value to their own, a bounded number of them.
 * Equal distances are in the order of the graph's lists, items without a value come last.
 */
export class OpenCandidates {
  readonly #graph: BarterGraph;
  readonly #items: ItemTable;
  readonly #most: number;
  readonly #canMeet: (given: number, receiving: number) => boolean;
  readonly #takers = new Map<number, Taker>();
  /** Takers by each step of value that they could take something from. */
  readonly #takersAt = new Map<number, Set<Taker>>();
  /** Takers whom nothing is too far for. */
  readonly #hungry = new Set<Taker>();

  constructor(
    graph: BarterGraph,
    items: ItemTable,
    most: number,
    canMeet: (given: number, receiving: number) => boolean,
  ) {
    this.#graph = graph;
    this.#items = items;
    this.#most = most;
    this.#canMeet = canMeet;
  }

  remove(taker: number): void {
    const known = this.#takers.get(taker);
    if (!known) return;
    this.#takers.delete(taker);
    this.#hungry.delete(known);
    for (let step = known.from; step <= known.to; step++) {
      const takers = this.#takersAt.get(step)!;
      takers.delete(known);
      if (takers.size === 0) this.#takersAt.delete(step);
    }
  }

  /** Finds the closest among all items. */
  refill(taker: number, index: CandidateIndex): readonly number[] {
    this.remove(taker);
    const taken: number[] = [];
    index.forEachByValue(this.#items.value(taker), (nodes, atLeast) => {
      let last = taken[this.#most - 1];
      if (last !== undefined && this.#distance(taker, last) < atLeast) return false;
      for (const node of nodes) {
        // Of many that are all as far off, nearly all come after the last one, and need no closer look.
        if (last !== undefined && atLeast >= this.#distance(taker, last) && !this.#graph.isNodeBefore(node, last))
          continue;
        if (this.#insert(taker, taken, node)) last = taken[this.#most - 1];
      }
      return true;
    });
    this.#file(taker, taken);
    return taken;
  }

  /** Takers who would take this new item, each with whom they drop for it. */
  offer(given: number): { taker: number; dropped: number | undefined }[] {
    const changes: { taker: number; dropped: number | undefined }[] = [];
    const value = this.#items.value(given);
    const near = this.#takersAt.get(valueStep(value)) ?? [];
    for (const taker of [...near, ...this.#hungry]) {
      if (distance(taker.value, value) > taker.reach) continue;
      const { node, taken } = taker;
      const last = taken.length < this.#most ? undefined : taken[this.#most - 1];
      if (!this.#insert(node, taken, given)) continue;
      changes.push({ taker: node, dropped: last });
      if (this.#hungry.delete(taker)) this.#file(node, taken);
      else taker.reach = this.#reachOf(node, taken);
    }
    return changes;
  }

  /** Whether the taker has this item. */
  has(taker: number, given: number): boolean {
    return this.#takers.get(taker)?.taken.includes(given) ?? false;
  }

  /** A list that is full knows how far it reaches; later ones that are closer only make it reach less far. */
  #file(taker: number, taken: number[]): void {
    const reach = this.#reachOf(taker, taken);
    const value = this.#items.value(taker);
    const isFull = reach !== Infinity;
    const from = isFull ? valueStep(Math.max(0, value - reach)) : 1;
    const to = isFull ? Math.min(UNVALUED - 1, valueStep(value + reach)) : 0;
    const filed: Taker = { node: taker, value, taken, reach, from, to };
    this.#takers.set(taker, filed);
    if (!isFull) this.#hungry.add(filed);
    for (let step = from; step <= to; step++) {
      const takers = this.#takersAt.get(step);
      if (takers) takers.add(filed);
      else this.#takersAt.set(step, new Set([filed]));
    }
  }

  #reachOf(taker: number, taken: readonly number[]): number {
    const last = taken[this.#most - 1];
    return last === undefined ? Infinity : this.#distance(taker, last);
  }

  /** False where the item is no candidate, or farther than all those taken, or one of them. */
  #insert(taker: number, taken: number[], given: number): boolean {
    const isFull = taken.length === this.#most;
    if (isFull && this.#compare(taker, given, taken[this.#most - 1]!) >= 0) return false;
    if (!this.#canMeet(given, taker) || taken.includes(given)) return false;
    let at = taken.length;
    while (at > 0 && this.#compare(taker, given, taken[at - 1]!) < 0) at--;
    taken.splice(at, 0, given);
    if (isFull) taken.pop();
    return true;
  }

  #compare(taker: number, a: number, b: number): number {
    const left = this.#distance(taker, a);
    const right = this.#distance(taker, b);
    if (left !== right) return left < right ? -1 : 1;
    return a === b ? 0 : this.#graph.isNodeBefore(a, b) ? -1 : 1;
  }

  #distance(a: number, b: number): number {
    return distance(this.#items.value(a), this.#items.value(b));
  }
}

/** Of two values, of which -1 is unknown. */
function distance(a: number, b: number): number {
  return a < 0 || b < 0 ? Infinity : Math.abs(a - b);
}
