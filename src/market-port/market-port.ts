import type { ClearMarketOptions, MarketClearing } from '../clearing/clear-market';
import type { CycleSearchResult } from '../cycles/find-cycles';
import type { NeighbourhoodOptions } from '../graph/neighbourhood';
import type { EdgeExplanation } from '../market/edge-score';
import type { AnswerCount } from '../market/market';
import type { FirstTerms, Terms } from '../opportunity/terms';
import type { MatchingOptions } from '../options';
import type { Category, CategoryId, Cycle, Item, ItemId, Preferences, UserId } from '../types';

/** What happened to an item: its present state, gone, or nothing (it is just looked at again). */
export type Change = { item: Item } | 'gone' | 'none';

/** What a market is made with. Plain data but for a scorer and criteria given as functions, which stay in one thread. */
export interface MarketSetup {
  matching: MatchingOptions;
  categories: Category[];
  /** How long an answer to {@link MarketPort.matches} is kept while nothing around the item changes. */
  cacheMs: number;
}

/** All that one event asks of the market, so that it is one trip to another thread. */
export interface Turn {
  itemId: ItemId;
  change: Change;
  /** Trades whose terms are wanted as they are after the change: the live ones with this item. */
  review: readonly (readonly ItemId[])[];
}

export interface TurnAnswer {
  /** One for each of {@link Turn.review}. */
  reviewed: (Terms | Impossible)[];
  /** The best cycles through the item after the change, from its owner's own minimum on; none where it is gone. */
  search: CycleSearchResult;
  /** One for each of `search.cycles`. Made when it is first read, where the market is in the same thread. */
  trades: FoundTrade[];
}

/** A ring that has lost people: what is left of it, and who is not to come back. */
export interface BrokenRing {
  /** Items one after the other, each given to the owner of the next. */
  chain: readonly ItemId[];
  without: readonly UserId[];
}

/** The best rings that take its place, best first. */
export interface CompletedRings {
  cycles: Cycle[];
  /** One for each of them. */
  trades: FoundTrade[];
}

/** What of a clearing's options can cross threads. Lengths and least score are the market's own. */
export type ClearingRequest = Pick<
  ClearMarketOptions,
  'objective' | 'cyclesPerOwner' | 'budget' | 'maxCycles' | 'seed' | 'excluded'
> & {
  /** Where it is less than the market's. */
  maxLength: number;
};

export interface ClearedMarket {
  clearing: MarketClearing;
  /** One for each of its cycles. */
  trades: FoundTrade[];
}

/** What else is known of a found cycle. */
export interface FoundTrade {
  /** Of each of the cycle's items. */
  categories: (CategoryId | undefined)[];
  terms: FirstTerms | Impossible;
}

export interface Impossible {
  impossible: string;
}

/** An item that could not be taken in. */
export interface RefusedItem {
  itemId: ItemId;
  code: string;
  message: string;
}

export interface FoundMatches {
  itemId: ItemId;
  search: CycleSearchResult;
  cached: boolean;
}

/** An item of a neighbourhood, as anybody may see it but for its owner. */
export interface NeighbourItem extends Pick<Item, 'id' | 'ownerId' | 'title' | 'categoryId' | 'estimatedValue'> {
  /** Edges from the item in the middle, whose own are 0. */
  steps: number;
}

/** The surroundings of an item. */
export interface Neighbourhood {
  /** The nearest first. */
  items: NeighbourItem[];
  /** The best of each item; goods move from `from` to `to`. */
  edges: { from: ItemId; to: ItemId; score: number }[];
  /** False where there is more, as near or among these. */
  isWhole: boolean;
}

export interface MarketSize {
  items: number;
  edges: number;
  /** Answers in the cache that still hold. */
  cacheEntries: number;
  cacheHitRate: number;
  /** In typed arrays, by what holds them. */
  memoryBytes: { graph: number; index: number; items: number };
}

/**
 * The market as the engine asks it: graph, index, search and the cache of answers, wherever they live. The verbs are
 * coarse and their arguments and answers plain data, because each may be a trip to another thread. Changes come from
 * the single writer, one at a time; reads may come in between.
 */
