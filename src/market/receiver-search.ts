import { NODE_MASK } from '../graph/half-edges';
import { HeldPlace } from './asked-place';
import { HeldWords, hashesOf } from './asked-words';
import { conditionScore, NO, type World } from './clauses';
import { deficitOfLoss, type EdgeScorer } from './edge-score';
import { FoundBy, NearReceivers } from './near-receivers';
import { Says, saysJustWords } from './says';
import {
  askedCondition,
  askedPlace,
  filedCategory,
  filedSays,
  isBesideWords,
  mostOfRank,
  WANT_ENTRY,
  type WantPostings,
} from './want-postings';

/**
 * Searches the wants for what an item could answer. Entries of the index are read from end to end, and each tells by
 * itself whether its want could take the item and how well at best: often that is the deficit of the edge.
 */
export class ReceiverSearch {
  readonly #world: Omit<World, 'edgeFloor'>;
  readonly #scorer: EdgeScorer;
  readonly #wantsByCategory: WantPostings;
  readonly #wantsByWord: WantPostings;
  readonly #vagueWants: WantPostings;
  readonly #near = new NearReceivers();
  readonly #heldWords = new HeldWords();
  readonly #heldPlace = new HeldPlace();

  constructor(
    world: Omit<World, 'edgeFloor'>,
    scorer: EdgeScorer,
    wantsByCategory: WantPostings,
    wantsByWord: WantPostings,
    vagueWants: WantPostings,
  ) {
    this.#world = world;
    this.#scorer = scorer;
    this.#wantsByCategory = wantsByCategory;
    this.#wantsByWord = wantsByWord;
    this.#vagueWants = vagueWants;
  }

  /** Something changed: what was found last is out of date. */
  forget(): void {
    this.#near.forget();
  }

  /** Good until the next change or question. */
  receiversOf(given: number): NearReceivers {
    const near = this.#near;
    if (near.given === given) return near;
    near.begin(given);
    const { items, categories, vocabulary } = this.#world;
    const value = items.value(given);
    const words = items.words.read(given);
    this.#heldWords.set(hashesOf(words, vocabulary));
    this.#heldPlace.set(items.latitude(given), items.longitude(given));
    if (items.category(given) >= 0) {
      for (const { closeness, categories: wanted } of categories.wantedFrom(items.category(given))) {
        for (const category of wanted) this.#take(this.#wantsByCategory, category, value, closeness);
      }
    }
    for (const word of words) this.#take(this.#wantsByWord, word, value, 1);
    this.#take(this.#vagueWants, 0, value, 1);
    return near;
  }

  /** Notes those of the key's wants that the item may answer, with a bound of how well. */
  #take(postings: WantPostings, key: number, value: number, closeness: number): void {
    const condition = this.#world.items.condition(this.#near.given);
    const least = this.#scorer.leastLosses(closeness);
    postings.visit(key, value, (from, end) => this.#takeRun(postings, from, end, value, condition, least));
  }

  #takeRun(
    { words, floats }: WantPostings,
    from: number,
    end: number,
    value: number,
    condition: number,
    least: Float64Array,
  ): void {
    const near = this.#near;
    const held = this.#heldWords;
    const place = this.#heldPlace;
    const scorer = this.#scorer;
    near.expect((end - from) / WANT_ENTRY.width);
    const { nodes, values, categories, leastDeficits, foundBy } = near;
    let count = near.count;
    for (let at = from; at < end; at += WANT_ENTRY.width) {
      const low = floats[at + WANT_ENTRY.low]!;
      const high = floats[at + WANT_ENTRY.high]!;
      if (value < low || (high >= 0 && (value > high || value < 0))) continue;
      const traits = words[at + WANT_ENTRY.traits]!;
      if (!place.mayBeWithin(askedPlace(traits))) continue;
      const whose = words[at]!;
      const says = filedSays(whose);
      let loss = least[says]! + scorer.valueLoss(says, value, low, high);
      if (says & Says.CONDITION) {
        const score = conditionScore(condition, askedCondition(traits));
        if (score === NO) continue;
        loss += scorer.conditionLoss(says, score);
      }
      if (says & Says.RANK) loss += scorer.rankLoss(says, mostOfRank(whose));
      let by = isBesideWords(whose) ? FoundBy.BESIDE_WORDS : 0;
      if (says & Says.KEYWORDS) {
        const isByWords = saysJustWords(says);
        const agreement = held.mostAgreement(words[at + WANT_ENTRY.words]!);
        if (isByWords && agreement === 0) continue;
        loss += scorer.wordLoss(says, agreement);
        if (isByWords) by |= FoundBy.WORDS;
      }
      nodes[count] = whose & NODE_MASK;
      values[count] = floats[at + WANT_ENTRY.value]!;
      categories[count] = filedCategory(traits);
      leastDeficits[count] = deficitOfLoss(loss);
      foundBy[count++] = by;
    }
    near.count = count;
  }
}
