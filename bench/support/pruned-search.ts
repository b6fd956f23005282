/** A graph of node numbers, edges pointing where goods go, thousandths of score. */
export interface BestFirstGraph {
  /** By giver, best edge first. */
  receivers: readonly ArrayLike<number>[];
  /** `scores[u][i]` belongs to `receivers[u][i]`. */
  scores: readonly ArrayLike<number>[];
  /** By receiver. */
  givers: readonly ArrayLike<number>[];
  owners: ArrayLike<number>;
}

export interface PrunedOptions {
  maxLength: number;
  /** How many of the best. */
  limit: number;
  /** Least mean score, [0,1]. */
  minScore: number;
  /** Edges looked at before it gives up. */
  maxSteps: number;
}

/** Rounding of means only: scores are whole thousandths. */
const TOLERANCE = 1e-6;

/**
 * The best mean scores of cycles through an item, best first; null where `maxSteps` came first. A depth-first walk for
 * each length, shortest first, that leaves out two things only: items from which the root is farther than the edges
 * that are left, and paths that could not get into the list even if every edge to come had the score 1.
 */
export function prunedTopScores(graph: BestFirstGraph, root: number, options: PrunedOptions): number[] | null {
  const { maxLength, limit, minScore, maxSteps } = options;
  const { receivers, scores, owners } = graph;
  const hops = hopsTo(graph, root, maxLength - 1);
  /** Means in thousandths, best first. */
  const best: number[] = [];
  const path = new Array<number>(maxLength);
  path[0] = owners[root]!;
  let steps = 0;

  /** `depth` edges lead to the node. */
  function walk(node: number, depth: number, sum: number, length: number): boolean {
    const to = receivers[node]!;
    const score = scores[node]!;
    const left = length - depth - 1;
    for (let i = 0; i < to.length; i++) {
      if (++steps > maxSteps) return false;
      const least = best.length < limit ? 1000 * minScore : best[limit - 1]!;
      const total = sum + score[i]!;
      // The edges that follow in the list are no better.
      if (total + 1000 * left < least * length - TOLERANCE) break;
      const next = to[i]!;
      if (left === 0) {
        if (next === root) offer(total / length);
      } else if (next !== root && hops[next]! <= left && !met(owners[next]!, depth)) {
        path[depth + 1] = owners[next]!;
        if (!walk(next, depth + 1, total, length)) return false;
      }
    }
    return true;
  }

  function met(owner: number, depth: number): boolean {
    for (let d = 0; d <= depth; d++) if (path[d] === owner) return true;
    return false;
  }

  function offer(mean: number): void {
    let at = best.length;
    while (at > 0 && best[at - 1]! < mean) at--;
    best.splice(at, 0, mean);
    if (best.length > limit) best.pop();
  }

  for (let length = 2; length <= maxLength; length++) if (!walk(root, 0, 0, length)) return null;
  return best.map((mean) => mean / 1000);
}

/** Edges from each item to the root along the shortest way; 255 where there are more than `most`. */
function hopsTo({ givers }: BestFirstGraph, root: number, most: number): Uint8Array {
  const hops = new Uint8Array(givers.length).fill(255);
  hops[root] = 0;
  let reached = [root];
  for (let distance = 1; distance <= most; distance++) {
    const farther: number[] = [];
    for (const node of reached) {
      const from = givers[node]!;
      for (let i = 0; i < from.length; i++) {
        if (hops[from[i]!] !== 255) continue;
        hops[from[i]!] = distance;
        farther.push(from[i]!);
      }
    }
    reached = farther;
  }
  return hops;
}
