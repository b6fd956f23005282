/** Of 64 bits, in two halves. */
export type Bits = readonly [low: number, high: number];

/**
 * Two bits of 64 for each word: a text whose bits lack one of a word's two does not hold the word (superimposed coding, as
 * in Bloom filters).
 */
export function bitsOf(words: Iterable<number>): Bits {
  const bits = [0, 0] as [number, number];
  for (const word of words) {
    const mixed = mix(word);
    for (const bit of [mixed >>> 26, (mixed >>> 20) & 63]) bits[bit >>> 5]! |= 1 << (bit & 31);
  }
  return bits;
}

/** Whether the bits at this place, low half first, are those of a text that may hold the word. */
export function mayHold(bits: Int32Array, at: number, word: number): boolean {
  const mixed = mix(word);
  const first = mixed >>> 26;
  const second = (mixed >>> 20) & 63;
  return ((bits[at + (first >>> 5)]! >>> (first & 31)) & (bits[at + (second >>> 5)]! >>> (second & 31)) & 1) === 1;
}

function mix(word: number): number {
  return Math.imul(word, 0x9e3779b1);
}
