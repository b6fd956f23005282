import type { BarterGraph } from '../graph/barter-graph';
import type { Vocabulary } from '../text/vocabulary';
import { stems } from '../text/words';
import { CONDITIONS, type Item, type ItemId, type Want } from '../types';
import { grown } from '../util/grown';
import { PackedLists } from '../util/packed-lists';
import { Rows } from '../util/rows';
import type { CategoryTree } from './category-tree';
import type { ItemTable } from './item-table';
import { Says } from './says';
import { sign } from './signature';

/** Distinct words kept of a want's keywords. */
const MAX_WANT_WORDS = 128;
const NONE = -1;

/** A want's record: four doubles, then integers. */
const DOUBLES = 6;
const INTS = DOUBLES * 2;
const MIN_VALUE = 0;
const MAX_VALUE = 1;
const RADIUS = 2;
const RANK_SCORE = 3;
const ITEM = 8;
const CATEGORY = 9;
const CONDITION = 10;
const NEXT = 11;

/** What matching reads of wants, by want number; the wants of an item are a linked list, in the order they are stated. */
export class WantTable {
  /** Word numbers of its keywords, ascending. */
  readonly words = new PackedLists();
  /** The words that the index filed it under. */
  readonly filed = new PackedLists();
  /** The items it names. */
  readonly named = new Map<number, ReadonlySet<ItemId>>();

  readonly #rows = new Rows(DOUBLES);
  /** What is asked of every want that an item comes near lies apart, close together. */
  #says = new Uint8Array(0);
  #knownTo = new Int16Array(0);
  #signatures = new Int32Array(0);
  /** Roughly the least and the most value that any want of each item takes, two numbers an item. */
  #asked = new Float32Array(0);
  #first = new Int32Array(0);
  #count = new Uint16Array(0);
  /** Ids that any want of the item names. */
  readonly #namedBy = new Map<number, ReadonlySet<ItemId>>();
  readonly #free: number[] = [];
  #used = 0;

