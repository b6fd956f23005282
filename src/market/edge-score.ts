import { BarterError } from '../errors';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Item, Want } from '../types';
import {
  type CriterionName,
  categoryScore,
  conditionScore,
  distanceScore,
  keywordScore,
  MET,
  NO,
  SAY,
  valueScore,
  type World,
  wantOf,
} from './clauses';
import { ALL_SAYS, Says } from './says';
import type { Scorer } from './scorer';

/** A criterion of the host's own. */
export interface ExtraCriterion {
  name: string;
  weight: number;
  /** [0,1] with a reason, or undefined where it does not apply. Must depend on its arguments alone. */
  score(given: Item, receiving: Item, want: Want): { score: number; reason: string } | undefined;
}

export interface ScoringOptions {
  /** Weight of each criterion in the mean. @defaultValue 1 each */
  weights: Readonly<Record<CriterionName, number>>;
  extraCriteria: readonly ExtraCriterion[];
  /** Scores wants in place of the weighted mean. @defaultValue none */
  scorer?: Scorer;
  /** An edge below this does not exist, so that no mean hides somebody's bad deal. [0,1] @defaultValue 0.35 */
  edgeFloor: number;
  /** `balance`: payments make up differences in value. @defaultValue 'off' */
  cash: 'off' | 'balance';
}

export const defaultScoring: Readonly<ScoringOptions> = Object.freeze({
  weights: Object.freeze({ category: 1, keywords: 1, value: 1, condition: 1, distance: 1, rank: 1 }),
  extraCriteria: Object.freeze([]),
  edgeFloor: 0.35,
  cash: 'off',
});

/** What one criterion gave. */
export interface CriterionScore {
  criterion: string;
  weight: number;
  /** [0,1] */
  score: number;
  reason: string;
}

/** Whether one item can go to the owner of another, and why or why not. */
export interface EdgeExplanation {
  from: string;
  to: string;
  /** Undefined where the edge is impossible or below the floor. */
  score?: number;
  /** The want that gives the best score. */
  want?: Want;
  criteria: CriterionScore[];
  /** Plain words: what forbids it, one sentence per want. */
  obstacles: string[];
}

/** Clauses that read more than the two records: asked only where the others leave the score good enough. */
const COSTLY = Says.KEYWORDS | Says.RADIUS;

/** How far off the middle of a range may be that is known roughly, as a part of its upper end. */
const VALUE_ERROR = 4e-6;
/** How much a loss may be above its deficit: half a step, and a trifle, as sums of doubles may be that much off. */
export const LEEWAY = 0.5 + 1e-6;

/** Score of a want without any soft criterion that names no item, and of `openToAnything`. */
const VAGUE_SCORE = 0.6;

/** Why a want refuses an item, or the sums its score is made of. */
export interface WantAnswer {
  /** Undefined: the item answers the want. */
  obstacle: string | undefined;
  criteria: CriterionScore[];
}

/**
 * Scores items against wants. One code path: the matching asks for the number alone, the explanation for the criteria
 * and the obstacle, too.
 */
export class EdgeScorer {
  readonly options: ScoringOptions;
  readonly #world: World;
  /** By what a want says: the weight of all that may count from the costly clauses on. */
  readonly #costlyWeights: Float64Array;
  /** By what a want says: how much of the score, in steps, is the value's. */
  readonly #valueShares: Float64Array;
  /** The same of the condition, of the keywords and of the rank. */
  readonly #conditionShares: Float64Array;
  readonly #wordShares: Float64Array;
  readonly #rankShares: Float64Array;
  /** By closeness of the category, see {@link leastLosses}. */
  readonly #least = new Map<number, Float64Array>();

