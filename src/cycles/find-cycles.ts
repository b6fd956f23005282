import { BarterError } from '../errors';
import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Cycle } from '../types';
import { BestCycles, type Bounds, Visitor } from './collectors';
import { compareCycles, type FoundCycle, toCycle } from './cycle';
import { CycleSearch, LONGEST_CYCLE } from './cycle-search';

export interface FindCyclesOptions {
  /** Edges of the shortest cycle of interest, 2..16. @defaultValue 2 */
  minLength?: number;
  /** Edges of the longest, `minLength`..16. @defaultValue 5 */
  maxLength?: number;
  /** How many of the best to return; `Infinity` for all. @defaultValue 10 */
  limit?: number;
  /** Least mean score of interest, [0,1]. @defaultValue 0 */
  minScore?: number;
  /** Edges to read at most, about; counted, never timed. @defaultValue Infinity */
  budget?: number;
}

export interface CycleSearchResult {
  /** By score, then shorter first, then key. */
  cycles: Cycle[];
  /** True: these are proven to be the best of all cycles there are, or all of them. */
  exact: boolean;
  /** Why it is not: the budget was spent, or a candidate list that the market cut could have mattered. */
  reason?: 'budget' | 'cap';
  /** Edges read. */
  work: number;
  /** Where not exact: every cycle up to this length and from this score on has been considered all the same. */
  certified?: { maxLength: number; minScore: number };
}

/**
 * The true best simple cycles through one item by mean edge score, with all owners distinct.
 *
 * Which of several cycles that tie for the last place is returned depends on the graph's items and edges alone.
 * @throws BarterError `unknown-item`; `invalid-options`.
 */
export function findCycles(
  graph: BarterGraph,
  itemId: string | number,
  options: FindCyclesOptions = {},
): CycleSearchResult {
  const root = graph.nodeOf(itemId);
  const { bounds, limit, budget } = resolve(options);
  const { search, release } = borrowSearch(graph);
  try {
    if (limit !== Infinity) return searchBest(graph, search, root, bounds, limit, budget);
    const cycles: Cycle[] = [];
    const keep = (found: FoundCycle) => cycles.push(toCycle(graph, found)) < 0;
    const outcome = search.run(root, new Visitor(bounds, keep), budget);
    return { cycles: cycles.sort(compareCycles), ...proof(search, outcome), work: search.work };
  } finally {
    release();
  }
}

function proof(
  search: CycleSearch,
  outcome: 'complete' | 'budget' | 'stopped',
): Pick<CycleSearchResult, 'exact' | 'reason'> {
  if (outcome !== 'complete') return { exact: false, reason: 'budget' };
  return search.couldMissCut ? { exact: false, reason: 'cap' } : { exact: true };
}

/**
 * Hands every cycle through one item to `visit`, in no particular order, and keeps none. `visit` ends it by returning
 * false. `limit` is not read.
 * @returns `exact`: all were visited.
 * @throws BarterError `unknown-item`; `invalid-options`.
 */
export function forEachCycle(
  graph: BarterGraph,
  itemId: string | number,
  options: Omit<FindCyclesOptions, 'limit'>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a visitor that answers nothing goes on
  visit: (cycle: Cycle) => void | boolean,
): { exact: boolean; work: number } {
  const root = graph.nodeOf(itemId);
  const { bounds, budget } = resolve(options);
  const { search, release } = borrowSearch(graph);
  try {
    const outcome = search.run(root, new Visitor(bounds, (found) => visit(toCycle(graph, found)) === false), budget);
    return { exact: outcome === 'complete' && !search.couldMissCut, work: search.work };
  } finally {
    release();
  }
}

/**
 * In stages of growing length and falling score: the full list of one stage is the floor of the next, so that later
 * stages read only what could still get in, and the last complete stage is a certificate should the budget end the
 * search.
 */
