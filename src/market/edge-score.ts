import { BarterError } from '../errors';
import type { Vocabulary } from '../text/vocabulary';
import { CONDITIONS, type Item, type Want } from '../types';
import type { CategoryTree } from './category-tree';
import type { Entry, EntryWant } from './entry';
import { distanceKm } from './geo';

/** The criteria of a want that are scored; each counts only where the want states it. */
export type CriterionName = 'category' | 'keywords' | 'value' | 'condition' | 'distance' | 'rank';

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
  readonly #categories: CategoryTree;
  readonly #vocabulary: Vocabulary;

  constructor(options: ScoringOptions, categories: CategoryTree, vocabulary: Vocabulary) {
    this.options = options;
    this.#categories = categories;
    this.#vocabulary = vocabulary;
  }

  /**
   * Score of `given` as an answer to `want`, [0,1] in steps of 0.001 at or above the floor, or -1: no answer. What
   * depends on the two items alone and not on the want ({@link pairObstacle}) is not looked at.
   */
  scoreWant(given: Entry, want: EntryWant, answer?: WantAnswer): number {
    const { weights, extraCriteria, edgeFloor } = this.options;
    const obstacle = this.#obstacle(given, want);
    if (obstacle) {
      if (answer) answer.obstacle = obstacle(given, want);
      return -1;
    }
    let total = 0;
    let weight = 0;
    if (want.category >= 0) {
      const score = this.#categories.closeness(want.category, given.category);
      total += weights.category * score;
      weight += weights.category;
      answer?.criteria.push({
        criterion: 'category',
        weight: weights.category,
        score,
        reason: this.#categoryReason(given, want, score),
      });
    }
    if (want.words.length > 0) {
      const score = this.#keywordAgreement(given, want);
      // Where nothing but words says what is wanted, they are what makes it the thing wanted at all.
      if ((score < edgeFloor || score === 0) && want.category < 0 && !want.named) {
        if (answer)
          answer.obstacle = `It holds too few of the wanted words: their agreement is ${roundScore(score)}, below ${edgeFloor}.`;
        return -1;
      }
      total += weights.keywords * score;
      weight += weights.keywords;
      answer?.criteria.push({
        criterion: 'keywords',
        weight: weights.keywords,
        score,
        reason: this.#keywordReason(given, want),
      });
    }
    if (want.minValue >= 0 && want.maxValue >= 0) {
      const middle = (want.minValue + want.maxValue) / 2;
      const half = (want.maxValue - want.minValue) / 2;
      const score = half === 0 ? 1 : 1 - (0.5 * Math.abs(given.value - middle)) / half;
      total += weights.value * score;
      weight += weights.value;
      answer?.criteria.push({
        criterion: 'value',
        weight: weights.value,
        score,
        reason: `Worth ${given.value}, wanted ${want.minValue} to ${want.maxValue}.`,
      });
    }
    if (want.condition >= 0) {
      const score = want.condition === 0 ? 1 : 1 - (0.4 * given.condition) / want.condition;
      total += weights.condition * score;
      weight += weights.condition;
      answer?.criteria.push({
        criterion: 'condition',
        weight: weights.condition,
        score,
        reason: `In condition ${CONDITIONS[given.condition]}, wanted ${CONDITIONS[want.condition]} or better.`,
      });
    }
    if (want.radiusKm >= 0) {
      const km = distanceKm(want.entry.location!, given.location!);
      const score = 1 - (0.5 * km) / want.radiusKm;
      total += weights.distance * score;
      weight += weights.distance;
      answer?.criteria.push({
        criterion: 'distance',
        weight: weights.distance,
        score,
        reason: `Within the wanted ${want.radiusKm} km.`,
      });
    }
    if (want.rankScore >= 0) {
      total += weights.rank * want.rankScore;
      weight += weights.rank;
      answer?.criteria.push({
        criterion: 'rank',
        weight: weights.rank,
        score: want.rankScore,
        reason: `Ranked ${want.want.rank} on the owner's list.`,
      });
    }
    for (const criterion of extraCriteria) {
      const extra = criterion.score(given.item, want.entry.item, want.want);
      if (!extra) continue;
      if (!(extra.score >= 0 && extra.score <= 1)) {
        throw new BarterError(
          'invalid-score',
          `The criterion ${criterion.name} gave ${extra.score}: give a number from 0 to 1.`,
        );
      }
      total += criterion.weight * extra.score;
      weight += criterion.weight;
      answer?.criteria.push({
        criterion: criterion.name,
        weight: criterion.weight,
        score: extra.score,
        reason: extra.reason,
      });
    }
    const score = roundScore(weight > 0 ? total / weight : want.named ? 1 : VAGUE_SCORE);
    if (score >= edgeFloor) return score;
    if (answer) answer.obstacle = `It scores ${score}, below the floor of ${edgeFloor}.`;
    return -1;
  }

  /** Whether an item with just these of the want's words could agree enough with a want that only words describe. */
  couldAgree(want: EntryWant, words: readonly number[]): boolean {
    const weigh = (list: readonly number[]) => list.reduce((sum, word) => sum + this.#vocabulary.weight(word), 0);
    return weigh(words) / weigh(want.words) >= this.options.edgeFloor;
  }

  /** Score of `given` for an owner who is open to anything, or -1. */
  scoreOpen(): number {
    return VAGUE_SCORE >= this.options.edgeFloor ? VAGUE_SCORE : -1;
  }

  /** What forbids `given` → `receiving` whatever the wants; undefined: nothing. */
  pairObstacle(given: Entry, receiving: Entry): string | undefined {
    const loss = receiving.value - given.value;
    const isKnown = receiving.value >= 0 && given.value >= 0;
    if (this.options.cash === 'off') {
      const { maxValueLoss } = receiving.item;
      if (maxValueLoss === undefined) return undefined;
      if (!isKnown) return 'The owner limits the loss in value, and a value is missing.';
      return loss > maxValueLoss ? `The owner would lose ${loss} in value, more than ${maxValueLoss}.` : undefined;
    }
    if (!isKnown) return 'The market balances values with cash, and a value is missing.';
    const { maxPay = Infinity, maxReceive = Infinity } = receiving.item.cash ?? {};
    if (-loss > maxPay) return `The owner would pay ${-loss}, more than ${maxPay}.`;
    if (loss > maxReceive) return `The owner would receive ${loss} in cash, more than ${maxReceive}.`;
    return undefined;
  }

  /** The first hard condition of the want that the item fails, as the way to say it. */
  #obstacle(given: Entry, want: EntryWant): ((given: Entry, want: EntryWant) => string) | undefined {
    if (want.named && !want.named.has(given.item.id)) return OBSTACLES.named;
    if (want.isUnreadable && want.category < 0 && !want.named) return OBSTACLES.unreadable;
    if (want.category >= 0 && (given.category < 0 || this.#categories.closeness(want.category, given.category) === 0))
      return OBSTACLES.category;
    if (want.condition >= 0 && (given.condition < 0 || given.condition > want.condition)) return OBSTACLES.condition;
    if (want.minValue >= 0 && given.value < want.minValue) return OBSTACLES.minValue;
    if (want.maxValue >= 0 && (given.value < 0 || given.value > want.maxValue)) return OBSTACLES.maxValue;
    if (want.radiusKm >= 0) {
      const here = want.entry.location;
      if (!here || !given.location) return OBSTACLES.noPlace;
      if (distanceKm(here, given.location) > want.radiusKm) return OBSTACLES.radius;
    }
    return undefined;
  }

  /** Weight of the wanted words that the item holds by the weight of all. Both lists ascend. */
  #keywordAgreement(given: Entry, want: EntryWant): number {
    const { words } = given;
    let held = 0;
    let all = 0;
    let at = 0;
    for (const word of want.words) {
      const weight = this.#vocabulary.weight(word);
      all += weight;
      while (at < words.length && words[at]! < word) at++;
      if (words[at] === word) held += weight;
    }
    return held / all;
  }

  #categoryReason(given: Entry, want: EntryWant, score: number): string {
    const name = (number: number) => this.#categories.idOf(number);
    return score === 1
      ? `Filed in the wanted category ${name(want.category)}.`
      : `Filed in ${name(given.category)}, close to the wanted ${name(want.category)}.`;
  }

  #keywordReason(given: Entry, want: EntryWant): string {
    const held = want.words.filter((word) => given.words.includes(word)).map((word) => this.#vocabulary.word(word));
    return held.length === 0
      ? 'Holds none of the wanted words.'
      : `Holds ${held.length} of ${want.words.length} wanted words: ${held.join(', ')}.`;
  }
}

const OBSTACLES = {
  unreadable: () => 'The keywords hold nothing that can be looked for.',
  named: (given: Entry) => `The want names other items than ${given.item.id}.`,
  category: (given: Entry, { want }: EntryWant) =>
    `Category ${given.item.categoryId ?? 'none'} is not close to the wanted ${want.categoryId}.`,
  condition: (given: Entry, { want }: EntryWant) =>
    `Condition ${given.item.condition ?? 'unknown'} is below the wanted ${want.minCondition}.`,
  minValue: (given: Entry, { want }: EntryWant) =>
    `Value ${given.item.estimatedValue ?? 'unknown'} is below the wanted ${want.minValue}.`,
  maxValue: (given: Entry, { want }: EntryWant) =>
    `Value ${given.item.estimatedValue ?? 'unknown'} is not within the wanted ${want.maxValue}.`,
  noPlace: () => 'The want has a radius, and a place is missing.',
  radius: (_given: Entry, { want }: EntryWant) => `It lies outside the wanted ${want.radiusKm} km.`,
};

/** To the resolution of the graph. */
function roundScore(score: number): number {
  return Math.round(score * 1000) / 1000;
}