  constructor(options: ScoringOptions, world: Omit<World, 'edgeFloor'>) {
    this.options = options;
    this.#world = { ...world, edgeFloor: options.edgeFloor };
    const { weights, extraCriteria } = options;
    const always = extraCriteria.reduce((sum, { weight }) => sum + weight, 0);
    this.#costlyWeights = Float64Array.from({ length: ALL_SAYS }, (_, says) => {
      const words = says & Says.KEYWORDS ? weights.keywords : 0;
      const distance = says & Says.RADIUS ? weights.distance : 0;
      return always + words + distance + (says & Says.RANK ? weights.rank : 0);
    });
    const share = (weight: number) =>
      Float64Array.from({ length: ALL_SAYS }, (_, says) => {
        const value = says & Says.VALUE ? weights.value : 0;
        const condition = says & Says.CONDITION ? weights.condition : 0;
        const category = says & Says.CATEGORY ? weights.category : 0;
        const all = value + condition + category + this.#costlyWeights[says]!;
        return all > 0 && !options.scorer ? (SCORE_STEPS * weight) / all : 0;
      });
    this.#valueShares = share(weights.value);
    this.#conditionShares = share(weights.condition);
    this.#wordShares = share(weights.keywords);
    this.#rankShares = share(weights.rank);
  }

  /**
   * Score of `given` as an answer to `want`, [0,1] in steps of 0.001 at or above the floor, or -1: no answer. What
   * depends on the two items alone and not on the want ({@link pairObstacle}) is not looked at.
   *
   * @param most A greater deficit is of no interest: -1 then, too.
   */
  scoreWant(given: number, want: number, answer?: WantAnswer, most = SCORE_STEPS): number {
    const { weights, scorer } = this.options;
    const world = this.#world;
    const { items, wants } = world;
    const says = wants.says(want);
    const isMean = scorer === undefined;
    if (says & Says.NAMES && !wants.named.get(want)!.has(items.idOf(given))) {
      return this.#refuse('names', given, want, answer);
    }
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    let total = this.traitsTotal(says, items.value(given), low, high, items.condition(given), wants.condition(want));
    if (answer) this.#noteTraits(given, want, answer);
    if (total === NO) return -1;
    let weighed = this.traitsWeight(says, low, high);
    if (says & Says.CATEGORY) {
      const score = categoryScore(items.category(given), wants.category(want), world.categories);
      if (score === NO) return this.#refuse('category', given, want, answer);
      if (isMean) {
        total += weights.category * score;
        weighed += weights.category;
        if (answer) this.#note('category', score, given, want, answer);
      }
    }
    if (says & COSTLY && isMean && most < SCORE_STEPS) {
      const rest = this.#costlyWeights[says]!;
      if (leastDeficitFor(total + rest, weighed + rest) > most) return -1;
    }
    if (says & Says.KEYWORDS) {
      const score = keywordScore(given, want, world);
      if (score === NO) return this.#refuse('keywords', given, want, answer);
      if (score !== MET && isMean) {
        total += weights.keywords * score;
        weighed += weights.keywords;
        if (answer) this.#note('keywords', score, given, want, answer);
      }
    }
    if (says & Says.RADIUS) {
      const score = distanceScore(given, want, world);
      if (score === NO) return this.#refuse('distance', given, want, answer);
      if (isMean) {
        total += weights.distance * score;
        weighed += weights.distance;
        if (answer) this.#note('distance', score, given, want, answer);
      }
    }
    if (!isMean) return this.#scoreByHost(scorer, given, want, answer);
    if (says & Says.RANK) {
      total += weights.rank * wants.rankScore(want);
      weighed += weights.rank;
      if (answer) this.#note('rank', wants.rankScore(want), given, want, answer);
    }
    for (const extraCriterion of this.options.extraCriteria) {
      const extra = extraCriterion.score(items.get(given), items.get(wants.item(want)), wantOf(want, world));
      if (!extra) continue;
      const { name, weight } = extraCriterion;
      const { score, reason } = extra;
      if (!(score >= 0 && score <= 1)) {
        throw new BarterError('invalid-score', `The criterion ${name} gave ${score}: give a number from 0 to 1.`);
      }
      total += weight * score;
      weighed += weight;
      answer?.criteria.push({ criterion: name, weight, score, reason });
    }
    return this.#floored(meanScore(total, weighed, says), answer);
  }

  /**
   * The first part of the mean's sum: what an item's value and condition add to it; {@link NO} where the want forbids
   * one of them.
   */
  traitsTotal(
    says: number,
    value: number,
    minValue: number,
    maxValue: number,
    condition: number,
    leastCondition: number,
  ): number {
    const { weights } = this.options;
    let total = 0;
    if (says & Says.VALUE) {
      const score = valueScore(value, minValue, maxValue);
      if (score === NO) return NO;
      if (score !== MET) total += weights.value * score;
    }
    if (says & Says.CONDITION) {
      const score = conditionScore(condition, leastCondition);
      if (score === NO) return NO;
      total += weights.condition * score;
    }
    return total;
  }

  /** The weight of what {@link traitsTotal} adds up. */
  traitsWeight(says: number, minValue: number, maxValue: number): number {
    const { weights } = this.options;
    const value = says & Says.VALUE && minValue >= 0 && maxValue >= 0 ? weights.value : 0;
    return says & Says.CONDITION ? value + weights.condition : value;
  }

  /** Deficit of an item by the sum of all that counts, or -1: no answer. */
  deficitOfMean(total: number, weighed: number, says: number): number {
    const score = meanScore(total, weighed, says);
    return score >= this.options.edgeFloor ? deficitFor(score) : -1;
  }

  /** What value and condition say of an item, up to the first that the want forbids. */
  #noteTraits(given: number, want: number, answer: WantAnswer): void {
    const { items, wants } = this.#world;
    const says = wants.says(want);
    const note = (criterion: 'value' | 'condition', score: number) => {
      if (score === NO) this.#refuse(criterion, given, want, answer);
      else if (score !== MET && !this.options.scorer) this.#note(criterion, score, given, want, answer);
      return score !== NO;
    };
    if (says & Says.VALUE) {
      const score = valueScore(items.value(given), wants.minValue(want), wants.maxValue(want));
      if (!note('value', score)) return;
    }
    if (says & Says.CONDITION) note('condition', conditionScore(items.condition(given), wants.condition(want)));
  }

  #refuse(by: CriterionName | 'names', given: number, want: number, answer: WantAnswer | undefined): -1 {
    if (answer) answer.obstacle = SAY[by](given, want, this.#world, NO);
    return -1;
  }

  #note(criterion: CriterionName, score: number, given: number, want: number, answer: WantAnswer): void {
    const reason = SAY[criterion](given, want, this.#world, score);
    answer.criteria.push({ criterion, weight: this.options.weights[criterion], score, reason });
  }

  /** The host's own score of an item that the want does not forbid. */
  #scoreByHost(scorer: Scorer, given: number, want: number, answer?: WantAnswer): number {
    const { items, wants } = this.#world;
    const isPossible = this.boundOf(want) >= this.options.edgeFloor;
    const receiving = items.get(wants.item(want));
    const found = isPossible ? scorer.score(items.get(given), receiving, wantOf(want, this.#world)) : undefined;
    if (!found) {
      if (answer) answer.obstacle = 'The scorer says that it does not answer the want.';
      return -1;
    }
    const { score, reason } = found;
    if (!(score >= 0 && score <= 1)) {
      throw new BarterError('invalid-score', `The scorer gave ${score}: give a number from 0 to 1.`);
    }
    answer?.criteria.push({ criterion: 'scorer', weight: 1, score, reason });
    return this.#floored(roundScore(score), answer);
  }

  #floored(score: number, answer?: WantAnswer): number {
    const { edgeFloor } = this.options;
    if (score >= edgeFloor) return score;
    if (answer) answer.obstacle = `It scores ${score}, below the floor of ${edgeFloor}.`;
    return -1;
  }

  /** No item scores more than this for the want, as far as the host's scorer says. */
  boundOf(want: number): number {
    const { bound } = this.options.scorer ?? {};
    if (!bound) return 1;
    return bound.call(
      this.options.scorer,
      this.#world.items.get(this.#world.wants.item(want)),
      wantOf(want, this.#world),
    );
  }

  /** The same as a deficit, 0..1000, or -1; -1 as well where it is more than `most`. */
  deficitOf(given: number, want: number, most = SCORE_STEPS): number {
    const score = this.scoreWant(given, want, undefined, most);
    if (score < 0) return -1;
    const deficit = deficitFor(score);
    return deficit > most ? -1 : deficit;
  }

  /**
   * A lower bound of the deficit of any item whose category and value are as close as this to what is wanted.
   *
   * @param says What the want states.
   * @param closeness Of the category, [0,1].
   * @param value Closeness of the value, [0,1].
   * @param agreement Of the keywords, [0,1].
   */
  leastDeficit(says: number, closeness: number, value: number, agreement = 1): number {
    return deficitOfLoss(this.#leastLoss(says, closeness, value, agreement));
  }

  /**
   * Loss is a deficit before it is rounded: what the mean lacks to 1, in steps of the score. This is the least of each
   * combination of what wants say, where the category is as close as this and all else is best. What is less than best adds
   * to it: {@link valueLoss}, {@link conditionLoss}, {@link rankLoss}, {@link wordLoss}; the sum is a lower bound, see {@link deficitOfLoss}.
   */
  leastLosses(closeness: number): Float64Array {
    let table = this.#least.get(closeness);
    if (!table) {
      table = Float64Array.from({ length: ALL_SAYS }, (_, says) => this.#leastLoss(says, closeness, 1, 1));
      this.#least.set(closeness, table);
    }
    return table;
  }

  /** What a value away from the middle of a range loses at least, given all three roughly (two millionths off). */
  valueLoss(says: number, value: number, low: number, high: number): number {
    const width = high - low;
    if (low < 0 || high < 0 || width <= value * 1e-3) return 0;
    const away = (Math.abs(value - low - width / 2) - VALUE_ERROR * high) / width;
    return away > 0 ? this.#valueShares[says]! * Math.min(0.5, away) : 0;
  }

  /** What this score of the condition loses. */
  conditionLoss(says: number, score: number): number {
    return this.#conditionShares[says]! * (1 - score);
  }

  /** What this score of the rank loses. */
  rankLoss(says: number, score: number): number {
    return this.#rankShares[says]! * (1 - score);
  }

  /** What keywords lose that are held no better than this. @param agreement [0,1] */
  wordLoss(says: number, agreement: number): number {
    return this.#wordShares[says]! * (1 - agreement);
  }

  /** What an item loses by the keywords of a want; Infinity where they forbid it. */
  keywordLoss(given: number, want: number): number {
    const score = keywordScore(given, want, this.#world);
    if (score === NO) return Infinity;
    return score === MET ? 0 : this.wordLoss(this.#world.wants.says(want), score);
  }

  #leastLoss(says: number, closeness: number, value: number, agreement: number): number {
    const { weights, extraCriteria, scorer } = this.options;
    if (scorer) return 0;
    let total = 0;
    let weighed = 0;
    const count = (weight: number, most: number) => {
      total += weight * most;
      weighed += weight;
    };
    // A criterion that may turn out not to count is counted at 1, which only raises the mean.
    if (says & Says.CATEGORY) count(weights.category, closeness);
    if (says & Says.VALUE) count(weights.value, value);
    if (says & Says.CONDITION) count(weights.condition, 1);
    if (says & Says.KEYWORDS) count(weights.keywords, agreement);
    if (says & Says.RADIUS) count(weights.distance, 1);
    if (says & Says.RANK) count(weights.rank, 1);
    for (const { weight } of extraCriteria) count(weight, 1);
    if (weighed === 0) return says & Says.NAMES ? 0 : SCORE_STEPS * (1 - VAGUE_SCORE);
    return SCORE_STEPS * (1 - total / weighed);
  }

  /** Whether an item with just these of the want's words could agree enough with a want that only words describe. */
  couldAgree(want: number, words: readonly number[]): boolean {
    const { wants, vocabulary } = this.#world;
    const weigh = (list: Iterable<number>) => {
      let sum = 0;
      for (const word of list) sum += vocabulary.weight(word);
      return sum;
    };
    return weigh(words) / weigh(wants.words.read(want)) >= this.options.edgeFloor;
  }

  /** Score of `given` for an owner who is open to anything, or -1. */
  scoreOpen(): number {
    return VAGUE_SCORE >= this.options.edgeFloor ? VAGUE_SCORE : -1;
  }

  /** Whether {@link pairObstacle} can find anything at all for what this item receives. */
  hasLimits(receiving: number): boolean {
    return this.options.cash !== 'off' || this.#world.items.limits.has(receiving);
  }

  /** What forbids `given` → `receiving` whatever the wants; undefined: nothing. */
  pairObstacle(given: number, receiving: number): string | undefined {
    const { items } = this.#world;
    const { cash, maxValueLoss } = items.limits.get(receiving) ?? {};
    const have = items.value(receiving);
    const get = items.value(given);
    const loss = have - get;
    const isKnown = have >= 0 && get >= 0;
    if (this.options.cash === 'off') {
      if (maxValueLoss === undefined) return undefined;
      if (!isKnown) return 'The owner limits the loss in value, and a value is missing.';
      return loss > maxValueLoss ? `The owner would lose ${loss} in value, more than ${maxValueLoss}.` : undefined;
    }
    if (!isKnown) return 'The market balances values with cash, and a value is missing.';
    const { maxPay = Infinity, maxReceive = Infinity } = cash ?? {};
    if (-loss > maxPay) return `The owner would pay ${-loss}, more than ${maxPay}.`;
    if (loss > maxReceive) return `The owner would receive ${loss} in cash, more than ${maxReceive}.`;
    return undefined;
  }
}

/** By the sum of what counts. */
function meanScore(total: number, weighed: number, says: number): number {
  return roundScore(weighed > 0 ? total / weighed : says & Says.NAMES ? 1 : VAGUE_SCORE);
}

/** Least deficit of a mean that is at most this. */
export function leastDeficitFor(total: number, weighed: number): number {
  return weighed > 0 ? deficitOfLoss(SCORE_STEPS * (1 - total / weighed)) : 0;
}

/** Least deficit of what loses at least this. */
export function deficitOfLoss(loss: number): number {
  return Math.max(0, Math.ceil(loss - LEEWAY));
}

export function deficitFor(score: number): number {
  return SCORE_STEPS - Math.round(score * SCORE_STEPS);
}

/** To the resolution of the graph. */
function roundScore(score: number): number {
  return Math.round(score * 1000) / 1000;
}
