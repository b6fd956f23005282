import { type CycleSearchResult, type FindCyclesOptions, findCycles } from '../cycles/find-cycles';
import { BarterError } from '../errors';
import { BarterGraph } from '../graph/barter-graph';
import { NODE_MASK, SCORE_STEPS } from '../graph/half-edges';
import { Vocabulary } from '../text/vocabulary';
import type { Category, Item, ItemId, UserId } from '../types';
import { CandidateIndex } from './candidate-index';
import { CandidateLists } from './candidate-lists';
import { CategoryTree } from './category-tree';
import { defaultScoring, type EdgeExplanation, EdgeScorer, type ScoringOptions } from './edge-score';
import { type Entry, type EntryWant, releaseWords, setWants, toEntry } from './entry';
import { OpenCandidates } from './open-candidates';

export interface MarketOptions extends ScoringOptions {
  /**
   * Candidates kept per want (an item with three wants keeps three times as many, best first, whichever want they
   * answer); named items come on top and are never cut. A search that the cut could have mattered to says so.
   * @defaultValue 128
   */
  candidatesPerWant: number;
  /** Candidates of an item that is open to anything: the closest by value. @defaultValue 32 */
  openCandidates: number;
}

export const defaultMarketOptions: Readonly<MarketOptions> = Object.freeze({
  ...defaultScoring,
  candidatesPerWant: 128,
  openCandidates: 32,
});

/**
 * Items and wants as a graph that is always up to date: an edge `a → b` where a answers a want of b's owner. A change
 * of one item touches that item's edges only (and refills lists that it had its place in). Pure and synchronous; what
 * it answers depends on the items it holds, not on their history.
 */
export class Market {
  readonly graph = new BarterGraph();
  readonly options: MarketOptions;
  readonly #vocabulary = new Vocabulary();
  readonly #entries = new Map<ItemId, Entry>();
  readonly #entryOfNode: (Entry | undefined)[] = [];
  readonly #byOwner = new Map<UserId, Set<Entry>>();
  /** Added without their edges. */
  readonly #staged: Entry[] = [];
  readonly #blocked = new Map<UserId, ReadonlySet<UserId>>();
  #categories: CategoryTree;
  #scorer: EdgeScorer;
  #index: CandidateIndex;
  readonly #lists: CandidateLists;
  readonly #open: OpenCandidates;

