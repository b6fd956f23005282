import type { Vocabulary } from '../text/vocabulary';
import { CONDITIONS } from '../types';
import type { CategoryTree } from './category-tree';
import type { Entry, EntryWant } from './entry';
import { distanceKm } from './geo';

/** The clauses that are scored; a clause counts in the mean only where the want states it. */
export type CriterionName = 'category' | 'keywords' | 'value' | 'condition' | 'distance' | 'rank';

/** What clauses are judged by besides the two items. */
export interface World {
  categories: CategoryTree;
  vocabulary: Vocabulary;
  /** Least agreement of a want that only words describe. */
  edgeFloor: number;
}

/** The clause forbids the item. */
export const NO = -1;
/** The clause is met, and has nothing to add to the score. */
export const MET = -2;

/** One thing that a want says. */
export interface Clause {
  /** Absent: the clause forbids or is met, and is never scored. */
  criterion?: CriterionName;
  /** A score in [0,1], {@link NO} or {@link MET}. */
  judge(given: Entry, want: EntryWant, world: World): number;
  /** Why the item gets its score, or what is in its way. */
  say(given: Entry, want: EntryWant, world: World, score: number): string;
}

/** What the want says, cheapest to judge first. */
export function clausesOf(want: EntryWant): readonly Clause[] {
  return CLAUSES.filter(({ isStated }) => isStated(want)).map(({ clause }) => clause);
}

const names: Clause = {
  judge: (given, want) => (want.named!.has(given.item.id) ? MET : NO),
  say: (given) => `The want names other items than ${given.item.id}.`,
};

const valueRange: Clause = {
  criterion: 'value',
  judge({ value }, { minValue, maxValue }) {
    if (value < 0 || value < minValue || (maxValue >= 0 && value > maxValue)) return NO;
    if (minValue < 0 || maxValue < 0) return MET; // one bound alone says nothing of what lies within
    const half = (maxValue - minValue) / 2;
    return half === 0 ? 1 : 1 - (0.5 * Math.abs(value - minValue - half)) / half;
  },
  say({ item }, { want: { minValue, maxValue } }) {
    const range =
      minValue === undefined
        ? `up to ${maxValue}`
        : maxValue === undefined
          ? `from ${minValue}`
          : `${minValue} to ${maxValue}`;
    return `Worth ${item.estimatedValue ?? 'an unknown value'}, wanted ${range}.`;
  },
};

const leastCondition: Clause = {
  criterion: 'condition',
  judge: ({ condition }, { condition: least }) =>
    condition < 0 || condition > least ? NO : least === 0 ? 1 : 1 - (0.4 * condition) / least,
  say: ({ item }, { condition: least }) =>
    `In condition ${item.condition ?? 'unknown'}, wanted ${CONDITIONS[least]} or better.`,
};

const closeCategory: Clause = {
  criterion: 'category',
  judge: ({ category }, want, { categories }) =>
    category < 0 ? NO : categories.closeness(want.category, category) || NO,
  say({ item }, { want }, _world, score) {
    if (score === NO) return `Category ${item.categoryId ?? 'none'} is not close to the wanted ${want.categoryId}.`;
    return score === 1
      ? `Filed in the wanted category ${want.categoryId}.`
      : `Filed in ${item.categoryId}, close to the wanted ${want.categoryId}.`;
  },
};

const keywords: Clause = {
  criterion: 'keywords',
  judge(given, want, world) {
    const agreement = agreementOf(given, want, world.vocabulary);
    // Where nothing but words says what is wanted, they are what makes it the thing wanted at all.
    if (isDescribedByWordsAlone(want) && (agreement < world.edgeFloor || agreement === 0)) return NO;
    return want.words.length === 0 ? MET : agreement;
  },
  say(given, want, { vocabulary }) {
    if (want.words.length === 0) return 'The keywords hold nothing that can be looked for.';
    const held = want.words.filter((word) => given.words.includes(word)).map((word) => vocabulary.word(word));
    return held.length === 0
      ? 'Holds none of the wanted words.'
      : `Holds ${held.length} of ${want.words.length} wanted words: ${held.join(', ')}.`;
  },
};

const radius: Clause = {
  criterion: 'distance',
  judge(given, want) {
    const here = want.entry.location;
    if (!here || !given.location) return NO;
    const km = distanceKm(here, given.location);
    return km > want.radiusKm ? NO : 1 - (0.5 * km) / want.radiusKm;
  },
  // Not how far: three answers from three places would tell where somebody lives.
  say: (_given, { radiusKm }, _world, score) =>
    score === NO ? `Outside the wanted ${radiusKm} km, or a place is missing.` : `Within the wanted ${radiusKm} km.`,
};

const rank: Clause = {
  criterion: 'rank',
  judge: (_given, { rankScore }) => rankScore,
  say: (_given, { want }) => `Ranked ${want.rank} on the owner's list.`,
};

const CLAUSES: { clause: Clause; isStated(want: EntryWant): boolean }[] = [
  { clause: names, isStated: ({ named }) => named !== undefined },
  { clause: valueRange, isStated: ({ minValue, maxValue }) => minValue >= 0 || maxValue >= 0 },
  { clause: leastCondition, isStated: ({ condition }) => condition >= 0 },
  { clause: closeCategory, isStated: ({ category }) => category >= 0 },
  { clause: keywords, isStated: ({ want }) => (want.keywords?.length ?? 0) > 0 },
  { clause: radius, isStated: ({ radiusKm }) => radiusKm >= 0 },
  { clause: rank, isStated: ({ rankScore }) => rankScore >= 0 },
];

function isDescribedByWordsAlone({ category, named }: EntryWant): boolean {
  return category < 0 && named === undefined;
}

/** Weight of the wanted words that the item holds by the weight of all; 0 where there are none. Both lists ascend. */
function agreementOf({ words }: Entry, want: EntryWant, vocabulary: Vocabulary): number {
  let held = 0;
  let all = 0;
  let at = 0;
  for (const word of want.words) {
    const weight = vocabulary.weight(word);
    all += weight;
    while (at < words.length && words[at]! < word) at++;
    if (words[at] === word) held += weight;
  }
  return all === 0 ? 0 : held / all;
}
