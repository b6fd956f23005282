import { SCORE_STEPS } from '../graph/half-edges';
import { NO, type World } from './clauses';
import { type EdgeScorer, leastDeficitFor } from './edge-score';
import { ENTRY } from './item-postings';
import { Says } from './says';
import { bitsOf } from './signature';
import { type AskedTraits, conditionOf, mayHave } from './traits';

/** Whole numbers below this are 32-bit floating-point numbers, too. */
const EXACT_BELOW = 2 ** 24;
/** Sums of doubles in another order may be a trifle off; in steps of the score. */
const ROUNDING = 2e-6;

/**
 * Scores entries of the index against one want that says a category, without a look at the items: exactly where value,
 * condition, category and rank are all it says, else from below.
 */
export class EntryScorer {
  /** Whether an entry tells all that the want asks for. */
  isExact = false;
  /** What has this deficit or a greater one is of no interest. */
  closedFrom = SCORE_STEPS + 1;

  readonly #world: Omit<World, 'edgeFloor'>;
  readonly #scorer: EdgeScorer;
  #says = 0;
  #minValue = -1;
  #maxValue = -1;
  #condition = -1;
  #asked: AskedTraits | undefined;
  /** Of each wanted word: its bits in two halves, and its share of what the keywords add. */
  #words: { low: number; high: number; share: number }[] = [];
  /** What the category adds to the sum, and all that comes after it at its best, but for the words. */
  #ofCategory = 0;
  #ofRest = 0;
  #weighed = 0;
  /** The most that value and condition add, of that the value, and the most that the words add. */
  #mostOfTraits = 0;
  #mostOfValue = 0;
  #mostOfWords = 0;
  /** What sums up to less is of no interest. */
  #leastTotal = -Infinity;

  constructor(world: Omit<World, 'edgeFloor'>, scorer: EdgeScorer) {
    this.#world = world;
    this.#scorer = scorer;
  }

  begin(want: number, asked: AskedTraits): void {
    const { wants } = this.#world;
    const { weights, extraCriteria, scorer } = this.#scorer.options;
    const says = wants.says(want);
    this.#says = says;
    this.#minValue = wants.minValue(want);
    this.#maxValue = wants.maxValue(want);
    this.#condition = wants.condition(want);
    this.#asked = asked.box ? asked : undefined;
    this.#words = this.#wordsOf(want);
    this.#mostOfTraits = this.#scorer.traitsWeight(says, this.#minValue, this.#maxValue);
    this.#mostOfValue = this.#scorer.traitsWeight(says & Says.VALUE, this.#minValue, this.#maxValue);
    this.#mostOfWords = this.#words.length > 0 ? weights.keywords : 0;
    this.#ofRest = says & Says.RADIUS ? weights.distance : 0;
    this.#weighed = this.#mostOfTraits + weights.category + this.#mostOfWords + this.#ofRest;
    if (says & Says.RANK) {
      this.#ofRest += weights.rank * wants.rankScore(want);
      this.#weighed += weights.rank;
    }
    // A criterion that may turn out not to count is counted at 1, which only raises the mean.
    for (const { weight } of extraCriteria) {
      this.#ofRest += weight;
      this.#weighed += weight;
    }
    this.isExact = !scorer && extraCriteria.length === 0 && !(says & Says.RADIUS) && this.#words.length === 0;
    this.closedFrom = SCORE_STEPS + 1;
    this.#leastTotal = -Infinity;
  }

  /** Notes that what has this deficit or a greater one is of no interest. */
  closeFrom(deficit: number): void {
    if (deficit >= this.closedFrom) return;
    this.closedFrom = deficit;
    const isOpen = deficit > SCORE_STEPS || this.#scorer.options.scorer !== undefined;
    this.#leastTotal = isOpen ? -Infinity : (this.#weighed * (SCORE_STEPS - deficit + 0.5 - ROUNDING)) / SCORE_STEPS;
  }

  /** How far from the middle of its range a value may be, in halves of the range, to be of interest. */
  get reach(): number {
    const spare = this.#mostOfTraits + this.#mostOfWords + this.#ofCategory + this.#ofRest - this.#leastTotal;
    const isTelling = this.#mostOfValue > 0 && this.#maxValue > this.#minValue;
    return isTelling ? (2 * spare) / this.#mostOfValue : Infinity;
  }

  /** Whether it says words that can be looked for. */
  get hasWords(): boolean {
    return this.#words.length > 0;
  }

  /** @param closeness Of the category whose entries come next. @returns A lower bound of all their deficits. */
  beginTier(closeness: number): number {
    const { weights, scorer } = this.#scorer.options;
    this.#ofCategory = weights.category * closeness;
    if (scorer) return 0;
    return this.#leastFor(this.#mostOfTraits + this.#mostOfWords + this.#ofCategory + this.#ofRest);
  }

  /**
   * The deficit of the item whose entry is at this place, or a lower bound; -1 where it is no answer. Of what is of no
   * interest the bound says just that.
   */
  deficitAt(at: number, words: Uint32Array, floats: Float32Array): number {
    const traits = words[at + ENTRY.traits]!;
    if (this.#asked && !mayHave(traits, this.#asked)) return -1;
    const scorer = this.#scorer;
    let ofWords = 0;
    if (this.#mostOfWords > 0) {
      ofWords = this.#ofWords(words[at + ENTRY.bits]! | 0, words[at + ENTRY.bits + 1]! | 0);
      if (ofWords + this.#mostOfTraits + this.#ofCategory + this.#ofRest < this.#leastTotal) return this.closedFrom;
    }
    const rough = floats[at + ENTRY.value]!;
    const value = rough < EXACT_BELOW ? rough : this.#world.items.value(words[at]!);
    const says = this.#says;
    const ofTraits = scorer.traitsTotal(
      says,
      value,
      this.#minValue,
      this.#maxValue,
      conditionOf(traits),
      this.#condition,
    );
    if (ofTraits === NO) return -1;
    const total = ofTraits + this.#ofCategory + this.#ofRest + ofWords;
    if (total < this.#leastTotal) return this.closedFrom;
    if (this.isExact) return scorer.deficitOfMean(total, this.#weighed, says);
    return scorer.options.scorer ? 0 : this.#leastFor(total);
  }

  #leastFor(total: number): number {
    return leastDeficitFor(total, this.#weighed);
  }

  /** What the keywords add to the sum where an item holds all that its bits do not rule out. */
  #ofWords(low: number, high: number): number {
    let sum = 0;
    for (const word of this.#words) {
      if ((low & word.low) === word.low && (high & word.high) === word.high) sum += word.share;
    }
    return sum;
  }

  #wordsOf(want: number): { low: number; high: number; share: number }[] {
    const { wants, vocabulary } = this.#world;
    if (wants.words.count[want] === 0) return [];
    const wanted = [...wants.words.read(want)];
    const all = wanted.reduce((sum, word) => sum + vocabulary.weight(word), 0);
    const { keywords } = this.#scorer.options.weights;
    return wanted.map((word) => {
      const [low, high] = bitsOf([word]);
      return { low, high, share: (keywords * vocabulary.weight(word)) / all };
    });
  }
}
