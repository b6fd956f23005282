import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { ItemId } from '../types';
import { grown } from '../util/grown';
import { valueCloseness, type World } from './clauses';
import type { EdgeScorer } from './edge-score';
import { ItemPostings } from './item-postings';
import { Says } from './says';
import { leastValueIn, mostValueIn, UNVALUED, valueStep } from './value-steps';
import { WantPostings, type WantVisitor } from './want-postings';

/** Takes the candidates of a want, the most promising first as far as the index can tell. */
export interface CandidateVisitor {
  /** Whether candidates with this deficit or a greater one are still of interest. */
  isOpenTo(leastDeficit: number): boolean;
  /** False where no later item in the order of the graph's lists is of interest if its deficit is at least this. */
  visit(given: number, leastDeficit: number): boolean;
}

/** Items in one doubling of value that are just all looked at, without an order. */
const FEW = 48;

/**
 * Inverted index both ways: which items could answer a want, and which wants an item could answer. It yields a superset
 * (scoring decides), without looking at the rest of the market.
 *
 * A want is filed by the most telling thing it says: the items it names; else its category; else its words; else its
 * value. Within a category or a word, items and wants are kept apart by value. A search for a want goes from the closest
 * category outwards, and within one from the middle of the wanted range, so that it ends early: bounds tell when
 * nothing that is left can be better than what is found (as in threshold algorithms: Fagin et al., PODS 2001).
 *
 * Of its words a want is filed under the rarest only: the others together weigh so little that an item with none of
 * the rarest cannot reach the agreement that such a want asks for (prefix filtering, as in set similarity joins:
 * Chaudhuri et al., ICDE 2006).
 */
export class CandidateIndex {
  readonly #world: Omit<World, 'edgeFloor'>;
  readonly #scorer: EdgeScorer;
  readonly #graph: BarterGraph;
  /** Wants that an item may answer, gathered before any is looked at. */
  #close = new Int32Array(1024);
  readonly #itemsByCategory: ItemPostings;
  readonly #itemsByWord: ItemPostings;
  /** By step of value alone. */
  readonly #itemsByValue: ItemPostings;
  readonly #itemsPerStep = new Uint32Array(UNVALUED + 1);
  readonly #itemsInCategory: Uint32Array;
  readonly #wantsByName = new Map<ItemId, Set<number>>();
  readonly #wantsByCategory = new WantPostings();
  readonly #wantsByWord = new WantPostings();
  /** Those that say neither what nor in which words; one key. */
  readonly #vagueWants = new WantPostings();

  constructor(graph: BarterGraph, world: Omit<World, 'edgeFloor'>, scorer: EdgeScorer) {
    this.#world = world;
    this.#graph = graph;
    this.#scorer = scorer;
    const touch = (words: Uint32Array, from: number, to: number) => void world.items.touch(words, from, to);
    this.#itemsByCategory = new ItemPostings(graph, touch);
    this.#itemsByWord = new ItemPostings(graph, (words, from, to) => void world.items.touchWords(words, from, to));
    this.#itemsByValue = new ItemPostings(graph, touch);
    this.#itemsInCategory = new Uint32Array(world.categories.size);
  }

