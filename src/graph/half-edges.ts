import { PackedLists } from '../util/packed-lists';

/**
 * Adjacency lists of packed half-edges
 * ====================================
 *
 * A half-edge is one 32-bit word, `deficit << 22 | node`: the node at the other end, and how far the edge's score is
 * below 1 in thousandths. So numeric order is best first. Each node's list is kept sorted by deficit, then by the
 * order of the neighbours that the owner of this structure defines, which must not depend on the node numbers (they
 * are recycled): the lists are a function of the edges alone, whatever happened before.
 */

export const NODE_BITS = 22;
export const NODE_MASK = (1 << NODE_BITS) - 1;
/** Score resolution: a score is a whole number of thousandths. */
export const SCORE_STEPS = 1000;

export function packHalfEdge(deficit: number, node: number): number {
  return ((deficit << NODE_BITS) | node) >>> 0;
}

/** Half-edges in a list that is read through rather than searched. */
const SHORT = 64;

/** Whether `a` is listed before `b` among neighbours at the same deficit. */
export type NodeOrder = (a: number, b: number) => boolean;

export class HalfEdges extends PackedLists {
  readonly #isBefore: NodeOrder;

  constructor(isBefore: NodeOrder) {
    super();
    this.#isBefore = isBefore;
  }

  insert(node: number, deficit: number, neighbour: number): void {
    this.insertAt(node, this.position(node, deficit, neighbour), packHalfEdge(deficit, neighbour));
  }

  /** Removes a half-edge that is there with exactly this deficit. */
  remove(node: number, deficit: number, neighbour: number): void {
    // To read a short list through is cheaper than to look up the order of a few neighbours.
    const isShort = this.count[node]! <= SHORT;
    const at = isShort ? this.indexOf(node, packHalfEdge(deficit, neighbour)) : this.position(node, deficit, neighbour);
    this.removeAt(node, at);
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
  position(node: number, deficit: number, neighbour: number): number {
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
}
