import type { FoundCycle } from '../cycles/cycle';
import type { BarterGraph } from '../graph/barter-graph';

/** Keeps the best rings by mean deficit, then shorter ones, then in the order of the graph's lists. */
export class BestRings {
  readonly #graph: BarterGraph;
  readonly #limit: number;
  #mostMean: number;
  #found: FoundCycle[] = [];
  /** Whether rings have been found since the bar was last raised. */
  #hasNew = false;

  constructor(graph: BarterGraph, limit: number, maxMeanDeficit: number) {
    this.#graph = graph;
    this.#limit = limit;
    this.#mostMean = maxMeanDeficit;
  }

  /** Greatest sum of deficits that a ring of this length may have, by the rings there were when the bar was last raised. */
  mostOf(length: number): number {
    return Math.floor(length * this.#mostMean + 1e-6);
  }

  /** A ring within {@link mostOf}. */
  offer(nodes: number[], edgeDeficits: number[]): void {
    const deficit = edgeDeficits.reduce((sum, one) => sum + one, 0);
    this.#found.push({ nodes, edgeDeficits, deficit });
    this.#hasNew = true;
  }

  /** From now on rings must be as good as the last of the best so far. */
  raiseBar(): void {
    if (!this.#hasNew || this.#found.length < this.#limit) return;
    this.#hasNew = false;
    this.#found = this.best();
    const { deficit, nodes } = this.#found[this.#limit - 1]!;
    this.#mostMean = Math.min(this.#mostMean, deficit / nodes.length);
  }

  best(): FoundCycle[] {
    return this.#found.sort((a, b) => this.#compare(a, b)).slice(0, this.#limit);
  }

  #compare(a: FoundCycle, b: FoundCycle): number {
    const byMean = a.deficit * b.nodes.length - b.deficit * a.nodes.length;
    if (byMean !== 0) return byMean;
    if (a.nodes.length !== b.nodes.length) return a.nodes.length - b.nodes.length;
    const at = a.nodes.findIndex((node, i) => node !== b.nodes[i]);
    return at < 0 ? 0 : this.#graph.isNodeBefore(a.nodes[at]!, b.nodes[at]!) ? -1 : 1;
  }
}
