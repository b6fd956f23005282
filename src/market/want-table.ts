import type { BarterGraph } from '../graph/barter-graph';
import type { Vocabulary } from '../text/vocabulary';
import { stems } from '../text/words';
import { CONDITIONS, type Item, type ItemId, type Want } from '../types';
import { grown } from '../util/grown';
import { PackedLists } from '../util/packed-lists';
import { Rows } from '../util/rows';
import { SparseLists } from '../util/sparse-lists';
import type { CategoryTree } from './category-tree';
import type { ItemTable } from './item-table';
import { Says } from './says';

/** Distinct words kept of a want's keywords. */
const MAX_WANT_WORDS = 128;
const NONE = -1;
/** Values are compared with what is kept as 32-bit numbers. */
const ROUGHLY = 1e-6;

/** Bits of the hash that a rank tells. */
const TIE_BITS = 6;
/** Above every rank. */
export const KNOWS_NONE = 0xffff;

/**
 * Where a candidate stands in the order of the graph's lists, in sixteen bits: its deficit, and the upper bits of the hash
 * that orders equals, see {@link BarterGraph.tieOfNode}.
 */
export function rankOf(deficit: number, tie: number): number {
  return (deficit << TIE_BITS) | (tie >>> (32 - TIE_BITS));
}

/** The deficit of a rank; of {@link KNOWS_NONE} one above all deficits. */
export function deficitOfRank(rank: number): number {
  return rank >>> TIE_BITS;
}

/** A want's record: two doubles, then integers. */
const DOUBLES = 4;
const INTS = DOUBLES * 2;
const MIN_VALUE = 0;
const MAX_VALUE = 1;
const ITEM = 4;
const CATEGORY = 5;
const CONDITION = 6;
const NEXT = 7;

/** What matching reads of wants, by want number; the wants of an item are a linked list, in the order they are stated. */
export class WantTable {
  /** Word numbers of its keywords, ascending. */
  readonly words = new PackedLists();
  /** The words that the index filed it under. */
  readonly filed = new SparseLists();
  /** The items it names. */
  readonly named = new Map<number, ReadonlySet<ItemId>>();

  readonly #rows = new Rows(DOUBLES);
  /** Of the few wants that have one: kilometres, and the score of the rank. */
  readonly #radius = new Map<number, number>();
  readonly #rankScores = new Map<number, number>();
  #says = new Uint8Array(0);
  /** What is asked of all wants of an item when another comes near them, by node, close together. */
  #knownTo = new Uint16Array(0);
  #first = new Int32Array(0);
  #count = new Uint16Array(0);
  /** Ids that any want of the item names. */
  readonly #namedBy = new Map<number, ReadonlySet<ItemId>>();
  readonly #free: number[] = [];
  #used = 0;

  get byteLength(): number {
    const lists = this.words.byteLength + this.filed.byteLength;
    const columns = [this.#says, this.#knownTo, this.#first, this.#count];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.#rows.byteLength + lists);
  }

  /** Gives an item, which has none, its wants. */
  add(node: number, item: Item, categories: CategoryTree, vocabulary: Vocabulary): void {
    this.#reserveItems(node + 1);
    this.#count[node] = item.wants.length;
    this.#knownTo[node] = KNOWS_NONE;
    if (item.wants.length === 0) return;
    const ranks = [...new Set(item.wants.flatMap(({ rank }) => rank ?? []))].sort((a, b) => a - b);
    const names = item.wants.flatMap(({ itemIds }) => itemIds ?? []);
    if (names.length > 0) this.#namedBy.set(node, new Set(names));
    for (let place = item.wants.length - 1; place >= 0; place--) {
      const want = item.wants[place]!;
      const number = this.#add(want, categories, vocabulary);
      const { ints } = this.#rows;
      ints[number * INTS + ITEM] = node;
      if (want.rank !== undefined) this.#rankScores.set(number, rankScore(ranks.indexOf(want.rank), ranks.length));
      ints[number * INTS + NEXT] = this.#first[node]!;
      this.#first[node] = number;
    }
  }

  remove(node: number, vocabulary: Vocabulary): void {
    for (let want = this.first(node); want !== NONE; want = this.next(want)) {
      for (const word of this.words.read(want)) vocabulary.giveBack(word, false);
      this.words.clear(want);
      this.named.delete(want);
      this.#radius.delete(want);
      this.#rankScores.delete(want);
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

  /** Reads the first wants of some items, and what belongs to the items themselves, see {@link ItemTable.touch}. */
  touch(nodes: Int32Array, count: number, graph: BarterGraph): number {
    const { doubles } = this.#rows;
    const { ownerOfNode } = graph;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const want = Math.max(0, this.first(nodes[i]!));
      sum += ownerOfNode[nodes[i]!]! + doubles[want * DOUBLES]!;
    }
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
    return this.#radius.get(want)!;
  }

  /** Score of the rank, where it has one. */
  rankScore(want: number): number {
    return this.#rankScores.get(want)!;
  }

  /** Roughly the bounds of the value, a trifle wider than they are; from -1 to Infinity where there are none. */
  roughRange(want: number): { low: number; high: number } {
    const low = this.minValue(want);
    const high = this.maxValue(want);
    return { low: low < 0 ? -1 : low * (1 - ROUGHLY), high: high < 0 ? Infinity : high * (1 + ROUGHLY) };
  }

  /**
   * What comes after this in the order of the graph's lists, see {@link rankOf}, need not be offered to the item: it has
   * enough that is better. {@link KNOWS_NONE}: anything may be.
   */
  knownTo(node: number): number {
    return this.#knownTo[node]!;
  }

  setKnownTo(node: number, rank: number): void {
    this.#knownTo[node] = rank;
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

  #add(want: Want, categories: CategoryTree, vocabulary: Vocabulary): number {
    const number = this.#free.pop() ?? this.#used++;
    this.#reserve(number + 1);
    if (want.itemIds) this.named.set(number, new Set(want.itemIds));
    const { doubles, ints } = this.#rows;
    const row = number * INTS;
    doubles[number * DOUBLES + MIN_VALUE] = want.minValue ?? NONE;
    doubles[number * DOUBLES + MAX_VALUE] = want.maxValue ?? NONE;
    if (want.radiusKm !== undefined) this.#radius.set(number, want.radiusKm);
    ints[row + CATEGORY] = want.categoryId === undefined ? NONE : categories.numberOf(want.categoryId);
    ints[row + CONDITION] = want.minCondition === undefined ? NONE : CONDITIONS.indexOf(want.minCondition);
    this.#says[number] = saysOf(want);
    const words = vocabulary.takeAll(stems((want.keywords ?? []).join('\n'), MAX_WANT_WORDS), false);
    this.words.assign(number, words);
    return number;
  }

  #reserveItems(items: number): void {
    const before = this.#first.length;
    if (items <= before) return;
    const capacity = Math.max(16, items, Math.ceil(before * 1.125));
    this.#first = grown(this.#first, capacity, NONE);
    this.#count = grown(this.#count, capacity);
    this.#knownTo = grown(this.#knownTo, capacity);
  }

  #reserve(wants: number): void {
    if (wants <= this.#rows.capacity) return;
    const capacity = Math.max(16, wants, Math.ceil(this.#rows.capacity * 1.125));
    this.#rows.reserve(capacity);
    this.#says = grown(this.#says, capacity);
    this.words.reserve(capacity);
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
