/** Words are told apart by ten bits of a hash. */
const HASH_BITS = 10;
const HASH_MASK = (1 << HASH_BITS) - 1;
/** Set where there is something to tell. */
const TELLS = 1 << (3 * HASH_BITS);

/** Up to three words in one number; 0, which tells nothing, where there are more or none. */
export function packWords(words: ArrayLike<number>): number {
  if (words.length === 0 || words.length > 3) return 0;
  let packed = TELLS;
  for (let i = 0; i < 3; i++) packed |= hashOf(words[Math.min(i, words.length - 1)]!) << (i * HASH_BITS);
  return packed;
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

  /** False only where the item holds none of the words, see {@link packWords}. */
  mayHoldAny(packed: number): boolean {
    const bits = this.#bits;
    return (
      packed === 0 ||
      bits[packed & HASH_MASK] === 1 ||
      bits[(packed >>> HASH_BITS) & HASH_MASK] === 1 ||
      bits[(packed >>> (2 * HASH_BITS)) & HASH_MASK] === 1
    );
  }
}

function hashOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
}
