import { NODE_BITS, NODE_MASK, packHalfEdge, SCORE_STEPS } from '../graph/half-edges';
import { grown } from '../util/grown';
import type { CandidateVisitor } from './candidate-index';
import type { World } from './clauses';
import type { EdgeScorer } from './edge-score';
import { EntryScorer } from './entry-score';
import { ENTRY, type ItemPostings, type RunVisitor } from './item-postings';
import type { AskedTraits } from './traits';

/** Items in one doubling of value that are just all looked at, without an order. */
const FEW = 48;
/** The first items looked at lie within this power of a half of the wanted range around its middle. */
const NEAREST = 8;
/** Items gathered, beyond which the best of them are visited before more are gathered. */
const MANY = 4_096;
/** Up to as many numbers are sorted by insertion. */
const FEW_TO_SORT = 40;
/** Items touched at once: few enough to stay at hand until they are visited. */
const TOUCHED_AT_ONCE = 64;

/**
 * Searches the items for what answers a want that says a category: from the closest category outwards, within one from
 * the middle of the wanted range, and of what is found there the best first. Entries of the index are read from end to
 * end and scored by themselves, see {@link EntryScorer}: only what may be among the best is ever looked at.
 */
export class CategorySearch {
  readonly #world: Omit<World, 'edgeFloor'>;
  readonly #postings: ItemPostings;
  readonly #entries: EntryScorer;
  /** Half-edges of what may answer, gathered before any is visited. */
  #held = new Uint32Array(1024);
  #count = 0;
  /** Whether anything was passed over that is of no interest. */
  #hasSkipped = false;

  constructor(world: Omit<World, 'edgeFloor'>, scorer: EdgeScorer, postings: ItemPostings) {
    this.#world = world;
    this.#postings = postings;
    this.#entries = new EntryScorer(world, scorer);
  }

  forEachItem(want: number, asked: AskedTraits, visitor: CandidateVisitor): void {
    const { wants, categories } = this.#world;
    this.#entries.begin(want, asked);
    this.#hasSkipped = false;
    for (const tier of categories.closeTo(wants.category(want))) {
      const least = this.#entries.beginTier(tier.closeness);
      if (least >= this.#entries.closedFrom || !visitor.isOpenTo(least)) {
        this.#hasSkipped = true;
        break;
      }
      this.#searchTier(tier.categories, want, visitor);
    }
    if (this.#hasSkipped) visitor.isOpenTo(this.#entries.closedFrom);
  }

  /** Looks through some categories for items in the want's range, from its middle outwards where there are many. */
  #searchTier(keys: Iterable<number>, want: number, visitor: CandidateVisitor): void {
    const { wants } = this.#world;
    const postings = this.#postings;
    const low = wants.minValue(want);
    const high = wants.maxValue(want);
    const isRange = low >= 0 && high >= 0;
    const rough = wants.roughRange(want);
    const long: number[] = [];
    for (const key of keys) {
      if (isRange && postings.isLong(key, low, high, FEW)) long.push(key);
      else postings.visitRange(key, rough, this.#gather);
      if (this.#count > MANY) this.#visitGathered(visitor);
    }
    this.#visitGathered(visitor);
    if (long.length === 0) return;
    const half = (high - low) / 2;
    const middle = low + half;
    let inner = 0;
    for (let turn = -NEAREST; turn <= 0; turn++) {
      const { reach } = this.#entries;
      const farthest = reach < 1 ? half * reach + (rough.high - high) : Infinity;
      this.#hasSkipped ||= reach < 1;
      if (farthest <= inner) return;
      const outer = turn === 0 ? farthest : Math.min(farthest, half * 2 ** turn);
      const from = Math.max(rough.low, middle - outer);
      const to = Math.min(rough.high + 1, middle + outer);
      for (const key of long) {
        if (inner === 0) postings.visit(key, from, to, this.#gather);
        else {
          postings.visit(key, from, middle - inner, this.#gather);
          postings.visit(key, middle + inner, to, this.#gather);
        }
      }
      this.#visitGathered(visitor);
      inner = outer;
    }
  }

  readonly #gather: RunVisitor = (at, end) => {
    const { words, floats } = this.#postings;
    const { closedFrom } = this.#entries;
    const most = this.#count + (end - at) / ENTRY.width;
    if (most > this.#held.length) this.#held = grown(this.#held, 2 * most);
    for (; at < end; at += ENTRY.width) {
      const deficit = this.#entries.deficitAt(at, words, floats);
      if (deficit < 0) continue;
      if (deficit >= closedFrom) {
        this.#hasSkipped = true;
        continue;
      }
      this.#held[this.#count++] = packHalfEdge(deficit, words[at]!);
    }
  };

  /** Visits what has been gathered, the best first, until nothing more is of interest. */
  #visitGathered(visitor: CandidateVisitor): void {
    const { items } = this.#world;
    const { isExact, hasWords } = this.#entries;
    const count = this.#count;
    this.#count = 0;
    const held = this.#held;
    sortFirst(held, count);
    for (let i = 0; i < count; i++) {
      const deficit = held[i]! >>> NODE_BITS;
      if (!visitor.isOpenTo(deficit)) {
        this.#entries.closeFrom(deficit);
        break;
      }
      if (i % TOUCHED_AT_ONCE === 0) {
        const end = Math.min(count, i + TOUCHED_AT_ONCE);
        if (hasWords) items.touchWords(held, i, end);
        else items.touch(held, i, end);
      }
      visitor.visit(held[i]! & NODE_MASK, deficit, isExact);
    }
    this.#entries.closeFrom((visitor.most ?? SCORE_STEPS) + 1);
  }
}

/** Puts the first numbers of an array in order; a few are not worth a call of the native sort. */
function sortFirst(numbers: Uint32Array, count: number): void {
  if (count > FEW_TO_SORT) {
    numbers.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const number = numbers[i]!;
    let at = i;
    for (; at > 0 && numbers[at - 1]! > number; at--) numbers[at] = numbers[at - 1]!;
    numbers[at] = number;
  }
}
