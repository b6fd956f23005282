import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK } from '../graph/half-edges';

/**
 * Frontiers
 * =========
 *
 * For one root item: the least deficit of any walk of h edges back to it (`back`), and of any walk of k edges from it
 * (`forth`), layer by layer from both sides, always expanding the side that costs less. Walks may repeat items, cycles
 * may not, so these are lower bounds: nothing that they rule out could have been a cycle within the limits. While the
 * backward side grows, the next hops on the way back are recorded, so that the walk of the search over the last hops
 * touches only edges that can still close.
 *
 * The bound is the hop-indexed one of hop-constrained path enumeration (PathEnum, Sun et al., SIGMOD 2021), carried
 * over from distances to scores and to two sides that meet where it is cheapest.
 *
 * Every node touched has a slot; a slot has one row of `reach`: `back[0..width)`, then `forth[0..width)`, one cache
 * line for cycles up to 8.
 */
export class Frontiers {
  /** Slot of each node plus one; 0 where untouched. */
  slotOf = new Int32Array(0);
  nodeOfSlot = new Int32Array(4096);
  reach = new Int32Array(4096 * 16);
  /** log2 of the length of a row of `reach`. */
  rowShift = 4;
  /** Recorded next hops of each slot, as a linked list through `hopNext`; -1 ends it. */
  firstHop = new Int32Array(4096);
  /** `deficit << 22 | slot`, the slot one hop nearer the root. */
  hopWord = new Uint32Array(8192);
  hopNext = new Int32Array(8192);

  /** Complete layers on either side. */
  backDepth = 0;
  forthDepth = 0;
  /** Least deficit into the root, out of it, and of any walk back from the farthest complete layer or beyond. */
  bestIn = 0;
  bestOut = 0;
  bestFar = 0;
  /** Backward layers that hold every node whose walk back is within the limits, met by the forward side or not. */
  #unfilteredDepth = 0;
  /** Edges read. */
  work = 0;

  readonly #graph: BarterGraph;
  #root = 0;
  #limits: Int32Array = new Int32Array(0);
  #maxLength = 0;
  #allowance = 0;
  #slots = 0;
  #hops = 0;
  /** How much of a slot's incoming list has been recorded as hops. */
  #recorded = new Int32Array(4096);
  /** Walks from the root to each slot in the present and the next layer: what reading on from there will cost. */
  #walks = new Float64Array(4096);
  #nextWalks = new Float64Array(4096);
  readonly #backLayers = Array.from({ length: LAYERS }, () => new SlotList());
  readonly #forthLayers = Array.from({ length: LAYERS }, () => new SlotList());

  constructor(graph: BarterGraph) {
    this.#graph = graph;
  }

