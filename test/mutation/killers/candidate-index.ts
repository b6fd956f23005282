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
  checkValues();
  checkRareWords();
  checkVagueWants();
  checkMemory();
}

/** Better ones are welcome: record them. */
const RECORDED = 36766;

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

const thing = (id: string, fields: Partial<Item> = {}): Item => ({
  id,
  ownerId: id,
  title: 'thing',
  wants: [],
  status: 'available',
  ...fields,
});

function smallIndex(): { index: CandidateIndex; vocabulary: Vocabulary; add: (item: Item) => Entry } {
  const categories = new CategoryTree(CATEGORIES);
  const vocabulary = new Vocabulary();
  const index = new CandidateIndex(categories, new EdgeScorer(defaultScoring, categories, vocabulary));
  let node = 0;
  const add = (item: Item) => {
    const entry = toEntry(item, node++, categories, vocabulary);
    index.addItem(entry);
    index.addWants(entry);
    return entry;
  };
  return { index, vocabulary, add };
}

/** Ranges of value look at little beside the range; values at the very edges of the buckets are where they are said to be. */
function checkValues(): void {
  const { index, add } = smallIndex();
  const values = new Set<number>();
  for (let b = 0; b < 1690; b += b < 200 ? 1 : 13) {
    const edge = 2 ** (b / 32) - 1;
    for (const value of [Math.floor(edge) - 1, Math.floor(edge), Math.ceil(edge), Math.ceil(edge) + 1])
      if (value >= 0) values.add(value);
  }
  for (const value of values) add(thing(`item${value}`, { estimatedValue: value, categoryId: 'toys' }));
  for (const from of [0, 3, 1000, 2 ** 30, 2 ** 45, Number.MAX_SAFE_INTEGER]) {
    index.forEachByValue(from, (entries, atLeast) => {
      for (const { value } of entries)
        holds(Math.abs(value - from) >= atLeast, `${value} is nearer to ${from} than ${atLeast}`);
      return true;
    });
  }
  for (const [minValue, maxValue] of [
    [0, 0],
    [0, 1],
    [1000, 1100],
    [10, 500],
    [2 ** 40, 2 ** 41],
    [5, 280],
  ] as const) {
    const { wants } = add(
      thing(`wants ${minValue}..${maxValue}`, { wants: [{ categoryId: 'toys', minValue, maxValue }] }),
    );
    const seen = new Set<number>();
    index.forEachItem(wants[0]!, ({ value }) => void seen.add(value));
    for (const value of values) {
      if (value >= minValue && value <= maxValue) holds(seen.has(value), 'a value within the range');
      const isNear = value + 1 >= (minValue + 1) / Math.SQRT2 && value + 1 <= (maxValue + 1) * Math.SQRT2;
      holds(isNear || !seen.has(value), `${value} looked at for ${minValue}..${maxValue}`);
    }
  }
  const { wants } = add(thing('wide', { wants: [{ categoryId: 'toys', minValue: 1, maxValue: 10_000 }] }));
  let seen = 0;
  index.forEachItem(wants[0]!, () => void seen++);
  same(seen, values.size, 'a wide range is filed once');
}

/** A word so common that an item with it alone could not agree enough is not filed. */
function checkRareWords(): void {
  const { vocabulary, add } = smallIndex();
  for (let i = 0; i < 300; i++) vocabulary.take('common', true);
  for (let i = 0; i < 20; i++) vocabulary.take('medium', true);
  ['common', 'common', 'common', 'medium', 'medium'].forEach((title, i) => void add(thing(`item${i}`, { title })));
  vocabulary.refreshWeights();
  const filed = (...keywords: string[]) => {
    const { wants } = add(thing(keywords.join(), { wants: [{ keywords }] }));
    return wants[0]!.filedWords.map((word) => vocabulary.word(word));
  };
  same(filed('common', 'rare'), ['rare'], 'the rare one of two');
  same(filed('common'), ['common'], 'the only one');
  same(filed('medium', 'rare').length, 2, 'either could do');
  same(filed('common', 'medium', 'rare', 'rarer').length, 3, 'any three of four');
}

/** A want whose keywords hold nothing to look for is answered by nothing; one without keywords looks at everything. */
function checkVagueWants(): void {
  const { index, add } = smallIndex();
  const [said, unsaid, item] = [
    add(thing('said', { wants: [{ keywords: ['the'] }] })),
    add(thing('unsaid', { wants: [{}] })),
    add(thing('item')),
  ];
  const items: Entry[] = [];
  index.forEachItem(said.wants[0]!, (entry) => void items.push(entry));
  same(items.length, 0, 'nothing answers it');
  index.forEachItem(unsaid.wants[0]!, (entry) => void items.push(entry));
  same(items.length, 3, 'everything may answer it');
  const wants: EntryWant[] = [];
  index.forEachWant(item, (want) => void wants.push(want));
  same(wants.length, 1, 'the vague want alone');
  holds(wants[0] === unsaid.wants[0], 'the vague want');
}

/** Every map that an index wrote to is empty once everything has gone. */
function checkMemory(): void {
  const random = new Random(97);
  const written = new Set<Map<unknown, unknown>>();
  const { set } = Map.prototype;
  const { index, add } = smallIndex();
  Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
    written.add(this);
    return set.call(this, key, value);
  };
  const entries: Entry[] = [];
  try {
    const seen = new Set<string>();
    for (let i = 0; i < 80; i++) {
      const item = randomItem(random, 100);
      if (!seen.has(item.id)) entries.push(add(item));
      seen.add(item.id);
    }
  } finally {
    Map.prototype.set = set;
  }
  for (const entry of entries) {
    index.removeItem(entry);
    index.removeWants(entry);
  }
  // The vocabulary is the market's to clear: its map is the one from words to numbers.
  const left = [...written].filter(
    (map) => map.size > 0 && ![...map.values()].every((value) => typeof value === 'number'),
  );
  same(left.length, 0, 'maps with something left');
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
