import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK, packHalfEdge, SCORE_STEPS } from '../graph/half-edges';

/** Candidates beyond the limit, at least, that are kept until the worst are let go. */
const LEAST_SLACK = 24;

/**
 * Collects the best of the candidates that are offered, in the order of the graph's lists: by deficit, then by the hash
 * of the id, then by the id. A candidate is two words, so that a native sort of 64-bit integers does the work.
 */
export class BestCandidates {
  /** Whether any candidate was turned away or dropped. */
  isCut = false;

  readonly #graph: BarterGraph;
  #words = new Uint32Array(512);
  #count = 0;
  #limit = Infinity;
  #slack = LEAST_SLACK;
  #mayRepeat = false;
  /** Candidates by deficit up to {@link most}, and how many they are; unused where they may repeat. */
  readonly #counts = new Uint32Array(SCORE_STEPS + 1);
  #within = 0;
  #most = SCORE_STEPS;
  /** Once it is full: the last one that still counts. */
  #isFull = false;
  #worstHigh = 0;
  #worstLow = 0;

  constructor(graph: BarterGraph) {
    this.#graph = graph;
  }

  /** @param mayRepeat The same item may be offered more than once, of which the least deficit counts. */
  begin(limit: number, mayRepeat: boolean): void {
    this.isCut = false;
    this.#count = 0;
    this.#limit = limit;
    this.#slack = Math.max(LEAST_SLACK, limit >> 1);
    this.#mayRepeat = mayRepeat;
    this.#isFull = false;
    this.#counts.fill(0);
    this.#within = 0;
    this.#most = SCORE_STEPS;
  }

  /** Greatest deficit that could be among the best. */
  get most(): number {
    return this.#most;
  }

  /** Whether a candidate with this deficit could be among the best. */
  admits(deficit: number): boolean {
    return deficit <= this.#most;
  }

  /** Whether this item could be among the best with this deficit. */
  admitsItem(deficit: number, node: number): boolean {
    if (deficit !== this.#most) return deficit < this.#most;
    if (!this.#isFull || this.#worstHigh >>> NODE_BITS !== deficit) return true;
    const tie = this.#graph.tieOfNode[node]!;
    const high = ((deficit << NODE_BITS) | (tie >>> 10)) >>> 0;
    if (high !== this.#worstHigh) return high < this.#worstHigh;
    return (tie << 22) >>> 0 <= (this.#worstLow & ~NODE_MASK) >>> 0;
  }

  add(node: number, deficit: number): void {
    if (!this.admitsItem(deficit, node)) {
      this.isCut = true;
      return;
    }
    const tie = this.#graph.tieOfNode[node]!;
    if (this.#count * 2 === this.#words.length) {
      const bigger = new Uint32Array(this.#words.length * 2);
      bigger.set(this.#words);
      this.#words = bigger;
    }
    this.#words[this.#count * 2] = ((tie << 22) | node) >>> 0;
    this.#words[this.#count * 2 + 1] = ((deficit << NODE_BITS) | (tie >>> 10)) >>> 0;
    this.#count++;
    if (!this.#mayRepeat) this.#tally(deficit);
    if (this.#count >= this.#limit + this.#slack) this.#settle();
  }

  /** Notes a candidate, and that what is worse than enough others does not count. */
  #tally(deficit: number): void {
    const counts = this.#counts;
    counts[deficit]!++;
    this.#within++;
    while (this.#within - counts[this.#most]! >= this.#limit) this.#within -= counts[this.#most--]!;
  }

  /** The best as half-edges, best first. */
  take(): Uint32Array {
    this.#settle();
    const words = this.#words;
    const best = new Uint32Array(this.#count);
    for (let i = 0; i < best.length; i++) {
      best[i] = packHalfEdge(words[i * 2 + 1]! >>> NODE_BITS, words[i * 2]! & NODE_MASK);
    }
    return best;
  }

  /** Sorts what there is, and lets go of repeats and of what is beyond the limit. */
  #settle(): void {
    const words = this.#words;
    new BigUint64Array(words.buffer, 0, this.#count).sort();
    this.#sortTies();
    const seen = this.#mayRepeat ? new Set<number>() : undefined;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const low = words[i * 2]!;
      const high = words[i * 2 + 1]!;
      const node = low & NODE_MASK;
      if (seen?.has(node)) continue;
      if (kept === this.#limit) {
        this.isCut = true;
        break;
      }
      seen?.add(node);
      words[kept * 2] = low;
      words[kept * 2 + 1] = high;
      kept++;
    }
    this.#count = kept;
    this.#isFull = kept === this.#limit;
    if (!this.#isFull) return;
    this.#worstLow = words[kept * 2 - 2]!;
    this.#worstHigh = words[kept * 2 - 1]!;
    this.#most = this.#worstHigh >>> NODE_BITS;
    if (this.#mayRepeat) return;
    this.#counts[this.#most]! -= this.#within - kept;
    this.#within = kept;
  }

  /** Where two hashes are the same the ids decide; the sort left such items in the order of their nodes. */
  #sortTies(): void {
    const words = this.#words;
    for (let i = 1; i < this.#count; i++) {
      for (let j = i; j > 0 && this.#isTie(j) && this.#isBefore(j); j--) {
        const low = words[j * 2]!;
        words[j * 2] = words[j * 2 - 2]!;
        words[j * 2 - 2] = low;
      }
    }
  }

  #isTie(i: number): boolean {
    const words = this.#words;
    if (words[i * 2 + 1] !== words[i * 2 - 1]) return false;
    return words[i * 2]! >>> NODE_BITS === words[i * 2 - 2]! >>> NODE_BITS;
  }

  /** Whether candidate i belongs before the one in front of it. */
  #isBefore(i: number): boolean {
    const mine = this.#words[i * 2]! & NODE_MASK;
    const other = this.#words[i * 2 - 2]! & NODE_MASK;
    return mine !== other && this.#graph.isNodeBefore(mine, other);
  }
}
