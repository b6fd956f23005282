import { BarterError } from '../errors';
import { assign } from './assignment';
import type { LoopNetwork } from './loop-network';

/** Costs a clearing may have at most, scaled: prices are sums of some of them and must stay whole. */
const GREATEST_COST = 2 ** 49;

/** What a unit of cost is multiplied by, so that being within one unit of the least is to be at it. */
export function scaleOf({ isDummy }: LoopNetwork): number {
  return isDummy.length + 1;
}

/**
 * The cheapest want of a real item, which every trade pays at least and so counts as nothing; how much more the dearest
 * costs; and what keeping an item costs: more than all wants together, so that no trade is given up for cheaper ones.
 */
export function costsOf({ starts, costs, isDummy }: LoopNetwork): { cheapest: number; range: number; idle: number } {
  let cheapest = Infinity;
  let dearest = 0;
  let sum = 0;
  let takers = 0;
  for (let node = 0; node < isDummy.length; node++) {
    if (isDummy[node] || starts[node] === starts[node + 1]) continue;
    const own = costs.subarray(starts[node]!, starts[node + 1]!);
    const most = own.reduce((a, b) => Math.max(a, b));
    cheapest = own.reduce((a, b) => Math.min(a, b), cheapest);
    dearest = Math.max(dearest, most);
    sum += most;
    takers++;
  }
  if (takers === 0) return { cheapest: 0, range: 0, idle: 1 };
  return { cheapest, range: dearest - cheapest, idle: 1 + sum - takers * cheapest };
}

/**
 * An optimal assignment of the whole network, part by part.
 *
 * @param order Which nodes bid first; it decides among equally good answers.
 * @param penalties What wants of each owner's items cost on top.
 * @throws BarterError `invalid-score` where costs are too great to be exact.
 */
export function assignLoops(
  network: LoopNetwork,
  order: readonly number[],
  penalties: Float64Array,
): { takes: Int32Array; prices: Float64Array; work: number } {
  const { starts, targets, costs, isDummy, ownerOf, partOf } = network;
  const size = isDummy.length;
  const scale = scaleOf(network);
  const { cheapest, idle } = costsOf(network);
  let idleCost = idle;
  for (let node = 0; node < size; node++) if (!isDummy[node]) idleCost += penalties[ownerOf[node]!]!;
  if (idleCost * scale > GREATEST_COST) {
    throw new BarterError(
      'invalid-score',
      'The costs of wants are too great to be exact: divide them all by some number.',
    );
  }
  const takes = Int32Array.from({ length: size }, (_, node) => node);
  const prices = new Float64Array(size);
  const placeOf = new Int32Array(size);
  let work = 0;
  for (const unordered of network.parts) {
    const members = [...unordered].sort((a, b) => order[a]! - order[b]!);
    for (const [place, node] of members.entries()) placeOf[node] = place;
    const partStarts = new Int32Array(members.length + 1);
    const partTargets: number[] = [];
    const partCosts: number[] = [];
    for (const [place, node] of members.entries()) {
      const extra = isDummy[node] ? 0 : penalties[ownerOf[node]!]! - cheapest;
      for (let arc = starts[node]!; arc < starts[node + 1]!; arc++) {
        const target = targets[arc]!;
        if (partOf[target] !== partOf[node]) continue;
        partTargets.push(placeOf[target]!);
        partCosts.push((costs[arc]! + extra) * scale);
      }
      partTargets.push(place);
      partCosts.push(isDummy[node] ? 0 : idleCost * scale);
      partStarts[place + 1] = partTargets.length;
    }
    const part = assign({
      starts: partStarts,
      targets: Int32Array.from(partTargets),
      costs: Float64Array.from(partCosts),
      tolerance: (scale * members.length) / size, // so that all parts together are within one unit
    });
    work += part.work;
    for (const [place, node] of members.entries()) {
      takes[node] = members[part.takes[place]!]!;
      prices[node] = part.prices[place]!;
    }
  }
  return { takes, prices, work };
}
