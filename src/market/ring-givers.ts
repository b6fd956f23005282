import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import { grown } from '../util/grown';
import { NumberPlaces } from '../util/number-places';
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
  /** Places, good after {@link arrange}. */
  order = new Int32Array(256);

  readonly #graph: BarterGraph;
  readonly #places = new NumberPlaces();
  readonly #ends = new Int32Array(SCORE_STEPS + 2);

  constructor(graph: BarterGraph) {
    this.#graph = graph;
  }

  /** Of several bounds for one item the least counts. */
  add(node: number, leastDeficit: number, asks: number, low: number, high: number): void {
    const known = this.#places.get(node);
    if (known >= 0) {
      if (leastDeficit < this.leastDeficits[known]!) this.leastDeficits[known] = leastDeficit;
      return;
    }
    const place = this.count++;
    if (place === this.nodes.length) this.#growTo(place * 2);
    this.#places.set(node, place);
    this.nodes[place] = node;
    this.leastDeficits[place] = leastDeficit;
    this.deficits[place] = UNKNOWN;
    this.asks[place] = asks;
    this.lows[place] = low;
    this.highs[place] = high;
  }

  /** Whether it is one of them, and the deficit of its edge known. */
  isKnown(node: number): boolean {
    const place = this.#places.get(node);
    return place >= 0 && this.deficits[place] !== UNKNOWN;
  }

  /** Notes the deficit of an edge, if it is one of them that has it. */
  know(node: number, deficit: number): void {
    const place = this.#places.get(node);
    if (place < 0) return;
    this.leastDeficits[place] = deficit;
    this.deficits[place] = deficit;
  }

  /** Puts their places in growing least deficit, see {@link sortFrom}. */
  arrange(): void {
    const ends = this.#ends;
    ends.fill(0);
    for (let place = 0; place < this.count; place++) ends[this.leastDeficits[place]! + 1]!++;
    for (let deficit = 0; deficit <= SCORE_STEPS; deficit++) ends[deficit + 1]! += ends[deficit]!;
    for (let place = 0; place < this.count; place++) this.order[ends[this.leastDeficits[place]!]!++] = place;
  }

  /** Brings those that are as good as the one that is `from`th into the order of the graph's lists. Returns where they end. */
  sortFrom(from: number): number {
    const end = this.#ends[this.leastDeficits[this.order[from]!]!]!;
    if (end - from > 1) this.order.subarray(from, end).sort((a, b) => this.#compare(a, b));
    return end;
  }

  /** Forgets all. */
  begin(): void {
    this.#places.begin(0);
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
    this.order = new Int32Array(length);
  }
}