  get byteLength(): number {
    const lists = this.words.byteLength + this.filed.byteLength;
    const columns = [this.#says, this.#knownTo, this.#signatures, this.#asked, this.#first, this.#count];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.#rows.byteLength + lists);
  }

  /** Gives an item, which has none, its wants. */
  add(node: number, item: Item, categories: CategoryTree, vocabulary: Vocabulary): void {
    this.#reserveItems(node + 1);
    this.#count[node] = item.wants.length;
    this.#noteAsked(node, item);
    if (item.wants.length === 0) return;
    const ranks = [...new Set(item.wants.flatMap(({ rank }) => rank ?? []))].sort((a, b) => a - b);
    const names = item.wants.flatMap(({ itemIds }) => itemIds ?? []);
    if (names.length > 0) this.#namedBy.set(node, new Set(names));
    for (let place = item.wants.length - 1; place >= 0; place--) {
      const want = item.wants[place]!;
      const number = this.#add(want, categories, vocabulary);
      const { doubles, ints } = this.#rows;
      ints[number * INTS + ITEM] = node;
      if (want.rank !== undefined) {
        doubles[number * DOUBLES + RANK_SCORE] = rankScore(ranks.indexOf(want.rank), ranks.length);
      }
      ints[number * INTS + NEXT] = this.#first[node]!;
      this.#first[node] = number;
    }
  }

  remove(node: number, vocabulary: Vocabulary): void {
    for (let want = this.first(node); want !== NONE; want = this.next(want)) {
      for (const word of this.words.read(want)) vocabulary.giveBack(word, false);
      this.words.clear(want);
      this.named.delete(want);
      this.#rows.ints[want * INTS + ITEM] = NONE;
      this.#free.push(want);
    }
    this.#first[node] = NONE;
    this.#count[node] = 0;
    this.#namedBy.delete(node);
  }

  /** The item's first want, or -1. */
  first(node: number): number {
    return this.#first[node]!;
  }

  /** The next want of the same item, or -1. */
  next(want: number): number {
    return this.#rows.ints[want * INTS + NEXT]!;
  }

  /** Reads the records of some wants and of their items, see {@link ItemTable.touch}. */
  touch(wants: Int32Array, count: number, graph: BarterGraph): number {
    const { ints } = this.#rows;
    const { ownerOfNode } = graph;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += ownerOfNode[ints[wants[i]! * INTS + ITEM]!]!;
    return sum;
  }

  /** Node of the item whose want it is. */
  item(want: number): number {
    return this.#rows.ints[want * INTS + ITEM]!;
  }

  /** The want's place among those of its item. */
  placeOf(want: number): number {
    let place = 0;
    for (let other = this.first(this.item(want)); other !== want; other = this.next(other)) place++;
    return place;
  }

  /** What it states: bits of {@link Says}. */
  says(want: number): number {
    return this.#says[want]!;
  }

  /** Category number, -1 where none. */
  category(want: number): number {
    return this.#rows.ints[want * INTS + CATEGORY]!;
  }

  /** The worst that will do, in steps below NEW; -1 where none. */
  condition(want: number): number {
    return this.#rows.ints[want * INTS + CONDITION]!;
  }

  /** Minor units, -1 where there is no bound. */
  minValue(want: number): number {
    return this.#rows.doubles[want * DOUBLES + MIN_VALUE]!;
  }

  maxValue(want: number): number {
    return this.#rows.doubles[want * DOUBLES + MAX_VALUE]!;
  }

  radiusKm(want: number): number {
    return this.#rows.doubles[want * DOUBLES + RADIUS]!;
  }

  /** Score of the rank, where it has one. */
  rankScore(want: number): number {
    return this.#rows.doubles[want * DOUBLES + RANK_SCORE]!;
  }

  /** Items with a greater deficit need not be offered to it: its item has enough that are better. 1000: any may be. */
  knownTo(want: number): number {
    return this.#knownTo[want]!;
  }

  setKnownTo(want: number, deficit: number): void {
    this.#knownTo[want] = deficit;
  }

  /** False only where the item holds none of the want's words. */
  mayFind(want: number, items: ItemTable, given: number): boolean {
    return items.mayHold(given, this.#signatures[want * 2]!, this.#signatures[want * 2 + 1]!);
  }

  countOf(node: number): number {
    return this.#count[node]!;
  }

  /** What the item's wants name, where they name anything. */
  namedBy(node: number): ReadonlySet<ItemId> | undefined {
    return this.#namedBy.get(node);
  }

  /** Wants are numbers below this; those of no item have -1 for it. */
  get capacity(): number {
    return this.#used;
  }

  /** Whether some want of the item could take a value from here to there. */
  mayTake(node: number, least: number, most: number): boolean {
    return this.#asked[node * 2]! <= most && this.#asked[node * 2 + 1]! >= least;
  }

  #noteAsked(node: number, { wants, openToAnything }: Item): void {
    const isAny = openToAnything === true;
    const lows = wants.map(({ minValue }) => minValue ?? -1);
    const highs = wants.map(({ maxValue }) => maxValue ?? Infinity);
    this.#asked[node * 2] = isAny ? -1 : Math.min(Infinity, ...lows.map((low) => (low < 0 ? -1 : low * (1 - 1e-6))));
    this.#asked[node * 2 + 1] = isAny ? Infinity : Math.max(-2, ...highs.map((high) => high * (1 + 1e-6)));
  }

  #add(want: Want, categories: CategoryTree, vocabulary: Vocabulary): number {
    const number = this.#free.pop() ?? this.#used++;
    this.#reserve(number + 1);
    if (want.itemIds) this.named.set(number, new Set(want.itemIds));
    const { doubles, ints } = this.#rows;
    const row = number * INTS;
    doubles[number * DOUBLES + MIN_VALUE] = want.minValue ?? NONE;
    doubles[number * DOUBLES + MAX_VALUE] = want.maxValue ?? NONE;
    doubles[number * DOUBLES + RADIUS] = want.radiusKm ?? NONE;
    ints[row + CATEGORY] = want.categoryId === undefined ? NONE : categories.numberOf(want.categoryId);
    ints[row + CONDITION] = want.minCondition === undefined ? NONE : CONDITIONS.indexOf(want.minCondition);
    this.#says[number] = saysOf(want);
    this.#knownTo[number] = 1000;
    const words = vocabulary.takeAll(stems((want.keywords ?? []).join('\n'), MAX_WANT_WORDS), false);
    this.words.assign(number, words);
    sign(this.#signatures, number * 2, words);
    return number;
  }

  #reserveItems(items: number): void {
    const before = this.#first.length;
    if (items <= before) return;
    const capacity = Math.max(16, items, Math.ceil(before * 1.25));
    this.#first = grown(this.#first, capacity, NONE);
    this.#count = grown(this.#count, capacity);
    this.#asked = grown(this.#asked, capacity * 2);
  }

  #reserve(wants: number): void {
    if (wants <= this.#rows.capacity) return;
    const capacity = Math.max(16, wants, Math.ceil(this.#rows.capacity * 1.25));
    this.#rows.reserve(capacity);
    this.#says = grown(this.#says, capacity);
    this.#knownTo = grown(this.#knownTo, capacity);
    this.#signatures = grown(this.#signatures, capacity * 2);
    this.words.reserve(capacity);
    this.filed.reserve(capacity);
  }
}

function saysOf(want: Want): number {
  let says = 0;
  if (want.itemIds) says |= Says.NAMES;
  if (want.minValue !== undefined || want.maxValue !== undefined) says |= Says.VALUE;
  if (want.minCondition !== undefined) says |= Says.CONDITION;
  if (want.categoryId !== undefined) says |= Says.CATEGORY;
  if ((want.keywords?.length ?? 0) > 0) says |= Says.KEYWORDS;
  if (want.radiusKm !== undefined) says |= Says.RADIUS;
  if (want.rank !== undefined) says |= Says.RANK;
  return says;
}

/** 1 for the first, falling evenly to 0.5 for the last. */
function rankScore(place: number, places: number): number {
  return places === 1 ? 1 : 1 - (0.5 * place) / (places - 1);
}
