import type { BarterGraph } from '../graph/barter-graph';
import type { ItemId } from '../types';
import { grown } from '../util/grown';

/**
 * Items that await a search. Of a million that were just loaded all do: those in the graph have a byte each, by node; only
 * those that have left it are kept by their ids.
 */
export class MarkedItems {
  readonly #graph: BarterGraph;
  /** 1 where the item of a node is marked. */
  #isMarked = new Uint8Array(0);
  #count = 0;
  /** Where the next look for marks begins. */
  #next = 0;
  readonly #gone = new Set<ItemId>();

  constructor(graph: BarterGraph) {
    this.#graph = graph;
  }

  get size(): number {
    return this.#count + this.#gone.size;
  }

  add(id: ItemId): void {
    if (this.#gone.has(id)) return;
    if (!this.#graph.hasItem(id)) {
      this.#gone.add(id);
      return;
    }
    const node = this.#graph.nodeOf(id);
    if (node >= this.#isMarked.length) this.#isMarked = grown(this.#isMarked, this.#graph.nodeCapacity);
    if (this.#isMarked[node] === 1) return;
    this.#isMarked[node] = 1;
    this.#count++;
  }

  delete(id: ItemId): void {
    if (!this.#gone.delete(id) && this.#graph.hasItem(id)) this.#unmark(this.#graph.nodeOf(id));
  }

  /** To be called before an item leaves the graph, if only to come back as another node: it stays marked if it is. */
  beforeLeaving(id: ItemId): void {
    if (this.#graph.hasItem(id) && this.#unmark(this.#graph.nodeOf(id))) this.#gone.add(id);
  }

  /** Takes up to `limit` of them; their marks go. */
  take(limit: number): ItemId[] {
    const taken: ItemId[] = [];
    for (const id of this.#gone) {
      if (taken.length === limit) return taken;
      this.#gone.delete(id);
      taken.push(id);
    }
    while (this.#count > 0 && taken.length < limit) {
      this.#next = this.#isMarked.indexOf(1, this.#next);
      if (this.#next < 0) this.#next = 0;
      else {
        this.#unmark(this.#next);
        taken.push(this.#graph.idOfNode(this.#next));
      }
    }
    return taken;
  }

  #unmark(node: number): boolean {
    if (node >= this.#isMarked.length || this.#isMarked[node] === 0) return false;
    this.#isMarked[node] = 0;
    this.#count--;
    return true;
  }
}
