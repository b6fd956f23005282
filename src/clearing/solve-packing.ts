import { improveByBlocks } from './blocks';
import { dive } from './dive';
import { byKey, degreeGreedy, greedy } from './greedy';
import { HOT, localSearch, MILD } from './local-search';
import { type Packing, subPacking } from './packing';
import { findPrices, priceBound, reducedWeights, TINY } from './prices';
import { Selection } from './selection';

/** A solver of linear and integer programs, where there is one: HiGHS, say. It must answer the same each time. */
export interface PackingSolver {
  /** Prices at the optimum of the relaxation; undefined where it gave up. */
  prices(packing: Packing): Float64Array | undefined;
  /** The best choice, starting from one; `isOptimal` where it is proven. Undefined where it gave up without any. */
  choose(packing: Packing, start: Int32Array): { columns: Int32Array; isOptimal: boolean } | undefined;
}

/** The best choice known, and the proof of how good it is. */
export interface Solved {
  columns: Int32Array;
  value: number;
  /** No choice is worth more. */
  bound: number;
  prices: Float64Array;
  /** What the prices prove; where it is more than the bound, the bound is the word of the solver. */
  priceBound: number;
  work: number;
}

export interface SolveOptions {
  /** What an item is worth, about. */
  unit: number;
  /** Entries of rows to read, about. */
  budget: number;
  seed: number;
  solver?: PackingSolver | undefined;
  /** Told of what is known so far after each step; false ends it. */
  onStep?: (solved: Solved) => boolean;
}

/** Of the budget, for prices at most; and iterations, beyond which they hardly improve. */
const PRICE_SHARE = 0.4;
const PRICE_ITERATIONS = 1500;
/** Of what is left then, for a dive at most. */
const DIVE_SHARE = 0.4;
/**
 * What searches through the columns that are worth at most so much less than their rows, in items, and its share of what is
 * left of the budget.
 */
const SEARCHES = [
  { search: localSearch, core: 0.1, share: 0.1, warmth: HOT },
  { search: localSearch, core: 0.3, share: 0.15, warmth: HOT },
  { search: localSearch, core: 0.3, share: 0.1, warmth: MILD },
  { search: localSearch, core: 0.6, share: 0.15, warmth: MILD },
  { search: improveByBlocks, core: 1, share: 0.25 },
  { search: improveByBlocks, core: 1, share: 0.25 },
];
/** Columns that the solver is given to relax: at first, and more of each time; and how often at most. */
const FIRST_TO_SIFT = 20_000;
const MORE_TO_SIFT = 5_000;
const SIFTINGS = 12;
/** Columns that it is given to choose among at most: at once, and when all else is done. */
const FEW_TO_CHOOSE = 3_000;
const MOST_TO_CHOOSE = 8_000;

/**
 * Greedy choices, then prices that bound them, then, while the bound is not reached, the solver on what could still be in
 * a better choice, a dive along the prices, and searches among the columns that they favour. One connected part at a time.
 */
export function solvePacking(packing: Packing, options: SolveOptions): Solved {
  const { unit, budget, seed, solver, onStep = () => true } = options;
  const { weights } = packing;
  let best = degreeGreedy(packing);
  const heaviest = greedy(packing, byKey(Int32Array.from(weights.keys()), weights));
  if (heaviest.value > best.value) best = heaviest;
  const priceBudget = Math.min(budget * PRICE_SHARE, packing.rows.length * PRICE_ITERATIONS);
  const priced = findPrices(packing, best.value, unit, priceBudget);
  if (priced.better) best = priced.better;
  const bound = Math.floor(priced.bound + TINY);
  const solved: Solved = {
    columns: best.columns(),
    value: best.value,
    bound,
    prices: priced.prices,
    priceBound: bound,
    work: priced.work,
  };
  const isOver = () => !onStep(solved) || solved.value >= solved.bound;
  if (isOver()) return solved;

  if (solver) siftPrices(packing, solved, solver, unit);
  if (solver && isOver()) return solved;
  if (solver && chooseExactly(packing, solved, solver, FEW_TO_CHOOSE) && isOver()) return solved;
  const dived = dive(packing, solved.prices, unit, DIVE_SHARE * Math.max(0, budget - solved.work));
  solved.work += dived.work;
  if (dived.selection.value > solved.value) {
    solved.value = dived.selection.value;
    solved.columns = dived.selection.columns();
  }
  if (isOver()) return solved;
  const reduced = reducedWeights(packing, solved.prices);
  const left = Math.max(0, budget - solved.work);
  for (const [round, { search, core, share, ...how }] of SEARCHES.entries()) {
    const options = { ...how, unit, budget: share * left, seed: seed + round, target: solved.bound };
    searchCore(packing, solved, search, (column) => reduced[column]! >= -core * unit, options);
    if (isOver()) return solved;
  }
  if (solver) chooseExactly(packing, solved, solver, MOST_TO_CHOOSE);
  onStep(solved);
  return solved;
}

