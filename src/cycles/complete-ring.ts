import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK } from '../graph/half-edges';
import type { Bounds } from './collectors';
import type { FoundCycle } from './cycle';

/** Part of a ring: nodes one after the other, each given to the owner of the next, and the deficits in between. */
export interface Chain {
  nodes: readonly number[];
  /** One fewer than nodes. */
  edgeDeficits: readonly number[];
}

/**
 * The best rings that hold a chain: the paths from its last node back to its first over nodes that `mayHold` lets in,
 * owners distinct. Exact over the graph's edges, unless the budget ends it: depth first over the out-lists, entering a
 * node only if some walk from it to the end keeps the ring within the bounds and better than the worst one kept.
 *
 * @param bounds Of the whole ring, the chain counted.
 * @param budget Edges to read at most, about.
 */
export function completeRing(
  graph: BarterGraph,
  chain: Chain,
  bounds: Bounds,
  limit: number,
  budget: number,
  mayHold: (node: number) => boolean,
): { rings: FoundCycle[]; isComplete: boolean; work: number } {
  const search = new RingSearch(graph, chain, bounds, limit, budget, mayHold);
  return search.run();
}

class RingSearch {
  readonly #graph: BarterGraph;
  readonly #chain: Chain;
  readonly #bounds: Bounds;
  readonly #limit: number;
  readonly #budget: number;
  readonly #mayHold: (node: number) => boolean;
  readonly #fixedDeficit: number;
  /** Edges that a path may have. */
  readonly #mostEdges: number;
  /** `reach[h]`: least deficit of a walk of h edges from a node to the chain's first. */
  readonly #reach: Map<number, number>[] = [];
  readonly #nodes: number[] = [];
  readonly #deficits: number[] = [];
  readonly #owners: Set<number>;
  #maxMean: number;
  #rings: FoundCycle[] = [];
  #work = 0;

  constructor(
    graph: BarterGraph,
    chain: Chain,
    bounds: Bounds,
    limit: number,
    budget: number,
    mayHold: (node: number) => boolean,
  ) {
    this.#graph = graph;
    this.#chain = chain;
    this.#bounds = bounds;
    this.#limit = limit;
    this.#budget = budget;
    this.#mayHold = mayHold;
    this.#fixedDeficit = chain.edgeDeficits.reduce((sum, deficit) => sum + deficit, 0);
    this.#mostEdges = bounds.maxLength - chain.edgeDeficits.length;
    this.#owners = new Set(chain.nodes.map((node) => graph.ownerOfNode[node]!));
    this.#maxMean = bounds.maxMeanDeficit;
  }

  run(): { rings: FoundCycle[]; isComplete: boolean; work: number } {
    if (this.#mostEdges >= 1) {
      this.#measure();
      this.#walk(this.#chain.nodes.at(-1)!, 0, this.#fixedDeficit);
    }
    return { rings: this.#best(), isComplete: this.#work <= this.#budget, work: this.#work };
  }

  /** Layer by layer backwards from the end; the last edge of a path to it leaves one layer fewer than there are edges. */
  #measure(): void {
    const { incoming } = this.#graph;
    this.#reach.push(new Map([[this.#chain.nodes[0]!, 0]]));
    for (let h = 1; h < this.#mostEdges && this.#work <= this.#budget; h++) {
      const layer = new Map<number, number>();
      for (const [node, least] of this.#reach[h - 1]!) {
        const start = incoming.start[node]!;
        const end = start + incoming.count[node]!;
        for (let i = start; i < end; i++) {
          const word = incoming.words[i]!;
          const giver = word & NODE_MASK;
          const deficit = least + (word >>> NODE_BITS);
          if (deficit < (layer.get(giver) ?? Infinity)) layer.set(giver, deficit);
        }
        this.#work += end - start;
      }
      this.#reach.push(layer);
    }
  }

  #walk(node: number, at: number, sum: number): void {
    const { outgoing, ownerOfNode } = this.#graph;
    const first = this.#chain.nodes[0]!;
    const start = outgoing.start[node]!;
    const end = start + outgoing.count[node]!;
    for (let i = start; i < end; i++) {
      if (++this.#work > this.#budget) return;
      const word = outgoing.words[i]!;
      const receiver = word & NODE_MASK;
      const deficit = word >>> NODE_BITS;
      if (receiver === first) {
        this.#offer(at + 1, deficit, sum + deficit);
        continue;
      }
      if (!this.#canClose(receiver, at + 1, sum + deficit)) continue;
      const owner = ownerOfNode[receiver]!;
      if (this.#owners.has(owner) || !this.#mayHold(receiver)) continue;
      this.#owners.add(owner);
      this.#nodes.push(receiver);
      this.#deficits.push(deficit);
      this.#walk(receiver, at + 1, sum + deficit);
      this.#deficits.pop();
      this.#nodes.pop();
      this.#owners.delete(owner);
    }
  }

  /** Whether some walk from this node to the end, after a path of so many edges, makes a ring within the bounds. */
  #canClose(node: number, edges: number, sum: number): boolean {
    for (let h = 1; h <= this.#mostEdges - edges; h++) {
      const left = this.#reach[h]?.get(node);
      if (left !== undefined && this.#isWithin(edges + h, sum + left)) return true;
    }
    return false;
  }

  #isWithin(pathEdges: number, sum: number): boolean {
    return sum <= (this.#chain.edgeDeficits.length + pathEdges) * this.#maxMean + 1e-6;
  }

  #offer(pathEdges: number, closing: number, sum: number): void {
    const length = this.#chain.edgeDeficits.length + pathEdges;
    if (length < this.#bounds.minLength || !this.#isWithin(pathEdges, sum)) return;
    this.#rings.push({
      nodes: [...this.#chain.nodes, ...this.#nodes],
      edgeDeficits: [...this.#chain.edgeDeficits, ...this.#deficits, closing],
      deficit: sum,
    });
    if (this.#rings.length < this.#limit * 2 + 64) return;
    this.#rings = this.#best();
    const worst = this.#rings.at(-1)!;
    this.#maxMean = Math.min(this.#maxMean, worst.deficit / worst.nodes.length);
  }

  /** By mean deficit, then shorter ones, then in the order of the graph's lists. */
  #best(): FoundCycle[] {
    const graph = this.#graph;
    const compare = (a: FoundCycle, b: FoundCycle) => {
      const byMean = a.deficit * b.nodes.length - b.deficit * a.nodes.length;
      if (byMean !== 0 || a.nodes.length !== b.nodes.length) return byMean || a.nodes.length - b.nodes.length;
      const at = a.nodes.findIndex((node, i) => node !== b.nodes[i]);
      return at < 0 ? 0 : graph.isNodeBefore(a.nodes[at]!, b.nodes[at]!) ? -1 : 1;
    };
    return this.#rings.sort(compare).slice(0, this.#limit);
  }
}
