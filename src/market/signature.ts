/**
 * Adds words to a signature of two integers: one of 64 bits for each word. Where two signatures have no bit in common
 * the texts have no word in common (superimposed coding, as in Bloom filters).
 */
export function sign(into: Int32Array, at: number, words: Iterable<number>): void {
  for (const word of words) {
    const bit = Math.imul(word, 0x9e3779b1) >>> 26;
    into[at + (bit >>> 5)]! |= 1 << (bit & 31);
  }
}

/** Of 64 bits, in two halves. */
export type Bits = readonly [low: number, high: number];

/** Two bits of 64 for each word: a text whose bits lack one of a word's two does not hold the word. */
export function bitsOf(words: Iterable<number>): Bits {
  let low = 0;
  let high = 0;
  for (const word of words) {
    const mixed = Math.imul(word, 0x9e3779b1);
    for (const bit of [mixed >>> 26, (mixed >>> 20) & 63]) {
      if (bit < 32) low |= 1 << bit;
      else high |= 1 << bit;
    }
  }
  return [low, high];
}
