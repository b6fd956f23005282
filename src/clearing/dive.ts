import { byKey } from './greedy';
import type { Packing } from './packing';
import { reducedWeights } from './prices';
import { type Core, coreOf, Relaxation } from './relaxation';
import { Selection } from './selection';

/** It looks at the columns that are worth at most so much less than their rows, in items. */
const CORE = 2;
/** Iterations on what is left, before columns are taken. */
const LOOK = 20;
/** Of what is left, in value, taken at a time; and a column that is picked that often is taken in any case. */
const TAKEN = 0.01;
const SURE = 0.9;
/** Steps: of their length, and what they are to make up for, at least. */
const STEP = 0.3;
const EXCESS = 0.02;

/**
 * A choice by diving: prices are followed for a while, the columns that are picked most often by then are taken, and so on
 * with what still fits, whose prices have been made for it. (The picks of the subgradient, averaged, come near to a solution of
 * the relaxation: F. Barahona, R. Anbil, The volume algorithm, Math. Programming 87, 2000.)
 *
 * @param prices Good ones of the whole.
 * @param unit What an item is worth, about.
 * @param budget Entries of rows to read, about; where it does not suffice the rest is chosen greedily.
 */
export function dive(
  packing: Packing,
  prices: Float64Array,
  unit: number,
  budget: number,
): { selection: Selection; work: number } {
  const relaxation = new Relaxation(packing, prices.slice());
  const selection = new Selection(packing);
  const left = packing.capacities.slice();
  const picked = new Int32Array(packing.weights.length);
  const reduced = reducedWeights(packing, prices);
  let core = coreOf(packing, (column) => reduced[column]! >= -CORE * unit);
  let work = packing.rows.length;
  const take = (column: number) => {
    selection.add(column);
    for (let k = packing.starts[column]!; k < packing.starts[column + 1]!; k++) {
      const row = packing.rows[k]!;
      left[row] = Math.max(0, left[row]! - 1);
    }
  };

  while (core.columnOf.length > 0) {
    picked.fill(0);
    relaxation.turn();
    let bound = 0;
    for (let i = 0; i < LOOK; i++) {
      bound = relaxation.pick(core, left);
      for (let p = 0; p < relaxation.pickCount; p++) picked[core.columnOf[relaxation.picks[p]!]!]!++;
      if (!relaxation.move(STEP * Math.max(EXCESS * bound, unit / 2))) break;
    }
    work += LOOK * core.rows.length;
    const often = Int32Array.from(core.columnOf).filter((column) => picked[column]! > 0);
    const isLast = often.length === 0 || work > budget;
    const order = isLast ? byWorth(core, relaxation.prices) : byKey(often, Float64Array.from(picked));
    const first = selection.value;
    for (const column of order) {
      const isEnough = selection.value - first >= TAKEN * bound && picked[column]! < SURE * LOOK;
      const isRare = selection.value > first && 2 * picked[column]! < picked[order[0]!]!;
      if (!isLast && (isEnough || isRare)) break;
      if (selection.fits(column) && selection.gain(column) > 0) take(column);
    }
    if (isLast) break;
    const { columnOf } = core;
    core = renumbered(
      coreOf(core, (i) => selection.fits(columnOf[i]!) && selection.gain(columnOf[i]!) > 0),
      columnOf,
    );
  }
  return { selection, work };
}

/** A core of a core, with the numbers of the whole. */
function renumbered(core: Core, columnOf: Int32Array): Core {
  return { ...core, columnOf: core.columnOf.map((i) => columnOf[i]!) };
}

/** Columns by what they are worth beyond their rows. */
function byWorth({ starts, rows, weights, columnOf }: Core, prices: Float64Array): Int32Array {
  const worth = new Map<number, number>();
  for (const [i, column] of columnOf.entries()) {
    let beyond = weights[i]!;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) beyond -= prices[rows[k]!]!;
    worth.set(column, beyond);
  }
  return columnOf.slice().sort((a, b) => worth.get(b)! - worth.get(a)! || a - b);
}