  constructor(options: Partial<MarketOptions> = {}, categories: readonly Category[] = []) {
    this.options = { ...defaultMarketOptions, ...options };
    this.#categories = new CategoryTree(categories);
    this.#scorer = new EdgeScorer(this.options, this.#categories, this.#vocabulary);
    this.#index = new CandidateIndex(this.#categories, this.#scorer);
    this.#lists = new CandidateLists(this.graph, this.#entryOfNode, this.options.candidatesPerWant, (entry) =>
      this.#linkIncoming(entry),
    );
    this.#open = new OpenCandidates(this.graph, this.options.openCandidates, (given, taker) =>
      this.#canMeet(given, taker),
    );
  }

  /** Items in the graph. */
  get size(): number {
    return this.#entries.size;
  }

  get(id: ItemId): Item | undefined {
    return this.#entries.get(id)?.item;
  }

  ids(): IterableIterator<ItemId> {
    return this.#entries.keys();
  }

  itemsOf(owner: UserId): Item[] {
    return Array.from(this.#byOwner.get(owner) ?? [], ({ item }) => item);
  }

  /**
   * Whether the item could be put as it is.
   * @throws BarterError `unknown-category`; `self-want` where a want names an item of the same owner.
   */
  check(item: Item): void {
    this.#checkCategories(item);
    for (const { itemIds } of item.wants) {
      const own = itemIds?.find((id) => id === item.id || this.#entries.get(id)?.item.ownerId === item.ownerId);
      if (own !== undefined) {
        throw new BarterError(
          'self-want',
          `Item ${item.id} wants ${own}, which is the same owner's: want other people's items.`,
        );
      }
    }
  }

  /**
   * Adds an item or brings it up to its present state; an item that is not available leaves the graph.
   * @throws BarterError as {@link check}, and `graph-full`; nothing changes then.
   */
  put(item: Item): void {
    if (item.status !== 'available') {
      this.remove(item.id);
      return;
    }
    this.check(item);
    const known = this.#entries.get(item.id);
    if (known && isSameOffer(known.item, item)) {
      this.#replaceWants(known, item);
      return;
    }
    if (known) this.remove(item.id);
    const entry = this.#add(item);
    try {
      this.#linkIncoming(entry);
      this.#linkOutgoing(entry);
    } catch (error) {
      this.remove(item.id); // a criterion of the host's own failed: better without the item than with half its edges
      throw error;
    }
  }

  /**
   * Adds many items at once, in two steps: each is added here without its edges, then {@link linkStaged} finds the edges
   * of all. Half the work of {@link put} and the same graph. In between, items may be removed or staged again, and words weighed. A want
   * for an item of the same owner is let be: it never becomes an edge.
   * @throws BarterError `unknown-category`, `graph-full`; the item is left out then.
   */
  stage(item: Item): void {
    if (item.status !== 'available') return;
    this.#checkCategories(item);
    this.remove(item.id);
    this.#staged.push(this.#add(item));
  }

  /** Finds the edges of the staged items, one item at each step. */
  *linkStaged(): Generator<void> {
    for (const entry of this.#staged.splice(0)) {
      if (entry.isLive) this.#linkIncoming(entry);
      yield;
    }
  }

  /** False where it was not there. */
  remove(id: ItemId): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    const affected = new Set(this.#receivers(entry).filter((to) => this.#lists.isCut(to) && !to.named.has(id)));
    for (const taker of this.#open.takersOf(entry)) affected.add(taker);
    this.#unregister(entry);
    this.graph.removeItem(id);
    for (const receiver of affected) {
      if (receiver.item.openToAnything) this.#linkIncoming(receiver);
      else this.#lists.fillUp(receiver);
    }
    return true;
  }

  /** Replaces the category forest and links everything anew. @throws BarterError `invalid-category`; nothing changes then. */
  setCategories(categories: readonly Category[]): void {
    const tree = new CategoryTree(categories);
    for (const { item } of this.#entries.values()) {
      const used = [item.categoryId, ...item.wants.map(({ categoryId }) => categoryId)];
      const gone = used.find((id) => id !== undefined && !tree.has(id));
      if (gone !== undefined) {
        throw new BarterError(
          'invalid-category',
          `Category ${gone} is still used by item ${item.id}: move the item first.`,
        );
      }
    }
    const items = [...this.#entries.values()].map(({ item }) => item);
    for (const { id } of items) this.remove(id);
    this.#categories = tree;
    this.#scorer = new EdgeScorer(this.options, tree, this.#vocabulary);
    this.#index = new CandidateIndex(tree, this.#scorer);
    for (const item of items) this.stage(item);
    for (const _ of this.linkStaged());
  }

  hasCategory(id: string): boolean {
    return this.#categories.has(id);
  }

  /** No edge joins this person and those; a block by either side suffices. */
  setBlocked(userId: UserId, others: Iterable<UserId>): void {
    const before = this.#blocked.get(userId) ?? new Set();
    const after = new Set(others);
    if (after.size > 0) this.#blocked.set(userId, after);
    else this.#blocked.delete(userId);
    const changed = [...new Set([...before, ...after])].filter((other) => before.has(other) !== after.has(other));
    if (changed.length === 0) return;
    for (const owner of [userId, ...changed])
      for (const entry of this.#byOwner.get(owner) ?? []) this.#linkIncoming(entry);
  }

  isBlocked(a: UserId, b: UserId): boolean {
    return (this.#blocked.get(a)?.has(b) ?? false) || (this.#blocked.get(b)?.has(a) ?? false);
  }

  /**
   * Whether these people may be in one trade. The graph sees to it for neighbours, and for people it can tell apart: one
   * owner whose items name different groups is two to it.
   */
  #canMeetAll(people: readonly UserId[]): boolean {
    if (new Set(people).size < people.length) return false;
    return this.#blocked.size === 0 || !people.some((a, i) => people.slice(i + 1).some((b) => this.isBlocked(a, b)));
  }

  /** Weighs words anew by how common they are now, and scores the wants again that use words whose weight changed. */
  refreshWordWeights(): void {
    for (const _ of this.reweighWords());
  }

  /**
   * The same in steps, each of which names an item whose wants were scored again. The market may change in between; a
   * want whose turn has not come keeps the scores of the former weights until then.
   */
  *reweighWords(): Generator<ItemId> {
    const changed = new Set(this.#vocabulary.refreshWeights());
    if (changed.size === 0) return;
    const affected = [...this.#entries.values()].filter(({ wants }) =>
      wants.some(({ words }) => words.some((word) => changed.has(word))),
    );
    for (const entry of affected) {
      this.#index.removeWants(entry);
      this.#index.addWants(entry);
    }
    const staged = new Set(this.#staged);
    for (const entry of affected) {
      if (staged.has(entry) || !entry.isLive) continue;
      this.#linkIncoming(entry);
      yield entry.item.id;
    }
  }

  /**
   * The best cycles through an item, owners by their own ids, without those that hold an owner twice or two people of
   * whom one blocked the other. @throws BarterError `unknown-item`.
   */
  findCycles(id: ItemId, options: FindCyclesOptions & { limit: number }): CycleSearchResult {
    for (let limit = options.limit; ; limit *= 4) {
      const result = findCycles(this.graph, id, { ...options, limit });
      for (const cycle of result.cycles)
        cycle.owners = cycle.items.map((item) => this.#entries.get(item)!.item.ownerId);
      const cycles = result.cycles.filter(({ owners }) => this.#canMeetAll(owners));
      const isAll = result.cycles.length < limit;
      if (cycles.length >= options.limit || isAll) return { ...result, cycles: cycles.slice(0, options.limit) };
      if (limit > MOST_SEARCHED) return { ...result, cycles, exact: false, reason: 'budget' };
    }
  }

  /** The score of `from → to` from the items themselves, whatever lists were cut; undefined where there is no edge. */
  edgeScore(from: ItemId, to: ItemId): number | undefined {
    const given = this.#entries.get(from);
    const receiving = this.#entries.get(to);
    if (!given || !receiving) return undefined;
    const score = Math.max(this.#score(given, receiving), this.#openScore(given, receiving));
    return score < 0 ? undefined : score;
  }

  /** @throws BarterError `unknown-item`. */
  explain(from: ItemId, to: ItemId): EdgeExplanation {
    const given = this.#entry(from);
    const receiving = this.#entry(to);
    const explanation: EdgeExplanation = { from, to, criteria: [], obstacles: [] };
    if (this.#areApart(given, receiving)) {
      explanation.obstacles.push('The owners are one person, or one blocked the other.');
      return explanation;
    }
    const pairObstacle = this.#scorer.pairObstacle(given, receiving);
    if (pairObstacle) {
      explanation.obstacles.push(pairObstacle);
      return explanation;
    }
    let best = -1;
    for (const want of receiving.wants) {
      const answer = { obstacle: undefined as string | undefined, criteria: [] };
      const score = this.#scorer.scoreWant(given, want, answer);
      if (answer.obstacle !== undefined) explanation.obstacles.push(answer.obstacle);
      if (score > best) {
        best = score;
        explanation.want = want.want;
        explanation.criteria = answer.criteria;
      }
    }
    if (receiving.item.openToAnything && this.#scorer.scoreOpen() < 0) {
      explanation.obstacles.push(
        `For who is open to anything it scores less than the floor of ${this.options.edgeFloor}.`,
      );
    }
    if (this.#openScore(given, receiving) > best) {
      best = this.#openScore(given, receiving);
      delete explanation.want;
      explanation.criteria = [{ criterion: 'open', weight: 1, score: best, reason: 'The owner is open to anything.' }];
    }
    if (receiving.wants.length === 0 && !receiving.item.openToAnything) {
      explanation.obstacles.push('The item has no wants: it asks for nothing and receives nothing.');
    }
    if (best < 0) return explanation;
    explanation.score = best;
    explanation.obstacles = [];
    return explanation;
  }

  #entry(id: ItemId): Entry {
    const entry = this.#entries.get(id);
    if (!entry)
      throw new BarterError('unknown-item', `Item ${JSON.stringify(id)} is not in the market: submit it first.`);
    return entry;
  }

  #register(entry: Entry): void {
    this.#entries.set(entry.item.id, entry);
    this.#entryOfNode[entry.node] = entry;
    const own = this.#byOwner.get(entry.item.ownerId);
    if (own) own.add(entry);
    else this.#byOwner.set(entry.item.ownerId, new Set([entry]));
    this.#index.addItem(entry);
    this.#index.addWants(entry);
  }

  #unregister(entry: Entry): void {
    entry.isLive = false;
    this.#entries.delete(entry.item.id);
    this.#entryOfNode[entry.node] = undefined;
    const own = this.#byOwner.get(entry.item.ownerId)!;
    own.delete(entry);
    if (own.size === 0) this.#byOwner.delete(entry.item.ownerId);
    this.#open.remove(entry);
    this.#index.removeItem(entry);
    this.#index.removeWants(entry);
    releaseWords(entry, this.#vocabulary);
  }

  /** What the item is stays; what its owner would take changes, and with it only what can be given for it. */
  #replaceWants(entry: Entry, item: Item): void {
    this.#index.removeWants(entry);
    setWants(entry, item, this.#categories, this.#vocabulary);
    this.#index.addWants(entry);
    this.#open.remove(entry);
    this.#linkIncoming(entry);
  }

  #checkCategories({ categoryId, wants }: Item): void {
    for (const id of [categoryId, ...wants.map((want) => want.categoryId)]) {
      if (id !== undefined) this.#categories.numberOf(id);
    }
  }

  #add(item: Item): Entry {
    this.graph.addItem(item.id, personOf(item));
    const entry = toEntry(item, this.graph.nodeOf(item.id), this.#categories, this.#vocabulary);
    this.#register(entry);
    return entry;
  }

  /** Finds what can be given for this item. */
  #linkIncoming(receiving: Entry): void {
    const best = new Map<Entry, number>();
    for (const want of receiving.wants) {
      this.#index.forEachItem(want, (given) => {
        if (this.#areApart(given, receiving)) return;
        const score = this.#scorer.scoreWant(given, want);
        if (score > (best.get(given) ?? -1)) best.set(given, score);
      });
    }
    for (const given of best.keys()) if (this.#scorer.pairObstacle(given, receiving) !== undefined) best.delete(given);
    this.#lists.fill(receiving, best);
    if (!receiving.item.openToAnything || this.#scorer.scoreOpen() < 0) return;
    for (const given of this.#open.refill(receiving, this.#index)) {
      this.#setEdge(given, receiving, Math.max(best.get(given) ?? -1, this.#scorer.scoreOpen()));
    }
  }

  /** Finds whose wants this new item answers, and takes its place in their lists. */
  #linkOutgoing(given: Entry): void {
    const answered = new Map<Entry, number>();
    this.#index.forEachWant(given, (want: EntryWant) => {
      const receiving = want.entry;
      if (this.#areApart(given, receiving)) return;
      const score = this.#scorer.scoreWant(given, want);
      if (score > (answered.get(receiving) ?? -1)) answered.set(receiving, score);
    });
    for (const [receiving, score] of answered) {
      if (this.#scorer.pairObstacle(given, receiving) !== undefined) continue;
      // Who has both wants and an open mind has two lists in one: those are made anew.
      if (receiving.item.openToAnything) this.#linkIncoming(receiving);
      else this.#lists.enter(given, receiving, score);
    }
    for (const { taker, dropped } of this.#open.offer(given)) {
      if (taker.wants.length > 0) {
        this.#linkIncoming(taker);
        continue;
      }
      if (dropped) this.graph.setEdgeDeficit(dropped.node, taker.node, -1);
      this.#setEdge(given, taker, this.#scorer.scoreOpen());
    }
  }

  #setEdge(given: Entry, receiving: Entry, score: number): void {
    this.graph.setEdgeDeficit(given.node, receiving.node, SCORE_STEPS - Math.round(score * SCORE_STEPS));
  }

  #score(given: Entry, receiving: Entry): number {
    if (!this.#canMeet(given, receiving)) return -1;
    let best = -1;
    for (const want of receiving.wants) best = Math.max(best, this.#scorer.scoreWant(given, want));
    return best;
  }

  #openScore(given: Entry, receiving: Entry): number {
    return receiving.item.openToAnything && this.#canMeet(given, receiving) ? this.#scorer.scoreOpen() : -1;
  }

  #canMeet(given: Entry, receiving: Entry): boolean {
    return !this.#areApart(given, receiving) && this.#scorer.pairObstacle(given, receiving) === undefined;
  }

  /** One person, by account or group, or two of whom one blocked the other. */
  #areApart(given: Entry, receiving: Entry): boolean {
    const { ownerOfNode } = this.graph;
    if (ownerOfNode[given.node] === ownerOfNode[receiving.node]) return true;
    if (given.item.ownerId === receiving.item.ownerId) return true;
    return this.#blocked.size > 0 && this.isBlocked(given.item.ownerId, receiving.item.ownerId);
  }

  #receivers({ node }: Entry): Entry[] {
    const { outgoing } = this.graph;
    const start = outgoing.start[node]!;
    return Array.from(
      outgoing.words.subarray(start, start + outgoing.count[node]!),
      (word) => this.#entryOfNode[word & NODE_MASK]!,
    );
  }
}

/** Cycles looked at, at most, to find enough without a block among them. */
const MOST_SEARCHED = 1_000;

/** Two accounts of one group are one person to the graph. */
export function personOf({ ownerGroup, ownerId }: Item): string {
  return ownerGroup === undefined ? `user ${ownerId}` : `group ${ownerGroup}`;
}

/** Whether nothing changed that others look at: what an item is, as opposed to what its owner would take for it. */
function isSameOffer(a: Item, b: Item): boolean {
  return (
    a.ownerId === b.ownerId &&
    a.ownerGroup === b.ownerGroup &&
    a.title === b.title &&
    a.description === b.description &&
    a.categoryId === b.categoryId &&
    a.condition === b.condition &&
    a.estimatedValue === b.estimatedValue &&
    a.location?.latitude === b.location?.latitude &&
    a.location?.longitude === b.location?.longitude
  );
}
