import type { ArrayGraph } from './array-graph';

export interface BruteOptions {
  maxLength: number;
  /** How many of the best. */
  limit: number;
  /** Least mean score, [0,1]. */
  minScore: number;
  /** Edges looked at before it gives up. @defaultValue Infinity */
  maxSteps?: number;
}

export interface BruteAnswer {
  /** Means of the best cycles, best first. */
  scores: number[];
  /** All cycles at or above the least score. */
  count: number;
  /** Edges looked at. */
  steps: number;
  /** False where `maxSteps` came first; then the rest means nothing. */
  finished: boolean;
}

/**
 * What one would write first: a depth-first walk from the item, as deep as a cycle may be long, that closes whenever it
 * meets the item again, skips owners it has met, and keeps the best in a heap. Right, and without any pruning by score
 * or by distance.
 */
export function bruteTopCycles(graph: ArrayGraph, root: number, options: BruteOptions): BruteAnswer {
  const { maxLength, limit, minScore, maxSteps = Number.POSITIVE_INFINITY } = options;
  const { receivers, scores, owners } = graph;
  const best = new WorstFirstHeap(limit);
  const pathOwners = new Int32Array(maxLength);
  pathOwners[0] = owners[root]!;
  let steps = 0;
  let count = 0;

  function walk(node: number, depth: number, sum: number): boolean {
    const to = receivers[node]!;
    const score = scores[node]!;
    steps += to.length;
    if (steps > maxSteps) return false;
    for (let i = 0; i < to.length; i++) {
      const next = to[i]!;
      const total = sum + score[i]!;
      if (next === root) {
        // Compared in whole thousandths, the way the threshold is meant: 0.6 admits exactly 0.6.
        if (depth >= 2 && total >= Math.round(minScore * 1000) * depth) {
          count++;
          best.offer(total / (1000 * depth));
        }
        continue;
      }
      if (depth === maxLength || met(owners[next]!, depth)) continue;
      pathOwners[depth] = owners[next]!;
      if (!walk(next, depth + 1, total)) return false;
    }
    return true;
  }

  function met(owner: number, depth: number): boolean {
    for (let d = 0; d < depth; d++) if (pathOwners[d] === owner) return true;
    return false;
  }

  const finished = walk(root, 1, 0);
  return { scores: best.descending(), count, steps, finished };
}

/** Keeps the greatest numbers offered, the least of them on top. */
class WorstFirstHeap {
  readonly #heap: number[] = [];

  constructor(private readonly capacity: number) {}

  offer(value: number): void {
    const heap = this.#heap;
    if (heap.length < this.capacity) {
      heap.push(value);
      let i = heap.length - 1;
      while (i > 0 && heap[(i - 1) >> 1]! > heap[i]!) i = this.#swap(i, (i - 1) >> 1);
    } else if (this.capacity > 0 && value > heap[0]!) {
      heap[0] = value;
      let i = 0;
      for (;;) {
        const left = 2 * i + 1;
        if (left >= heap.length) break;
        const child = left + 1 < heap.length && heap[left + 1]! < heap[left]! ? left + 1 : left;
        if (heap[child]! >= heap[i]!) break;
        i = this.#swap(i, child);
      }
    }
  }

  descending(): number[] {
    return [...this.#heap].sort((a, b) => b - a);
  }

  #swap(from: number, to: number): number {
    const heap = this.#heap;
    [heap[from], heap[to]] = [heap[to]!, heap[from]!];
    return to;
  }
}