  /** Bytes in typed arrays; directories come on top. */
  get byteLength(): number {
    const items = [this.#itemsByCategory, this.#itemsByWord, this.#itemsByValue];
    const wants = [this.#wantsByCategory, this.#wantsByWord, this.#vagueWants];
    return [...items, ...wants].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Gives back the memory that postings freed while they grew. */
  compact(): void {
    for (const postings of [this.#itemsByCategory, this.#itemsByWord, this.#itemsByValue]) postings.compact();
    for (const postings of [this.#wantsByCategory, this.#wantsByWord, this.#vagueWants]) postings.compact();
  }

  /** @param inBulk One of many, see {@link ItemPostings.add}. */
  addItem(node: number, inBulk = false): void {
    const { items } = this.#world;
    const step = valueStep(items.value(node));
    if (items.category(node) >= 0) {
      this.#itemsByCategory.add(items.category(node), step, node, inBulk);
      this.#itemsInCategory[items.category(node)]!++;
    }
    for (const word of items.words.read(node)) this.#itemsByWord.add(word, step, node, inBulk);
    this.#itemsByValue.add(step, step, node, inBulk);
    this.#itemsPerStep[step]!++;
  }

  removeItem(node: number): void {
    const { items } = this.#world;
    const step = valueStep(items.value(node));
    if (items.category(node) >= 0) {
      this.#itemsByCategory.remove(items.category(node), step, node);
      this.#itemsInCategory[items.category(node)]!--;
    }
    for (const word of items.words.read(node)) this.#itemsByWord.remove(word, step, node);
    this.#itemsByValue.remove(step, step, node);
    this.#itemsPerStep[step]!--;
  }

  /** Files the wants of an item. */
  addWants(node: number): void {
    const { wants } = this.#world;
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      const isByWords = wants.category(want) < 0 && !wants.named.has(want) && wants.words.count[want]! > 0;
      if (isByWords) wants.filed.assign(want, this.#rarestWords(want));
      for (const id of wants.named.get(want) ?? []) {
        const others = this.#wantsByName.get(id);
        if (others) others.add(want);
        else this.#wantsByName.set(id, new Set([want]));
      }
      for (const [postings, key] of this.#placesOf(want)) {
        postings.add(key, wants.minValue(want), wants.maxValue(want), want);
      }
    }
  }

  removeWants(node: number): void {
    const { wants } = this.#world;
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      for (const id of wants.named.get(want) ?? []) {
        const others = this.#wantsByName.get(id)!;
        others.delete(want);
        if (others.size === 0) this.#wantsByName.delete(id);
      }
      for (const [postings, key] of this.#placesOf(want)) {
        postings.remove(key, wants.minValue(want), wants.maxValue(want), want);
      }
      wants.filed.clear(want);
    }
  }

  /** Where a want that names nothing is filed. */
  #placesOf(want: number): [postings: WantPostings, key: number][] {
    const { wants } = this.#world;
    if (wants.named.has(want)) return [];
    if (wants.category(want) >= 0) return [[this.#wantsByCategory, wants.category(want)]];
    if (wants.words.count[want]! > 0) return Array.from(wants.filed.read(want), (word) => [this.#wantsByWord, word]);
    return this.#isUnreadable(want) ? [] : [[this.#vagueWants, 0]];
  }

  /** Items that could answer a want that names none; some may come twice. */
  forEachItem(want: number, visitor: CandidateVisitor): void {
    const { wants, categories } = this.#world;
    const category = wants.category(want);
    if (category < 0 && wants.words.count[want] === 0) {
      if (!this.#isUnreadable(want)) this.#searchByValue(want, visitor);
      return;
    }
    if (wants.words.count[want]! > 0) {
      const isDone = this.#searchByWords(want, category < 0 ? Infinity : this.#itemsCloseTo(category), visitor);
      if (isDone || category < 0) return;
    }
    for (const tier of categories.closeTo(category)) {
      if (!visitor.isOpenTo(this.#scorer.leastDeficits(tier.closeness)[wants.says(want)]!)) return;
      this.#search(this.#itemsByCategory, tier.categories, tier.closeness, 1, want, visitor);
    }
  }

  /** Wants that name the item. */
  wantsNaming(id: ItemId): Iterable<number> {
    return this.#wantsByName.get(id) ?? [];
  }

  /**
   * Wants that name nothing and that the item could answer; some may come twice.
   *
   * @param isGated Leaves out wants whose items know enough that is better than this one can be.
   * @param most Wants at most; where there are more none is visited, and the answer is false.
   */
  forEachWant(given: number, isGated: boolean, visit: (want: number) => void, most = Infinity): boolean {
    const { items, categories, wants } = this.#world;
    const value = items.value(given);
    const gate = (closeness: number): WantVisitor => {
      const least = this.#scorer.leastDeficits(closeness);
      return (want, low, high) => {
        const says = wants.says(want);
        const isWordless = wants.words.count[want]! > 0 && !wants.mayFind(want, items, given);
        if (isWordless && (says & Says.CATEGORY) === 0) return;
        const knownTo = isGated ? wants.knownTo(want) : SCORE_STEPS;
        if (knownTo < SCORE_STEPS) {
          const away = this.#scorer.valueDeficit(says, value, low, high);
          if (least[says]! + away + (isWordless ? this.#scorer.wordDeficit(says) : 0) > knownTo) return;
        }
        if (count === this.#close.length) this.#close = grown(this.#close, count * 2);
        this.#close[count++] = want;
      };
    };
    let count = 0;
    if (items.category(given) >= 0) {
      for (const tier of categories.wantedFrom(items.category(given))) {
        const visitTier = gate(tier.closeness);
        for (const category of tier.categories) this.#wantsByCategory.visit(category, value, visitTier);
      }
    }
    const visitAny = gate(1);
    for (const word of items.words.read(given)) this.#wantsByWord.visit(word, value, visitAny);
    this.#vagueWants.visit(0, value, visitAny);
    const close = this.#close;
    if (count > most) return false;
    wants.touch(close, count, this.#graph);
    for (let i = 0; i < count; i++) visit(close[i]!);
    return true;
  }

  /**
   * Items in growing distance of value, a step of value at a time, with a lower bound of the distance in it. Items
   * without a value come last, at distance Infinity. `visit` ends it by returning false.
   */
  forEachByValue(value: number, visit: (nodes: readonly number[], atLeast: number) => boolean): void {
    let up = value < 0 ? 0 : valueStep(value);
    let down = up - 1;
    while (up < UNVALUED || down >= 0) {
      const above = up < UNVALUED ? Math.max(0, leastValueIn(up) - value) : Infinity;
      const below = down >= 0 ? Math.max(0, value - mostValueIn(down)) : Infinity;
      const step = above <= below ? up++ : down--;
      if (this.#itemsPerStep[step] === 0) continue;
      if (!visit(this.#itemsAt(step), value < 0 ? Infinity : Math.min(above, below))) return;
    }
    if (this.#itemsPerStep[UNVALUED]! > 0) visit(this.#itemsAt(UNVALUED), Infinity);
  }

  #itemsAt(step: number): number[] {
    const nodes: number[] = [];
    this.#itemsByValue.visit(step, step, step, (node) => nodes.push(node) > 0);
    return nodes;
  }

  /** Looks through some keys for items in the want's range, from its middle outwards where there are many. */
  #search(
    postings: ItemPostings,
    keys: Iterable<number>,
    closeness: number,
    agreement: number,
    want: number,
    visitor: CandidateVisitor,
  ): void {
    const { wants } = this.#world;
    const says = wants.says(want);
    const least = this.#scorer.leastDeficit(says, closeness, 1, agreement);
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    const isRange = low >= 0 && high >= 0;
    const from = low < 0 ? 0 : valueStep(low);
    const to = high >= 0 ? valueStep(high) : low >= 0 ? UNVALUED - 1 : UNVALUED;
    const long: number[] = [];
    for (const key of keys) {
      if (isRange && postings.isLong(key, from, to, FEW)) long.push(key);
      else postings.visit(key, from, to, (node) => visitor.visit(node, least));
    }
    if (long.length === 0) return;
    let up = valueStep(low + (high - low) / 2);
    let down = up - 1;
    while (up <= to || down >= from) {
      const above = up <= to ? closenessWithin(up, low, high) : -1;
      const below = down >= from ? closenessWithin(down, low, high) : -1;
      const step = above >= below ? up++ : down--;
      const leastHere = this.#scorer.leastDeficit(says, closeness, Math.max(above, below), agreement);
      if (!visitor.isOpenTo(leastHere)) return;
      for (const key of long) postings.visit(key, step, step, (node) => visitor.visit(node, leastHere));
    }
  }

  /**
   * Looks through the items that hold a wanted word, rarest word first, until those that hold none of the words so far
   * cannot agree well enough any more, or a word is held by more than `most` items.
   * Whether nothing else needs to be looked at.
   */
  #searchByWords(want: number, most: number, visitor: CandidateVisitor): boolean {
    const { wants, vocabulary } = this.#world;
    const says = wants.says(want);
    const words = this.#rarestFirst(want);
    const all = words.reduce((sum, word) => sum + vocabulary.weight(word), 0);
    let left = all;
    for (const word of words) {
      const agreement = left / all;
      if (this.#isTooLittle(want, agreement)) return true;
      if (!visitor.isOpenTo(this.#scorer.leastDeficit(says, 1, 1, agreement))) return true;
      if (vocabulary.itemsWith(word) > most) return false;
      this.#search(this.#itemsByWord, [word], 1, agreement, want, visitor);
      left -= vocabulary.weight(word);
    }
    return !visitor.isOpenTo(this.#scorer.leastDeficit(says, 1, 1, 0));
  }

  /** Where nothing but words says what is wanted, less agreement than the floor is none. */
  #isTooLittle(want: number, agreement: number): boolean {
    return this.#world.wants.category(want) < 0 && agreement < this.#scorer.options.edgeFloor;
  }

  /** Items filed in the category, below it or above it. */
  #itemsCloseTo(category: number): number {
    let items = 0;
    for (const { closeness, categories } of this.#world.categories.closeTo(category)) {
      if (closeness < 0.6) break;
      for (const one of categories) items += this.#itemsInCategory[one]!;
    }
    return items;
  }

  /** The same for a want that says neither what nor in which words. */
  #searchByValue(want: number, visitor: CandidateVisitor): void {
    const { wants } = this.#world;
    const least = this.#scorer.leastDeficits(1)[wants.says(want)]!;
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    const from = low < 0 ? 0 : valueStep(low);
    const to = high >= 0 ? valueStep(high) : low >= 0 ? UNVALUED - 1 : UNVALUED;
    for (let step = from; step <= to; step++) {
      if (this.#itemsPerStep[step] === 0) continue;
      this.#itemsByValue.visit(step, step, step, (node) => visitor.visit(node, least));
    }
  }

  /** It has keywords and nothing in them can be looked for (stop words, punctuation): no item answers by them. */
  #isUnreadable(want: number): boolean {
    return (this.#world.wants.says(want) & Says.KEYWORDS) !== 0;
  }

  #rarestFirst(want: number): number[] {
    const { wants, vocabulary } = this.#world;
    return [...wants.words.read(want)].sort((a, b) => vocabulary.itemsWith(a) - vocabulary.itemsWith(b));
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
