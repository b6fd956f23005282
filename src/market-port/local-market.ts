import { clearMarket } from '../clearing/clear-market';
import type { CycleSearchResult } from '../cycles/find-cycles';
import { BarterError, isBarterError } from '../errors';
import { type NeighbourhoodOptions, neighbourhood } from '../graph/neighbourhood';
import type { EdgeExplanation } from '../market/edge-score';
import { itemDigest } from '../market/item-digest';
import { type AnswerCount, Market, type MarketOptions } from '../market/market';
import { decodeSnapshot, encodeSnapshot } from '../market/market-snapshot';
import { loadScoring } from '../market/scorer';
import { MatchCache } from '../match-cache';
import { firstTermsOf, type Terms, termsOf } from '../opportunity/terms';
import type { MatchingOptions } from '../options';
import type { Sleep } from '../runtime';
import type { Category, Cycle, Item, ItemId, Preferences, UserId } from '../types';
import { once } from '../util/once';
import { watchGains } from './gained-edges';
import { MarkedItems } from './marked-items';
import type {
  BrokenRing,
  Change,
  ClearedMarket,
  ClearingRequest,
  CompletedRings,
  FoundMatches,
  FoundTrade,
  Impossible,
  MarketPort,
  MarketSetup,
  MarketSize,
  Neighbourhood,
  RefusedItem,
  Turn,
  TurnAnswer,
} from './market-port';

/** Items handled between two turns of the event loop. */
const SLICE = 64;
/** Items around a change that are looked at to forget their answers; where there are more, all are forgotten. */
const MOST_NEIGHBOURS = 5_000;

/**
 * An empty market in this thread.
 * @throws BarterError `invalid-options` where the scoring module cannot be used; `invalid-category`.
 */
export async function openLocalMarket(
  { matching, categories, cacheMs }: MarketSetup,
  sleep: Sleep,
): Promise<MarketPort> {
  const { scorer, ...options } = matching;
  if (typeof scorer !== 'string') {
    return new LocalMarket({ ...options, ...(scorer && { scorer }) }, categories, cacheMs, sleep);
  }
  const module = await loadScoring(scorer);
  const extraCriteria = [...options.extraCriteria, ...(module.extraCriteria ?? [])];
  return new LocalMarket({ ...options, ...module, extraCriteria }, categories, cacheMs, sleep);
}

/** The options with the scorer at hand. */
type LocalOptions = Omit<MatchingOptions, 'scorer'> & MarketOptions;

/** A {@link Market} with what lives beside it: the cache of answers, and the items that await a search. */
class LocalMarket implements MarketPort {
  readonly #market: Market;
  readonly #options: LocalOptions;
  readonly #sleep: Sleep;
  readonly #cache: MatchCache;
  /** The least score of those who have stated their own. */
  readonly #minimums = new Map<UserId, number>();
  /** Taken in and not linked yet. */
  readonly #staged = new Set<ItemId>();
  /** Whether all items of the market are being staged together; otherwise each is linked as it comes. */
  #isFirstLoad: boolean | undefined;
  readonly #dirty: MarkedItems;
  #weighing: Generator<ItemId> | undefined;
  /** While comparing with the store: items that no page has named yet. */
  #unseen = new Set<ItemId>();
  #pass: { itemIds: ItemId[]; next: number } | undefined;

  constructor(options: LocalOptions, categories: readonly Category[], cacheMs: number, sleep: Sleep) {
    this.#market = new Market(options, categories);
    this.#dirty = new MarkedItems(this.#market.graph);
    this.#options = options;
    this.#sleep = sleep;
    this.#cache = new MatchCache(cacheMs);
  }

  async check(itemId: ItemId, item?: Item): Promise<UserId | undefined> {
    if (item) this.#market.check(item);
    return this.#market.get(itemId)?.ownerId;
  }

