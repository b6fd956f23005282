import { byKey, greedy } from './greedy';
import type { Packing } from './packing';
import type { Selection } from './selection';

/**
 * Prices that bound
 * =================
 *
 * Give every row a price, from 0 up to its penalty. Then no choice of columns is worth more than all places at their prices,
 * and for each bundle what its best column is worth beyond the prices of its rows, if anything. So any prices prove a
 * bound; good ones are found by following the subgradient: rows that the best columns overbook become dearer, unused ones
 * cheaper, by Polyak steps with some of the last direction kept. (M. Held, P. Wolfe, H. Crowder, Validation of subgradient
 * optimization, Math. Programming 6, 1974.)
 */

/** What the prices prove. `spare[b]` is what the best column of bundle b is worth beyond its rows, 0 at least. */
export function priceBound(packing: Packing, prices: Float64Array): { bound: number; spare: Float64Array } {
  const { starts, rows, weights, bundles, capacities } = packing;
  const spare = new Float64Array(bundles.length - 1);
  let bound = 0;
  for (let row = 0; row < prices.length; row++) bound += capacities[row]! * prices[row]!;
  for (let bundle = 0; bundle < spare.length; bundle++) {
    let best = 0;
    for (let column = bundles[bundle]!; column < bundles[bundle + 1]!; column++) {
      let worth = weights[column]!;
      for (let k = starts[column]!; k < starts[column + 1]!; k++) worth -= prices[rows[k]!]!;
      if (worth > best) best = worth;
    }
    spare[bundle] = best;
    bound += best;
  }
  return { bound, spare };
}

/** What each column is worth beyond the prices of its rows; mostly less than 0. */
export function reducedWeights({ starts, rows, weights }: Packing, prices: Float64Array): Float64Array {
  const reduced = new Float64Array(weights.length);
  for (let column = 0; column < weights.length; column++) {
    let worth = weights[column]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) worth -= prices[rows[k]!]!;
    reduced[column] = worth;
  }
  return reduced;
}

export interface Priced {
  prices: Float64Array;
  bound: number;
  /** The best choice met on the way, if it is better than the one it began with. */
  better: Selection | undefined;
  work: number;
}

/** Iterations without a better bound before steps become shorter, and how much shorter. */
const PATIENCE = 15;
const SHORTER = 0.7;
const SHORTEST = 1e-4;
/** Of the last direction. */
const KEPT = 0.6;
/** Iterations between two greedy choices by what columns are worth beyond their rows. */
const CHOOSE_EVERY = 40;

/**
 * @param value Of the best choice known.
 * @param unit What an item is worth, about.
 * @param budget Entries of rows to read, about.
 */
export function findPrices(packing: Packing, value: number, unit: number, budget: number): Priced {
  const { starts, rows, weights, bundles, capacities, penalties } = packing;
  const size = capacities.length;
  const prices = firstPrices(packing);
  const bestPrices = prices.slice();
  const slope = new Float64Array(size);
  const direction = new Float64Array(size);
  let bound = Infinity;
  let step = 1;
  let stalled = 0;
  let work = 0;
  let better: Selection | undefined;
  let best = value;
  for (let iteration = 1; work < budget && Math.floor(bound + TINY) > best; iteration++) {
    let sum = 0;
    for (let row = 0; row < size; row++) {
      slope[row] = capacities[row]!;
      sum += capacities[row]! * prices[row]!;
    }
    for (let bundle = 0; bundle + 1 < bundles.length; bundle++) {
      let most = 0;
      let chosen = -1;
      for (let column = bundles[bundle]!, end = bundles[bundle + 1]!; column < end; column++) {
        let worth = weights[column]!;
        for (let k = starts[column]!, last = starts[column + 1]!; k < last; k++) worth -= prices[rows[k]!]!;
        if (worth > most) {
          most = worth;
          chosen = column;
        }
      }
      if (chosen < 0) continue;
      sum += most;
      for (let k = starts[chosen]!; k < starts[chosen + 1]!; k++) slope[rows[k]!]!--;
    }
    work += rows.length;
    if (sum < bound - TINY) {
      bound = sum;
      bestPrices.set(prices);
      stalled = 0;
    } else if (++stalled >= PATIENCE) {
      stalled = 0;
      step *= SHORTER;
      if (step < SHORTEST) break;
    }
    if (iteration % CHOOSE_EVERY === 0) {
      const choice = chooseBy(packing, prices, unit);
      work += rows.length;
      if (choice.value > best) {
        best = choice.value;
        better = choice;
      }
    }
    let square = 0;
    for (let row = 0; row < size; row++) {
      const isStuck = slope[row]! > 0 ? prices[row]! <= 0 : slope[row]! < 0 && prices[row]! >= penalties[row]!;
      direction[row] = isStuck ? 0 : slope[row]! + KEPT * direction[row]!;
      square += direction[row]! * direction[row]!;
    }
    if (square === 0) break;
    const length = (step * Math.max(bound - best, 0.001 * bound)) / square;
    for (let row = 0; row < size; row++) {
      prices[row] = Math.min(penalties[row]!, Math.max(0, prices[row]! - length * direction[row]!));
    }
  }
  const choice = chooseBy(packing, bestPrices, unit);
  if (choice.value > best) better = choice;
  return { prices: bestPrices, bound, better, work };
}

/** Sums of prices are not exact; values are whole. */
export const TINY = 1e-6;

/** Near what each row would fetch: the best share of a column in its items. */
function firstPrices({ starts, rows, weights, penalties }: Packing): Float64Array {
  const prices = new Float64Array(penalties.length);
  for (let column = 0; column < weights.length; column++) {
    const share = (0.9 * weights[column]!) / (starts[column + 1]! - starts[column]!);
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      const row = rows[k]!;
      if (share > prices[row]!) prices[row] = Math.min(share, penalties[row]!);
    }
  }
  return prices;
}

/** Greedily among the columns that are hardly worth less than their rows. */
function chooseBy(packing: Packing, prices: Float64Array, unit: number): Selection {
  const reduced = reducedWeights(packing, prices);
  const near = Int32Array.from(reduced.keys()).filter((column) => reduced[column]! > -unit);
  return greedy(packing, byKey(near, reduced));
}