function searchBest(
  graph: BarterGraph,
  search: CycleSearch,
  root: number,
  bounds: Bounds,
  limit: number,
  budget: number,
): CycleSearchResult {
  let work = 0;
  let known: FoundCycle[] = [];
  let floor: FoundCycle | undefined;
  let certified: Bounds | undefined;
  for (const stage of stagesOf(bounds)) {
    const collector = new BestCycles(stage, limit, floor);
    const outcome = work < budget ? search.run(root, collector, budget - work) : 'budget';
    if (work < budget) work += search.work;
    if (outcome !== 'complete') {
      const best = mergeBest(known, collector.found, limit);
      return {
        cycles: listed(graph, best),
        exact: false,
        reason: 'budget',
        work,
        ...(certified && { certified: certificateOf(certified) }),
      };
    }
    // A full list from the whole range of lengths leaves nothing for a lower score to add.
    if (stage === bounds || (collector.isFull && stage.maxLength === bounds.maxLength)) {
      return { cycles: listed(graph, collector.found), ...proof(search, outcome), work };
    }
    certified = stage;
    known = collector.isFull ? collector.found : mergeBest(known, collector.found, limit);
    if (known.length === limit) floor = known[limit - 1];
  }
  throw new Error('unreachable: the last stage is the bounds themselves');
}

function certificateOf({ maxLength, maxMeanDeficit }: Bounds): { maxLength: number; minScore: number } {
  return { maxLength, minScore: (SCORE_STEPS - maxMeanDeficit) / SCORE_STEPS };
}

/** Longest cycle and greatest mean deficit of each stage, for cycles up to 5, 6, and 7 or more edges. */
const STEPS: Record<number, (longest: number, all: number) => [maxLength: number, maxMeanDeficit: number][]> = {
  5: (longest, all) => [
    [4, all],
    [longest, 100],
  ],
  6: (longest, all) => [
    [4, all],
    [5, all],
    [longest, 100],
  ],
  7: (longest, all) => [
    [4, all],
    [5, all],
    [6, 150],
    [6, all],
    [longest, 60],
    [longest, 120],
    [longest, 200],
  ],
};

/** Ends with the bounds themselves. */
function stagesOf(bounds: Bounds): Bounds[] {
  const { minLength, maxLength: longest, maxMeanDeficit: all } = bounds;
  const steps = STEPS[Math.min(Math.max(longest, 5), 7)]!(longest, all);
  return [
    ...steps
      .filter(([maxLength, deficit]) => maxLength >= minLength && maxLength <= longest && deficit <= all)
      .filter(([maxLength, deficit]) => maxLength < longest || deficit < all)
      .map(([maxLength, maxMeanDeficit]) => ({ minLength, maxLength, maxMeanDeficit })),
    bounds,
  ];
}

function mergeBest(known: FoundCycle[], more: FoundCycle[], limit: number): FoundCycle[] {
  if (known.length === 0) return more;
  const byPath = new Map([...known, ...more].map((found) => [found.nodes.join(), found]));
  return [...byPath.values()].sort((a, b) => a.deficit * b.nodes.length - b.deficit * a.nodes.length).slice(0, limit);
}

function listed(graph: BarterGraph, found: FoundCycle[]): Cycle[] {
  return found.map((cycle) => toCycle(graph, cycle)).sort(compareCycles);
}

/** Scratch memory lives as long as its graph; a search begun inside a visitor gets its own. */
const searches = new WeakMap<BarterGraph, CycleSearch>();

function borrowSearch(graph: BarterGraph): { search: CycleSearch; release: () => void } {
  const search = searches.get(graph) ?? new CycleSearch(graph);
  searches.delete(graph);
  return { search, release: () => searches.set(graph, search) };
}

function resolve(options: FindCyclesOptions): { bounds: Bounds; limit: number; budget: number } {
  const { minLength = 2, maxLength = Math.max(5, minLength), limit = 10, minScore = 0, budget = Infinity } = options;
  check(
    Number.isInteger(minLength) && minLength >= 2 && minLength <= LONGEST_CYCLE,
    'minLength',
    minLength,
    `a whole number from 2 to ${LONGEST_CYCLE}`,
  );
  check(
    Number.isInteger(maxLength) && maxLength >= minLength && maxLength <= LONGEST_CYCLE,
    'maxLength',
    maxLength,
    `a whole number from minLength to ${LONGEST_CYCLE}`,
  );
  check(
    limit === Infinity || (Number.isInteger(limit) && limit >= 1),
    'limit',
    limit,
    'a whole number from 1, or Infinity',
  );
  check(minScore >= 0 && minScore <= 1, 'minScore', minScore, 'a number from 0 to 1');
  check(budget > 0, 'budget', budget, 'a number above 0, or Infinity');
  return { bounds: { minLength, maxLength, maxMeanDeficit: SCORE_STEPS - minScore * SCORE_STEPS }, limit, budget };
}

function check(holds: boolean, name: string, value: unknown, wanted: string): void {
  if (!holds) throw new BarterError('invalid-options', `The option ${name} is ${String(value)}: give ${wanted}.`);
}
