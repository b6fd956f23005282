import { HEAVIEST, LIGHTEST, type Vocabulary } from '../text/vocabulary';
import { hashText } from '../util/hash';

/** Words are given as hashes, see {@link hashesOf}, and told apart by ten bits. */
const HASH_BITS = 10;
const HASH_MASK = (1 << HASH_BITS) - 1;
/** Above the hashes stands how many words there are. */
const MOST_WORDS = 3;
const COUNT_SHIFT = MOST_WORDS * HASH_BITS;

/** Of what the words are: their numbers depend on what was there before, and bounds must not. */
export function hashesOf(words: Uint32Array, vocabulary: Vocabulary): Uint32Array {
  return words.map((word) => hashText(vocabulary.word(word)));
}

/** Up to three words in one number; 0, which tells nothing, where there are more or none. */
export function packWords(words: ArrayLike<number>): number {
  if (words.length === 0 || words.length > MOST_WORDS) return 0;
  let packed = words.length << COUNT_SHIFT;
  for (let i = 0; i < words.length; i++) packed |= hashOf(words[i]!) << (i * HASH_BITS);
  return packed >>> 0;
}

/** The words of one item, to be held against those that many wants ask for. */
export class HeldWords {
  readonly #bits = new Uint8Array(1 << HASH_BITS);
  #held: ArrayLike<number> = [];

  set(words: ArrayLike<number>): void {
    for (let i = 0; i < this.#held.length; i++) this.#bits[hashOf(this.#held[i]!)] = 0;
    for (let i = 0; i < words.length; i++) this.#bits[hashOf(words[i]!)] = 1;
    this.#held = words;
  }

  /**
   * The most that the item may agree with the words, see {@link packWords}, whatever they weigh: 0 only where it holds none
   * of them.
   */
  mostAgreement(packed: number): number {
    const bits = this.#bits;
    const asked = packed >>> COUNT_SHIFT;
    if (asked === 0) return 1;
    let held = bits[packed & HASH_MASK]!;
    if (asked > 1) held += bits[(packed >>> HASH_BITS) & HASH_MASK]!;
    if (asked > 2) held += bits[(packed >>> (2 * HASH_BITS)) & HASH_MASK]!;
    return MOST_AGREEMENT[asked * (MOST_WORDS + 1) + held]!;
  }
}

/** By the number of words asked for, and of those held: where those held weigh most, and the others least. */
const MOST_AGREEMENT = Float64Array.from({ length: (MOST_WORDS + 1) ** 2 }, (_, i) => {
  const held = i % (MOST_WORDS + 1);
  const asked = (i - held) / (MOST_WORDS + 1);
  return held >= asked ? 1 : (held * HEAVIEST) / (held * HEAVIEST + (asked - held) * LIGHTEST);
});

function hashOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
}
