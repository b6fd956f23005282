import { SCORE_STEPS } from '../graph/half-edges';
import type { FoundCycle } from './cycle';

/** The cycle under the search's cursor: `length` nodes from the root on, and the deficit sum before each of them. */
export interface CyclePath {
  readonly nodes: Int32Array;
  /** `sums[k]` is the deficit of the first k edges. */
  readonly sums: Int32Array;
}

/**
 * Where found cycles go, and what still is of interest: `limits[l]` is the greatest deficit sum that a cycle of l
 * edges may have (-1: none of this length), never falling with l. The search prunes by it and by nothing else.
 */
export interface Collector {
  readonly limits: Int32Array;
  /** Takes a cycle within the limits; true ends the search. */
  add(path: CyclePath, length: number, deficit: number): boolean;
}

/** Lengths of interest, and how far below 1 a mean score may be, in thousandths (fractions allowed). */
export interface Bounds {
  minLength: number;
  maxLength: number;
  maxMeanDeficit: number;
}

/** mean ≥ t over l edges ⇔ sum of deficits ≤ l · 1000 · (1 − t): one comparison of integers per length. */
function limitsOf({ minLength, maxLength, maxMeanDeficit }: Bounds): Int32Array {
  const limits = new Int32Array(maxLength + 1).fill(-1);
  for (let l = minLength; l <= maxLength; l++) {
    limits[l] = Math.min(l * SCORE_STEPS, Math.floor(l * maxMeanDeficit + 1e-6)); // 1e-6: 1000 · (1 − 2/3) is not 333.3…
  }
  return limits;
}

/** Hands every cycle on and keeps none. */
export class Visitor implements Collector {
  readonly limits: Int32Array;
  readonly #visit: (found: FoundCycle) => boolean;

  constructor(bounds: Bounds, visit: (found: FoundCycle) => boolean) {
    this.limits = limitsOf(bounds);
    this.#visit = visit;
  }

  add(path: CyclePath, length: number, deficit: number): boolean {
    return this.#visit(snapshot(path, length, deficit));
  }
}

/** Keeps the `size` best by mean score and tightens the limits to what would still get in. Of equals, the first stays. */
export class BestCycles implements Collector {
  readonly limits: Int32Array;
  readonly found: FoundCycle[] = [];
  readonly #size: number;

  /** `floor`: the worst of a full list known from an earlier stage; nothing below it is of interest. */
  constructor(bounds: Bounds, size: number, floor: FoundCycle | undefined) {
    this.#size = size;
    this.limits = limitsOf(bounds);
    if (floor) this.#tighten((l) => Math.floor((l * floor.deficit) / floor.nodes.length));
  }

  get isFull(): boolean {
    return this.found.length === this.#size;
  }

  add(path: CyclePath, length: number, deficit: number): boolean {
    const { found } = this;
    if (this.isFull) found.pop();
    let at = found.length;
    while (at > 0 && found[at - 1]!.deficit * length > deficit * found[at - 1]!.nodes.length) at--;
    found.splice(at, 0, snapshot(path, length, deficit));
    if (this.isFull) {
      const worst = found[found.length - 1]!;
      this.#tighten((l) => Math.ceil((l * worst.deficit) / worst.nodes.length) - 1);
    }
    return false;
  }

  #tighten(limitOf: (length: number) => number): void {
    for (let l = 0; l < this.limits.length; l++) this.limits[l] = Math.max(-1, Math.min(this.limits[l]!, limitOf(l)));
  }
}

function snapshot(path: CyclePath, length: number, deficit: number): FoundCycle {
  const nodes: number[] = new Array(length);
  const edgeDeficits: number[] = new Array(length);
  for (let k = 0; k < length; k++) {
    nodes[k] = path.nodes[k]!;
    edgeDeficits[k] = (k + 1 < length ? path.sums[k + 1]! : deficit) - path.sums[k]!;
  }
  return { nodes, edgeDeficits, deficit };
}
