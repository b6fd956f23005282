import { SCORE_STEPS } from '../graph/half-edges';
import type { FoundCycle } from './cycle';

/** The longest cycle a search may look for. */
export const LONGEST_CYCLE = 16;

/** The cycle under the search's cursor: `length` nodes from the root on, and the deficit sum before each of them. */
export interface CyclePath {
  readonly nodes: Int32Array;
  /** `sums[k]` is the deficit of the first k edges. */
  readonly sums: Int32Array;
}

/** Lengths of interest, and how far below 1 a mean score may be, in thousandths (fractions allowed). */
export interface Bounds {
  minLength: number;
  maxLength: number;
  maxMeanDeficit: number;
}

/**
 * Where found cycles go, and what still is of interest: `limits[l]` is the greatest deficit sum that a cycle of l
 * edges may have (-1: none of this length), never falling with l up to `maxLength`, the last length of interest. The
 * search prunes by it and by nothing else.
 */
export interface Collector {
  readonly minLength: number;
  readonly maxLength: number;
  readonly limits: Int32Array;
  /** Takes a cycle within the limits; true ends the search. */
  add(path: CyclePath, length: number, deficit: number): boolean;
}

/** mean ≥ t over l edges ⇔ sum of deficits ≤ l · 1000 · (1 − t): one comparison of integers per length. */
function setLimits(limits: Int32Array, { minLength, maxLength, maxMeanDeficit }: Bounds): void {
  for (let l = 0; l < minLength; l++) limits[l] = -1;
  for (let l = minLength; l <= maxLength; l++) {
    limits[l] = Math.min(l * SCORE_STEPS, Math.floor(l * maxMeanDeficit + 1e-6)); // 1e-6: 1000 · (1 − 2/3) is not 333.3…
  }
}

/** Hands every cycle on and keeps none. */
export class Visitor implements Collector {
  readonly minLength: number;
  readonly maxLength: number;
  readonly limits: Int32Array;
  readonly #visit: (found: FoundCycle) => boolean;

  constructor(bounds: Bounds, visit: (found: FoundCycle) => boolean) {
    this.minLength = bounds.minLength;
    this.maxLength = bounds.maxLength;
    this.limits = new Int32Array(bounds.maxLength + 1);
    setLimits(this.limits, bounds);
    this.#visit = visit;
  }

  add(path: CyclePath, length: number, deficit: number): boolean {
    return this.#visit(snapshot(path, length, deficit));
  }
}

/**
 * Keeps the `size` best by mean score and tightens the limits to what would still get in. Of equals, the first stays.
 *
 * A search goes through stages. What the list holds is kept from one to the next, but for the cycles that the next will
 * find again; these leave their worst score behind, as a floor below which nothing is of interest.
 */
export class BestCycles implements Collector {
  minLength = 0;
  maxLength = 0;
  readonly limits = new Int32Array(LONGEST_CYCLE + 1);
  found: FoundCycle[] = [];
  /** What is to be found again. */
  #before: FoundCycle[] = [];
  #size = 0;

  /** Forgets all, for another search. */
  empty(size: number): void {
    this.#size = size;
    this.found = [];
    this.#before = [];
  }

  get isFull(): boolean {
    return this.found.length === this.#size;
  }

  /** What is worse than this cannot get in. */
  get worstMeanDeficit(): number {
    const worst = this.found[this.#size - 1];
    return worst ? worst.deficit / worst.nodes.length : Infinity;
  }

  /** Sets out for all cycles within these bounds. */
  begin(bounds: Bounds): void {
    this.minLength = bounds.minLength;
    this.maxLength = bounds.maxLength;
    setLimits(this.limits, bounds);
    this.#before = this.found;
    if (this.found.length === 0) return;
    const worst = this.isFull ? this.found[this.#size - 1] : undefined;
    this.found = this.found.filter(({ nodes }) => nodes.length < bounds.minLength);
    if (this.isFull) this.#tighten(worst!, 1);
    else if (worst) this.#tighten(worst, 0);
  }

  /** The best known when a stage is broken off: those found in it, and those it had yet to find again. */
  bestOfBoth(): FoundCycle[] {
    const byPath = new Map([...this.#before, ...this.found].map((cycle) => [cycle.nodes.join(), cycle]));
    return [...byPath.values()]
      .sort((a, b) => a.deficit * b.nodes.length - b.deficit * a.nodes.length)
      .slice(0, this.#size);
  }

  add(path: CyclePath, length: number, deficit: number): boolean {
    const { found } = this;
    if (this.isFull) found.pop();
    let at = found.length;
    while (at > 0 && found[at - 1]!.deficit * length > deficit * found[at - 1]!.nodes.length) {
      found[at] = found[at - 1]!;
      at--;
    }
    found[at] = snapshot(path, length, deficit);
    if (this.isFull) this.#tighten(found[this.#size - 1]!, 1);
    return false;
  }

  /** Lets through what is better than `worst` by this much, in thousandths of a sum. */
  #tighten({ deficit, nodes }: FoundCycle, by: 0 | 1): void {
    const { limits, minLength, maxLength } = this;
    for (let l = minLength; l <= maxLength; l++) {
      const most = by === 0 ? Math.floor((l * deficit) / nodes.length) : Math.ceil((l * deficit) / nodes.length) - 1;
      if (most < limits[l]!) limits[l] = most;
    }
  }
}

function snapshot(path: CyclePath, length: number, deficit: number): FoundCycle {
  const nodes: number[] = new Array(length); // of this very size: a push reserves room for 17
  const edgeDeficits: number[] = new Array(length);
  for (let k = 0; k < length; k++) {
    nodes[k] = path.nodes[k]!;
    edgeDeficits[k] = (k + 1 < length ? path.sums[k + 1]! : deficit) - path.sums[k]!;
  }
  return { nodes, edgeDeficits, deficit };
}