export interface MarketPort {
  /**
   * The owner of the item as the market has it. Whether `item` could take its place is checked on the way.
   * @throws BarterError `unknown-category`, `self-want`.
   */
  check(itemId: ItemId, item?: Item): Promise<UserId | undefined>;
  /**
   * Applies a change, brings terms up to it, searches. Doing it again changes nothing more.
   * @throws BarterError as {@link check}, and `graph-full`; `invalid-score` of a scorer.
   */
  turn(turn: Turn): Promise<TurnAnswer>;
  /** The terms of trades of these items as they are now. */
  review(trades: readonly (readonly ItemId[])[]): Promise<(Terms | Impossible)[]>;
  /** Finds what could take the place of those who left a ring. Changes nothing. */
  completeRing(ring: BrokenRing): Promise<CompletedRings>;
  /**
   * The best set of trades from the notification floor on, of all that there are at once. Changes nothing.
   * @throws BarterError `too-many-cycles`, `invalid-options`.
   */
  clear(options: ClearingRequest): Promise<ClearedMarket>;
  /** Blocks and own minimums of these people, in place of what was known of them. */
  setPreferences(preferences: readonly Preferences[]): Promise<void>;
  /** Links everything anew. @throws BarterError `invalid-category`; nothing changes then. */
  setCategories(categories: Category[]): Promise<void>;

  /** Takes in many items without edges, until {@link link}. Returns those it refuses; they are left out. */
  stage(items: readonly Item[]): Promise<RefusedItem[]>;
  /** Takes items out again, without a search. */
  drop(itemIds: readonly ItemId[]): Promise<void>;
  /** Weighs the words and finds the edges of what was staged, as far as a snapshot that was restored has them not. */
  link(): Promise<void>;
  /** What takes long to find out of the market as it is, to go on from after a start. */
  snapshot(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Goes on from a snapshot, once the items have been staged. Comes first, before any item, and may take the bytes away.
   * Returns why it is of no use; {@link link} finds everything then.
   */
  restore(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined>;
  /** A slice of weighing words anew; true when none is left. The next call then begins again. */
  reweigh(): Promise<boolean>;

  /** @throws BarterError `unknown-item`. */
  matches(of: { itemId: ItemId } | { userId: UserId }, now: number): Promise<FoundMatches[]>;
  itemsOf(userId: UserId): Promise<ItemId[]>;
  /** Each edge from one to the other explained; null where one of them is not there. */
  explain(edges: readonly (readonly [from: ItemId, to: ItemId])[]): Promise<(EdgeExplanation | null)[]>;
  /** @throws BarterError as {@link check}, and `graph-full`. */
  countAnswers(draft: Item, most: number): Promise<AnswerCount>;
  /** @throws BarterError `unknown-item`. */
  neighbourhood(itemId: ItemId, options: NeighbourhoodOptions): Promise<Neighbourhood>;
  size(now: number): Promise<MarketSize>;

  /**
   * Compares digests of stored items, page by page from one that `begins` to one that `ends`, with the items here.
   * Returns those that differ or are not here; on the last page also those here that no page has named.
   */
  compare(page: readonly (readonly [ItemId, string])[], at: { begins: boolean; ends: boolean }): Promise<ItemId[]>;

  /** Items that await a search because of what happened around them; their marks are taken away. */
  takeDirty(limit: number): Promise<ItemId[]>;
  /** How many await one. */
  countDirty(): Promise<number>;
  markDirty(itemIds: readonly ItemId[]): Promise<void>;
  /**
   * The next items of a pass over all that were there when it began. Goes on where it stopped; once none is `left`, the
   * next call begins another pass; so does one that wants it `fromStart`.
   */
  nextOfPass(limit: number, fromStart: boolean): Promise<{ itemIds: ItemId[]; left: number }>;

  close(): Promise<void>;
}

/** The verbs that a message can carry. */
export type Verb = Exclude<keyof MarketPort, 'close'>;
