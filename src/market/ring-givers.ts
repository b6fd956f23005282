import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import { grown } from '../util/grown';
import { UNKNOWN } from './ring-receivers';

/** What could be given for an item. */
export class RingGivers {
  count = 0;
  nodes = new Int32Array(256);
  /** The deficit of the edge to the item is at least this. */
  leastDeficits = new Int16Array(256);
  /** The deficit itself, or {@link UNKNOWN}. */
  deficits = new Int16Array(256);
  /** What the owner wants for it, see {@link ENTRY}. */
  asks = new Int32Array(256);
  lows = new Float32Array(256);
  highs = new Float32Array(256);

  readonly #graph: BarterGraph;
  /** By node: its place plus one, or 0. */
  #placeOf = new Int32Array(0);
  #order = new Int32Array(256);
  readonly #ends = new Int32Array(SCORE_STEPS + 2);

  constructor(graph: BarterGraph) {
    this.#graph = graph;
  }

  /** @param nodes Nodes are numbers below this. */
  reserve(nodes: number): void {
    if (this.#placeOf.length < nodes) this.#placeOf = grown(this.#placeOf, nodes);
  }

  /** Of several bounds for one item the least counts. */
  add(node: number, leastDeficit: number, asks: number, low: number, high: number): void {
    const known = this.#placeOf[node]! - 1;
    if (known >= 0) {
      if (leastDeficit < this.leastDeficits[known]!) this.leastDeficits[known] = leastDeficit;
      return;
    }
    const place = this.count++;
    if (place === this.nodes.length) this.#growTo(place * 2);
    this.#placeOf[node] = place + 1;
    this.nodes[place] = node;
    this.leastDeficits[place] = leastDeficit;
    this.deficits[place] = UNKNOWN;
    this.asks[place] = asks;
    this.lows[place] = low;
    this.highs[place] = high;
  }

  /** Whether it is one of them, and the deficit of its edge known. */
  isKnown(node: number): boolean {
    const place = this.#placeOf[node]! - 1;
    return place >= 0 && this.deficits[place] !== UNKNOWN;
  }

  /** Notes the deficit of an edge, if it is one of them that has it. */
  know(node: number, deficit: number): void {
    const place = this.#placeOf[node]! - 1;
    if (place < 0) return;
    this.leastDeficits[place] = deficit;
    this.deficits[place] = deficit;
  }

  /** Their places in growing least deficit; equals in the order of the graph's lists. */
  *bestFirst(): Generator<number> {
    const ends = this.#ends;
    const order = this.#order;
    ends.fill(0);
    for (let place = 0; place < this.count; place++) ends[this.leastDeficits[place]! + 1]!++;
    for (let deficit = 0; deficit <= SCORE_STEPS; deficit++) ends[deficit + 1]! += ends[deficit]!;
    for (let place = 0; place < this.count; place++) order[ends[this.leastDeficits[place]!]!++] = place;
    for (let from = 0; from < this.count; ) {
      const end = ends[this.leastDeficits[order[from]!]!]!;
      const equals = order.subarray(from, end);
      if (equals.length > 1) equals.sort((a, b) => this.#compare(a, b));
      for (; from < end; from++) yield order[from]!;
    }
  }

  clear(): void {
    for (let place = 0; place < this.count; place++) this.#placeOf[this.nodes[place]!] = 0;
    this.count = 0;
  }

  #compare(a: number, b: number): number {
    return this.#graph.isNodeBefore(this.nodes[a]!, this.nodes[b]!) ? -1 : 1;
  }

  #growTo(length: number): void {
    this.nodes = grown(this.nodes, length);
    this.leastDeficits = grown(this.leastDeficits, length);
    this.deficits = grown(this.deficits, length);
    this.asks = grown(this.asks, length);
    this.lows = grown(this.lows, length);
    this.highs = grown(this.highs, length);
    this.#order = new Int32Array(length);
  }
}
