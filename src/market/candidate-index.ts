import { NODE_BITS, NODE_MASK, packHalfEdge, SCORE_STEPS } from '../graph/half-edges';
import type { ItemId } from '../types';
import { grown } from '../util/grown';
import type { PackedLists } from '../util/packed-lists';
import { packPlace } from './asked-place';
import { hashesOf } from './asked-words';
import { CategorySearch } from './category-search';
import { valueCloseness, type World } from './clauses';
import { deficitOfLoss, type EdgeScorer } from './edge-score';
import {
  ASKS_ANYTHING,
  ASKS_NOTHING,
  ENTRY,
  type FiledItem,
  ItemPostings,
  packAsks,
  type RunVisitor,
} from './item-postings';
import type { NearReceivers } from './near-receivers';
import { ReceiverSearch } from './receiver-search';
import { Says, saysJustWords } from './says';
import { bitsOf } from './signature';
import { type AskedTraits, boxAround, packTraits } from './traits';
import { type NearestVisitor, ValuePostings } from './value-postings';
import { leastValueIn, mostValueIn, UNVALUED, valueStep } from './value-steps';
import { type FiledWant, WantPostings } from './want-postings';
import { WordPostings } from './word-postings';

/** Takes the candidates of a want, the most promising first as far as the index can tell. */
export interface CandidateVisitor {
  /** Greatest deficit that is still of interest, where that is known without asking. */
  readonly most?: number;
  /** Whether candidates with this deficit or a greater one are still of interest. */
  isOpenTo(leastDeficit: number): boolean;
  /** A candidate, whose deficit is at least this, or just this where it is exact. */
  visit(given: number, leastDeficit: number, isExact: boolean): void;
}

/** Items with a wanted word that are just all looked at, without an order. */
const FEW = 48;
/** Items touched at once: few enough to stay at hand until they are visited. */
const TOUCHED_AT_ONCE = 64;
/** Items whose records are read before the best of them are visited. */
const BOUNDED_AT_ONCE = 512;

/**
 * Inverted index both ways: which items could answer a want, and which wants an item could answer. It yields a superset
 * (scoring decides), without looking at the rest of the market.
 *
 * A want is filed by the most telling thing it says: the items it names; else its category; else its words; else its
 * value. Within a category or a word, items and wants are kept apart by value. A search for a want that says a category
 * reads entries and hardly any items, see {@link CategorySearch}; others go from the middle of the wanted range outwards.
 * Both end early: bounds tell when nothing that is left can be better than what is found (as in threshold algorithms:
 * Fagin et al., PODS 2001).
 *
 * Of its words a want is filed under the rarest only: the others together weigh so little that an item with none of
 * the rarest cannot reach the agreement that such a want asks for (prefix filtering, as in set similarity joins:
 * Chaudhuri et al., ICDE 2006).
 */
export class CandidateIndex {
  readonly #world: Omit<World, 'edgeFloor'>;
  readonly #scorer: EdgeScorer;
  readonly #itemsByCategory = new ItemPostings();
  readonly #itemsByWord = new WordPostings();
  readonly #itemsByValue = new ValuePostings();
  readonly #wantsByName = new Map<ItemId, Set<number>>();
  readonly #wantsByCategory = new WantPostings();
  readonly #wantsByWord = new WantPostings();
  /** Those that say neither what nor in which words; one key. */
  readonly #vagueWants = new WantPostings();
  /** Items with a wanted word, gathered before any is looked at. */
  #held = new Uint32Array(1024);
  readonly #byCategory: CategorySearch;
  readonly #byReceiver: ReceiverSearch;
  /** By step: how far it is from the middle of the wanted range, in steps by turns. */
  readonly #turns = new Uint16Array(UNVALUED + 1);
  readonly #steps = new Uint16Array(UNVALUED + 1);

