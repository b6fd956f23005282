import type { Vocabulary } from '../text/vocabulary';
import { CONDITIONS, type Want } from '../types';
import type { CategoryTree } from './category-tree';
import { distanceKm } from './geo';
import type { ItemTable } from './item-table';
import { Says } from './says';
import type { WantTable } from './want-table';

/** The clauses that are scored; a clause counts in the mean only where the want states it. */
export type CriterionName = 'category' | 'keywords' | 'value' | 'condition' | 'distance' | 'rank';

/** What clauses are judged by: an item is a node of the table, a want a number. */
export interface World {
  items: ItemTable;
  wants: WantTable;
  categories: CategoryTree;
  vocabulary: Vocabulary;
  /** Least agreement of a want that only words describe. */
  edgeFloor: number;
}

/** The clause forbids the item. */
export const NO = -1;
/** The clause is met, and has nothing to add to the score. */
export const MET = -2;

/** The want as its owner wrote it. */
export function wantOf(want: number, { items, wants }: World): Want {
  return items.get(wants.item(want)).wants[wants.placeOf(want)]!;
}

/** Closeness of a value to the middle of a range: 1 there, 0.5 at its ends. */
export function valueCloseness(value: number, minValue: number, maxValue: number): number {
  const half = (maxValue - minValue) / 2;
  return half === 0 ? 1 : 1 - (0.5 * Math.abs(value - minValue - half)) / half;
}

/** How well a value fits between bounds, of which -1 is none. One bound alone says nothing of what lies within. */
export function valueScore(value: number, minValue: number, maxValue: number): number {
  if (value < 0 || value < minValue || (maxValue >= 0 && value > maxValue)) return NO;
  return minValue < 0 || maxValue < 0 ? MET : valueCloseness(value, minValue, maxValue);
}

/** Conditions are steps below NEW, -1 where unknown. */
export function conditionScore(condition: number, least: number): number {
  return condition < 0 || condition > least ? NO : least === 0 ? 1 : 1 - (0.4 * condition) / least;
}

export function categoryScore(actual: number, wanted: number, categories: CategoryTree): number {
  if (actual === wanted) return 1;
  return actual < 0 ? NO : categories.closeness(wanted, actual) || NO;
}

export function keywordScore(given: number, want: number, world: World): number {
  const { wants } = world;
  const agreement = agreementOf(given, want, world);
  // Where nothing but words says what is wanted, they are what makes it the thing wanted at all.
  const isAllThereIs = (wants.says(want) & (Says.CATEGORY | Says.NAMES)) === 0;
  if (isAllThereIs && (agreement < world.edgeFloor || agreement === 0)) return NO;
  return wants.words.count[want] === 0 ? MET : agreement;
}

export function distanceScore(given: number, want: number, { items, wants }: World): number {
  const here = wants.item(want);
  const km = distanceKm(items.latitude(here), items.longitude(here), items.latitude(given), items.longitude(given));
  const most = wants.radiusKm(want);
  return km <= most ? 1 - (0.5 * km) / most : NO; // NaN where a place is missing
}

/** In plain words: why the item gets its score by a clause, or what is in its way. */
export const SAY: Readonly<
  Record<CriterionName | 'names', (given: number, want: number, world: World, score: number) => string>
> = {
  names: (given, _want, { items }) => `The want names other items than ${items.idOf(given)}.`,
  value(given, want, world) {
    const { minValue, maxValue } = wantOf(want, world);
    const range =
      minValue === undefined
        ? `up to ${maxValue}`
        : maxValue === undefined
          ? `from ${minValue}`
          : `${minValue} to ${maxValue}`;
    return `Worth ${world.items.get(given).estimatedValue ?? 'an unknown value'}, wanted ${range}.`;
  },
  condition: (given, want, { items, wants }) =>
    `In condition ${items.get(given).condition ?? 'unknown'}, wanted ${CONDITIONS[wants.condition(want)]} or better.`,
  category(given, want, world, score) {
    const { categoryId } = world.items.get(given);
    const wanted = wantOf(want, world).categoryId;
    if (score === NO) return `Category ${categoryId ?? 'none'} is not close to the wanted ${wanted}.`;
    return score === 1
      ? `Filed in the wanted category ${wanted}.`
      : `Filed in ${categoryId}, close to the wanted ${wanted}.`;
  },
  keywords(given, want, { items, wants, vocabulary }) {
    const wanted = [...wants.words.read(want)];
    if (wanted.length === 0) return 'The keywords hold nothing that can be looked for.';
    const all = items.words.read(given);
    const held = wanted.filter((word) => all.includes(word)).map((word) => vocabulary.word(word));
    return held.length === 0
      ? 'Holds none of the wanted words.'
      : `Holds ${held.length} of ${wanted.length} wanted words: ${held.join(', ')}.`;
  },
  // Not how far: three answers from three places would tell where somebody lives.
  distance(_given, want, { wants }, score) {
    const most = wants.radiusKm(want);
    return score === NO ? `Outside the wanted ${most} km, or a place is missing.` : `Within the wanted ${most} km.`;
  },
  rank: (_given, want, world) => `Ranked ${wantOf(want, world).rank} on the owner's list.`,
};

/** Weight of the wanted words that the item holds by the weight of all; 0 where there are none. Both lists ascend. */
function agreementOf(given: number, want: number, { items, wants, vocabulary }: World): number {
  const { words, start, count } = items.words;
  const wanted = wants.words;
  let at = start[given]!;
  const end = at + count[given]!;
  let held = 0;
  let all = 0;
  for (let i = wanted.start[want]!, last = i + wanted.count[want]!; i < last; i++) {
    const word = wanted.words[i]!;
    const weight = vocabulary.weight(word);
    all += weight;
    if (!items.mayHold(given, word)) continue; // without a look at the words themselves
    while (at < end && words[at]! < word) at++;
    if (at < end && words[at] === word) held += weight;
  }
  return all === 0 ? 0 : held / all;
}
