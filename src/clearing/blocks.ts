import { randomFrom } from '../util/random';
import { dive } from './dive';
import { type LocalSearchOptions, localSearch } from './local-search';
import { columnsOfRows, type Packing, subPacking } from './packing';
import { findPrices, reducedWeights, TINY } from './prices';
import { Selection } from './selection';

/** Rows of the first block; then a block is as large as leaves something to find, but not too much to find it. */
const FIRST_SIZE = 1_000;
const LARGER = 1.1;
const SMALLER = 0.93;
/** Columns of a row that a block grows along. */
const ALONG = 8;
/** Iterations on the prices of a block, and passes of the search through it, at most. */
const PRICE_ITERATIONS = 1_500;
const SEARCH_PASSES = 1_000;
/** The search goes through the columns of a block that are worth at most this much less than their rows, in items. */
const CORE = 0.5;

/**
 * Looks for a better choice block by block (a large neighbourhood search: P. Shaw, CP 1998): what is chosen among some rows
 * that lie together is let go, the columns that fit then get prices of their own, which tell in most cases that nothing
 * better is there, and otherwise lead a dive and a search to what might be.
 *
 * @param start Chosen columns to begin with.
 */
export function improveByBlocks(
  packing: Packing,
  start: Int32Array,
  { unit, budget, seed, target }: LocalSearchOptions,
): { columns: Int32Array; value: number; work: number } {
  const byRow = columnsOfRows(packing);
  const random = randomFrom(seed);
  const selection = new Selection(packing);
  for (const column of start) selection.add(column);
  const size = packing.capacities.length;
  let wanted = Math.min(FIRST_SIZE, size / 2);
  let work = 0;
  for (let round = 0; work < budget && selection.value < target; round++) {
    const before = selection.value;
    const block = growBlock(packing, byRow, selection, wanted, random);
    work += packing.rows.length;
    if (!block) break;
    for (const column of block) selection.remove(column);
    const better = chooseAnew(packing, selection, before, { unit, budget: budget - work, seed: seed + round });
    work += better.work;
    for (const column of better.columns ?? block) selection.add(column);
    wanted = better.isProven ? Math.min(size / 2, wanted * LARGER) : wanted * SMALLER;
  }
  return { columns: selection.columns(), value: selection.value, work };
}

/** Whether a row is a single thing that one may have: blocks grow along these, and not along what many share. */
function isSingle({ capacities, penalties }: Packing, row: number): boolean {
  return capacities[row] === 1 && penalties[row] === Infinity;
}

/** The chosen columns around a row that is free, as many as have about so many rows; undefined where no row is free. */
function growBlock(
  packing: Packing,
  byRow: ReturnType<typeof columnsOfRows>,
  selection: Selection,
  wanted: number,
  random: () => number,
): number[] | undefined {
  const { starts, rows, capacities } = packing;
  const chosenWith = new Int32Array(capacities.length).fill(-1);
  for (const column of selection.columns()) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      if (isSingle(packing, rows[k]!)) chosenWith[rows[k]!] = column;
    }
  }
  const free: number[] = [];
  for (const [row, column] of chosenWith.entries()) {
    if (column < 0 && isSingle(packing, row) && byRow.starts[row + 1]! > byRow.starts[row]!) free.push(row);
  }
  if (free.length === 0) return undefined;
  const isIn = new Uint8Array(capacities.length);
  const reached: number[] = [];
  const block = new Set<number>();
  const reach = (row: number): void => {
    if (isIn[row] || !isSingle(packing, row)) return;
    isIn[row] = 1;
    reached.push(row);
    const column = chosenWith[row]!;
    if (column < 0 || block.has(column)) return;
    block.add(column);
    for (let k = starts[column]!; k < starts[column + 1]!; k++) reach(rows[k]!);
  };
  reach(free[Math.floor(random() * free.length)]!);
  for (let i = 0; i < reached.length && reached.length < wanted; i++) {
    const first = byRow.starts[reached[i]!]!;
    const count = byRow.starts[reached[i]! + 1]! - first;
    for (let n = 0; n < ALONG && reached.length < wanted; n++) {
      const column = byRow.columns[first + Math.floor(random() * count)]!;
      for (let k = starts[column]!; k < starts[column + 1]!; k++) reach(rows[k]!);
    }
  }
  return [...block];
}

/**
 * The best found among all columns that fit to what is chosen.
 * @returns Columns only where they bring the value to what it was at least.
 */
function chooseAnew(
  packing: Packing,
  selection: Selection,
  before: number,
  { unit, budget, seed }: { unit: number; budget: number; seed: number },
): { columns?: number[]; isProven: boolean; work: number } {
  const fitting = Int32Array.from(packing.weights.keys()).filter(
    (column) => !selection.isChosen[column] && selection.fits(column) && selection.gain(column) > 0,
  );
  const { packing: block, rowOf } = subPacking(packing, fitting);
  for (const [i, row] of rowOf.entries())
    block.capacities[i] = Math.max(0, packing.capacities[row]! - selection.used[row]!);
  const old = before - selection.value;
  const entries = block.rows.length;
  const share = Math.min(PRICE_ITERATIONS * entries, budget / 3);
  const { prices, bound, better, work: pricing } = findPrices(block, old, unit, share);
  const most = Math.floor(bound + TINY);
  if (most <= old) return { isProven: true, work: pricing };
  const dived = dive(block, prices, unit, share);
  let best = better && better.value > dived.selection.value ? better : dived.selection;
  const reduced = reducedWeights(block, prices);
  const kept = Int32Array.from(block.weights.keys()).filter(
    (column) => best.isChosen[column] || reduced[column]! >= -CORE * unit,
  );
  const core = subPacking(block, kept);
  const start = Int32Array.from(kept.keys()).filter((i) => best.isChosen[kept[i]!]);
  const searchBudget = Math.min(SEARCH_PASSES * core.packing.rows.length, budget / 3);
  const found = localSearch(core.packing, start, { unit, budget: searchBudget, seed, target: most });
  const work = pricing + dived.work + found.work;
  if (found.value > best.value) {
    best = new Selection(block);
    for (const column of found.columns) best.add(core.columnOf[column]!);
  }
  if (best.value < old) return { isProven: false, work };
  return { columns: Array.from(best.columns(), (column) => fitting[column]!), isProven: false, work };
}
