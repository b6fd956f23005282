import type { BarterGraph } from '../graph/barter-graph';
import { packHalfEdge, SCORE_STEPS } from '../graph/half-edges';
import type { ItemId } from '../types';
import { grown } from '../util/grown';
import { BestCandidates } from './best-candidates';
import type { CandidateIndex, CandidateVisitor } from './candidate-index';
import { CandidateLists } from './candidate-lists';
import { deficitFor } from './edge-score';
import type { ItemTable } from './item-table';
import { OpenCandidates } from './open-candidates';
import type { Pairs } from './pairs';
import { deficitOfRank, KNOWS_NONE, rankOf, type WantTable } from './want-table';

/** Finds the edges of items: what can be given for one, and in whose lists it takes a place itself. */
export class Linker {
  /** Good for the categories there are now. */
  index!: CandidateIndex;
  readonly lists: CandidateLists;
  readonly open: OpenCandidates;
  /** 1 where the edges of a node have been found. */
  isLinked = new Uint8Array(0);

  readonly #graph: BarterGraph;
  readonly #items: ItemTable;
  readonly #wants: WantTable;
  readonly #pairs: Pairs;
  readonly #best: BestCandidates;
  /** Items that might take another, gathered before any is looked at. */
  #close = new Int32Array(1024);

  constructor(
    graph: BarterGraph,
    items: ItemTable,
    wants: WantTable,
    pairs: Pairs,
    { candidatesPerWant, openCandidates }: { candidatesPerWant: number; openCandidates: number },
  ) {
    this.#graph = graph;
    this.#items = items;
    this.#wants = wants;
    this.#pairs = pairs;
    this.#best = new BestCandidates(graph);
    this.lists = new CandidateLists(
      graph,
      items,
      wants,
      candidatesPerWant,
      (receiving) => this.linkIncoming(receiving),
      (given, receiving, deficit) => pairs.deficit(given, receiving) === deficit,
    );
    this.open = new OpenCandidates(graph, items, openCandidates, (given, taker) => pairs.canMeet(given, taker));
  }

  /** Makes room for a node that has no edges yet. */
  expect(node: number): void {
    if (node >= this.isLinked.length) this.isLinked = grown(this.isLinked, this.#graph.nodeCapacity);
    this.isLinked[node] = 0;
  }

  /** Finds what can be given for this item. */
  linkIncoming(receiving: number): void {
    const best = this.#best;
    const wants = this.#wants;
    const pairs = this.#pairs;
    const names = wants.namedBy(receiving);
    let want = wants.first(receiving);
    // One want that says a category finds each item once.
    best.begin(this.lists.wantedFor(receiving), wants.countOf(receiving) !== 1 || wants.category(want) < 0);
    let bound = 0;
    const visitor: CandidateVisitor = {
      get most() {
        return best.most;
      },
      isOpenTo(leastDeficit) {
        if (best.admits(Math.max(leastDeficit, bound))) return true;
        best.isCut = true;
        return false;
      },
      visit: (given, leastDeficit, isExact) => {
        if (!best.admitsItem(Math.max(leastDeficit, bound), given)) {
          best.isCut = true;
          return;
        }
        const deficit = isExact ? leastDeficit : pairs.scorer.deficitOf(given, want, best.most);
        if (deficit < 0) best.isCut ||= best.most < SCORE_STEPS;
        if (deficit < 0 || names?.has(this.#items.idOf(given))) return;
        if (pairs.canMeet(given, receiving)) best.add(given, deficit);
      },
    };
    for (; want >= 0; want = wants.next(want)) {
      if (wants.named.has(want)) continue;
      bound = deficitFor(pairs.scorer.boundOf(want));
      this.index.forEachItem(want, visitor);
    }
    const named = names ? this.namedCandidates(receiving, names) : [];
    const unnamed = best.take();
    this.lists.fill(receiving, unnamed, !best.isCut, named);
    if (!this.#items.isOpen(receiving) || pairs.scorer.scoreOpen() < 0) return;
    for (const given of this.open.refill(receiving, this.index)) {
      const score = Math.max(pairs.score(given, receiving), pairs.scorer.scoreOpen());
      this.#graph.setEdgeDeficit(given, receiving, deficitFor(score));
    }
  }

  /** The named items that can be given for this one, by whichever want is best; as half-edges. */
  namedCandidates(receiving: number, names: ReadonlySet<ItemId>): number[] {
    const named: number[] = [];
    for (const id of names) {
      if (!this.#graph.hasItem(id)) continue;
      const given = this.#graph.nodeOf(id);
      const deficit = this.#pairs.deficit(given, receiving);
      if (deficit >= 0) named.push(packHalfEdge(deficit, given));
    }
    return named;
  }

  /** Finds whose wants this item answers, and takes its place in their lists. */
  linkOutgoing(given: number): void {
    const answered = new Map<number, number>();
    const tie = this.#graph.tieOfNode[given]!;
    const offer = (receiving: number, lastRank: number) => {
      if (this.isLinked[receiving] === 0 || answered.has(receiving)) return;
      const deficit = this.#pairs.deficit(given, receiving, deficitOfRank(lastRank));
      if (deficit >= 0 && rankOf(deficit, tie) <= lastRank) answered.set(receiving, deficit);
    };
    for (const receiving of this.receiversNear(given)) offer(receiving, this.#wants.knownTo(receiving));
    for (const want of this.index.wantsNaming(this.#items.idOf(given))) offer(this.#wants.item(want), KNOWS_NONE);
    for (const receiving of [...answered.keys()].filter((node) => this.#items.isOpen(node))) {
      // Who has both wants and an open mind has two lists in one: those are made anew.
      answered.delete(receiving);
      this.linkIncoming(receiving);
    }
    for (const { taker, dropped } of this.open.offer(given)) {
      if (this.#wants.countOf(taker) > 0) {
        this.linkIncoming(taker);
        continue;
      }
      if (dropped !== undefined) this.#graph.setEdgeDeficit(dropped, taker, -1);
      this.#graph.setEdgeDeficit(given, taker, deficitFor(this.#pairs.scorer.scoreOpen()));
    }
    this.lists.enterAll(given, answered);
  }

  /** Items that this one might be given for, as far as it is good enough to be known to them; some come twice. */
  receiversNear(given: number): Int32Array {
    const near = this.index.receiversOf(given);
    if (this.#close.length < near.count) this.#close = grown(this.#close, near.count * 2);
    const tie = this.#graph.tieOfNode[given]!;
    let count = 0;
    for (let i = 0; i < near.count; i++) {
      const receiving = near.nodes[i]!;
      if (rankOf(near.leastDeficits[i]!, tie) <= this.#wants.knownTo(receiving)) this.#close[count++] = receiving;
    }
    this.#wants.touch(this.#close, count, this.#graph);
    return this.#close.subarray(0, count);
  }
}
