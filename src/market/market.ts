import { completeRing } from '../cycles/complete-ring';
import { compareCycles, type FoundCycle, toCycle } from '../cycles/cycle';
import { type CycleSearchResult, type FindCyclesOptions, findCycles } from '../cycles/find-cycles';
import { BarterError } from '../errors';
import { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK, SCORE_STEPS } from '../graph/half-edges';
import { systemVersion } from '../runtime';
import { Vocabulary } from '../text/vocabulary';
import type { Category, Cycle, Item, ItemId, UserId } from '../types';
import { digest } from '../util/digest';
import { CandidateIndex, type CandidateVisitor } from './candidate-index';
import type { CandidateLists } from './candidate-lists';
import { CategoryTree } from './category-tree';
import { defaultScoring, deficitFor, type EdgeExplanation, EdgeScorer, type ScoringOptions } from './edge-score';
import { explainEdge } from './explain-edge';
import { DIGEST_WORDS, ItemTable } from './item-table';
import { Linker } from './linker';
import {
  eitherWay,
  type MarketSnapshot,
  placesIn,
  type RestoredList,
  RestoredLists,
  SNAPSHOT_FORMAT,
  savedLists,
} from './market-snapshot';
import type { OpenCandidates } from './open-candidates';
import { Pairs } from './pairs';
import { LONGEST_ID } from './schemas';
import { ShortCycles } from './short-cycles';
import { WantTable } from './want-table';

export interface MarketOptions extends ScoringOptions {
  /**
   * Candidates kept per want (an item with three wants keeps three times as many, best first, whichever want they
   * answer); named items come on top and are never cut. A search that the cut could have mattered to says so. `auto`
   * follows the size of the market as last counted (at start and by each sweep): 20 from a
   * million items on, with the root of the size more below that; up to some 22,000 items nothing is cut.
   * @defaultValue 'auto'
   */
  candidatesPerWant: number | 'auto';
  /** Candidates of an item that is open to anything: the closest by value. @defaultValue 32 */
  openCandidates: number;
}

/** How many items would answer. */
export interface AnswerCount {
  count: number;
  /** False where there may be more: the count stopped at the most that was asked for. */
  isComplete: boolean;
}

export const defaultMarketOptions: Readonly<MarketOptions> = Object.freeze({
  ...defaultScoring,
  candidatesPerWant: 'auto',
  openCandidates: 32,
});

/**
 * Items and wants as a graph that is always up to date: an edge `a → b` where a answers a want of b's owner. A change
 * of one item touches that item's edges only (and refills lists that it had its place in). Pure and synchronous; what
 * it answers depends on the items it holds, not on their history.
 */
export class Market {
  readonly graph: BarterGraph;
  readonly options: MarketOptions;
  readonly #vocabulary = new Vocabulary();
  readonly #items: ItemTable;
  readonly #wants = new WantTable();
  /** Added without their edges. */
  readonly #staged = new Set<number>();
  /** Of those: whose places in the lists of others have been restored. */
  readonly #placed = new Set<number>();
  /** To go on from, while the market is being loaded. */
  #snapshot: MarketSnapshot | undefined;
  #categories: CategoryTree;
  #index!: CandidateIndex;
  #shortCycles!: ShortCycles;
  readonly #pairs: Pairs;
  readonly #linker: Linker;
  readonly #lists: CandidateLists;
  readonly #open: OpenCandidates;

