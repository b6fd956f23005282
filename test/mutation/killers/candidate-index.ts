import { CandidateIndex } from '../../../src/market/candidate-index';
import { CategoryTree } from '../../../src/market/category-tree';
import { defaultScoring, EdgeScorer } from '../../../src/market/edge-score';
import { type Entry, type EntryWant, toEntry } from '../../../src/market/entry';
import { Vocabulary } from '../../../src/text/vocabulary';
import type { Item } from '../../../src/types';
import { Random } from '../random';
import { holds, same } from './expect';
import { CATEGORIES, randomItem } from './random-items';

/** The index by itself: nothing that could answer is left out, little else is looked at, nothing stays behind. */
export function checkCandidateIndex(): void {
  const random = new Random(83);
  const categories = new CategoryTree(CATEGORIES);
  const vocabulary = new Vocabulary();
  const scorer = new EdgeScorer(defaultScoring, categories, vocabulary);
  const index = new CandidateIndex(categories, scorer);
  const entries = new Map<string, Entry>();
  const visits = { items: 0, wants: 0 };
  for (let step = 0; step < 700; step++) {
    const item = randomItem(random, 160);
    const known = entries.get(item.id);
    if (known) {
      index.removeItem(known);
      index.removeWants(known);
      entries.delete(item.id);
    }
    if (!known || random.chance(0.7)) {
      const entry = toEntry(spread(item, random), step, categories, vocabulary);
      index.addItem(entry);
      index.addWants(entry);
      entries.set(item.id, entry);
    }
    if (step % 100 === 50) vocabulary.refreshWeights();
    if (step % 100 === 51) refile(index, entries);
    if (step % 175 === 174) checkBoth(index, scorer, [...entries.values()], visits);
    if (step % 100 === 99) checkByValue(index, [...entries.values()], random);
  }
  holds(visits.items <= RECORDED, `${visits.items} items looked at, recorded ${RECORDED}`);
  same(visits.items, visits.wants, 'both directions look at the same pairs');
  checkNothingStays(index, [...entries.values()]);
}

/** Better ones are welcome: record them. */
const RECORDED = 40252;

/** Values over many powers of two, and ranges that are wide and narrow. */
function spread(item: Item, random: Random): Item {
  if (random.chance(0.5)) return item;
  const scale = 10 ** random.below(7);
  const times = (value: number | undefined) => (value === undefined ? undefined : value * scale);
  const copy = { ...item, wants: item.wants.map((want) => ({ ...want })) };
  if (copy.estimatedValue !== undefined) copy.estimatedValue = times(copy.estimatedValue)!;
  for (const want of copy.wants) {
    if (want.maxValue !== undefined) want.maxValue = times(want.maxValue)!;
    if (want.minValue !== undefined && random.chance(0.5)) want.minValue = times(want.minValue)!;
  }
  return copy;
}

/** Words that weigh otherwise now may be filed otherwise. */
function refile(index: CandidateIndex, entries: Map<string, Entry>): void {
  for (const entry of entries.values()) {
    index.removeWants(entry);
    index.addWants(entry);
  }
}

function checkBoth(
  index: CandidateIndex,
  scorer: EdgeScorer,
  entries: Entry[],
  visits: { items: number; wants: number },
): void {
  const wanted = new Map<EntryWant, Set<Entry>>();
  for (const entry of entries) {
    for (const want of entry.wants) {
      const items = new Set<Entry>();
      index.forEachItem(want, (item) => {
        items.add(item);
        visits.items++;
      });
      holds(
        [...items].every((item) => entries.includes(item)),
        'an item that is gone',
      );
      wanted.set(want, items);
    }
  }
  for (const item of entries) {
    const wants = new Set<EntryWant>();
    index.forEachWant(item, (want) => {
      wants.add(want);
      visits.wants++;
    });
    holds(
      [...wants].every((want) => wanted.has(want)),
      'a want that is gone',
    );
    for (const [want, items] of wanted) {
      if (scorer.scoreWant(item, want) < 0) continue;
      holds(items.has(item), 'an item that answers the want is found');
      holds(wants.has(want), 'a want that the item answers is found');
    }
  }
}

/** In growing distance, each item once, those without a value last; no empty set; ends when told to. */
function checkByValue(index: CandidateIndex, entries: Entry[], random: Random): void {
  for (const value of [-1, 0, 1, 50, 5000, random.below(1e6), random.below(1e9)]) {
    const seen: Entry[] = [];
    let farthest = 0;
    let visits = 0;
    index.forEachByValue(value, (set, atLeast) => {
      visits++;
      holds(set.size > 0, 'an empty set');
      holds(atLeast >= farthest, 'growing distance');
      farthest = atLeast;
      for (const entry of set) {
        seen.push(entry);
        const distance = value < 0 || entry.value < 0 ? Infinity : Math.abs(entry.value - value);
        holds(distance >= atLeast, 'a bound from below');
        // One bucket wide: 1/32 of an octave.
        if (distance < Infinity)
          holds(distance <= atLeast + 3 + entry.value * 0.023, `not far above it: ${distance}, ${atLeast}`);
        same(atLeast === Infinity, distance === Infinity, 'those without a value');
      }
      return true;
    });
    same([seen.length, new Set(seen).size], [entries.length, entries.length], 'each item once');
    const unvalued = seen.findIndex((entry) => entry.value < 0);
    holds(
      value < 0 || seen.every((entry, i) => i < unvalued || unvalued < 0 || entry.value < 0),
      'those without a value come last',
    );
    let few = 0;
    index.forEachByValue(value, () => ++few < 3);
    same(few, Math.min(3, visits), 'ends when told to');
  }
}

function checkNothingStays(index: CandidateIndex, entries: Entry[]): void {
  for (const entry of entries) index.removeWants(entry);
  for (const entry of entries) index.forEachWant(entry, () => holds(false, 'a want that is gone'));
  for (const entry of entries) index.removeItem(entry);
  for (const entry of entries)
    for (const want of entry.wants) index.forEachItem(want, () => holds(false, 'an item that is gone'));
  index.forEachByValue(10, () => {
    throw new Error('an item that is gone, by value');
  });
}
