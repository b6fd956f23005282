import { compareCycles } from '../cycles/cycle';
import { BarterError } from '../errors';
import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Cycle, ItemId } from '../types';
import { CycleColumns, type Rows, rowsOf } from './cycle-columns';
import { CycleWalk } from './cycle-walk';
import { type FrozenMarket, freeze } from './frozen-market';
import { type Packing, partsOfColumns, type SubPacking, subPacking } from './packing';
import { type ClearingRules, type ResolvedRules, resolveRules } from './rules';
import { type PackingSolver, type Solved, solvePacking } from './solve-packing';

export interface ClearMarketOptions extends ClearingRules {
  /** How much to read while searching, in entries of rows; counted, never timed. @defaultValue 2,000,000,000 */
  budget?: number;
  /** Cycles to choose among at most; with more there is no clearing. @defaultValue 3,000,000 */
  maxCycles?: number;
  /** The same seed, the same answer. @defaultValue 1 */
  seed?: number;
  /** Proves more: `await highsSolver()`. @defaultValue none */
  solver?: PackingSolver;
  /** Told of the best so far after each step. */
  onProgress?: (progress: ClearingProgress) => void;
  /** Looked at between steps; the answer is the best so far. */
  signal?: { readonly aborted: boolean };
}

export interface ClearingProgress {
  value: number;
  upperBound: number;
  gap: number;
}

export interface MarketClearing {
  /** Share no item and keep all rules; in the order of `compareCycles`. */
  cycles: Cycle[];
  /** What they are worth by the objective. */
  value: number;
  /** No choice is worth more. */
  upperBound: number;
  /** (upperBound − value) / value; 0 where both are 0. */
  gap: number;
  /** There is no better choice. */
  proven: boolean;
  certificate: ClearingCertificate;
  /** People with a trade, and items that change hands. */
  users: number;
  items: number;
  /** How many cycles there are of each length. */
  histogram: Record<number, number>;
  /** Cycles there were to choose among. */
  candidates: number;
  /** Arcs and entries of rows read. */
  work: number;
  /** What was asked: `verifyClearing` checks the answer to this. */
  rules: ClearingRules;
}

/** What proves the bound; `verifyClearing` reads it. Plain data. */
export interface ClearingCertificate {
  /** What a place of each row is worth: items by id, and other rows as `owner:…`, `first:…`, `set:…` and `group:…`. */
  prices: { items: Record<ItemId, number>; rows: Record<string, number> };
  /** What the prices prove, each part by itself. */
  bound: number;
  /** Cycles of different parts share nothing; empty where there is one part, else without items that are on no cycle. */
  parts: Record<ItemId, number>;
  /** Parts of which a solver, not the prices, says that there is no better choice. */
  solverProven: number[];
  /** For each cycle the groups whose place its edges take. */
  groups: string[][];
}

const BUDGET = 2_000_000_000;
const MOST_CYCLES = 3_000_000;

/**
 * The best set of cycles that share no item: enumerated, cut into parts that share nothing, and chosen by greedy rules,
 * prices that bound what can be reached, and local search (`solve-packing.ts`). With a solver, optima are proven where
 * prices alone leave a gap. Pure: the same graph and options, the same answer.
 *
 * @throws BarterError `invalid-options`; `too-many-cycles`.
 */
export function clearMarket(graph: BarterGraph, options: ClearMarketOptions = {}): MarketClearing {
  const locked = new Set(options.locked ?? []);
  return clearFrozen(
    freeze(graph, (id) => locked.has(id)),
    options,
  );
}

/** The same for a market that stands still already. */
export function clearFrozen(market: FrozenMarket, options: ClearMarketOptions): MarketClearing {
  const clearing = new Clearing(market, options);
  clearing.run();
  return clearing.result();
}

