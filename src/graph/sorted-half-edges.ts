import type { BarterGraph } from './barter-graph';
import { NODE_BITS, NODE_MASK } from './half-edges';

/**
 * Half-edges in the order of the graph's lists: by deficit, then by the hash of the id, then by the id. Deficit, hash
 * and place are two words, so that a native sort of 64-bit integers does the work; ids decide where two hashes are the same.
 */
export function sortedHalfEdges(words: Uint32Array, graph: BarterGraph): Uint32Array {
  const { tieOfNode } = graph;
  const count = words.length;
  const keys = new BigUint64Array(count);
  const halves = new Uint32Array(keys.buffer);
  for (let i = 0; i < count; i++) {
    const word = words[i]!;
    const tie = tieOfNode[word & NODE_MASK]!;
    halves[i * 2] = ((tie << NODE_BITS) | (word & NODE_MASK)) >>> 0;
    halves[i * 2 + 1] = (((word >>> NODE_BITS) << NODE_BITS) | (tie >>> (32 - NODE_BITS))) >>> 0;
  }
  keys.sort();
  const sorted = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    sorted[i] = (((halves[i * 2 + 1]! >>> NODE_BITS) << NODE_BITS) | (halves[i * 2]! & NODE_MASK)) >>> 0;
  }
  for (let i = 1; i < count; i++) {
    for (let j = i; j > 0 && isOutOfOrder(sorted[j - 1]!, sorted[j]!, graph); j--) {
      [sorted[j - 1], sorted[j]] = [sorted[j]!, sorted[j - 1]!];
    }
  }
  return sorted;
}

/** Two neighbours of the same deficit and hash in the order of their nodes, where their ids have another. */
function isOutOfOrder(a: number, b: number, graph: BarterGraph): boolean {
  if (a >>> NODE_BITS !== b >>> NODE_BITS) return false;
  const left = a & NODE_MASK;
  const right = b & NODE_MASK;
  return graph.tieOfNode[left] === graph.tieOfNode[right] && graph.isNodeBefore(right, left);
}
