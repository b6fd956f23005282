import type { BarterGraph } from '../graph/barter-graph';
import type { CandidateIndex } from './candidate-index';
import type { Entry } from './entry';

/**
 * What owners who are open to anything can get: the items closest in value to their own, a bounded number of them.
 * Equal distances are in the order of the graph's lists, items without a value come last.
 */
export class OpenCandidates {
  readonly #graph: BarterGraph;
  readonly #most: number;
  readonly #canMeet: (given: Entry, receiving: Entry) => boolean;
  /** By taker, closest first. */
  readonly #taken = new Map<Entry, Entry[]>();

  constructor(graph: BarterGraph, most: number, canMeet: (given: Entry, receiving: Entry) => boolean) {
    this.#graph = graph;
    this.#most = most;
    this.#canMeet = canMeet;
  }

  remove(taker: Entry): void {
    this.#taken.delete(taker);
  }

  /** Finds the closest among all items. */
  refill(taker: Entry, index: CandidateIndex): readonly Entry[] {
    const taken: Entry[] = [];
    this.#taken.set(taker, taken);
    index.forEachByValue(taker.value, (entries, atLeast) => {
      const last = taken[this.#most - 1];
      if (last && valueDistance(taker, last) < atLeast) return false;
      for (const entry of entries) this.#insert(taker, taken, entry);
      return true;
    });
    return taken;
  }

  /** Takers who would take this new item, each with whom they drop for it. */
  offer(given: Entry): { taker: Entry; dropped: Entry | undefined }[] {
    const changes: { taker: Entry; dropped: Entry | undefined }[] = [];
    for (const [taker, taken] of this.#taken) {
      const last = taken.length < this.#most ? undefined : taken[this.#most - 1];
      if (this.#insert(taker, taken, given)) changes.push({ taker, dropped: last });
    }
    return changes;
  }

  /** Takers who have this item. */
  takersOf(given: Entry): Entry[] {
    return [...this.#taken].flatMap(([taker, taken]) => (taken.includes(given) ? [taker] : []));
  }

  /** False where the item is no candidate, or farther than all those taken. */
  #insert(taker: Entry, taken: Entry[], given: Entry): boolean {
    const isFull = taken.length === this.#most;
    if (isFull && this.#compare(taker, given, taken[this.#most - 1]!) >= 0) return false;
    if (!this.#canMeet(given, taker)) return false;
    let at = taken.length;
    while (at > 0 && this.#compare(taker, given, taken[at - 1]!) < 0) at--;
    taken.splice(at, 0, given);
    if (isFull) taken.pop();
    return true;
  }

  #compare(taker: Entry, a: Entry, b: Entry): number {
    const left = valueDistance(taker, a);
    const right = valueDistance(taker, b);
    if (left !== right) return left < right ? -1 : 1;
    return a === b ? 0 : this.#graph.isNodeBefore(a.node, b.node) ? -1 : 1;
  }
}

function valueDistance(a: Entry, b: Entry): number {
  return a.value < 0 || b.value < 0 ? Infinity : Math.abs(a.value - b.value);
}
