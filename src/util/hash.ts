/**
 * Two small integer hashes for ordering and for comparing states; neither is meant to withstand an adversary.
 * Mixing steps as in MurmurHash3 (Austin Appleby, public domain).
 */

/** 32-bit hash of a string's code units. */
export function hashText(text: string, seed = 0): number {
  let h = seed ^ text.length;
  for (let i = 0; i < text.length; i++) h = scramble(h, text.charCodeAt(i));
  return finish(h);
}

/** 32-bit hash of a few integers, order counts. */
export function hashInts(seed: number, a: number, b: number, c: number): number {
  return finish(scramble(scramble(scramble(seed, a), b), c));
}

function scramble(h: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  h ^= Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

function finish(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
