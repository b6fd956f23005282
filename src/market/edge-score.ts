import { BarterError } from '../errors';
import type { Vocabulary } from '../text/vocabulary';
import type { Item, Want } from '../types';
import type { CategoryTree } from './category-tree';
import { type CriterionName, MET, NO, type World } from './clauses';
import type { Entry, EntryWant } from './entry';
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

  constructor(options: ScoringOptions, categories: CategoryTree, vocabulary: Vocabulary) {
    this.options = options;
    this.#world = { categories, vocabulary, edgeFloor: options.edgeFloor };
  }

  /**
   * Score of `given` as an answer to `want`, [0,1] in steps of 0.001 at or above the floor, or -1: no answer. What
   * depends on the two items alone and not on the want ({@link pairObstacle}) is not looked at.
   */
  scoreWant(given: Entry, want: EntryWant, answer?: WantAnswer): number {
    const { weights, extraCriteria, scorer } = this.options;
    let total = 0;
    let weighed = 0;
    for (const clause of want.clauses) {
      const score = clause.judge(given, want, this.#world);
      if (score === NO) {
        if (answer) answer.obstacle = clause.say(given, want, this.#world, NO);
        return -1;
      }
      const { criterion } = clause;
      if (score === MET || criterion === undefined || scorer) continue;
      const weight = weights[criterion];
      total += weight * score;
      weighed += weight;
      answer?.criteria.push({ criterion, weight, score, reason: clause.say(given, want, this.#world, score) });
    }
    if (scorer) return this.#scoreByHost(scorer, given, want, answer);
    for (const extraCriterion of extraCriteria) {
      const extra = extraCriterion.score(given.item, want.entry.item, want.want);
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
    return this.#floored(roundScore(weighed > 0 ? total / weighed : want.named ? 1 : VAGUE_SCORE), answer);
  }

  /** No item scores more than this for the want. */
  boundOf({ want, entry }: EntryWant): number {
    return this.options.scorer?.bound?.(entry.item, want) ?? 1;
  }

  /** The host's own score of an item that the want does not forbid. */
  #scoreByHost(scorer: Scorer, given: Entry, want: EntryWant, answer?: WantAnswer): number {
    const { edgeFloor } = this.options;
    const found = this.boundOf(want) < edgeFloor ? undefined : scorer.score(given.item, want.entry.item, want.want);
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

  /** Whether an item with just these of the want's words could agree enough with a want that only words describe. */
  couldAgree(want: EntryWant, words: readonly number[]): boolean {
    const weigh = (list: readonly number[]) => list.reduce((sum, word) => sum + this.#world.vocabulary.weight(word), 0);
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
}

/** To the resolution of the graph. */
function roundScore(score: number): number {
  return Math.round(score * 1000) / 1000;
}