  constructor(world: Omit<World, 'edgeFloor'>, scorer: EdgeScorer) {
    this.#world = world;
    this.#scorer = scorer;
    this.#byCategory = new CategorySearch(world, scorer, this.#itemsByCategory);
    this.#byReceiver = new ReceiverSearch(world, scorer, this.#wantsByCategory, this.#wantsByWord, this.#vagueWants);
  }

  /** Bytes in typed arrays; directories come on top. */
  get byteLength(): number {
    return this.#all().reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Much is to come, and then {@link compact}. */
  expectMany(): void {
    for (const postings of this.#all()) postings.expectMany();
  }

  /** Gives back the memory that postings freed while they grew. */
  compact(): void {
    for (const postings of this.#all()) postings.compact();
  }

  /** The entries that {@link forEachEntry} visits, see {@link ENTRY}. */
  get entries(): Pick<ItemPostings, 'words' | 'floats'> {
    return this.#itemsByCategory;
  }

  /** @param inBulk One of many: it gets its place in the order when the postings are next read. */
  addItem(node: number, inBulk = false): void {
    this.#byReceiver.forget();
    const { items } = this.#world;
    const category = items.category(node);
    const step = valueStep(items.value(node));
    if (category >= 0) this.#itemsByCategory.add(category, this.#filedItem(node), inBulk);
    for (const word of items.words.read(node)) this.#itemsByWord.add(word, step, node, inBulk);
    this.#itemsByValue.add(items.value(node), node, inBulk);
  }

  removeItem(node: number): void {
    this.#byReceiver.forget();
    const { items } = this.#world;
    const category = items.category(node);
    const step = valueStep(items.value(node));
    if (category >= 0) this.#itemsByCategory.remove(category, this.#filedItem(node));
    for (const word of items.words.read(node)) this.#itemsByWord.remove(word, step, node);
    this.#itemsByValue.remove(items.value(node), node);
  }

  /** Brings an item's own entry up to what it wants now. */
  noteAsked(node: number): void {
    const category = this.#world.items.category(node);
    if (category >= 0) this.#itemsByCategory.rewrite(category, this.#filedItem(node));
  }

  /** Files the wants of an item. */
  addWants(node: number): void {
    this.#byReceiver.forget();
    const { wants } = this.#world;
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      const isByWords = wants.category(want) < 0 && !wants.named.has(want) && wants.words.count[want]! > 0;
      if (isByWords) wants.filed.assign(want, this.#rarestWords(want));
      for (const id of wants.named.get(want) ?? []) {
        const others = this.#wantsByName.get(id);
        if (others) others.add(want);
        else this.#wantsByName.set(id, new Set([want]));
      }
      for (const [postings, key] of this.#placesOf(want)) postings.add(key, this.#filedWant(want));
    }
  }

  removeWants(node: number): void {
    this.#byReceiver.forget();
    const { wants } = this.#world;
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      for (const id of wants.named.get(want) ?? []) {
        const others = this.#wantsByName.get(id)!;
        others.delete(want);
        if (others.size === 0) this.#wantsByName.delete(id);
      }
      for (const [postings, key] of this.#placesOf(want)) postings.remove(key, this.#filedWant(want));
      wants.filed.clear(want);
    }
  }

  /** Items that could answer a want that names none; some may come twice. */
  forEachItem(want: number, visitor: CandidateVisitor): void {
    const { wants } = this.#world;
    if (this.#isHopeless(want)) return;
    if (wants.category(want) >= 0) this.#byCategory.forEachItem(want, this.askedTraits(want), visitor);
    else if (wants.words.count[want]! > 0) this.#searchByWords(want, visitor);
    else this.#searchByValue(want, visitor);
  }

  /** The same of a want that says no category, in no particular order. */
  forEachHolder(want: number, visit: (node: number) => void): void {
    const { wants, vocabulary } = this.#world;
    if (this.#isHopeless(want)) return;
    const { from, to } = this.#stepsOf(want);
    if (wants.words.count[want] === 0) {
      this.#itemsByValue.visit(from, to, visit);
      return;
    }
    const words = this.#rarestFirst(want);
    const all = words.reduce((sum, word) => sum + vocabulary.weight(word), 0);
    let left = all;
    for (const word of words) {
      if (left / all < this.#scorer.options.edgeFloor) return; // which is no agreement at all
      this.#itemsByWord.visit(word, from, to, visit);
      left -= vocabulary.weight(word);
    }
  }

  /**
   * The entries of all items whose category, value, condition and place could answer a want that says a category, in
   * runs that hold others, too; each with the least loss that an item of its category can have.
   */
  forEachEntry(want: number, visit: (at: number, end: number, leastLoss: number) => void): void {
    const { wants, categories } = this.#world;
    if (this.#isHopeless(want)) return;
    for (const tier of categories.closeTo(wants.category(want))) {
      const least = this.#scorer.leastLosses(tier.closeness)[wants.says(want)]!;
      for (const category of tier.categories) this.#visitRange(category, want, (at, end) => visit(at, end, least));
    }
  }

  /** What a want asks of condition and place. */
  askedTraits(want: number): AskedTraits {
    const { items, wants } = this.#world;
    const says = wants.says(want);
    const here = wants.item(want);
    return {
      condition: says & Says.CONDITION ? wants.condition(want) : -1,
      box:
        says & Says.RADIUS ? boxAround(items.latitude(here), items.longitude(here), wants.radiusKm(want)) : undefined,
    };
  }

  /** Wants that name the item. */
  wantsNaming(id: ItemId): Iterable<number> {
    return this.#wantsByName.get(id) ?? [];
  }

  /**
   * Items with a want that names nothing and that this item could answer; some may come twice. Good until the next
   * change or question.
   */
  receiversOf(given: number): NearReceivers {
    return this.#byReceiver.receiversOf(given);
  }

  /** All items in growing distance of value, see {@link ValuePostings.visitNearest}. */
  forEachByValue(value: number, visit: NearestVisitor): void {
    this.#itemsByValue.visitNearest(value, visit);
  }

  #all(): Pick<PackedLists, 'byteLength' | 'compact' | 'expectMany'>[] {
    const items = [this.#itemsByCategory, this.#itemsByWord, this.#itemsByValue];
    return [...items, this.#wantsByCategory, this.#wantsByWord, this.#vagueWants];
  }

  #filedItem(node: number): FiledItem {
    const { items, wants } = this.#world;
    const traits = packTraits(items.condition(node), items.latitude(node), items.longitude(node));
    const bits = bitsOf(items.words.read(node));
    const filed = { node, value: items.value(node), traits, asks: ASKS_NOTHING, low: Infinity, high: -1, bits };
    if (items.isOpen(node)) return { ...filed, asks: ASKS_ANYTHING, low: -1, high: Infinity };
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      const isOne = filed.asks === ASKS_NOTHING && !wants.named.has(want);
      filed.asks = isOne ? packAsks(wants.category(want), wants.says(want)) : ASKS_ANYTHING;
      const { low, high } = wants.named.has(want) ? { low: -1, high: Infinity } : wants.roughRange(want);
      filed.low = Math.min(filed.low, low);
      filed.high = Math.max(filed.high, high);
    }
    return filed;
  }

  #filedWant(want: number): FiledWant {
    const { items, wants, vocabulary } = this.#world;
    const node = wants.item(want);
    return {
      node,
      minValue: wants.minValue(want),
      maxValue: wants.maxValue(want),
      says: wants.says(want),
      isBesideWords: this.#isBesideWords(want),
      rankScore: wants.says(want) & Says.RANK ? wants.rankScore(want) : 1,
      condition: wants.condition(want),
      place: this.#placeAskedFor(want),
      words: hashesOf(wants.words.read(want), vocabulary),
      value: items.value(node),
      category: items.category(node),
    };
  }

  /** Whether words alone describe another want of the same item. */
  #isBesideWords(want: number): boolean {
    const { wants } = this.#world;
    for (let other = wants.first(wants.item(want)); other >= 0; other = wants.next(other)) {
      if (other !== want && saysJustWords(wants.says(other))) return true;
    }
    return false;
  }

  /** See {@link packPlace}. */
  #placeAskedFor(want: number): number {
    const { items, wants } = this.#world;
    const node = wants.item(want);
    if (!(wants.says(want) & Says.RADIUS)) return 0;
    return packPlace(items.latitude(node), items.longitude(node), wants.radiusKm(want));
  }

  /** Where a want that names nothing is filed. */
  #placesOf(want: number): [postings: WantPostings, key: number][] {
    const { wants } = this.#world;
    if (wants.named.has(want)) return [];
    if (wants.category(want) >= 0) return [[this.#wantsByCategory, wants.category(want)]];
    if (wants.words.count[want]! > 0) return Array.from(wants.filed.read(want), (word) => [this.#wantsByWord, word]);
    return this.#isHopeless(want) ? [] : [[this.#vagueWants, 0]];
  }

  /** The entries of a category in a want's range. */
  #visitRange(category: number, want: number, visit: RunVisitor): void {
    this.#itemsByCategory.visitRange(category, this.#world.wants.roughRange(want), visit);
  }

  /** Steps of value that a want takes. */
  #stepsOf(want: number): { from: number; to: number } {
    const { wants } = this.#world;
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    return {
      from: low < 0 ? 0 : valueStep(low),
      to: high >= 0 ? valueStep(high) : low >= 0 ? UNVALUED - 1 : UNVALUED,
    };
  }

  /** Notes the steps of a range from its middle outwards, and the turn of each. Returns how many there are. */
  #takeTurns(from: number, to: number, low: number, high: number): number {
    let up = Math.min(to, Math.max(from, valueStep(low + (high - low) / 2)));
    let down = up - 1;
    let turn = 0;
    while (up <= to || down >= from) {
      const above = up <= to ? closenessWithin(up, low, high) : -1;
      const below = down >= from ? closenessWithin(down, low, high) : -1;
      const step = above >= below ? up++ : down--;
      this.#steps[turn] = step;
      this.#turns[step] = turn++;
    }
    return turn;
  }

  /**
   * For a want that only words describe: looks through the items that hold one of them, rarest word first, until those
   * that hold none of the words so far cannot agree well enough any more.
   */
  #searchByWords(want: number, visitor: CandidateVisitor): void {
    const { wants, vocabulary } = this.#world;
    const says = wants.says(want);
    const words = this.#rarestFirst(want);
    const all = words.reduce((sum, word) => sum + vocabulary.weight(word), 0);
    let left = all;
    for (const word of words) {
      const agreement = left / all;
      if (agreement < this.#scorer.options.edgeFloor) return; // which is no agreement at all
      if (!visitor.isOpenTo(this.#scorer.leastDeficit(says, 1, 1, agreement))) return;
      this.#searchWord(word, agreement, want, visitor);
      left -= vocabulary.weight(word);
    }
  }

  /**
   * The items that hold one of its words, from the middle of the wanted range outwards, some at a time, and of these the
   * best first as far as their records can tell.
   */
  #searchWord(word: number, agreement: number, want: number, visitor: CandidateVisitor): void {
    const { wants, items } = this.#world;
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    const { from, to } = this.#stepsOf(want);
    const isRange = low >= 0 && high >= 0;
    if (isRange) this.#takeTurns(from, to, low, high);
    let count = 0;
    const hold = (node: number, step: number) => {
      if (count === this.#held.length) this.#held = grown(this.#held, count * 2);
      this.#held[count++] = ((isRange ? this.#turns[step]! << NODE_BITS : 0) | node) >>> 0;
    };
    this.#itemsByWord.visit(word, from, to, hold);
    const held = this.#held.subarray(0, count);
    if (isRange && count > FEW) held.sort();
    for (let start = 0; start < count; start += BOUNDED_AT_ONCE) {
      const turn = this.#steps[held[start]! >>> NODE_BITS]!;
      const closeness = isRange && count > FEW ? closenessWithin(turn, low, high) : 1;
      if (!visitor.isOpenTo(this.#scorer.leastDeficit(wants.says(want), 1, closeness, agreement))) return;
      const some = held.subarray(start, start + BOUNDED_AT_ONCE);
      items.touch(some, 0, some.length);
      this.#bound(some, want);
      some.sort();
      for (let i = 0; i < some.length; i++) {
        const least = some[i]! >>> NODE_BITS;
        if (least === SCORE_STEPS + 1) break;
        if (!visitor.isOpenTo(least)) break;
        if (i % TOUCHED_AT_ONCE === 0) items.touchWords(some, i, Math.min(some.length, i + TOUCHED_AT_ONCE));
        visitor.visit(some[i]! & NODE_MASK, least, false);
      }
    }
  }

  /** Makes half-edges of some items that may answer a want that only words describe, each with the least deficit it can have. */
  #bound(some: Uint32Array, want: number): void {
    const { wants, items, vocabulary } = this.#world;
    const scorer = this.#scorer;
    const says = wants.says(want);
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    const words = [...wants.words.read(want)];
    const weights = words.map((word) => vocabulary.weight(word));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const least = scorer.leastLosses(1)[says]!;
    for (let i = 0; i < some.length; i++) {
      const node = some[i]! & NODE_MASK;
      let held = 0;
      for (let w = 0; w < words.length; w++) if (items.mayHold(node, words[w]!)) held += weights[w]!;
      const agreement = held / all;
      const loss = least + scorer.valueLoss(says, items.value(node), low, high) + scorer.wordLoss(says, agreement);
      const isAnswer = agreement >= scorer.options.edgeFloor;
      some[i] = packHalfEdge(isAnswer ? deficitOfLoss(loss) : SCORE_STEPS + 1, node);
    }
  }

  /** For a want that says neither what nor in which words. */
  #searchByValue(want: number, visitor: CandidateVisitor): void {
    const { wants } = this.#world;
    const least = deficitOfLoss(this.#scorer.leastLosses(1)[wants.says(want)]!);
    const { from, to } = this.#stepsOf(want);
    if (!visitor.isOpenTo(least)) return;
    this.#itemsByValue.visit(from, to, (node) => visitor.visit(node, least, false));
  }

  /**
   * Nothing can answer it: it has keywords and nothing in them can be looked for (stop words, punctuation) where nothing
   * else says what is wanted, or a radius around no place.
   */
  #isHopeless(want: number): boolean {
    const { wants, items } = this.#world;
    const says = wants.says(want);
    if (says & Says.RADIUS && Number.isNaN(items.latitude(wants.item(want)))) return true;
    return wants.category(want) < 0 && wants.words.count[want] === 0 && (says & Says.KEYWORDS) !== 0;
  }

  #rarestFirst(want: number): number[] {
    const { wants, vocabulary } = this.#world;
    // By the last count, and then by what there is now: while a market is being loaded that is little yet.
    return [...wants.words.read(want)].sort(
      (a, b) => vocabulary.weight(b) - vocabulary.weight(a) || vocabulary.itemsWith(a) - vocabulary.itemsWith(b),
    );
  }

  /** The rarest words of the want: at least one of them is needed for the least agreement. */
  #rarestWords(want: number): number[] {
    const rarestFirst = this.#rarestFirst(want);
    let needed = rarestFirst.length;
    while (needed > 1 && !this.#scorer.couldAgree(want, rarestFirst.slice(needed - 1))) needed--;
    return rarestFirst.slice(0, needed);
  }
}

/** The greatest closeness to a wanted range that a value in this step can have. */
function closenessWithin(step: number, minValue: number, maxValue: number): number {
  const middle = minValue + (maxValue - minValue) / 2;
  const nearest = Math.min(Math.max(middle, leastValueIn(step)), mostValueIn(step));
  return valueCloseness(nearest, minValue, maxValue);
}