  /**
   * Builds both sides for cycles through `root` within `limits`, reading at most about `allowance` edges.
   * @returns `none`: no cycle is possible; `ready`; `spent`: the allowance ended before even the first layer stood.
   */
  build(root: number, limits: Int32Array, allowance: number): 'none' | 'ready' | 'spent' {
    const { incoming, outgoing } = this.#graph;
    const maxLength = limits.length - 1;
    this.#begin(root, limits, allowance);
    if (incoming.count[root] === 0 || outgoing.count[root] === 0) return 'none';
    this.bestIn = incoming.words[incoming.start[root]!]! >>> NODE_BITS;
    this.bestOut = outgoing.words[outgoing.start[root]!]! >>> NODE_BITS;

    let backCost = incoming.count[root]!;
    let forthCost = outgoing.count[root]!;
    while (this.backDepth + this.forthDepth < maxLength) {
      const forthIsDone = this.forthDepth + this.backDepth + 1 >= maxLength && this.backDepth > 0;
      if (backCost <= forthCost || (this.backDepth === 0 && this.forthDepth === maxLength - 1)) {
        if (this.backDepth === maxLength - 1) break;
        backCost = this.#expandBack();
        if (backCost < 0) break;
        this.backDepth++;
        if (this.#maxLength - this.backDepth > this.forthDepth) this.#unfilteredDepth = this.backDepth;
        if (this.backDepth === 1 && this.#backLayers[1]!.length === 0) return 'none';
      } else if (!forthIsDone) {
        forthCost = this.#expandForth();
        if (forthCost < 0) break;
        this.forthDepth++;
        if (this.forthDepth === 1 && this.#forthLayers[1]!.length === 0) return 'none';
      } else break;
    }
    if (this.backDepth === 0) return 'spent';
    this.bestFar = Math.max(this.bestIn, this.#leastOfFarthestLayer());
    return 'ready';
  }

  /**
   * Whether an edge that is missing because a list was cut could complete a cycle within the limits. Of the missing
   * edges of such a cycle take the last on the way back to the root: from the list it is missing in, the rest of the
   * way exists.
   */
  couldMissCut(): boolean {
    const { cutOfNode, cutLists, incoming } = this.#graph;
    const most = this.#limits[this.#maxLength]!;
    if (cutLists === 0 || incoming.count[this.#root] === 0 || most < 0) return false;
    let leastBeyond = UNREACHED;
    for (let slot = 0; slot < this.#slots; slot++) {
      const cut = cutOfNode[this.nodeOfSlot[slot]!]!;
      const row = slot << this.rowShift;
      for (let h = 0; h <= this.#unfilteredDepth && cut >= 0; h++) if (this.reach[row + h]! + cut <= most) return true;
      leastBeyond = Math.min(leastBeyond, this.reach[row + this.#unfilteredDepth]!);
    }
    return this.#unfilteredDepth < this.#maxLength - 1 && leastBeyond <= most;
  }

  /** Forgets the root; must follow every `build` before the next one. */
  clear(): void {
    const { slotOf, nodeOfSlot } = this;
    for (let slot = 0; slot < this.#slots; slot++) slotOf[nodeOfSlot[slot]!] = 0;
    this.#slots = 0;
  }

  #begin(root: number, limits: Int32Array, allowance: number): void {
    const maxLength = limits.length - 1;
    this.#root = root;
    this.#limits = limits;
    this.#maxLength = maxLength;
    this.#allowance = allowance;
    this.#hops = 0;
    this.work = 0;
    this.backDepth = 0;
    this.forthDepth = 0;
    this.#unfilteredDepth = 0;
    this.rowShift = maxLength <= 8 ? 4 : 5;
    if (this.slotOf.length < this.#graph.nodeCapacity) this.slotOf = new Int32Array(this.#graph.nodeCapacity);
    for (const layer of this.#backLayers) layer.length = 0;
    for (const layer of this.#forthLayers) layer.length = 0;
    const slot = this.#touch(root);
    this.reach[slot << this.rowShift] = 0;
    this.reach[(slot << this.rowShift) + (1 << (this.rowShift - 1))] = 0;
    this.#walks[slot] = 1;
    this.#backLayers[0]!.push(slot);
    this.#forthLayers[0]!.push(slot);
  }

  /** Adds the layer one edge farther back. Returns the cost of the next one, or -1 when the allowance is spent. */
  #expandBack(): number {
    const { incoming, ownerOfNode } = this.#graph;
    const { words, start: starts, count: counts } = incoming;
    const { slotOf, rowShift, forthDepth } = this;
    const limits = this.#limits;
    const width = 1 << (rowShift - 1);
    let reach = this.reach;
    const from = this.#backLayers[this.backDepth]!;
    const to = this.#backLayers[this.backDepth + 1]!;
    const depth = this.backDepth + 1;
    // The first edge costs bestOut at least, unless it is one that a cut list lost.
    const most = limits[this.#maxLength]! - (this.#graph.cutLists === 0 ? this.bestOut : 0);
    const rootOwner = ownerOfNode[this.#root]!;
    // Hops that a cycle may have left on the far side. Once the forward side covers them all, a node that it has not
    // reached cannot be on a cycle through this layer.
    const left = this.#maxLength - depth;
    const isMet = left <= forthDepth;
    let cost = 0;
    for (let i = 0; i < from.length; i++) {
      const slot = from.slots[i]!;
      const node = this.nodeOfSlot[slot]!;
      const owner = ownerOfNode[node]!;
      const base = reach[(slot << rowShift) + depth - 1]!;
      const start = starts[node]!;
      const count = counts[node]!;
      const recorded = this.#recorded[slot]!;
      let at = 0;
      for (; at < count; at++) {
        const word = words[start + at]!;
        const deficit = base + (word >>> NODE_BITS);
        if (deficit > most) break;
        const giver = word & NODE_MASK;
        const giverOwner = ownerOfNode[giver]!;
        if (giverOwner === rootOwner || giverOwner === owner) continue;
        let giverSlot = slotOf[giver]! - 1;
        let isWithin = true;
        if (isMet) {
          if (giverSlot < 0) continue;
          const row = (giverSlot << rowShift) + width;
          let isReached = false;
          isWithin = false;
          for (let k = 1; k <= left && !isWithin; k++) {
            const forth = reach[row + k]!;
            if (forth === UNREACHED) continue;
            isReached = true;
            isWithin = forth + deficit <= limits[k + depth]!;
          }
          if (!isReached) continue;
        }
        if (giverSlot < 0) {
          giverSlot = this.#touch(giver);
          reach = this.reach;
        }
        if (isWithin) {
          const cell = (giverSlot << rowShift) + depth;
          const known = reach[cell]!;
          if (known === UNREACHED) {
            to.push(giverSlot);
            cost += counts[giver]!;
          }
          if (deficit < known) reach[cell] = deficit;
        }
        if (at >= recorded) this.#record(giverSlot, word >>> NODE_BITS, slot);
      }
      if (at > recorded) this.#recorded[slot] = at;
      this.work += at + 1;
      if (this.work > this.#allowance) return -1;
    }
    return cost;
  }

  /** Adds the layer one edge farther on. Returns the cost of reading on from there, or -1 when the allowance is spent. */
  #expandForth(): number {
    const { outgoing, ownerOfNode } = this.#graph;
    const { words, start: starts, count: counts } = outgoing;
    const { slotOf, rowShift } = this;
    const width = 1 << (rowShift - 1);
    let reach = this.reach;
    const from = this.#forthLayers[this.forthDepth]!;
    const to = this.#forthLayers[this.forthDepth + 1]!;
    const depth = this.forthDepth + 1;
    const most = this.#limits[this.#maxLength]! - this.bestIn;
    const rootOwner = ownerOfNode[this.#root]!;
    let cost = 0;
    for (let i = 0; i < from.length; i++) {
      const slot = from.slots[i]!;
      const node = this.nodeOfSlot[slot]!;
      const owner = ownerOfNode[node]!;
      const walks = this.#walks[slot]!;
      const base = reach[(slot << rowShift) + width + depth - 1]!;
      const start = starts[node]!;
      const count = counts[node]!;
      let at = 0;
      for (; at < count; at++) {
        const word = words[start + at]!;
        const deficit = base + (word >>> NODE_BITS);
        if (deficit > most) break;
        const receiver = word & NODE_MASK;
        const receiverOwner = ownerOfNode[receiver]!;
        if (receiverOwner === rootOwner || receiverOwner === owner) continue;
        let receiverSlot = slotOf[receiver]! - 1;
        if (receiverSlot < 0) {
          receiverSlot = this.#touch(receiver);
          reach = this.reach;
        }
        const cell = (receiverSlot << rowShift) + width + depth;
        const known = reach[cell]!;
        if (known === UNREACHED) to.push(receiverSlot);
        if (deficit < known) reach[cell] = deficit;
        this.#nextWalks[receiverSlot]! += walks;
        cost += walks * counts[receiver]!;
      }
      this.work += at + 1;
      if (this.work > this.#allowance) return -1;
    }
    for (let i = 0; i < to.length; i++) {
      const slot = to.slots[i]!;
      this.#walks[slot] = this.#nextWalks[slot]!;
      this.#nextWalks[slot] = 0;
    }
    return cost;
  }

  #leastOfFarthestLayer(): number {
    const layer = this.#backLayers[this.backDepth]!;
    let least = UNREACHED;
    for (let i = 0; i < layer.length; i++) {
      least = Math.min(least, this.reach[(layer.slots[i]! << this.rowShift) + this.backDepth]!);
    }
    return least;
  }

  #touch(node: number): number {
    const slot = this.#slots++;
    if (slot === this.nodeOfSlot.length) this.#growSlots();
    if ((slot + 1) << this.rowShift > this.reach.length) this.reach = grown(this.reach, Int32Array);
    this.slotOf[node] = slot + 1;
    this.nodeOfSlot[slot] = node;
    this.firstHop[slot] = -1;
    this.#recorded[slot] = 0;
    this.#nextWalks[slot] = 0;
    const { reach, rowShift } = this;
    for (let i = slot << rowShift, end = (slot + 1) << rowShift; i < end; i++) reach[i] = UNREACHED;
    return slot;
  }

  #record(slot: number, deficit: number, nextSlot: number): void {
    const hop = this.#hops++;
    if (hop === this.hopWord.length) {
      this.hopWord = grown(this.hopWord, Uint32Array);
      this.hopNext = grown(this.hopNext, Int32Array);
    }
    this.hopWord[hop] = ((deficit << NODE_BITS) | nextSlot) >>> 0;
    this.hopNext[hop] = this.firstHop[slot]!;
    this.firstHop[slot] = hop;
  }

  #growSlots(): void {
    this.nodeOfSlot = grown(this.nodeOfSlot, Int32Array);
    this.firstHop = grown(this.firstHop, Int32Array);
    this.#recorded = grown(this.#recorded, Int32Array);
    this.#walks = grown(this.#walks, Float64Array);
    this.#nextWalks = grown(this.#nextWalks, Float64Array);
  }
}

/** One for the root, and one for each edge of the longest cycle. */
const LAYERS = 17;

/** More than any deficit sum of 16 edges, and safe to add to one. */
const UNREACHED = 0x3fffffff;

/** A list of slots that grows and is reused. */
class SlotList {
  slots = new Int32Array(256);
  length = 0;

  push(slot: number): void {
    if (this.length === this.slots.length) this.slots = grown(this.slots, Int32Array);
    this.slots[this.length++] = slot;
  }
}

interface TypedArrayConstructor<A> {
  new (length: number): A;
}

function grown<A extends Int32Array | Uint32Array | Float64Array>(array: A, make: TypedArrayConstructor<A>): A {
  const bigger = new make(array.length * 2);
  bigger.set(array);
  return bigger;
}
