/** Seeded randomness: the same seed draws the same numbers on every machine. */

/**
 * The mulberry32 generator: 32 bits of state, fast, good enough for workloads and for nothing secret.
 *
 * @returns A function that draws uniformly from [0, 1).
 */
export function mulberry32(seed: number): () => number {
  const random = new Mulberry32(seed);
  return () => random.next();
}

/** Mixes integers into one seed, so that neighbouring numbers start unrelated streams. */
function mixSeed(parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash >>> 0;
}

/** Draws from a stream in the shapes a generator needs. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  int(below: number): number;
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A uniform element. @throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T;
  /** Standard normal (Box and Muller, one of the pair). */
  normal(): number;
  /** Reorders the list in place (Fisher and Yates) and returns it. */
  shuffle<T>(list: T[]): T[];
}

/** A stream of its own for these seed parts. */
export function createRandom(...seed: number[]): Random {
  return new Mulberry32(mixSeed(seed));
}

/** A class and not closures: a generated item draws from two streams of its own, and a market has millions of items. */
class Mulberry32 implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('pick needs a list that is not empty');
    return list[this.int(list.length)]!;
  }

  normal(): number {
    // 1 - next() is never 0, whose logarithm would be infinite.
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const other = list[j]!;
      list[j] = list[i]!;
      list[i] = other;
    }
    return list;
  }
}

/**
 * A sampler of places 0..size-1 in which place r comes up in proportion to 1 / (r + 1)^exponent. The table is made
 * once; a draw is one binary search in it.
 */
export function zipfSampler(size: number, exponent = 1): (random: Random) => number {
  if (!(size >= 1)) throw new RangeError('zipfSampler needs a size of at least 1');
  const cumulative = new Float64Array(size);
  let sum = 0;
  for (let r = 0; r < size; r++) {
    sum += 1 / (r + 1) ** exponent;
    cumulative[r] = sum;
  }
  return (random) => {
    const target = random.next() * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
