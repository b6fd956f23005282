import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK, SCORE_STEPS } from '../graph/half-edges';
import type { Entry } from './entry';

/** A candidate that waits behind a full list. */
export interface Waiting {
  given: Entry;
  deficit: number;
}

/**
 * The lists of what can be given for each item: its best candidates as edges of the graph, and behind a full list as
 * many again that wait for a place, so that a list is filled up from what is known and searched anew only once that is
 * used up. A list is always exactly the best of all candidates, whatever happened before. Named items are never cut.
 */
export class CandidateLists {
  readonly #graph: BarterGraph;
  readonly #entryOfNode: readonly (Entry | undefined)[];
  readonly #perWant: number;
  readonly #refill: (receiving: Entry) => void;

  /** @param refill Searches all candidates of an item and hands them to {@link fill}. */
  constructor(
    graph: BarterGraph,
    entryOfNode: readonly (Entry | undefined)[],
    perWant: number,
    refill: (receiving: Entry) => void,
  ) {
    this.#graph = graph;
    this.#entryOfNode = entryOfNode;
    this.#perWant = perWant;
    this.#refill = refill;
  }

  /** Makes the list from all candidates and their scores. */
  fill(receiving: Entry, candidates: ReadonlyMap<Entry, number>): void {
    const capacity = this.#capacity(receiving);
    const listed = new Map<Entry, number>();
    let unnamed: Waiting[] = [];
    for (const [given, score] of candidates) {
      const deficit = SCORE_STEPS - Math.round(score * SCORE_STEPS);
      if (receiving.named.has(given.item.id)) listed.set(given, deficit);
      else unnamed.push({ given, deficit });
    }
    if (unnamed.length > capacity) unnamed = unnamed.sort((a, b) => this.#compare(a, b));
    for (const { given, deficit } of unnamed.slice(0, capacity)) listed.set(given, deficit);
    receiving.waiting = unnamed.slice(capacity, capacity * 2);
    receiving.knowsAll = unnamed.length <= capacity * 2;
    for (const given of this.#listed(receiving)) if (!listed.has(given)) this.#unlink(given, receiving);
    for (const [given, deficit] of listed) this.#graph.setEdgeDeficit(given.node, receiving.node, deficit);
    this.#markCut(receiving);
  }

  /** Gives a new candidate its place. */
  enter(given: Entry, receiving: Entry, score: number): void {
    const deficit = SCORE_STEPS - Math.round(score * SCORE_STEPS);
    if (receiving.named.has(given.item.id) || this.#graph.incoming.count[receiving.node]! < this.#capacity(receiving)) {
      this.#graph.setEdgeDeficit(given.node, receiving.node, deficit);
      return;
    }
    const last = this.#lastUnnamedBeyond(receiving, this.#capacity(receiving) - 1);
    if (!last) {
      this.#graph.setEdgeDeficit(given.node, receiving.node, deficit);
      return;
    }
    if (receiving.waiting.length === 0 && !receiving.knowsAll) {
      this.#refill(receiving);
      return;
    }
    const candidate = { given, deficit };
    if (this.#compare(candidate, last) < 0) {
      this.#unlink(last.given, receiving);
      this.#graph.setEdgeDeficit(given.node, receiving.node, deficit);
      this.#wait(receiving, last);
    } else this.#wait(receiving, candidate);
    this.#markCut(receiving);
  }

  /** Fills up a list that has lost one of its own. */
  fillUp(receiving: Entry): void {
    const capacity = this.#capacity(receiving);
    while (!this.#lastUnnamedBeyond(receiving, capacity - 1)) {
      const next = receiving.waiting.shift();
      if (!next) {
        if (!receiving.knowsAll) this.#refill(receiving);
        break;
      }
      if (next.given.isLive) this.#graph.setEdgeDeficit(next.given.node, receiving.node, next.deficit);
    }
    this.#markCut(receiving);
  }

  /** Whether candidates are known or feared to be missing from the list. */
  isCut(receiving: Entry): boolean {
    return !receiving.knowsAll || receiving.waiting.length > 0;
  }

  /** Puts a candidate among those that wait; beyond the last of them nobody is known unless all are. */
  #wait(receiving: Entry, candidate: Waiting): void {
    const { waiting } = receiving;
    let at = 0;
    for (let end = waiting.length; at < end; ) {
      const middle = (at + end) >>> 1;
      if (this.#compare(candidate, waiting[middle]!) < 0) end = middle;
      else at = middle + 1;
    }
    if (at === waiting.length && !receiving.knowsAll) return;
    waiting.splice(at, 0, candidate);
    if (waiting.length <= this.#capacity(receiving)) return;
    waiting.pop();
    receiving.knowsAll = false;
  }

  #markCut(receiving: Entry): void {
    const last = this.isCut(receiving) ? this.#lastUnnamedBeyond(receiving, 0) : undefined;
    this.#graph.setCut(receiving.node, last ? last.deficit : -1);
  }

  /** The last listed candidate that no want names, if more than `skip` of them are listed. */
  #lastUnnamedBeyond(receiving: Entry, skip: number): Waiting | undefined {
    const { incoming } = this.#graph;
    const start = incoming.start[receiving.node]!;
    const count = incoming.count[receiving.node]!;
    if (count <= skip) return undefined;
    if (receiving.named.size === 0) return this.#waitingOf(incoming.words[start + count - 1]!);
    const unnamed = Array.from(incoming.words.subarray(start, start + count), (word) => this.#waitingOf(word)).filter(
      ({ given }) => !receiving.named.has(given.item.id),
    );
    return unnamed.length > skip ? unnamed.at(-1) : undefined;
  }

  #waitingOf(word: number): Waiting {
    return { given: this.#entryOfNode[word & NODE_MASK]!, deficit: word >>> NODE_BITS };
  }

  #listed(receiving: Entry): Entry[] {
    const { incoming } = this.#graph;
    const start = incoming.start[receiving.node]!;
    const words = incoming.words.subarray(start, start + incoming.count[receiving.node]!);
    return Array.from(words, (word) => this.#entryOfNode[word & NODE_MASK]!);
  }

  #unlink(given: Entry, receiving: Entry): void {
    this.#graph.setEdgeDeficit(given.node, receiving.node, -1);
  }

  #capacity(receiving: Entry): number {
    return receiving.wants.length === 0 ? 0 : this.#perWant * receiving.wants.length;
  }

  /** The order of the graph's own lists, which holds for candidates that have left the graph, too. */
  #compare(a: Waiting, b: Waiting): number {
    if (a.deficit !== b.deficit) return a.deficit - b.deficit;
    const left = a.given;
    const right = b.given;
    if (left.tie !== right.tie) return left.tie - right.tie;
    return left.item.id < right.item.id ? -1 : left.item.id > right.item.id ? 1 : 0;
  }
}
