import type { Arcs } from './parts';

/**
 * Least-cost assignment by auction
 * ================================
 *
 * Every node takes exactly one node, itself where nothing else is left, at the least total cost. Nodes bid for what
 * they would take: the cheapest at the present prices, and as much more as keeps it ahead of the second cheapest, plus
 * `epsilon`. D. Bertsekas, The auction algorithm: a distributed relaxation method for the assignment problem, Annals of
 * Operations Research 14 (1988), with epsilon scaling.
 *
 * At the end of a phase each node is within epsilon of what is best for it at these prices. What all together are short
 * of it is how far the total may be from the least, and the prices prove it. Less than the number of nodes is reached
 * with epsilon 1 at the latest, mostly a phase or two before.
 */

/** Arcs from each node to what it would take, itself among it. */
export interface AssignmentProblem extends Arcs {
  /** Whole numbers ≥ 0. */
  costs: Float64Array;
  /** How far, less than this, the total may be from the least; more than there are nodes. */
  tolerance: number;
}

export interface Assignment {
  /** What each node takes. */
  takes: Int32Array;
  /** What the auction says each node is worth, in scaled units. */
  prices: Float64Array;
  /** Arcs read. */
  work: number;
}

/** How much finer each phase is than the one before. */
const REFINEMENT = 4;

export function assign(problem: AssignmentProblem): Assignment {
  const { starts, targets, costs, tolerance } = problem;
  const size = starts.length - 1;
  const prices = new Float64Array(size);
  const takes = new Int32Array(size);
  const takenBy = new Int32Array(size);
  const waiting = new Int32Array(size);
  let work = 0;
  let dearest = 0;
  for (const cost of costs) if (cost > dearest) dearest = cost;

  for (let epsilon = Math.max(1, Math.floor(dearest / 4)); ; epsilon = Math.max(1, Math.floor(epsilon / REFINEMENT))) {
    takenBy.fill(-1);
    for (let node = 0; node < size; node++) waiting[size - 1 - node] = node;
    for (let left = size; left > 0; ) {
      const bidder = waiting[--left]!;
      const end = starts[bidder + 1]!;
      let best = -1;
      let least = Infinity;
      let second = Infinity;
      for (let arc = starts[bidder]!; arc < end; arc++) {
        const target = targets[arc]!;
        const total = costs[arc]! + prices[target]!;
        if (total < least) {
          second = least;
          least = total;
          best = target;
        } else if (total < second) second = total;
      }
      work += end - starts[bidder]!;
      prices[best]! += (second === Infinity ? 0 : second - least) + epsilon;
      takes[bidder] = best;
      const outbid = takenBy[best]!;
      takenBy[best] = bidder;
      if (outbid >= 0) waiting[left++] = outbid;
    }
    if (shortfall(problem, takes, prices) < tolerance) return { takes, prices, work };
  }
}

/** How much more than the least at these prices all nodes together pay. */
function shortfall({ starts, targets, costs }: AssignmentProblem, takes: Int32Array, prices: Float64Array): number {
  let sum = 0;
  for (let node = 0; node < takes.length; node++) {
    let least = Infinity;
    let paid = Infinity;
    for (let arc = starts[node]!; arc < starts[node + 1]!; arc++) {
      const total = costs[arc]! + prices[targets[arc]!]!;
      if (total < least) least = total;
      if (targets[arc] === takes[node] && total < paid) paid = total;
    }
    sum += paid - least;
  }
  return sum;
}
