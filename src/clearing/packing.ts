/**
 * Set packing
 * ===========
 *
 * The choice of cycles as numbers: every cycle is a column with a weight, and takes one place of each of its rows. Rows are
 * items, of which there is one, owners with their quota, and groups of which at most one may be used. A hard row has no
 * more places than its capacity; on a soft row every further one costs its penalty, which is how a person's second
 * trade counts less than the first.
 *
 * Columns with the same root share its row, so at most one of each *bundle* is chosen. Weights and penalties are whole.
 */
export interface Packing {
  /** The rows of column c are `rows[starts[c]]` to before `rows[starts[c + 1]]`. */
  starts: Int32Array;
  rows: Int32Array;
  weights: Float64Array;
  /** The columns of bundle b are `bundles[b]` to before `bundles[b + 1]`. */
  bundles: Int32Array;
  capacities: Int32Array;
  /** Infinity: the row is hard. */
  penalties: Float64Array;
}

/** A packing of some columns of another, with the numbers that columns and rows have there. */
export interface SubPacking {
  packing: Packing;
  columnOf: Int32Array;
  rowOf: Int32Array;
}

/** @param columns Ascending. */
export function subPacking(whole: Packing, columns: Int32Array): SubPacking {
  const rowNumber = new Map<number, number>();
  const rowOf: number[] = [];
  const starts = new Int32Array(columns.length + 1);
  for (const [i, column] of columns.entries()) {
    starts[i + 1] = starts[i]! + whole.starts[column + 1]! - whole.starts[column]!;
  }
  const rows = new Int32Array(starts[columns.length]!);
  const bundles: number[] = [];
  let at = 0;
  let bundle = -1;
  let bundleEnd = 0;
  for (const [i, column] of columns.entries()) {
    if (column >= bundleEnd) {
      while (bundleEnd <= column) bundleEnd = whole.bundles[++bundle + 1]!;
      bundles.push(i);
    }
    for (let k = whole.starts[column]!; k < whole.starts[column + 1]!; k++) {
      const row = whole.rows[k]!;
      let number = rowNumber.get(row);
      if (number === undefined) {
        number = rowOf.length;
        rowNumber.set(row, number);
        rowOf.push(row);
      }
      rows[at++] = number;
    }
  }
  bundles.push(columns.length);
  const packing: Packing = {
    starts,
    rows,
    weights: Float64Array.from(columns, (column) => whole.weights[column]!),
    bundles: Int32Array.from(bundles),
    capacities: Int32Array.from(rowOf, (row) => whole.capacities[row]!),
    penalties: Float64Array.from(rowOf, (row) => whole.penalties[row]!),
  };
  return { packing, columnOf: columns, rowOf: Int32Array.from(rowOf) };
}

/** The columns of each row, as `columns[starts[r]]` to before `columns[starts[r + 1]]`. */
export function columnsOfRows({ starts, rows, capacities }: Packing): { starts: Int32Array; columns: Int32Array } {
  const first = new Int32Array(capacities.length + 1);
  for (const row of rows) first[row + 1]!++;
  for (let row = 0; row < capacities.length; row++) first[row + 1]! += first[row]!;
  const next = first.slice();
  const columns = new Int32Array(rows.length);
  for (let column = 0; column + 1 < starts.length; column++) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) columns[next[rows[k]!]!++] = column;
  }
  return { starts: first, columns };
}

/** Columns that share rows, directly or by others between them, belong together: the part of each, in order of appearance. */
export function partsOfColumns({ starts, rows, capacities }: Packing): Int32Array[] {
  const leader = Int32Array.from(capacities, (_, row) => row);
  const find = (row: number): number => {
    let top = row;
    while (leader[top] !== top) top = leader[top]!;
    for (let at = row; leader[at] !== top; ) {
      const next = leader[at]!;
      leader[at] = top;
      at = next;
    }
    return top;
  };
  for (let column = 0; column + 1 < starts.length; column++) {
    const first = find(rows[starts[column]!]!);
    for (let k = starts[column]! + 1; k < starts[column + 1]!; k++) leader[find(rows[k]!)] = first;
  }
  const parts = new Map<number, number[]>();
  for (let column = 0; column + 1 < starts.length; column++) {
    const top = find(rows[starts[column]!]!);
    const part = parts.get(top);
    if (part) part.push(column);
    else parts.set(top, [column]);
  }
  return Array.from(parts.values(), (part) => Int32Array.from(part));
}