/** A clearing in the making: what is known of it can be told at any time. */
export class Clearing {
  readonly #market: FrozenMarket;
  readonly #options: ClearMarketOptions;
  readonly #rules: ResolvedRules;
  readonly #rows: Rows;
  readonly #columns: CycleColumns;
  readonly #packing: Packing;
  readonly #parts: SubPacking[];
  /** One for each part. */
  readonly #solved: Solved[];
  /** What an item is worth at most. */
  readonly #unit: number;
  #work: number;

  /** @throws BarterError `invalid-options`; `too-many-cycles`. */
  constructor(market: FrozenMarket, options: ClearMarketOptions) {
    this.#market = market;
    this.#options = options;
    this.#rules = resolveRules(options, { items: market.ids.length, owners: market.owners.length });
    this.#rows = rowsOf(market, this.#rules);
    this.#columns = new CycleColumns(market, this.#rules, this.#rows);
    const { maxCycles = MOST_CYCLES } = options;
    const walk = new CycleWalk(market, this.#rules.maxLength);
    const isComplete = walk.run((cycle) => {
      this.#columns.add(cycle);
      return this.#columns.count <= maxCycles;
    });
    if (!isComplete) {
      const advice = 'lower maxLength, raise minScore or maxCycles, or partition the market';
      throw new BarterError('too-many-cycles', `There are more than ${maxCycles} cycles to choose among: ${advice}.`);
    }
    this.#work = walk.work;
    this.#packing = this.#columns.packing();
    this.#parts = partsOfColumns(this.#packing)
      .sort((a, b) => b.length - a.length || a[0]! - b[0]!)
      .map((columns) => subPacking(this.#packing, columns));
    const { items, users, score } = this.#rules.units;
    this.#unit = items + users + score * SCORE_STEPS;
    this.#solved = this.#parts.map((part) => nothingChosen(part, market.ids.length, this.#unit));
  }

  /** Part by part, the largest first; each may use its share of what is left of the budget. */
  run(): void {
    const { budget = BUDGET, seed = 1, solver, onProgress, signal } = this.#options;
    if (!(budget > 0)) throw new BarterError('invalid-options', `The budget is ${budget}: give a number above 0.`);
    let left = this.#packing.rows.length;
    let spent = 0;
    for (const [i, { packing }] of this.#parts.entries()) {
      const share = packing.rows.length / left;
      left -= packing.rows.length;
      const solved = solvePacking(packing, {
        unit: this.#unit,
        budget: Math.max(1, (budget - spent) * share),
        seed,
        solver,
        onStep: (state) => {
          this.#solved[i] = state;
          onProgress?.(this.progress);
          return !signal?.aborted;
        },
      });
      this.#solved[i] = solved;
      spent += solved.work;
      if (signal?.aborted) break;
    }
    this.#work += spent;
  }

  get progress(): ClearingProgress {
    const value = sum(this.#solved, (one) => one.value);
    const bound = sum(this.#solved, (one) => one.bound);
    const gap = value === 0 ? (bound === 0 ? 0 : Infinity) : (bound - value) / value;
    return { value: value * this.#rules.step, upperBound: bound * this.#rules.step, gap };
  }

  result(): MarketClearing {
    const chosen = this.#solved
      .flatMap(({ columns }, i) => Array.from(columns, (column) => this.#parts[i]!.columnOf[column]!))
      .map((column) => ({
        cycle: cycleOf(this.#market, this.#columns.nodesOf(column)),
        groups: groupsOf(this.#packing, this.#rows, column),
      }))
      .sort((a, b) => compareCycles(a.cycle, b.cycle));
    const cycles = chosen.map(({ cycle }) => cycle);
    const { progress } = this;
    return {
      cycles,
      ...progress,
      proven: progress.value === progress.upperBound,
      certificate: {
        prices: namedPrices(this.#market, this.#rows, this.#parts, this.#solved),
        bound: sum(this.#solved, (one) => one.priceBound) * this.#rules.step,
        parts: this.#parts.length > 1 ? namedParts(this.#market, this.#parts) : {},
        solverProven: [...this.#solved.keys()].filter((i) => this.#solved[i]!.bound < this.#solved[i]!.priceBound),
        groups: chosen.map(({ groups }) => groups),
      },
      ...figuresOf(cycles),
      candidates: this.#columns.count,
      work: this.#work,
      rules: statedRules(this.#options),
    };
  }
}

/** Before anything is known of a part: at the price of what it may be worth at most, no item leaves anything. */
function nothingChosen({ packing, rowOf }: SubPacking, items: number, unit: number): Solved {
  const prices = Float64Array.from(rowOf, (row) => (row < items ? unit : 0));
  const bound = prices.reduce((all, price) => all + price, 0);
  return { columns: new Int32Array(0), value: 0, bound, prices, priceBound: bound, work: packing.rows.length };
}

function sum(all: readonly Solved[], of: (one: Solved) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}

function cycleOf({ ids, owners, ownerOf, starts, targets, deficits }: FrozenMarket, nodes: Int32Array): Cycle {
  const length = nodes.length;
  let first = 0;
  for (let i = 1; i < length; i++) if (ids[nodes[i]!]! < ids[nodes[first]!]!) first = i;
  const turned = Array.from(nodes, (_, i) => nodes[(first + i) % length]!);
  let deficit = 0;
  const edgeScores = turned.map((giver, i) => {
    let arc = starts[giver]!;
    while (targets[arc] !== turned[(i + 1) % length]) arc++;
    deficit += deficits[arc]!;
    return (SCORE_STEPS - deficits[arc]!) / SCORE_STEPS;
  });
  const items = turned.map((node) => ids[node]!);
  return {
    key: JSON.stringify(items),
    items,
    owners: turned.map((node) => owners[ownerOf[node]!]!),
    score: (SCORE_STEPS * length - deficit) / (SCORE_STEPS * length),
    edgeScores,
  };
}

export const GROUP = 'group:';

function groupsOf({ starts, rows: entries }: Packing, { names, capacities }: Rows, column: number): string[] {
  const items = capacities.length - names.length;
  const groups: string[] = [];
  for (let k = starts[column]!; k < starts[column + 1]!; k++) {
    const name = entries[k]! < items ? '' : names[entries[k]! - items]!;
    if (name.startsWith(GROUP)) groups.push(name.slice(GROUP.length));
  }
  return groups;
}

function namedPrices(
  { ids }: FrozenMarket,
  { names }: Rows,
  parts: readonly SubPacking[],
  solved: readonly Solved[],
): ClearingCertificate['prices'] {
  const items: [ItemId, number][] = [];
  const rows: [string, number][] = [];
  for (const [i, { rowOf }] of parts.entries()) {
    for (const [row, price] of solved[i]!.prices.entries()) {
      const at = rowOf[row]!;
      if (price <= 0) continue;
      if (at < ids.length) items.push([ids[at]!, price]);
      else rows.push([names[at - ids.length]!, price]);
    }
  }
  return { items: Object.fromEntries(items), rows: Object.fromEntries(rows) };
}

function namedParts({ ids }: FrozenMarket, parts: readonly SubPacking[]): Record<ItemId, number> {
  const named = parts.flatMap(({ rowOf }, part) =>
    Array.from(rowOf)
      .filter((row) => row < ids.length)
      .map((row) => [ids[row]!, part] as const),
  );
  return Object.fromEntries(named);
}

/** People, items and lengths of a choice of cycles. */
export function figuresOf(cycles: readonly Cycle[]): Pick<MarketClearing, 'users' | 'items' | 'histogram'> {
  const users = new Set(cycles.flatMap(({ owners }) => owners));
  const histogram: Record<number, number> = {};
  for (const { items } of cycles) histogram[items.length] = (histogram[items.length] ?? 0) + 1;
  return { users: users.size, items: cycles.reduce((sum, { items }) => sum + items.length, 0), histogram };
}

function statedRules(options: ClearMarketOptions): ClearingRules {
  const { budget, maxCycles, seed, solver, onProgress, signal, ...rules } = options;
  return rules;
}
