import type { Vocabulary } from '../text/vocabulary';
import { stems } from '../text/words';
import { CONDITIONS, type Item, type ItemId, type Location, type Want } from '../types';
import { hashText } from '../util/hash';
import type { Waiting } from './candidate-lists';
import type { CategoryTree } from './category-tree';
import { type Clause, clausesOf } from './clauses';

/** Distinct words kept of an item's text, and of a want's keywords. */
const MAX_ITEM_WORDS = 256;
const MAX_WANT_WORDS = 128;

/** An item as the market keeps it: looked up once, compared often. */
export interface Entry {
  item: Item;
  /** Node in the graph. */
  node: number;
  /** Hash of the id: the order among equals, as in the graph. */
  tie: number;
  /** Category number, -1 where none. */
  category: number;
  /** Steps below NEW, -1 where unknown. */
  condition: number;
  /** Minor units, -1 where unknown. */
  value: number;
  location: Location | undefined;
  /** Word numbers, ascending. */
  words: number[];
  wants: EntryWant[];
  /** Items that a want names; such edges are never cut. */
  named: ReadonlySet<ItemId>;
  /** Candidates behind the listed ones, best first. */
  waiting: Waiting[];
  /** Whether listed and waiting are all candidates there are. */
  knowsAll: boolean;
  /** False once the item has left the market or has become another offer. */
  isLive: boolean;
}

/** A want as the market keeps it. */
export interface EntryWant {
  want: Want;
  /** Whose want it is. */
  entry: Entry;
  named: ReadonlySet<ItemId> | undefined;
  category: number;
  words: number[];
  /** It has keywords and nothing in them can be looked for (stop words, punctuation): no item answers by them. */
  isUnreadable: boolean;
  /** The words that the index filed it under. */
  filedWords: readonly number[];
  condition: number;
  minValue: number;
  maxValue: number;
  radiusKm: number;
  /** Score of the rank, -1 where the list is not ranked. */
  rankScore: number;
  /** What it says, for judging. */
  clauses: readonly Clause[];
}

export function toEntry(item: Item, node: number, categories: CategoryTree, vocabulary: Vocabulary): Entry {
  const entry: Entry = {
    item,
    node,
    tie: hashText(item.id),
    category: item.categoryId === undefined ? -1 : categories.numberOf(item.categoryId),
    condition: item.condition === undefined ? -1 : CONDITIONS.indexOf(item.condition),
    value: item.estimatedValue ?? -1,
    location: item.location,
    words: numbered(stems(`${item.title}\n${item.description ?? ''}`, MAX_ITEM_WORDS), vocabulary, true),
    wants: [],
    named: NOTHING,
    waiting: [],
    knowsAll: true,
    isLive: true,
  };
  setWants(entry, item, categories, vocabulary);
  return entry;
}

/** Gives the entry the wants of a later state of its item, which is otherwise the same offer. */
export function setWants(entry: Entry, item: Item, categories: CategoryTree, vocabulary: Vocabulary): void {
  const before = entry.wants;
  const ranks = [...new Set(item.wants.flatMap(({ rank }) => rank ?? []))].sort((a, b) => a - b);
  const names = item.wants.flatMap(({ itemIds }) => itemIds ?? []);
  entry.item = item;
  entry.named = names.length > 0 ? new Set(names) : NOTHING;
  entry.wants = item.wants.map((want): EntryWant => {
    const words = numbered(stems((want.keywords ?? []).join('\n'), MAX_WANT_WORDS), vocabulary, false);
    const stated: EntryWant = {
      want,
      entry,
      named: want.itemIds && new Set(want.itemIds),
      category: want.categoryId === undefined ? -1 : categories.numberOf(want.categoryId),
      words,
      isUnreadable: words.length === 0 && (want.keywords ?? []).length > 0,
      filedWords: [],
      condition: want.minCondition === undefined ? -1 : CONDITIONS.indexOf(want.minCondition),
      minValue: want.minValue ?? -1,
      maxValue: want.maxValue ?? -1,
      radiusKm: want.radiusKm ?? -1,
      rankScore: want.rank === undefined ? -1 : rankScore(ranks.indexOf(want.rank), ranks.length),
      clauses: [],
    };
    stated.clauses = clausesOf(stated);
    return stated;
  });
  releaseWantWords(before, vocabulary);
}

/** Gives back the words that {@link toEntry} took. */
export function releaseWords(entry: Entry, vocabulary: Vocabulary): void {
  for (const word of entry.words) vocabulary.giveBack(word, true);
  releaseWantWords(entry.wants, vocabulary);
}

function releaseWantWords(wants: readonly EntryWant[], vocabulary: Vocabulary): void {
  for (const { words } of wants) for (const word of words) vocabulary.giveBack(word, false);
}

const NOTHING: ReadonlySet<ItemId> = new Set();

/** 1 for the first, falling evenly to 0.5 for the last. */
function rankScore(place: number, places: number): number {
  return places === 1 ? 1 : 1 - (0.5 * place) / (places - 1);
}

function numbered(words: string[], vocabulary: Vocabulary, byItem: boolean): number[] {
  return words.map((word) => vocabulary.take(word, byItem)).sort((a, b) => a - b);
}
