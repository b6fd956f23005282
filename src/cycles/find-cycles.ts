import { BarterError } from '../errors';
import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Cycle } from '../types';
import { BestCycles, type Bounds, LONGEST_CYCLE, Visitor } from './collectors';
import { compareCycles, type FoundCycle, toCycle } from './cycle';
import { CycleSearch } from './cycle-search';

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
  const scratch = borrowScratch(graph);
  try {
    return limit === Infinity
      ? searchAll(graph, scratch, root, bounds, budget)
      : searchBest(graph, scratch, root, bounds, limit, budget);
  } finally {
    scratch.isLent = false;
  }
}

function searchAll(
  graph: BarterGraph,
  { search }: Scratch,
  root: number,
  bounds: Bounds,
  budget: number,
): CycleSearchResult {
  const cycles: Cycle[] = [];
  const keep = (found: FoundCycle) => cycles.push(toCycle(graph, found)) < 0;
  const outcome = search.run(root, new Visitor(bounds, keep), budget);
  return { cycles: cycles.sort(compareCycles), ...proof(search, outcome), work: search.work };
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
  const scratch = borrowScratch(graph);
  const { search } = scratch;
  try {
    const outcome = search.run(root, new Visitor(bounds, (found) => visit(toCycle(graph, found)) === false), budget);
    return { exact: outcome === 'complete' && !search.couldMissCut, work: search.work };
  } finally {
    scratch.isLent = false;
  }
}

/**
 * In stages of growing length and falling score: the full list of one stage is the floor of the next, so that later
 * stages read only what could still get in, and the last complete stage is a certificate should the budget end the
 * search. Each stage is for the lengths that none before it has completed.
 */
function searchBest(
  graph: BarterGraph,
  { search, best }: Scratch,
  root: number,
  bounds: Bounds,
  limit: number,
  budget: number,
): CycleSearchResult {
  let work = 0;
  let shortest = bounds.minLength;
  let certified: Certified | undefined;
  best.empty(limit);
  for (const [longest, scores] of STAGES) {
    const maxLength = Math.min(longest, bounds.maxLength);
    if (maxLength < shortest || (scores === 'high' && !best.isFull)) continue;
    const share = maxLength === shortest ? HIGH_BY_ONE : HIGH_BY_MORE;
    const maxMeanDeficit = scores === 'high' ? share * best.worstMeanDeficit : bounds.maxMeanDeficit;
    best.begin({ minLength: shortest, maxLength, maxMeanDeficit });
    const outcome = work < budget ? search.run(root, best, budget - work) : 'budget';
    if (work < budget) work += search.work;
    if (outcome !== 'complete') {
      return {
        cycles: listed(graph, best.bestOfBoth()),
        exact: false,
        reason: 'budget',
        work,
        ...(certified && { certified: certificateOf(certified) }),
      };
    }
    // A list filled with such scores leaves nothing for lower ones to add.
    const isComplete = scores === 'all' || best.worstMeanDeficit <= maxMeanDeficit;
    if (isComplete) shortest = maxLength + 1;
    certified = { maxLength, maxMeanDeficit: isComplete ? bounds.maxMeanDeficit : maxMeanDeficit };
  }
  return { cycles: listed(graph, best.found), ...proof(search, 'complete'), work };
}

/** Up to which length all is considered that is within this of 1, or could still get in. */
type Certified = Omit<Bounds, 'minLength'>;

function certificateOf({ maxLength, maxMeanDeficit }: Certified): { maxLength: number; minScore: number } {
  return { maxLength, minScore: (SCORE_STEPS - maxMeanDeficit) / SCORE_STEPS };
}

/**
 * Longest cycle of each stage, and which scores it is for: all that still get in, or only the high ones of these, if
 * the list is full already. Where it fills with them there are many cycles, and it has spared reading them all.
 */
const STAGES: readonly (readonly [longest: number, scores: 'high' | 'all'])[] = [
  [4, 'all'],
  [6, 'high'],
  [6, 'all'],
  [LONGEST_CYCLE, 'high'],
  [LONGEST_CYCLE, 'all'],
];

/**
 * What part of the mean deficit that gets in is high, one edge beyond the lengths that are complete, and farther: the
 * more cycles there are to come, the less of it they need to fill the list.
 */
const HIGH_BY_ONE = 0.75;
const HIGH_BY_MORE = 0.6;

function listed(graph: BarterGraph, found: FoundCycle[]): Cycle[] {
  const cycles = found.map((cycle) => toCycle(graph, cycle));
  return cycles.length > 1 ? cycles.sort(compareCycles) : cycles;
}

/** Memory that searches use again, as long as their graph lives. */
interface Scratch {
  search: CycleSearch;
  best: BestCycles;
  isLent: boolean;
}

const scratches = new WeakMap<BarterGraph, Scratch>();

/** A search begun inside a visitor gets its own. */
function borrowScratch(graph: BarterGraph): Scratch {
  let scratch = scratches.get(graph);
  if (scratch === undefined || scratch.isLent) {
    scratch = { search: new CycleSearch(graph), best: new BestCycles(), isLent: false };
    scratches.set(graph, scratch);
  }
  scratch.isLent = true;
  return scratch;
}

function resolve(options: FindCyclesOptions): { bounds: Bounds; limit: number; budget: number } {
  const { minLength = 2, maxLength = Math.max(5, minLength), limit = 10, minScore = 0, budget = Infinity } = options;
  checkCount('minLength', minLength, 2, LONGEST_CYCLE);
  checkCount('maxLength', maxLength, minLength, LONGEST_CYCLE);
  if (limit !== Infinity) checkCount('limit', limit, 1, Infinity);
  if (!(minScore >= 0 && minScore <= 1)) refuse('minScore', minScore, 'a number from 0 to 1');
  if (!(budget > 0)) refuse('budget', budget, 'a number above 0, or Infinity');
  return { bounds: { minLength, maxLength, maxMeanDeficit: SCORE_STEPS - minScore * SCORE_STEPS }, limit, budget };
}

function checkCount(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  refuse(name, value, `a whole number from ${least} to ${most}`);
}

function refuse(name: string, value: unknown, wanted: string): never {
  throw new BarterError('invalid-options', `The option ${name} is ${String(value)}: give ${wanted}.`);
}
