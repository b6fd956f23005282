import { BarterError } from '../errors';
import { SCORE_STEPS } from '../graph/half-edges';
import type { ItemId } from '../types';

/** What a clearing is to bring, each with its weight: a number from 0 in steps of 0.001. */
export interface ClearingWeights {
  /** For each item that changes hands. */
  items?: number;
  /** For each person with a trade, however many they have. */
  users?: number;
  /** For the score of each edge, [0,1]. */
  score?: number;
}

/** An edge that can be used in certain ways only. */
export interface EdgeWays {
  giver: ItemId;
  receiver: ItemId;
  /** Each way takes the one place in each of its groups; which ways there are, the clearing chooses among. */
  ways: readonly (readonly string[])[];
}

/** What is to be chosen, and what may not be. Plain data. */
export interface ClearingRules {
  /** Edges of the shortest cycle, 2..`maxLength`. @defaultValue 2 */
  minLength?: number;
  /** Edges of the longest cycle, 2..8. @defaultValue 5 */
  maxLength?: number;
  /** Least score of a cycle, [0,1]. @defaultValue 0 */
  minScore?: number;
  /**
   * Weights, or the things in the order in which they count: the second decides among those that are equal in the first.
   * @defaultValue { items: 1 }
   */
  objective?: ClearingWeights | readonly (keyof ClearingWeights)[];
  /** Cycles that one owner may be in; an item is in one at most anyway. @defaultValue Infinity */
  cyclesPerOwner?: number;
  /** Sets of items of which one at most may be traded. @defaultValue [] */
  atMostOne?: readonly (readonly ItemId[])[];
  /** Edges that compete with others: "at most one of these" on what somebody gets. @defaultValue [] */
  edgeWays?: readonly EdgeWays[];
  /** Items that take no part. @defaultValue [] */
  locked?: readonly ItemId[];
  /** Cycles that are not to be chosen, by their keys. @defaultValue [] */
  excluded?: readonly string[];
}

/** The rules with their defaults, and the objective as it is counted. */
export interface ResolvedRules extends Required<Omit<ClearingRules, 'objective'>> {
  weights: Required<ClearingWeights>;
  /** Least difference of two values; what an item, a user and a thousandth of score are worth in it. */
  step: number;
  units: Required<ClearingWeights>;
}

/** Of a cycle in a clearing: every walk through the market is bounded by it. */
const LONGEST = 8;

/**
 * @param most Items and owners there are, so that what counts first outweighs all that counts after it.
 * @throws BarterError `invalid-options`.
 */
export function resolveRules(rules: ClearingRules, most: { items: number; owners: number }): ResolvedRules {
  const { minLength = 2, maxLength = 5, minScore = 0, cyclesPerOwner = Infinity, objective = { items: 1 } } = rules;
  if (!Number.isInteger(maxLength) || maxLength < 2 || maxLength > LONGEST) {
    refuse('maxLength', maxLength, `a whole number from 2 to ${LONGEST}`);
  }
  if (!Number.isInteger(minLength) || minLength < 2 || minLength > maxLength) {
    refuse('minLength', minLength, `a whole number from 2 to ${maxLength}`);
  }
  if (!(minScore >= 0 && minScore <= 1)) refuse('minScore', minScore, 'a number from 0 to 1');
  if (cyclesPerOwner !== Infinity && !(Number.isSafeInteger(cyclesPerOwner) && cyclesPerOwner > 0)) {
    refuse('cyclesPerOwner', cyclesPerOwner, 'a whole number from 1, or Infinity');
  }
  const weights = isOrder(objective) ? lexicographic(objective, most) : weighted(objective);
  const units = {
    items: Math.round(weights.items * SCORE_STEPS ** 2),
    users: Math.round(weights.users * SCORE_STEPS ** 2),
    score: Math.round(weights.score * SCORE_STEPS),
  };
  const divisor = gcd(gcd(units.items, units.users), units.score);
  if (divisor === 0) refuse('objective', JSON.stringify(objective), 'a weight above 0 to something');
  for (const name of ['items', 'users', 'score'] as const) units[name] /= divisor;
  if (!Number.isSafeInteger(most.items * (units.items + units.users + units.score * SCORE_STEPS))) {
    refuse(
      'objective',
      JSON.stringify(objective),
      'fewer things or coarser weights: these values are too great to be exact',
    );
  }
  const { atMostOne = [], edgeWays = [], locked = [], excluded = [] } = rules;
  const step = divisor / SCORE_STEPS ** 2;
  return {
    minLength,
    maxLength,
    minScore,
    cyclesPerOwner,
    atMostOne,
    edgeWays,
    locked,
    excluded,
    weights,
    step,
    units,
  };
}

function isOrder(objective: object): objective is readonly (keyof ClearingWeights)[] {
  return Array.isArray(objective);
}

function weighted(objective: ClearingWeights): Required<ClearingWeights> {
  const weights = { items: 0, users: 0, score: 0, ...objective };
  for (const [name, weight] of Object.entries(weights)) {
    const steps = weight * SCORE_STEPS;
    if (!(weight >= 0 && Math.abs(steps - Math.round(steps)) < 1e-6 && steps <= Number.MAX_SAFE_INTEGER)) {
      refuse(`objective.${name}`, weight, 'a number from 0 in steps of 0.001');
    }
  }
  return weights;
}

/** Weights under which one more of the first is worth more than all of the others. */
function lexicographic(
  order: readonly (keyof ClearingWeights)[],
  { items, owners }: { items: number; owners: number },
): Required<ClearingWeights> {
  const most = { items, users: owners, score: items };
  const least = { items: 1, users: 1, score: 1 / SCORE_STEPS };
  const weights = { items: 0, users: 0, score: 0 };
  let below = 0; // what all of the later ones can be worth together
  for (const name of [...order].reverse()) {
    if (weights[name] !== 0) refuse('objective', order.join(), 'each thing once');
    weights[name] = below === 0 ? 1 : Math.ceil((below + 1) / least[name]);
    below += weights[name] * most[name];
  }
  return weights;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function refuse(name: string, value: unknown, wanted: string): never {
  throw new BarterError('invalid-options', `The option ${name} of the clearing is ${String(value)}: give ${wanted}.`);
}