/**
 * The solver's prices, by sifting: those of the columns that may matter, until no other column is worth more than its rows.
 * Prices bound the value on the way as well.
 */
function siftPrices(packing: Packing, solved: Solved, solver: PackingSolver, unit: number): void {
  const isIn = new Uint8Array(packing.weights.length);
  let reduced = reducedWeights(packing, solved.prices);
  let wanted = -0.3 * unit;
  let most = FIRST_TO_SIFT;
  for (let round = 0; round < SIFTINGS && solved.value < solved.bound; round++) {
    const more = byKey(
      Int32Array.from(isIn.keys()).filter((column) => !isIn[column] && reduced[column]! > wanted),
      reduced,
    );
    if (more.length === 0) return;
    for (const column of more.subarray(0, most)) isIn[column] = 1;
    const core = chosenCore(packing, solved, (column) => isIn[column] === 1);
    const prices = solver.prices(core.packing);
    if (!prices) return;
    const all = new Float64Array(packing.capacities.length);
    for (const [row, price] of prices.entries()) all[core.rowOf[row]!] = price;
    takePrices(packing, solved, all);
    reduced = reducedWeights(packing, all);
    wanted = TINY;
    most = MORE_TO_SIFT;
  }
}

function takePrices(packing: Packing, solved: Solved, prices: Float64Array): void {
  const bound = Math.floor(priceBound(packing, prices).bound + TINY);
  if (bound <= solved.bound) Object.assign(solved, { bound, priceBound: bound, prices });
}

/** A search from what is chosen, among these columns. */
function searchCore(
  packing: Packing,
  solved: Solved,
  search: typeof localSearch,
  isIn: (column: number) => boolean,
  options: Parameters<typeof localSearch>[2],
): void {
  const core = chosenCore(packing, solved, isIn);
  const found = search(core.packing, core.start, options);
  solved.work += found.work;
  if (found.value <= solved.value) return;
  solved.value = found.value;
  solved.columns = found.columns.map((column) => core.columnOf[column]!);
}

/**
 * Hands the solver all columns that a better choice could have. With the best of its bundle replaced by a column, the
 * bound falls; where it falls to what is reached already, the column can be left out.
 * @returns false where there are too many.
 */
function chooseExactly(packing: Packing, solved: Solved, solver: PackingSolver, most: number): boolean {
  const { bound, spare } = priceBound(packing, solved.prices);
  const reduced = reducedWeights(packing, solved.prices);
  const bundleOf = bundlesOf(packing);
  const core = chosenCore(packing, solved, (column) => {
    return Math.floor(bound - spare[bundleOf[column]!]! + reduced[column]! + TINY) > solved.value;
  });
  if (core.columnOf.length > most) return false;
  const chosen = solver.choose(core.packing, core.start);
  if (!chosen) return true;
  const value = worthOf(core.packing, chosen.columns);
  if (value > solved.value) {
    solved.value = value;
    solved.columns = chosen.columns.map((column) => core.columnOf[column]!);
  }
  if (chosen.isOptimal) solved.bound = solved.value;
  return true;
}

function chosenCore(packing: Packing, { columns }: Solved, isIn: (column: number) => boolean) {
  const isChosen = new Uint8Array(packing.weights.length);
  for (const column of columns) isChosen[column] = 1;
  const kept = Int32Array.from(isChosen.keys()).filter((column) => isChosen[column] === 1 || isIn(column));
  const core = subPacking(packing, kept);
  const start = Int32Array.from(kept.keys()).filter((column) => isChosen[kept[column]!] === 1);
  return { ...core, start };
}

function bundlesOf({ bundles, weights }: Packing): Int32Array {
  const bundleOf = new Int32Array(weights.length);
  for (let bundle = 0; bundle + 1 < bundles.length; bundle++) {
    bundleOf.fill(bundle, bundles[bundle]!, bundles[bundle + 1]!);
  }
  return bundleOf;
}

/** @throws Error where the columns do not go together. */
function worthOf(packing: Packing, columns: Int32Array): number {
  const selection = new Selection(packing);
  for (const column of columns) {
    if (!selection.fits(column)) throw new Error('The solver has chosen columns that share a row.');
    selection.add(column);
  }
  return selection.value;
}
