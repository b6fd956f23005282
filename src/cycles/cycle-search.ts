import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK } from '../graph/half-edges';
import { type Collector, type CyclePath, LONGEST_CYCLE } from './collectors';
import { Frontiers, SKETCH_BITS } from './frontiers';

/**
 * One pass over all cycles through a root within a collector's limits: frontiers first, then depth-first from the
 * root, entering a node only if some walk back from it stays within the limits. The limits may tighten on the way.
 * Depth is at most {@link LONGEST_CYCLE}; memory is what the frontiers touched.
 *
 * Owners along a path are distinct, hence its items are, too.
 */
export class CycleSearch implements CyclePath {
  readonly nodes = new Int32Array(LONGEST_CYCLE + 1);
  readonly sums = new Int32Array(LONGEST_CYCLE + 1);
  /** Edges read by the last pass. */
  work = 0;
  /** Whether the last complete pass could have missed a cycle because a list of the graph was cut. */
  couldMissCut = false;

  readonly #graph: BarterGraph;
  readonly #frontiers: Frontiers;
  readonly #owners = new Int32Array(LONGEST_CYCLE + 1);
  #collector!: Collector;
  #limits: Int32Array = new Int32Array(0);
  #minLength = 0;
  #maxLength = 0;
  #budget = 0;
  #isStopped = false;

  constructor(graph: BarterGraph) {
    this.#graph = graph;
    this.#frontiers = new Frontiers(graph);
  }

  /**
   * @param budget Edges to read at most, about.
   * @returns `complete`: the collector has seen all within its limits; `budget`: the budget ended it;
   * `stopped`: the collector did.
   */
  run(root: number, collector: Collector, budget: number): 'complete' | 'budget' | 'stopped' {
    this.#collector = collector;
    this.#limits = collector.limits;
    this.#minLength = collector.minLength;
    this.#maxLength = collector.maxLength;
    this.#budget = budget;
    this.#isStopped = false;
    this.work = 0;
    const frontiers = this.#frontiers;
    try {
      // Part of the budget is kept for the walk: on shallower frontiers it often still completes.
      const built = frontiers.build(root, collector, budget * 0.6);
      this.work = frontiers.work;
      this.couldMissCut = frontiers.couldMissCut();
      if (built === 'none') return 'complete';
      if (built === 'spent') return 'budget';
      this.nodes[0] = root;
      this.#owners[0] = this.#graph.ownerOfNode[root]!;
      this.#walk(root, 0, 0);
      if (this.#isStopped) return 'stopped';
      if (this.work > budget) return 'budget';
      this.couldMissCut = frontiers.couldMissCut(); // again: the limits are tighter now
      return 'complete';
    } finally {
      frontiers.clear();
    }
  }

  get #isOver(): boolean {
    return this.#isStopped || this.work > this.#budget;
  }

  /** Extends the path, whose last item `node` is its `at`-th edge's end, by reading the node's own list. */
  #walk(node: number, at: number, sum: number): void {
    const { backDepth, leastBack, slotOf, reach, rowShift } = this.#frontiers;
    const next = at + 1;
    const left = this.#maxLength - next; // edges left after the next one, the closing one included
    if (left < 1) return;
    if (left < backDepth) {
      const slot = slotOf[node]! - 1;
      if (slot >= 0) this.#walkHops(slot, at, sum);
      return;
    }
    const { outgoing, ownerOfNode } = this.#graph;
    const { bytes } = this.#frontiers.backSketch;
    const limits = this.#limits;
    const maxLength = this.#maxLength;
    const fewest = Math.max(1, this.#minLength - next); // of the edges left
    const best = leastBack[Math.min(fewest, backDepth)]!;
    const isFar = left > backDepth;
    const bestFar = leastBack[backDepth]!;
    const words = outgoing.words;
    const start = outgoing.start[node]!;
    const end = start + outgoing.count[node]!;
    let i = start;
    for (; i < end; i++) {
      const word = words[i]!;
      const total = sum + (word >>> NODE_BITS);
      const most = limits[maxLength]!;
      if (total + best > most) break;
      const receiver = word & NODE_MASK;
      const mayBeFar = isFar && total + bestFar <= most;
      const noted = bytes[receiver]!;
      const isBack = noted !== 0 && total + ((noted - 1) << SKETCH_BITS) <= most;
      if (!isBack && !mayBeFar) continue;
      const slot = isBack ? slotOf[receiver]! - 1 : -1;
      if (!mayBeFar && !this.#canClose(slot, total, next, fewest, backDepth)) continue;
      const owner = ownerOfNode[receiver]!;
      if (this.#hasOwner(owner, at)) continue;
      this.#enter(next, receiver, owner, total);
      if (slot >= 0) this.#close(next, total + reach[(slot << rowShift) + 1]!);
      if (this.#isOver) break;
      this.#walk(receiver, next, total);
      if (this.#isOver) break;
    }
    this.work += i - start + 1;
  }

  /** The same over the recorded next hops, each of which leads back to the root. */
  #walkHops(slot: number, at: number, sum: number): void {
    const { firstHop, hopNext, hopWord, nodeOfSlot, reach, rowShift } = this.#frontiers;
    const { ownerOfNode } = this.#graph;
    const next = at + 1;
    const left = this.#maxLength - next;
    const fewest = Math.max(1, this.#minLength - next);
    let read = 1;
    for (let hop = firstHop[slot]!; hop >= 0; hop = hopNext[hop]!) {
      read++;
      const word = hopWord[hop]!;
      const total = sum + (word >>> NODE_BITS);
      const nextSlot = word & NODE_MASK;
      if (!this.#canClose(nextSlot, total, next, fewest, left)) continue;
      const node = nodeOfSlot[nextSlot]!;
      const owner = ownerOfNode[node]!;
      if (this.#hasOwner(owner, at)) continue;
      this.#enter(next, node, owner, total);
      this.#close(next, total + reach[(nextSlot << rowShift) + 1]!);
      if (this.#isOver) break;
      if (left > 1) {
        this.#walkHops(nextSlot, next, total);
        if (this.#isOver) break;
      }
    }
    this.work += read;
  }

  /** Whether some walk back of this many hops keeps a path of `at` edges and this sum within the limits. */
  #canClose(slot: number, sum: number, at: number, fewest: number, most: number): boolean {
    const { reach, rowShift } = this.#frontiers;
    const row = slot << rowShift;
    for (let h = fewest; h <= most; h++) if (sum + reach[row + h]! <= this.#limits[at + h]!) return true;
    return false;
  }

  #hasOwner(owner: number, upTo: number): boolean {
    for (let i = 0; i <= upTo; i++) if (this.#owners[i] === owner) return true;
    return false;
  }

  #enter(at: number, node: number, owner: number, sum: number): void {
    this.nodes[at] = node;
    this.#owners[at] = owner;
    this.sums[at] = sum;
  }

  /** Reports the path if the edge back to the root exists and the whole is within the limits. */
  #close(at: number, deficit: number): void {
    if (deficit <= this.#limits[at + 1]! && this.#collector.add(this, at + 1, deficit)) this.#isStopped = true;
  }
}
