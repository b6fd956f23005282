import { byKey, greedy } from './greedy';
import type { Packing } from './packing';
import { coreOf, Relaxation } from './relaxation';
import type { Selection } from './selection';

/**
 * Prices that bound
 * =================
 *
 * Give every row a price, from 0 up to its penalty. Then no choice of columns is worth more than all places at their prices,
 * and for each bundle what its best column is worth beyond the prices of its rows, if anything. So any prices prove a
 * bound; good ones are found by following the subgradient, see {@link Relaxation}.
 */

/** What the prices prove. `spare[b]` is what the best column of bundle b is worth beyond its rows, 0 at least. */
export function priceBound(packing: Packing, prices: Float64Array): { bound: number; spare: Float64Array } {
  return boundOf(packing, prices, reducedWeights(packing, prices));
}

function boundOf(
  { bundles, capacities }: Packing,
  prices: Float64Array,
  reduced: Float64Array,
): { bound: number; spare: Float64Array } {
  const spare = new Float64Array(bundles.length - 1);
  let bound = 0;
  for (let row = 0; row < prices.length; row++) bound += capacities[row]! * prices[row]!;
  for (let bundle = 0; bundle < spare.length; bundle++) {
    let best = 0;
    for (let column = bundles[bundle]!; column < bundles[bundle + 1]!; column++)
      best = Math.max(best, reduced[column]!);
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
/** Iterations on a core, before its prices are proven on all columns and another core is made. */
const ON_CORE = 50;

/**
 * Good prices, found along the subgradient. Most columns are worth far less than their rows and are not picked for many
 * steps; so some steps at a time look only at those that are not. What prices prove they prove on all columns.
 *
 * @param value Of the best choice known.
 * @param unit What an item is worth, about.
 * @param budget Entries of rows to read, about.
 */
export function findPrices(packing: Packing, value: number, unit: number, budget: number): Priced {
  const relaxation = new Relaxation(packing, firstPrices(packing));
  const { capacities, rows } = packing;
  /** Those that a core promised most of; then proven on all columns. */
  const promising = relaxation.prices.slice();
  let prices = promising.slice();
  let bound = Infinity;
  let step = 1;
  let stalled = 0;
  let work = 0;
  let better: Selection | undefined;
  let best = value;
  for (;;) {
    const reduced = reducedWeights(packing, promising);
    const proven = boundOf(packing, promising, reduced).bound;
    if (proven < bound) {
      bound = proven;
      prices = promising.slice();
    }
    const choice = chooseBy(packing, reduced, unit);
    work += 2 * rows.length;
    if (choice.value > best) {
      best = choice.value;
      better = choice;
    }
    if (work >= budget || step < SHORTEST || Math.floor(bound + TINY) <= best) break;
    const core = coreOf(packing, (column) => reduced[column]! >= -unit);
    let least = Infinity;
    for (let i = 0; i < ON_CORE; i++) {
      const sum = relaxation.pick(core, capacities);
      work += core.rows.length;
      if (sum < least - TINY) {
        least = sum;
        promising.set(relaxation.prices);
        stalled = 0;
      } else if (++stalled >= PATIENCE) {
        stalled = 0;
        step *= SHORTER;
      }
      if (!relaxation.move(step * Math.max(least - best, 0.001 * least))) {
        step = 0;
        break;
      }
    }
  }
  return { prices, bound, better, work };
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
function chooseBy(packing: Packing, reduced: Float64Array, unit: number): Selection {
  const near = Int32Array.from(reduced.keys()).filter((column) => reduced[column]! > -unit);
  return greedy(packing, byKey(near, reduced));
}
