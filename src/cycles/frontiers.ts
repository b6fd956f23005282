import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK } from '../graph/half-edges';
import type { Collector } from './collectors';

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
 * The last two hops, where nearly all edges are, make no layer of their own: the forward side only notes where its next
 * edge leads (a semi-join, as in Bernstein and Chiu, JACM 28(1) 1981), and the backward side takes up what was noted.
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
  /** Least deficit of any walk of h edges back to the root, for complete layers h; it does not fall with h. */
  readonly leastBack = new Int32Array(LAYERS);
  /** The same from the root. */
  readonly leastForth = new Int32Array(LAYERS);
  /** The nodes of all backward layers, and those of all forward layers and of one beyond. */
  readonly backSketch = new Sketch();
  readonly #forthSketch = new Sketch();
  /** Backward layers that hold every node whose walk back is within the limits, met by the forward side or not. */
  #unfilteredDepth = 0;
  /** Edges read. */
  work = 0;

  readonly #graph: BarterGraph;
  #root = 0;
  #limits: Int32Array = new Int32Array(0);
  #minLength = 0;
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
   * Builds both sides for the cycles through `root` that `wanted` still lets through, reading at most about `allowance`
   * edges.
   * @returns `none`: no cycle is possible; `ready`; `spent`: the allowance ended before even the first layer stood.
   */
  build(root: number, wanted: Collector, allowance: number): 'none' | 'ready' | 'spent' {
    const { incoming, outgoing, cutLists } = this.#graph;
    const { maxLength } = wanted;
    this.#begin(root, wanted, allowance);
    if (incoming.count[root] === 0 || outgoing.count[root] === 0) return 'none';
    this.leastBack[1] = incoming.words[incoming.start[root]!]! >>> NODE_BITS;
    this.leastForth[1] = outgoing.words[outgoing.start[root]!]! >>> NODE_BITS;

    let backCost = incoming.count[root]!;
    let forthCost = outgoing.count[root]!;
    while (this.backDepth + this.forthDepth < maxLength - 2) {
      if (backCost <= forthCost) {
        backCost = this.#expandBack();
        if (backCost < 0) return this.#ended();
        this.#unfilteredDepth = ++this.backDepth;
        if (this.#isEmptyTooSoon(this.#backLayers[this.backDepth]!, this.backDepth)) return 'none';
      } else {
        forthCost = this.#expandForth();
        if (forthCost < 0) return this.#ended();
        this.forthDepth++;
        if (this.#isEmptyTooSoon(this.#forthLayers[this.forthDepth]!, this.forthDepth)) return 'none';
      }
    }
    // A layer more is made whole where only that can tell that no cut list matters, where a layer of that many edges
    // holds a good part of all items, so that there is little to leave out, and where finding that out costs more.
    const isLittle = backCost * SKETCH_PAYS < forthCost;
    const isDense = backCost <= forthCost && backCost * SKETCH_PAYS >= this.#graph.order;
    if (isLittle || isDense || (this.forthDepth === 0 && cutLists > 0)) {
      backCost = this.#expandBack();
      if (backCost < 0) return this.#ended();
      this.#unfilteredDepth = ++this.backDepth;
      if (this.#isEmptyTooSoon(this.#backLayers[this.backDepth]!, this.backDepth)) return 'none';
      if (this.forthDepth === 0 || backCost > forthCost) return 'ready';
    } else if (!this.#sketchForth()) return this.#ended();
    if (!this.#meet()) return this.#ended();
    this.backDepth++;
    return this.#isEmptyTooSoon(this.#backLayers[this.backDepth]!, this.backDepth) ? 'none' : 'ready';
  }

  #ended(): 'ready' | 'spent' {
    return this.backDepth === 0 ? 'spent' : 'ready';
  }

  #isEmptyTooSoon(layer: SlotList, depth: number): boolean {
    return layer.length === 0 && depth < this.#minLength;
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
    const depth = this.#unfilteredDepth;
    for (let slot = 0; slot < this.#slots; slot++) {
      const cut = cutOfNode[this.nodeOfSlot[slot]!]!;
      const row = slot << this.rowShift;
      for (let h = 0; h <= depth && cut >= 0; h++) if (this.reach[row + h]! + cut <= most) return true;
    }
    if (depth >= this.#maxLength - 1) return false;
    const layer = this.#backLayers[depth]!;
    for (let i = 0; i < layer.length; i++) if (this.#leadsOn(layer.slots[i]!, depth, most)) return true;
    return false;
  }

  /** Whether a walk of one edge more, over this slot in this backward layer, is within `most`. */
  #leadsOn(slot: number, depth: number, most: number): boolean {
    const { incoming, ownerOfNode } = this.#graph;
    const node = this.nodeOfSlot[slot]!;
    const rootOwner = ownerOfNode[this.#root]!;
    const start = incoming.start[node]!;
    const left = most - this.reach[(slot << this.rowShift) + depth]!;
    for (let at = start, end = start + incoming.count[node]!; at < end; at++) {
      const word = incoming.words[at]!;
      if (word >>> NODE_BITS > left) return false;
      const owner = ownerOfNode[word & NODE_MASK]!;
      if (owner !== rootOwner && owner !== ownerOfNode[node]) return true;
    }
    return false;
  }

  /** Forgets the root; must follow every `build` before the next one. */
  clear(): void {
    const { slotOf, nodeOfSlot } = this;
    for (let slot = 0, slots = this.#slots; slot < slots; slot++) slotOf[nodeOfSlot[slot]!] = 0;
    this.backSketch.clear();
    this.#forthSketch.clear();
    this.#slots = 0;
  }

  #begin(root: number, { limits, minLength, maxLength }: Collector, allowance: number): void {
    this.#root = root;
    this.#limits = limits;
    this.#minLength = minLength;
    this.#maxLength = maxLength;
    this.#allowance = allowance;
    this.#hops = 0;
    this.work = 0;
    this.backDepth = 0;
    this.forthDepth = 0;
    this.#unfilteredDepth = 0;
    this.rowShift = maxLength <= 4 ? 3 : maxLength <= 8 ? 4 : 5;
    const { nodeCapacity } = this.#graph;
    if (this.slotOf.length < nodeCapacity) {
      this.slotOf = new Int32Array(nodeCapacity);
      this.backSketch.reserve(nodeCapacity);
      this.#forthSketch.reserve(nodeCapacity);
    }
    for (let depth = 0; depth < maxLength; depth++) {
      this.#backLayers[depth]!.length = 0;
      this.#forthLayers[depth]!.length = 0;
    }
    this.#makeRoom(1);
    const slot = this.#touch(root);
    this.reach[slot << this.rowShift] = 0;
    this.reach[(slot << this.rowShift) + (1 << (this.rowShift - 1))] = 0;
    this.#walks[slot] = 1;
    this.#backLayers[0]!.slots[this.#backLayers[0]!.length++] = slot;
    this.#forthLayers[0]!.slots[this.#forthLayers[0]!.length++] = slot;
  }

  /**
   * The greatest deficit that a walk of `done` edges on one side may have, given the least of walks of each length on
   * the other, known up to `depth` and for one edge: the rest of the cycle costs that at least.
   */
  #mostFor(done: number, leastOfRest: Int32Array, depth: number): number {
    const limits = this.#limits;
    let most = -1;
    for (let l = Math.max(this.#minLength, done + 1); l <= this.#maxLength; l++) {
      const rest = leastOfRest[Math.min(l - done, Math.max(1, depth))]!;
      if (limits[l]! - rest > most) most = limits[l]! - rest;
    }
    return most;
  }

  /** Adds the layer one edge farther back. Returns the cost of the next one, or -1 when the allowance is spent. */
  #expandBack(): number {
    const { incoming, ownerOfNode, cutLists } = this.#graph;
    const { words, start: starts, count: counts } = incoming;
    const { slotOf, rowShift } = this;
    const sketch = this.backSketch;
    const from = this.#backLayers[this.backDepth]!;
    const to = this.#backLayers[this.backDepth + 1]!;
    const depth = this.backDepth + 1;
    // The way there has a least cost, unless over an edge that a cut list lost.
    const most =
      cutLists === 0 ? this.#mostFor(depth, this.leastForth, this.forthDepth) : this.#limits[this.#maxLength]!;
    const rootOwner = ownerOfNode[this.#root]!;
    let least = UNREACHED;
    let cost = 0;
    for (let i = 0; i < from.length; i++) {
      const slot = from.slots[i]!;
      const node = this.nodeOfSlot[slot]!;
      const count = counts[node]!;
      this.#makeRoom(count);
      to.makeRoom(count);
      sketch.makeRoom(count);
      const { reach } = this;
      const owner = ownerOfNode[node]!;
      const base = reach[(slot << rowShift) + depth - 1]!;
      const start = starts[node]!;
      const end = start + count;
      const recorded = start + this.#recorded[slot]!;
      let at = start;
      for (; at < end; at++) {
        const word = words[at]!;
        const deficit = base + (word >>> NODE_BITS);
        if (deficit > most) break;
        const giver = word & NODE_MASK;
        const giverOwner = ownerOfNode[giver]!;
        if (giverOwner === rootOwner || giverOwner === owner) continue;
        let giverSlot = slotOf[giver]! - 1;
        if (giverSlot < 0) giverSlot = this.#touch(giver);
        const cell = (giverSlot << rowShift) + depth;
        const known = reach[cell]!;
        if (deficit < known) {
          reach[cell] = deficit;
          if (deficit < least) least = deficit;
          sketch.lower(giver, deficit);
          if (known === UNREACHED) {
            to.slots[to.length++] = giverSlot;
            cost += counts[giver]!;
          }
        }
        if (at >= recorded) this.#record(giverSlot, word >>> NODE_BITS, slot);
      }
      if (at > recorded) this.#recorded[slot] = at - start;
      this.work += at - start + 1;
      if (this.work > this.#allowance) return -1;
    }
    this.leastBack[depth] = least;
    return cost;
  }

  /** Notes which nodes are one edge farther on, and at what cost at least, without making a layer of them. */
  #sketchForth(): boolean {
    const { outgoing } = this.#graph;
    const { words, start: starts, count: counts } = outgoing;
    const { reach, rowShift } = this;
    const sketch = this.#forthSketch;
    const from = this.#forthLayers[this.forthDepth]!;
    const depth = this.forthDepth + 1;
    const most = this.#mostFor(depth, this.leastBack, this.backDepth);
    const column = (1 << (rowShift - 1)) + depth - 1;
    let least = UNREACHED;
    for (let i = 0; i < from.length; i++) {
      const slot = from.slots[i]!;
      const node = this.nodeOfSlot[slot]!;
      const count = counts[node]!;
      sketch.makeRoom(count);
      const base = reach[(slot << rowShift) + column]!;
      const start = starts[node]!;
      const end = start + count;
      if (count > 0) least = Math.min(least, base + (words[start]! >>> NODE_BITS));
      let at = start;
      for (; at < end; at++) {
        const word = words[at]!;
        const deficit = base + (word >>> NODE_BITS);
        if (deficit > most) break;
        sketch.lower(word & NODE_MASK, deficit);
      }
      this.work += at - start + 1;
      if (this.work > this.#allowance) return false;
    }
    this.leastForth[depth] = least;
    return true;
  }

  /**
   * The layer one edge farther back, without the nodes that the forward side has not even noted or only at too high a
   * cost: no cycle leads through this layer and them. Most edges lead to such nodes, so that one byte is all that is
   * read of these. (Of a cycle within the limits one half is within half of them: the greater the deficit on one side,
   * the fewer nodes have little enough on the other.) Returns false when the allowance is spent.
   */
  #meet(): boolean {
    const { incoming, ownerOfNode } = this.#graph;
    const { words, start: starts, count: counts } = incoming;
    const { slotOf, rowShift, forthDepth } = this;
    const sketch = this.backSketch;
    const { bytes } = this.#forthSketch;
    const limits = this.#limits;
    const width = 1 << (rowShift - 1);
    const from = this.#backLayers[this.backDepth]!;
    const to = this.#backLayers[this.backDepth + 1]!;
    const depth = this.backDepth + 1;
    const fewest = Math.max(1, this.#minLength - depth);
    const left = this.#maxLength - depth;
    const farthest = limits[this.#maxLength]!;
    const most = this.#mostFor(depth, this.leastForth, Math.min(left, forthDepth + 1));
    const rootOwner = ownerOfNode[this.#root]!;
    let least = UNREACHED;
    for (let i = 0; i < from.length; i++) {
      const slot = from.slots[i]!;
      const node = this.nodeOfSlot[slot]!;
      const count = counts[node]!;
      const owner = ownerOfNode[node]!;
      const base = this.reach[(slot << rowShift) + depth - 1]!;
      const start = starts[node]!;
      const end = start + count;
      const recorded = start + this.#recorded[slot]!;
      let at = start;
      for (; at < end; at++) {
        const word = words[at]!;
        const deficit = base + (word >>> NODE_BITS);
        if (deficit > most) break;
        const giver = word & NODE_MASK;
        const noted = bytes[giver]!;
        if (noted === 0 || deficit + ((noted - 1) << SKETCH_BITS) > farthest) continue;
        const giverOwner = ownerOfNode[giver]!;
        if (giverOwner === rootOwner || giverOwner === owner) continue;
        let giverSlot = slotOf[giver]! - 1;
        if (left <= forthDepth) {
          if (giverSlot < 0) continue;
          const row = (giverSlot << rowShift) + width;
          let k = fewest;
          while (k <= left && this.reach[row + k]! + deficit > limits[k + depth]!) k++;
          if (k > left) continue;
        }
        this.#makeRoom(1);
        to.makeRoom(1);
        sketch.makeRoom(1);
        if (giverSlot < 0) giverSlot = this.#touch(giver);
        if (at >= recorded) this.#record(giverSlot, word >>> NODE_BITS, slot);
        const cell = (giverSlot << rowShift) + depth;
        const known = this.reach[cell]!;
        if (deficit >= known) continue;
        this.reach[cell] = deficit;
        if (deficit < least) least = deficit;
        sketch.lower(giver, deficit);
        if (known === UNREACHED) to.slots[to.length++] = giverSlot;
      }
      if (at > recorded) this.#recorded[slot] = at - start;
      this.work += at - start + 1;
      if (this.work > this.#allowance) return false;
    }
    this.leastBack[depth] = least;
    return true;
  }

  /** Adds the layer one edge farther on. Returns the cost of reading on from there, or -1 when the allowance is spent. */
  #expandForth(): number {
    const { outgoing, ownerOfNode } = this.#graph;
    const { words, start: starts, count: counts } = outgoing;
    const { slotOf, rowShift } = this;
    const sketch = this.#forthSketch;
    const width = 1 << (rowShift - 1);
    const from = this.#forthLayers[this.forthDepth]!;
    const to = this.#forthLayers[this.forthDepth + 1]!;
    const depth = this.forthDepth + 1;
    const most = this.#mostFor(depth, this.leastBack, this.backDepth);
    const rootOwner = ownerOfNode[this.#root]!;
    let least = UNREACHED;
    let cost = 0;
    for (let i = 0; i < from.length; i++) {
      const slot = from.slots[i]!;
      const node = this.nodeOfSlot[slot]!;
      const count = counts[node]!;
      this.#makeRoom(count);
      to.makeRoom(count);
      sketch.makeRoom(count);
      const { reach } = this;
      const nextWalks = this.#nextWalks;
      const owner = ownerOfNode[node]!;
      const walks = this.#walks[slot]!;
      const base = reach[(slot << rowShift) + width + depth - 1]!;
      const start = starts[node]!;
      const end = start + count;
      let at = start;
      for (; at < end; at++) {
        const word = words[at]!;
        const deficit = base + (word >>> NODE_BITS);
        if (deficit > most) break;
        const receiver = word & NODE_MASK;
        const receiverOwner = ownerOfNode[receiver]!;
        if (receiverOwner === rootOwner || receiverOwner === owner) continue;
        let receiverSlot = slotOf[receiver]! - 1;
        if (receiverSlot < 0) receiverSlot = this.#touch(receiver);
        const cell = (receiverSlot << rowShift) + width + depth;
        const known = reach[cell]!;
        if (deficit < known) {
          reach[cell] = deficit;
          if (deficit < least) least = deficit;
          sketch.lower(receiver, deficit);
          if (known === UNREACHED) {
            to.slots[to.length++] = receiverSlot;
            nextWalks[receiverSlot] = 0;
          }
        }
        nextWalks[receiverSlot]! += walks;
        cost += walks * counts[receiver]!;
      }
      this.work += at - start + 1;
      if (this.work > this.#allowance) return -1;
    }
    const counted = this.#nextWalks;
    this.#nextWalks = this.#walks;
    this.#walks = counted;
    this.leastForth[depth] = least;
    return cost;
  }

  /** So that this many nodes can be touched, and as many hops recorded, with the arrays as they are. */
  #makeRoom(count: number): void {
    if (this.#slots + count > this.nodeOfSlot.length) {
      const length = Math.max(this.#slots + count, this.nodeOfSlot.length * 2);
      this.nodeOfSlot = grown(this.nodeOfSlot, Int32Array, length);
      this.firstHop = grown(this.firstHop, Int32Array, length);
      this.#recorded = grown(this.#recorded, Int32Array, length);
      this.#walks = grown(this.#walks, Float64Array, length);
      this.#nextWalks = grown(this.#nextWalks, Float64Array, length);
    }
    if (this.reach.length < this.nodeOfSlot.length << this.rowShift) {
      this.reach = grown(this.reach, Int32Array, this.nodeOfSlot.length << this.rowShift);
    }
    if (this.#hops + count > this.hopWord.length) {
      const length = Math.max(this.#hops + count, this.hopWord.length * 2);
      this.hopWord = grown(this.hopWord, Uint32Array, length);
      this.hopNext = grown(this.hopNext, Int32Array, length);
    }
  }

  #touch(node: number): number {
    const { reach, rowShift } = this;
    const slot = this.#slots++;
    this.slotOf[node] = slot + 1;
    this.nodeOfSlot[slot] = node;
    this.firstHop[slot] = -1;
    this.#recorded[slot] = 0;
    for (let i = slot << rowShift, end = (slot + 1) << rowShift; i < end; i++) reach[i] = UNREACHED;
    return slot;
  }

  #record(slot: number, deficit: number, nextSlot: number): void {
    const hop = this.#hops++;
    this.hopWord[hop] = ((deficit << NODE_BITS) | nextSlot) >>> 0;
    this.hopNext[hop] = this.firstHop[slot]!;
    this.firstHop[slot] = hop;
  }
}

/** One for the root, and one for each edge of the longest cycle. */
const LAYERS = 17;

/** More than any deficit sum of 16 edges, and safe to add to one. */
const UNREACHED = 0x3fffffff;

/** Up to how many times the edges of a backward layer it pays to read forward for what to leave out of it. */
const SKETCH_PAYS = 4;

/** Deficits are noted in steps of 2 to this power. */
export const SKETCH_BITS = 4;

/**
 * A byte for each node: 0 where it was not noted, else one more than the least deficit noted of it, rounded down. It is
 * what fits into the cache of a graph that does not.
 */
class Sketch {
  bytes = new Uint8Array(0);
  readonly #noted = new SlotList();

  reserve(nodes: number): void {
    this.bytes = new Uint8Array(nodes);
  }

  makeRoom(count: number): void {
    this.#noted.makeRoom(count);
  }

  lower(node: number, deficit: number): void {
    const { bytes } = this;
    const byte = Math.min(254, deficit >>> SKETCH_BITS) + 1;
    const known = bytes[node]!;
    if (known === 0) this.#noted.slots[this.#noted.length++] = node;
    if (known === 0 || byte < known) bytes[node] = byte;
  }

  clear(): void {
    const { slots, length } = this.#noted;
    for (let i = 0; i < length; i++) this.bytes[slots[i]!] = 0;
    this.#noted.length = 0;
  }
}

/** A list of slots that grows and is reused. */
class SlotList {
  slots = new Int32Array(256);
  length = 0;

  makeRoom(count: number): void {
    if (this.length + count <= this.slots.length) return;
    this.slots = grown(this.slots, Int32Array, Math.max(this.length + count, this.slots.length * 2));
  }
}

interface TypedArrayConstructor<A> {
  new (length: number): A;
}

function grown<A extends Int32Array | Uint32Array | Float64Array>(
  array: A,
  make: TypedArrayConstructor<A>,
  length: number,
): A {
  const bigger = new make(length);
  bigger.set(array);
  return bigger;
}
