import { columnsOfRows, type Packing } from './packing';
import { Selection } from './selection';

/** Takes columns as they come, best key first, each that fits and adds something. */
export function greedy(packing: Packing, order: Int32Array): Selection {
  const selection = new Selection(packing);
  for (const column of order) if (selection.fits(column) && selection.gain(column) > 0) selection.add(column);
  return selection;
}

/** Columns by falling key; those with the same key as they are numbered. */
export function byKey(columns: Int32Array, keys: Float64Array): Int32Array {
  return columns.slice().sort((a, b) => keys[b]! - keys[a]! || a - b);
}

/**
 * Best first by weight over the square root of how many columns compete for its rows: with that key the greedy choice
 * is within the square root of the number of rows of the best (M. Halldórsson, 1999), and on trades far closer.
 */
export function degreeGreedy(packing: Packing): Selection {
  const { starts, rows, weights } = packing;
  const byRow = columnsOfRows(packing).starts;
  const keys = new Float64Array(weights.length);
  for (let column = 0; column < weights.length; column++) {
    let degree = 0;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) degree += byRow[rows[k]! + 1]! - byRow[rows[k]!]!;
    keys[column] = weights[column]! / Math.sqrt(degree);
  }
  return greedy(packing, byKey(Int32Array.from(weights.keys()), keys));
}
