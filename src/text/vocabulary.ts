/**
 * Words as integers, counted by the items that hold them, with weights for keyword agreement: rare words weigh more.
 *
 * A weight is a step of a word's item count, taken when {@link refreshWeights} is called and fixed until the next
 * call: otherwise each item would move the scores of wants all over the market, and scores would depend on the order
 * of events. A word that was not in the last count weighs as the rarest.
 */
export class Vocabulary {
  readonly #wordOf: (string | undefined)[] = [];
  readonly #idOf = new Map<string, number>();
  readonly #uses: number[] = [];
  readonly #items: number[] = [];
  readonly #weights: number[] = [];
  readonly #free: number[] = [];
  /** Survives the word: one that goes and comes back between two counts weighs the same. */
  #countedWeights: ReadonlyMap<string, number> = new Map();

  /** The word's number; counts one more use. */
  take(word: string, byItem: boolean): number {
    let id = this.#idOf.get(word);
    if (id === undefined) {
      id = this.#free.pop() ?? this.#wordOf.length;
      this.#idOf.set(word, id);
      this.#wordOf[id] = word;
      this.#uses[id] = 0;
      this.#items[id] = 0;
      this.#weights[id] = this.#countedWeights.get(word) ?? HEAVIEST;
    }
    this.#uses[id]!++;
    if (byItem) this.#items[id]!++;
    return id;
  }

  /** The numbers of distinct words, ascending; counts one more use of each. */
  takeAll(words: readonly string[], byItem: boolean): number[] {
    return words.map((word) => this.take(word, byItem)).sort((a, b) => a - b);
  }

  giveBack(id: number, byItem: boolean): void {
    if (byItem) this.#items[id]!--;
    if (--this.#uses[id]! > 0) return;
    this.#idOf.delete(this.#wordOf[id]!);
    this.#wordOf[id] = undefined;
    this.#free.push(id);
  }

  word(id: number): string {
    return this.#wordOf[id]!;
  }

  /** Items that hold the word now. */
  itemsWith(id: number): number {
    return this.#items[id]!;
  }

  weight(id: number): number {
    return this.#weights[id]!;
  }

  /** The weights of the last count; a word that is not among them weighs as the rarest. */
  get counted(): ReadonlyMap<string, number> {
    return this.#countedWeights;
  }

  /** Takes over what another vocabulary has counted; this one has no words yet. */
  takeOver(counted: ReadonlyMap<string, number>): void {
    this.#countedWeights = counted;
  }

  /** Weighs every word anew by how many items hold it now. Returns the words whose weight changed. */
  refreshWeights(): number[] {
    const changed: number[] = [];
    const counted = new Map<string, number>();
    for (const [word, id] of this.#idOf) {
      const weight = weightOf(this.#items[id]!);
      if (weight !== HEAVIEST) counted.set(word, weight);
      if (weight !== this.#weights[id]) {
        this.#weights[id] = weight;
        changed.push(id);
      }
    }
    this.#countedWeights = counted;
    return changed;
  }
}

/** Weights lie between these. */
export const HEAVIEST = 8;
export const LIGHTEST = 1;

/** 8 for words in fewer than 4 items, one less for each four times as many, at least 1. */
function weightOf(items: number): number {
  return Math.max(LIGHTEST, HEAVIEST - Math.floor(Math.log2(Math.max(1, items)) / 2));
}
