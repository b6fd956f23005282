/**
 * Adjacency lists of packed half-edges in one growable slab
 * =========================================================
 *
 * A half-edge is one 32-bit word, `deficit << 22 | node`: the node at the other end, and how far the edge's score is
 * below 1 in thousandths. So numeric order is best first. Each node's list is kept sorted by deficit, then by the
 * order of the neighbours that the owner of this structure defines, which must not depend on the node numbers (they
 * are recycled): the lists are a function of the edges alone, whatever happened before.
 *
 * Blocks have two sizes per octave (2, 3, 4, 6, 8, 12 …), so at most a third of a block is slack. Freed blocks wait in
 * a list per size; when more than half of the slab is free it is compacted and the memory given back.
 */

export const NODE_BITS = 22;
export const NODE_MASK = (1 << NODE_BITS) - 1;
/** Score resolution: a score is a whole number of thousandths. */
export const SCORE_STEPS = 1000;

const MIN_SLAB = 1024;

function packHalfEdge(deficit: number, node: number): number {
  return ((deficit << NODE_BITS) | node) >>> 0;
}

/** Whether `a` is listed before `b` among neighbours at the same deficit. */
export type NodeOrder = (a: number, b: number) => boolean;

export class HalfEdges {
  /** The slab. Node n's list is `words[start[n] .. start[n] + count[n])`. Read it, never write it. */
  words = new Uint32Array(MIN_SLAB);
  start = new Uint32Array(0);
  count = new Uint32Array(0);

  readonly #isBefore: NodeOrder;
  #sizeClass = new Uint8Array(0);
  /** First word never used so far. */
  #top = 0;
  /** Words in freed blocks below `#top`. */
  #freeWords = 0;
  #freeBlocks: number[][] = [];

  constructor(isBefore: NodeOrder) {
    this.#isBefore = isBefore;
  }

  /** Makes room for nodes 0..capacity-1. */
  reserveNodes(capacity: number): void {
    this.start = grown(this.start, capacity);
    this.count = grown(this.count, capacity);
    const classes = new Uint8Array(capacity);
    classes.set(this.#sizeClass);
    this.#sizeClass = classes;
  }

  /** Bytes held, slack and free blocks included. */
  get byteLength(): number {
    return this.words.byteLength + this.start.byteLength + this.count.byteLength + this.#sizeClass.byteLength;
  }

  insert(node: number, deficit: number, neighbour: number): void {
    const count = this.count[node]!;
    const at = this.#position(node, deficit, neighbour);
    if (count === capacityOf(this.#sizeClass[node]!)) this.#resize(node, this.#sizeClass[node]! + 1);
    const start = this.start[node]!;
    this.words.copyWithin(start + at + 1, start + at, start + count);
    this.words[start + at] = packHalfEdge(deficit, neighbour);
    this.count[node] = count + 1;
  }

  /** Removes a half-edge that is there with exactly this deficit. */
  remove(node: number, deficit: number, neighbour: number): void {
    const at = this.start[node]! + this.#position(node, deficit, neighbour);
    const count = this.count[node]! - 1;
    this.words.copyWithin(at, at + 1, this.start[node]! + count + 1);
    this.count[node] = count;
    const sizeClass = this.#sizeClass[node]!;
    if (count === 0) this.clear(node);
    else if (count * 3 <= capacityOf(sizeClass)) this.#resize(node, Math.max(1, sizeClass - 2));
  }

  /** Empties a node's list and frees its block. */
  clear(node: number): void {
    this.#free(node);
    this.#sizeClass[node] = 0;
    this.count[node] = 0;
    this.#compactIfSparse();
  }

  /** The deficit of the half-edge from `node` to `neighbour`, or -1. Reads the whole list. */
  find(node: number, neighbour: number): number {
    const words = this.words;
    const start = this.start[node]!;
    for (let i = start, end = start + this.count[node]!; i < end; i++) {
      const word = words[i]!;
      if ((word & NODE_MASK) === neighbour) return word >>> NODE_BITS;
    }
    return -1;
  }

  /** Index in the node's list of the first half-edge not before (deficit, neighbour). */
  #position(node: number, deficit: number, neighbour: number): number {
    const words = this.words;
    const start = this.start[node]!;
    let low = 0;
    let high = this.count[node]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const word = words[start + middle]!;
      const other = word >>> NODE_BITS;
      if (other < deficit || (other === deficit && this.#isBefore(word & NODE_MASK, neighbour))) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #resize(node: number, sizeClass: number): void {
    const count = this.count[node]!;
    const to = this.#allocate(sizeClass);
    const from = this.start[node]!; // read after the allocation, which may have compacted
    this.words.copyWithin(to, from, from + count);
    this.#free(node);
    this.start[node] = to;
    this.#sizeClass[node] = sizeClass;
    this.#compactIfSparse();
  }

  #allocate(sizeClass: number): number {
    const block = this.#freeBlocks[sizeClass]?.pop();
    const capacity = capacityOf(sizeClass);
    if (block !== undefined) {
      this.#freeWords -= capacity;
      return block;
    }
    const offset = this.#top;
    if (offset + capacity > this.words.length) {
      this.words = grown(this.words, Math.max(offset + capacity, Math.ceil(this.words.length * 1.5)));
    }
    this.#top = offset + capacity;
    return offset;
  }

  #free(node: number): void {
    const sizeClass = this.#sizeClass[node]!;
    if (sizeClass === 0) return;
    const blocks = this.#freeBlocks[sizeClass];
    if (blocks) blocks.push(this.start[node]!);
    else this.#freeBlocks[sizeClass] = [this.start[node]!];
    this.#freeWords += capacityOf(sizeClass);
  }

  #compactIfSparse(): void {
    if (this.#freeWords * 2 <= this.#top || this.words.length <= MIN_SLAB) return;
    const live = this.#top - this.#freeWords;
    const words = new Uint32Array(Math.max(MIN_SLAB, Math.ceil(live * 1.25)));
    let top = 0;
    for (let node = 0; node < this.count.length; node++) {
      if (this.#sizeClass[node] === 0) continue;
      const start = this.start[node]!;
      words.set(this.words.subarray(start, start + this.count[node]!), top);
      this.start[node] = top;
      top += capacityOf(this.#sizeClass[node]!);
    }
    this.words = words;
    this.#top = top;
    this.#freeWords = 0;
    this.#freeBlocks = [];
  }
}

/** 0, 2, 3, 4, 6, 8, 12, 16, 24 … */
function capacityOf(sizeClass: number): number {
  if (sizeClass === 0) return 0;
  const octave = (sizeClass + 1) >> 1;
  return sizeClass & 1 ? 2 ** octave : 3 * 2 ** (octave - 1);
}

function grown(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(length);
  bigger.set(array);
  return bigger;
}
