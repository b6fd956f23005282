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