  async turn({ itemId, change, review }: Turn): Promise<TurnAnswer> {
    if (change !== 'none') this.#apply(itemId, change);
    const reviewed = await this.review(review);
    const search = this.#search(itemId);
    this.#dirty.delete(itemId);
    return { reviewed, search, trades: search.cycles.map((cycle) => this.#tradeOf(cycle)) };
  }

  async review(trades: readonly (readonly ItemId[])[]): Promise<(Terms | Impossible)[]> {
    return trades.map((items) => termsOf(this.#market, items));
  }

  async completeRing({ chain, without }: BrokenRing): Promise<CompletedRings> {
    const { minLength, maxLength, limit, budget, notifyFrom, edgeFloor } = this.#options;
    const owners = chain.map((id) => this.#market.get(id)?.ownerId);
    // Everybody's own minimum is asked at admission; who has a lower one may find what others would not be told of.
    const least = owners.map((owner) => (owner !== undefined && this.#minimums.get(owner)) || notifyFrom);
    const minScore = Math.max(edgeFloor, Math.min(...least));
    const search = { minLength, maxLength, limit, budget, minScore };
    const { cycles } = this.#market.completeRing(chain, new Set(without), search);
    return { cycles, trades: cycles.map((cycle) => this.#tradeOf(cycle)) };
  }

  async clear(request: ClearingRequest): Promise<ClearedMarket> {
    const { minLength, notifyFrom, edgeFloor } = this.#options;
    const maxLength = Math.min(request.maxLength, this.#options.maxLength);
    const minScore = Math.max(notifyFrom, edgeFloor);
    const clearing = clearMarket(this.#market.graph, { ...request, minLength, maxLength, minScore });
    return { clearing, trades: clearing.cycles.map((cycle) => this.#tradeOf(cycle)) };
  }

  async setPreferences(preferences: readonly Preferences[]): Promise<void> {
    for (const { userId, minScore, blockedUserIds = [] } of preferences) {
      if (minScore === undefined) this.#minimums.delete(userId);
      else this.#minimums.set(userId, minScore);
      const gained = watchGains(this.#market.graph, undefined);
      try {
        this.#market.setBlocked(userId, blockedUserIds);
      } finally {
        this.#mark(gained());
      }
    }
    this.#cache.clear();
  }

  async setCategories(categories: Category[]): Promise<void> {
    this.#market.setCategories(categories);
    this.#mark(this.#market.ids());
    this.#cache.clear();
  }

  async stage(items: readonly Item[]): Promise<RefusedItem[]> {
    this.#isFirstLoad ??= this.#market.size === 0;
    const refused: RefusedItem[] = [];
    for (const item of items) {
      try {
        this.#stage(item);
      } catch (error) {
        if (!isBarterError(error)) throw error;
        refused.push({ itemId: item.id, code: error.code, message: error.message });
      }
    }
    this.#cache.clear();
    return refused;
  }

  async drop(itemIds: readonly ItemId[]): Promise<void> {
    for (const id of itemIds) this.#apply(id, 'gone');
    this.#cache.clear();
  }

  async link(): Promise<void> {
    const isRestored = await this.#inSlices(this.#market.restoreLists());
    if (!isRestored) await this.#inSlices(this.#market.reweighWords());
    await this.#inSlices(this.#market.linkStaged());
    this.#mark(this.#staged);
    this.#staged.clear();
    this.#isFirstLoad = undefined;
  }

  async snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#weighing && !(await this.reweigh())) await this.#sleep(0); // one set of weights for all lists
    return encodeSnapshot(await this.#inSlices(this.#market.snapshot()));
  }

  async restore(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    const snapshot = decodeSnapshot(bytes);
    if (typeof snapshot === 'string') return snapshot;
    if (this.#market.restore(snapshot)) return undefined;
    return 'It was taken under other options, with other categories or another version.';
  }

  async reweigh(): Promise<boolean> {
    this.#weighing ??= this.#market.reweighWords();
    const isDone = this.#slice(this.#weighing) !== undefined;
    if (isDone) this.#weighing = undefined;
    this.#cache.clear();
    return isDone;
  }

  async matches(of: { itemId: ItemId } | { userId: UserId }, now: number): Promise<FoundMatches[]> {
    if ('itemId' in of) this.#market.graph.nodeOf(of.itemId);
    const itemIds = 'itemId' in of ? [of.itemId] : this.#market.itemsOf(of.userId).map(({ id }) => id);
    return itemIds.map((itemId) => {
      const known = this.#cache.get(itemId, now);
      if (known) return { itemId, search: known, cached: true };
      const search = this.#search(itemId);
      this.#cache.set(itemId, search, now);
      return { itemId, search, cached: false };
    });
  }

  async itemsOf(userId: UserId): Promise<ItemId[]> {
    return this.#market.itemsOf(userId).map(({ id }) => id);
  }

  async explain(edges: readonly (readonly [from: ItemId, to: ItemId])[]): Promise<(EdgeExplanation | null)[]> {
    const market = this.#market;
    return edges.map(([from, to]) => (market.get(from) && market.get(to) ? market.explain(from, to) : null));
  }

  async countAnswers(draft: Item, most: number): Promise<AnswerCount> {
    return this.#market.countAnswers(draft, most);
  }

  async neighbourhood(itemId: ItemId, options: NeighbourhoodOptions): Promise<Neighbourhood> {
    const { items, ...rest } = neighbourhood(this.#market.graph, itemId, options);
    const seen = items.map(({ id, steps }) => {
      const { ownerId, title, categoryId, estimatedValue } = this.#market.get(id)!;
      return {
        id,
        ownerId,
        title,
        steps,
        ...(categoryId !== undefined && { categoryId }),
        ...(estimatedValue !== undefined && { estimatedValue }),
      };
    });
    return { items: seen, ...rest };
  }

  async size(now: number): Promise<MarketSize> {
    const { order: items, size: edges } = this.#market.graph;
    return {
      items,
      edges,
      cacheEntries: this.#cache.validSize(now),
      cacheHitRate: this.#cache.hitRate,
      memoryBytes: this.#market.memory(),
    };
  }

  async takeDirty(limit: number): Promise<ItemId[]> {
    return this.#dirty.take(limit);
  }

  async countDirty(): Promise<number> {
    return this.#dirty.size;
  }

  async markDirty(itemIds: readonly ItemId[]): Promise<void> {
    this.#mark(itemIds);
  }

  async compare(
    page: readonly (readonly [ItemId, string])[],
    { begins, ends }: { begins: boolean; ends: boolean },
  ): Promise<ItemId[]> {
    if (begins) this.#unseen = new Set(this.#market.ids());
    const differing: ItemId[] = [];
    for (const [id, digest] of page) {
      this.#unseen.delete(id);
      const known = this.#market.get(id);
      if (!known || itemDigest(known) !== digest) differing.push(id);
    }
    if (!ends) return differing;
    const unseen = [...this.#unseen];
    this.#unseen.clear();
    return [...differing, ...unseen];
  }

  async nextOfPass(limit: number, fromStart: boolean): Promise<{ itemIds: ItemId[]; left: number }> {
    if (fromStart) this.#pass = undefined;
    this.#pass ??= { itemIds: [...this.#market.ids()], next: 0 };
    const { itemIds: all, next } = this.#pass;
    const end = Math.min(all.length, next + limit);
    this.#pass.next = end;
    if (end === all.length) this.#pass = undefined;
    return { itemIds: all.slice(next, end).filter((id) => this.#market.get(id)), left: all.length - end };
  }

  async close(): Promise<void> {}

  /** A change of one item; what it makes possible elsewhere is marked, what it makes untrue is forgotten. */
  #apply(itemId: ItemId, change: Exclude<Change, 'none'>): void {
    const { graph } = this.#market;
    this.#dropAround(itemId);
    this.#dirty.beforeLeaving(itemId);
    const gained = watchGains(graph, itemId);
    try {
      if (change === 'gone') this.#market.remove(itemId);
      else this.#market.put(change.item);
    } catch (error) {
      this.#cache.clear(); // how far it came is not known
      throw error;
    } finally {
      this.#mark(gained());
    }
    this.#dropAround(itemId);
  }

  /** Forgets the answers that a change at this item may concern, as the market is now. */
  #dropAround(itemId: ItemId): void {
    if (this.#cache.isEmpty) return;
    this.#cache.dropAround(this.#market.graph, itemId, this.#options.maxLength);
    const near = this.#market.neighboursOf(itemId, MOST_NEIGHBOURS);
    if (near) this.#cache.drop(near);
    else this.#cache.clear();
  }

  #stage(item: Item): void {
    const owner = this.#market.get(item.id)?.ownerId;
    if (owner !== undefined && owner !== item.ownerId) {
      throw new BarterError('owner-mismatch', `Item ${item.id} belongs to ${owner}: load it in their name.`);
    }
    this.#dirty.beforeLeaving(item.id);
    const gained = watchGains(this.#market.graph, item.id);
    try {
      if (item.status === 'available' && this.#isFirstLoad) this.#market.stage(item);
      else this.#market.put(item);
      // One that is no longer available may be in live trades: looking at it ends them.
      if (item.status === 'available' || owner !== undefined) this.#staged.add(item.id);
    } finally {
      this.#mark(gained());
    }
  }

  /** The best cycles through an item from its owner's own minimum on; none where it is not in the market. */
  #search(itemId: ItemId): CycleSearchResult {
    const item = this.#market.get(itemId);
    if (!item) return { cycles: [], exact: true, work: 0 };
    const { minLength, maxLength, limit, budget, notifyFrom, edgeFloor } = this.#options;
    const minScore = Math.max(edgeFloor, this.#minimums.get(item.ownerId) ?? notifyFrom);
    return this.#market.findCycles(itemId, { minLength, maxLength, limit, budget, minScore });
  }

  /** Worked out when it is first read: most cycles that are found again are already live, and nobody asks. */
  #tradeOf({ items }: Cycle): FoundTrade {
    const market = this.#market;
    const terms = once(() => firstTermsOf(market, items));
    return {
      get categories() {
        return items.map((id) => market.get(id)?.categoryId);
      },
      get terms() {
        return terms();
      },
    };
  }

  #mark(itemIds: Iterable<ItemId>): void {
    for (const id of itemIds) this.#dirty.add(id);
  }

  /** What the steps come to. */
  async #inSlices<T>(steps: Generator<unknown, T>): Promise<T> {
    for (;;) {
      const end = this.#slice(steps);
      if (end) return end.value;
      await this.#sleep(0);
    }
  }

  /** A slice of steps; their end when none is left. The items they name are marked. */
  #slice<T>(steps: Generator<unknown, T>): IteratorReturnResult<T> | undefined {
    for (let i = 0; i < SLICE; i++) {
      const step = steps.next();
      if (step.done) return step;
      if (typeof step.value === 'string') this.#dirty.add(step.value);
    }
    return undefined;
  }
}