  constructor(options: Partial<MarketOptions> = {}, categories: readonly Category[] = []) {
    this.options = { ...defaultMarketOptions, ...options };
    this.graph = new BarterGraph();
    this.#items = new ItemTable(this.graph, (number) => this.#categories.idOf(number));
    this.#categories = new CategoryTree(categories);
    this.#pairs = new Pairs(this.graph, this.#items, this.#wants);
    this.#linker = new Linker(this.graph, this.#items, this.#wants, this.#pairs, {
      candidatesPerWant: this.#candidatesPerWant(),
      openCandidates: this.options.openCandidates,
    });
    this.#lists = this.#linker.lists;
    this.#open = this.#linker.open;
    this.#setUp();
  }

  /** Items in the graph. */
  get size(): number {
    return this.graph.order;
  }

  get(id: ItemId): Item | undefined {
    return this.graph.hasItem(id) ? this.#items.get(this.graph.nodeOf(id)) : undefined;
  }

  ids(): IterableIterator<ItemId> {
    return this.graph.items();
  }

  itemsOf(owner: UserId): Item[] {
    return this.#items.nodesOf(owner).map((node) => this.#items.get(node));
  }

  /** Bytes held in typed arrays, by what holds them; ids and directories come on top. */
  memory(): { graph: number; index: number; items: number } {
    const index = this.#index.byteLength + this.#items.byteLength + this.#wants.byteLength + this.#lists.byteLength;
    return { graph: this.graph.byteLength, index, items: this.#items.archiveBytes };
  }

  /**
   * Whether the item could be put as it is.
   * @throws BarterError `unknown-category`; `self-want` where a want names an item of the same owner.
   */
  check(item: Item): void {
    this.#checkCategories(item);
    for (const { itemIds } of item.wants) {
      const own = itemIds?.find((id) => id === item.id || this.#ownerOf(id) === item.ownerId);
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
    const known = this.graph.hasItem(item.id) ? this.graph.nodeOf(item.id) : -1;
    if (known >= 0 && this.#linker.isLinked[known] === 1 && isSameOffer(this.#items.get(known), item)) {
      this.#replaceWants(known, item);
      return;
    }
    if (known >= 0) this.remove(item.id);
    const node = this.#add(item, false);
    this.#linker.isLinked[node] = 1;
    try {
      this.#linker.linkIncoming(node);
      this.#linker.linkOutgoing(node);
    } catch (error) {
      this.remove(item.id); // a criterion of the host's own failed: better without the item than with half its edges
      throw error;
    }
  }

  /**
   * Adds many items at once, in two steps: each is added here without its edges, then {@link linkStaged} finds the edges
   * of all. Much less work than {@link put}, and the same graph. In between, items may be removed or staged again, and
   * words weighed. A want for an item of the same owner is let be: it never becomes an edge.
   * @throws BarterError `unknown-category`, `graph-full`; the item is left out then.
   */
  stage(item: Item): void {
    if (item.status !== 'available') return;
    this.#checkCategories(item);
    this.remove(item.id);
    if (this.#staged.size === 0) {
      this.#index.expectMany();
      this.#items.words.expectMany();
      this.#wants.words.expectMany();
    }
    this.#staged.add(this.#add(item, true));
  }

  /** Finds the edges of the staged items, one item at each step; no more may be staged until it is done. */
  *linkStaged(): Generator<void> {
    if (this.#staged.size < this.size) {
      // Those that were there before look at the new ones; the new ones look at all.
      for (const node of this.#staged) {
        if (this.#placed.has(node)) continue;
        this.#linker.linkOutgoing(node);
        yield;
      }
    }
    this.graph.beginBulk();
    const open: number[] = [];
    for (const node of this.#stagedByWant()) {
      if (!this.#staged.has(node)) continue; // removed meanwhile
      if (this.#items.isOpen(node)) open.push(node);
      else this.#linkStagedItem(node);
      yield;
    }
    this.graph.endBulk();
    for (const node of open) {
      if (!this.#staged.has(node)) continue;
      this.#linkStagedItem(node);
      yield;
    }
    this.graph.compact();
    this.#index.compact();
    this.#lists.compact();
    this.#items.words.compact();
    this.#wants.words.compact();
  }

  #linkStagedItem(node: number): void {
    this.#staged.delete(node);
    this.#placed.delete(node);
    this.#linker.isLinked[node] = 1;
    this.#linker.linkIncoming(node);
  }

  /** @internal All that takes long to find out, in steps, between which nothing may change. */
  *snapshot(): Generator<void, MarketSnapshot> {
    const nodes = this.#nodes().filter((node) => this.#linker.isLinked[node] === 1);
    const digests = yield* this.#digestsOf(nodes);
    return {
      settings: this.#settings(),
      perWant: this.#lists.perWant,
      weights: this.#vocabulary.counted,
      digests,
      ...savedLists(nodes, this.graph, this.#lists, (node) => this.#items.isOpen(node)),
    };
  }

  /**
   * @internal Goes on from a snapshot: takes over how long lists are and what words weigh, and keeps the rest for
   * {@link restoreLists}. On an empty market, before anything is staged. False where it was taken under other options,
   * with other categories or another version; nothing changes then.
   */
  restore(snapshot: MarketSnapshot): boolean {
    if (this.size > 0 || snapshot.settings !== this.#settings()) return false;
    this.#vocabulary.takeOver(snapshot.weights);
    this.#lists.perWant = snapshot.perWant;
    this.#snapshot = snapshot;
    return true;
  }

  /**
   * @internal Gives the staged items the lists that the snapshot has for them, as far as they and the items listed are
   * what they were; {@link linkStaged} finds the others. Nothing and false where there is no snapshot, or so much is new that
   * it is no less work to find everything: words are to be weighed anew then. In steps, between which nothing may change.
   */
  *restoreLists(): Generator<void, boolean> {
    const snapshot = this.#snapshot;
    this.#snapshot = undefined;
    if (!snapshot) return false;
    const staged = Int32Array.from(this.#staged);
    const places = placesIn(snapshot, yield* this.#digestsOf(staged));
    const nodes = new Int32Array(snapshot.listed.length).fill(-1);
    let known = 0;
    staged.forEach((node, i) => {
      if (places[i]! < 0) return;
      nodes[places[i]!] = node;
      known++;
    });
    if (this.size - known > Math.max(FEW_NEW, this.size * MOST_NEW)) return false;
    this.graph.beginBulk();
    const lists = new RestoredLists(snapshot, nodes, this.graph, (receiving) => this.#wants.namedBy(receiving));
    for (let place = 0; place < nodes.length; place++) {
      const node = nodes[place]!;
      const list = lists.next();
      if (node < 0) continue;
      this.#placed.add(node);
      yield;
      if (!list || this.#items.isOpen(node) || !this.#isStillSo(node, list)) continue;
      if (!this.#lists.fillAgain(node, list.unnamed, list.knowsAll, list.named)) continue;
      this.#placed.delete(node);
      this.#staged.delete(node);
      this.#linker.isLinked[node] = 1;
    }
    this.graph.endBulk();
    return true;
  }

  /** Whether the best and the worst of a list score as it says: what is wrong about one is wrong about many. */
  #isStillSo(receiving: number, { unnamed, named }: RestoredList): boolean {
    const ends = unnamed.length > 0 ? [unnamed[0]!, unnamed.at(-1)!] : [];
    return [...ends, ...named].every((word) => this.#pairs.deficit(word & NODE_MASK, receiving) === word >>> NODE_BITS);
  }

  /** What edges depend on besides items and blocks. */
  #settings(): string {
    const { weights, edgeFloor, cash, candidatesPerWant, openCandidates } = this.options;
    const options = JSON.stringify([weights, edgeFloor, cash, String(candidatesPerWant), openCandidates]);
    return digest(SNAPSHOT_FORMAT, systemVersion, options, JSON.stringify(this.#categories.list()));
  }

  /** Digests of these items and of their owners' blocks, one item at each step. */
  *#digestsOf(nodes: Int32Array): Generator<void, Uint32Array> {
    const digests = new Uint32Array(nodes.length * DIGEST_WORDS);
    const blocks = eitherWay(this.#pairs.blocked);
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      this.#items.writeDigest(node, blocks.get(this.#items.userOf(node)) ?? '', digests, i * DIGEST_WORDS);
      yield;
    }
    return digests;
  }

  #nodes(): Int32Array {
    return Int32Array.from(this.ids(), (id) => this.graph.nodeOf(id));
  }

  /**
   * The staged items by what they want: those that look through the same part of the index come one after the other, and
   * find it at hand. A million items are linked in a fraction of the time.
   */
  #stagedByWant(): Float64Array {
    const wants = this.#wants;
    const keys = new Map<number, number>();
    for (const node of this.#staged) {
      const want = wants.first(node);
      keys.set(node, want < 0 ? -1 : wants.category(want) * 2 ** 20 + Math.log2(wants.minValue(want) + 2));
    }
    return Float64Array.from(this.#staged).sort((a, b) => keys.get(a)! - keys.get(b)!);
  }

  /** False where it was not there. */
  remove(id: ItemId): boolean {
    if (!this.graph.hasItem(id)) return false;
    this.graph.endBulk();
    const node = this.graph.nodeOf(id);
    this.#staged.delete(node);
    this.#placed.delete(node);
    const listedBy = this.#receivers(node);
    const takers = listedBy.filter((receiving) => this.#open.has(receiving, node));
    const toFill = listedBy.filter(
      (receiving) => this.#lists.isCut(receiving) && !this.#wants.namedBy(receiving)?.has(id),
    );
    toFill.push(...this.#lists.leaveWaiting(node, this.#linker.receiversNear(node)));
    this.#unregister(node);
    this.graph.removeItem(id);
    for (const receiving of new Set([...toFill, ...takers])) {
      if (this.#items.isOpen(receiving)) this.#linker.linkIncoming(receiving);
      else this.#lists.fillUp(receiving);
    }
    return true;
  }

  /** Replaces the category forest and links everything anew. @throws BarterError `invalid-category`; nothing changes then. */
  setCategories(categories: readonly Category[]): void {
    const tree = new CategoryTree(categories);
    const items: Item[] = [];
    for (const id of this.ids()) {
      const item = this.get(id)!;
      const used = [item.categoryId, ...item.wants.map(({ categoryId }) => categoryId)];
      const gone = used.find((category) => category !== undefined && !tree.has(category));
      if (gone !== undefined) {
        throw new BarterError('invalid-category', `Category ${gone} is still used by item ${id}: move the item first.`);
      }
      items.push(item);
    }
    for (const { id } of items) this.remove(id);
    this.#categories = tree;
    this.#setUp();
    for (const item of items) this.stage(item);
    for (const _ of this.linkStaged());
  }

  hasCategory(id: string): boolean {
    return this.#categories.has(id);
  }

  /** No edge joins this person and those; a block by either side suffices. */
  setBlocked(userId: UserId, others: Iterable<UserId>): void {
    const changed = this.#pairs.setBlocked(userId, others);
    for (const owner of [userId, ...changed])
      for (const node of this.#items.nodesOf(owner))
        if (this.#linker.isLinked[node] === 1) this.#linker.linkIncoming(node);
  }

  isBlocked(a: UserId, b: UserId): boolean {
    return this.#pairs.isBlocked(a, b);
  }

  /** Weighs words anew by how common they are now, and scores the wants again that use words whose weight changed. */
  refreshWordWeights(): void {
    for (const _ of this.reweighWords());
  }

  /**
   * The same in steps, each of which names an item whose list may have changed. The market may change in between; a want
   * whose turn has not come keeps the scores of the former weights until then.
   */
  *reweighWords(): Generator<ItemId> {
    const changed = new Set(this.#vocabulary.refreshWeights());
    const affected = new Set<number>();
    const { words } = this.#wants;
    for (let want = 0; want < this.#wants.capacity; want++) {
      const start = words.start[want]!;
      for (let i = start; i < start + words.count[want]!; i++) {
        if (changed.has(words.words[i]!)) affected.add(this.#wants.item(want));
      }
    }
    const ids = Array.from(affected, (node) => this.#items.idOf(node));
    for (const id of ids) {
      if (!this.graph.hasItem(id)) continue;
      const node = this.graph.nodeOf(id);
      this.#index.removeWants(node);
      this.#index.addWants(node);
      if (this.#linker.isLinked[node] === 0) continue;
      this.#linker.linkIncoming(node);
      yield id;
    }
    const perWant = this.#candidatesPerWant();
    if (perWant === this.#lists.perWant) return;
    this.#lists.perWant = perWant;
    for (const id of [...this.ids()]) {
      const node = this.graph.hasItem(id) ? this.graph.nodeOf(id) : -1;
      if (node < 0 || this.#linker.isLinked[node] === 0 || this.#items.isOpen(node)) continue;
      this.#lists.resize(node);
      yield id;
    }
  }

  /** What `auto` comes to, in steps so that a market does not change its lists with every few items. */
  #candidatesPerWant(): number {
    const { candidatesPerWant } = this.options;
    if (candidatesPerWant !== 'auto') return candidatesPerWant;
    const halfOctaves = Math.max(0, Math.floor(2 * Math.log2(LARGE_MARKET / Math.max(1, this.size))));
    return halfOctaves >= UNCUT_FROM ? Infinity : Math.round(LEAST_CANDIDATES * 2 ** (halfOctaves / 4));
  }

  /**
   * The best cycles through an item, owners by their own ids, without those that hold an owner twice or two people of
   * whom one blocked the other. Cycles of two and three are exact whatever lists were cut; longer ones run through the
   * edges of the graph. @throws BarterError `unknown-item`.
   */
  findCycles(id: ItemId, options: FindCyclesOptions & { limit: number }): CycleSearchResult {
    const { minLength = 2, maxLength = 5, minScore = 0, limit, budget = Infinity } = options;
    const node = this.graph.nodeOf(id);
    this.graph.endBulk();
    if (this.graph.cutLists === 0 || minLength > LONGEST_SHORT) return this.#findByEdges(id, options);
    const longest = Math.min(maxLength, LONGEST_SHORT) as 2 | 3;
    const bounds = { minLength, maxMeanDeficit: SCORE_STEPS * (1 - minScore) };
    const short = this.#shortCycles.find(node, bounds, longest, limit, budget);
    const cycles = short.found.map((found) => this.#toCycle(found));
    if (short.isComplete && maxLength <= LONGEST_SHORT) {
      return { cycles: cycles.sort(compareCycles), exact: true, work: short.work };
    }
    const floor = cycles.length < limit ? minScore : Math.max(minScore, Math.min(...cycles.map(({ score }) => score)));
    // What the search over edges certifies does not hold for the edges that were cut.
    const { certified: _, ...rest } = this.#findByEdges(id, { ...options, minScore: floor });
    const byKey = new Map([...cycles, ...rest.cycles].map((cycle) => [cycle.key, cycle]));
    return {
      ...rest,
      cycles: [...byKey.values()].sort(compareCycles).slice(0, limit),
      work: rest.work + short.work,
      ...(!rest.exact && short.isComplete && { certified: { maxLength: longest, minScore } }),
    };
  }

  #findByEdges(id: ItemId, options: FindCyclesOptions & { limit: number }): CycleSearchResult {
    for (let limit = options.limit; ; limit *= 4) {
      const result = findCycles(this.graph, id, { ...options, limit });
      for (const cycle of result.cycles) cycle.owners = cycle.items.map((item) => this.#ownerOf(item)!);
      const cycles = result.cycles.filter(({ owners }) => this.#pairs.canMeetAll(owners));
      const isAll = result.cycles.length < limit;
      if (cycles.length >= options.limit || isAll) return { ...result, cycles: cycles.slice(0, options.limit) };
      if (limit > MOST_SEARCHED) return { ...result, cycles, exact: false, reason: 'budget' };
    }
  }

  /**
   * The best cycles that hold a chain of items, each given to the owner of the next, completed by what other people than
   * `without` give; the chain may be a single item. None where an item of the chain is gone or its edges no longer hold.
   * Exact over the edges of the graph, as {@link findCycles} is for the longer ones.
   */
  completeRing(
    chain: readonly ItemId[],
    without: ReadonlySet<UserId>,
    { minLength = 2, maxLength = 5, minScore = 0, limit, budget = Infinity }: FindCyclesOptions & { limit: number },
  ): CycleSearchResult {
    const none: CycleSearchResult = { cycles: [], exact: true, work: 0 };
    if (!chain.every((id) => this.graph.hasItem(id))) return none;
    const scores = chain.slice(1).map((id, i) => this.edgeScore(chain[i]!, id));
    if (scores.includes(undefined)) return none;
    const { rings, isComplete, work } = completeRing(
      this.graph,
      { nodes: chain.map((id) => this.graph.nodeOf(id)), edgeDeficits: scores.map((score) => deficitFor(score!)) },
      { minLength, maxLength, maxMeanDeficit: SCORE_STEPS * (1 - minScore) },
      limit,
      budget,
      (node) => !without.has(this.#items.userOf(node)),
    );
    const cycles = rings.map((ring) => this.#toCycle(ring)).filter(({ owners }) => this.#pairs.canMeetAll(owners));
    return { cycles: cycles.sort(compareCycles), exact: isComplete, work, ...(!isComplete && { reason: 'budget' }) };
  }

  /** With owners by their own ids. */
  #toCycle(found: FoundCycle): Cycle {
    const cycle = toCycle(this.graph, found);
    return { ...cycle, owners: cycle.items.map((item) => this.#ownerOf(item)!) };
  }

  /**
   * Items that a trade of two or three people through this one would hold, and more: who could get it, and what could be
   * given for it. Undefined where they are more than `most`.
   */
  neighboursOf(id: ItemId, most: number): ItemId[] | undefined {
    if (!this.graph.hasItem(id) || this.graph.cutLists === 0) return [];
    this.graph.endBulk();
    return this.#shortCycles.neighbours(this.graph.nodeOf(id), most)?.map((node) => this.graph.idOfNode(node));
  }

  /** The score of `from → to` from the items themselves, whatever lists were cut; undefined where there is no edge. */
  edgeScore(from: ItemId, to: ItemId): number | undefined {
    if (!this.graph.hasItem(from) || !this.graph.hasItem(to)) return undefined;
    const given = this.graph.nodeOf(from);
    const receiving = this.graph.nodeOf(to);
    const score = Math.max(this.#pairs.score(given, receiving), this.#pairs.openScore(given, receiving));
    return score < 0 ? undefined : score;
  }

  /** @throws BarterError `unknown-item`. */
  explain(from: ItemId, to: ItemId): EdgeExplanation {
    const given = this.#nodeOf(from);
    const receiving = this.#nodeOf(to);
    const { edgeFloor } = this.options;
    return explainEdge({ items: this.#items, wants: this.#wants, pairs: this.#pairs, edgeFloor }, given, receiving);
  }

  /**
   * How many items would answer what this one's owner wants, whether or not it is in the market; looks no further once it
   * has found `most`. Nothing changes.
   * @throws BarterError as {@link check}, and `graph-full`.
   */
  countAnswers(draft: Item, most: number): AnswerCount {
    this.check(draft);
    this.graph.endBulk();
    this.graph.addItem(DRAFT, personOf(draft));
    const node = this.graph.nodeOf(DRAFT);
    // In the tables, so that it is scored as any other, and not in the index, so that nobody finds it.
    if (draft.ownerGroup !== undefined) this.#pairs.grouped.add(node);
    this.#items.add(node, draft, this.#categories, this.#vocabulary);
    this.#wants.add(node, draft, this.#categories, this.#vocabulary);
    try {
      const count = this.#answersTo(node, most).size;
      return { count, isComplete: count < most };
    } finally {
      this.#pairs.grouped.delete(node);
      this.#items.remove(node, this.#vocabulary);
      this.#wants.remove(node, this.#vocabulary);
      this.graph.removeItem(DRAFT);
    }
  }

  /** Items that can be given for this one, up to `most` of them. */
  #answersTo(receiving: number, most: number): Set<number> {
    const wants = this.#wants;
    const found = new Set<number>();
    let want = wants.first(receiving);
    const visitor: CandidateVisitor = {
      isOpenTo: () => found.size < most,
      visit: (given) => {
        if (found.size >= most || found.has(given)) return;
        if (this.#pairs.scorer.scoreWant(given, want) >= 0 && this.#pairs.canMeet(given, receiving)) found.add(given);
      },
    };
    for (; want >= 0; want = wants.next(want)) if (!wants.named.has(want)) this.#index.forEachItem(want, visitor);
    for (const halfEdge of this.#linker.namedCandidates(receiving, wants.namedBy(receiving) ?? new Set())) {
      if (found.size < most) found.add(halfEdge & NODE_MASK);
    }
    if (!this.#items.isOpen(receiving) || this.#pairs.scorer.scoreOpen() < 0) return found;
    for (const id of this.ids()) {
      if (found.size >= most) break;
      const given = this.graph.nodeOf(id);
      if (this.#pairs.canMeet(given, receiving)) found.add(given);
    }
    return found;
  }

  #nodeOf(id: ItemId): number {
    if (!this.graph.hasItem(id))
      throw new BarterError('unknown-item', `Item ${JSON.stringify(id)} is not in the market: submit it first.`);
    return this.graph.nodeOf(id);
  }

  #ownerOf(id: ItemId): UserId | undefined {
    return this.graph.hasItem(id) ? this.#items.userOf(this.graph.nodeOf(id)) : undefined;
  }

  /** Scorer and index for the categories there are now. */
  #setUp(): void {
    const world = {
      items: this.#items,
      wants: this.#wants,
      categories: this.#categories,
      vocabulary: this.#vocabulary,
    };
    const scorer = new EdgeScorer(this.options, world);
    this.#index = new CandidateIndex(world, scorer);
    this.#pairs.scorer = scorer;
    this.#linker.index = this.#index;
    this.#shortCycles = new ShortCycles({
      ...world,
      graph: this.graph,
      index: this.#index,
      scorer,
      canMeet: (given, receiving) => this.#pairs.canMeet(given, receiving),
    });
  }

  #checkCategories({ categoryId, wants }: Item): void {
    for (const id of [categoryId, ...wants.map((want) => want.categoryId)]) {
      if (id !== undefined) this.#categories.numberOf(id);
    }
  }

  #add(item: Item, inBulk: boolean): number {
    this.graph.addItem(item.id, personOf(item));
    const node = this.graph.nodeOf(item.id);
    this.#linker.expect(node);
    if (item.ownerGroup !== undefined) this.#pairs.grouped.add(node);
    this.#items.add(node, item, this.#categories, this.#vocabulary);
    this.#wants.add(node, item, this.#categories, this.#vocabulary);
    this.#index.addItem(node, inBulk);
    this.#index.addWants(node);
    return node;
  }

  #unregister(node: number): void {
    this.#open.remove(node);
    this.#pairs.grouped.delete(node);
    this.#lists.forget(node);
    this.#index.removeItem(node);
    this.#index.removeWants(node);
    this.#items.remove(node, this.#vocabulary);
    this.#wants.remove(node, this.#vocabulary);
  }

  /** What the item is stays; what its owner would take changes, and with it only what can be given for it. */
  #replaceWants(node: number, item: Item): void {
    this.#open.remove(node);
    this.#index.removeWants(node);
    this.#wants.remove(node, this.#vocabulary);
    this.#items.rewrite(node, item);
    this.#wants.add(node, item, this.#categories, this.#vocabulary);
    this.#index.addWants(node);
    this.#index.noteAsked(node);
    this.#linker.linkIncoming(node);
  }

  #receivers(node: number): number[] {
    return Array.from(this.graph.outgoing.read(node), (word) => word & NODE_MASK);
  }
}

/** What a draft is called while it is looked at: longer than the id of any item may be. */
const DRAFT = 'draft'.padEnd(LONGEST_ID + 1);

/** Where lists are shortest, and how many half octaves below that they are not cut. */
const LARGE_MARKET = 1_000_000;
const LEAST_CANDIDATES = 20;
const UNCUT_FROM = 11;

/** New items, and their share, up to which it is less work to offer each to all others than to link the whole market. */
const FEW_NEW = 100;
const MOST_NEW = 0.1;

/** Cycles up to this length are found from the items themselves. */
const LONGEST_SHORT = 3;

/** Cycles looked at, at most, to find enough without a block among them. */
const MOST_SEARCHED = 1_000;

/**
 * Two accounts of one group are one person to the graph. Who is in none goes by the id of the account, which is kept apart
 * from the names of groups.
 */
export function personOf({ ownerGroup, ownerId }: Item): string {
  if (ownerGroup !== undefined) return `\0group ${ownerGroup}`;
  return ownerId.startsWith('\0') ? `\0user ${ownerId}` : ownerId;
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
