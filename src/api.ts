import type { NeighbourhoodOptions } from './graph/neighbourhood';
import type { EdgeExplanation } from './market/edge-score';
import type { AnswerCount } from './market/market';
import type { Neighbourhood } from './market-port/market-port';
import type { PeopleOptions, RetentionOptions } from './options';
import type { EventLog } from './storage/event-log';
import type {
  Category,
  Cycle,
  Item,
  ItemEvent,
  ItemEventPayload,
  ItemId,
  Opportunity,
  Preferences,
  Refusal,
  UserId,
} from './types';

/** What became of one submitted event. */
export interface EventReport {
  eventId: string;
  itemId: ItemId;
  /** `merged`: a later event of the same item took its place in the queue, see `mergedWith`. */
  status: 'processed' | 'merged';
  /** The event whose report tells what happened. */
  mergedWith?: string;
  /** Cycles through the item at or above the search floor, best first. */
  found: Cycle[];
  /** Whether `found` is proven to be the true top; if not, `reason` says what could hide a better one. */
  exact: boolean;
  reason?: 'budget' | 'cap';
  /** Where not exact: the cycles up to this length and from this score on are all the same. */
  certified?: { maxLength: number; minScore: number };
  /** New opportunities, and whom they were told to. */
  told: Told[];
  /** Open opportunities whose terms changed through this event. */
  updated: Told[];
  /** Opportunities that took the place of some that this event ended. */
  repaired: Told[];
  /** Open opportunities that this event ended. */
  withdrawn: { opportunityId: string; reason: string }[];
  /** Cycles that became no opportunity, and which gate said why and until when. */
  refused: (Refusal & { cycleKey: string })[];
  /** Milliseconds of work, waiting in the queue left out. */
  tookMs: number;
}

export interface Told {
  opportunityId: string;
  cycleKey: string;
  score: number;
  people: {
    userId: UserId;
    notificationId: string;
    /** True where the transport took it at once. */
    pushed: boolean;
    /** What holds the push back; the inbox has it all the same. */
    heldBy?: Refusal;
  }[];
}

/** One found trade, seen from one item. */
export interface Match {
  cycle: Cycle;
  /** The live opportunity of this cycle, where it has been proposed. */
  opportunityId?: string;
  gives: ItemId;
  gets: ItemId;
}

export interface MatchesAnswer {
  matches: Match[];
  exact: boolean;
  reason?: 'budget' | 'cap';
  /** True where the answer came from the cache. */
  cached: boolean;
}

/** How a sweep goes about it. */
export interface SweepOptions {
  /** Ends it early; what it did not come to, the next one does. */
  signal?: AbortSignal;
  /** Every item instead of those only whose surroundings changed since they were last searched. @defaultValue false */
  full?: boolean;
  /**
   * First compares the items role of the storage with the market, all of it, and brings the market up to what was changed
   * there without an event. @defaultValue false
   */
  reconcile?: boolean;
  /** Only clear the market and tell what would be proposed; nothing is searched, stored or told. @defaultValue false */
  dryRun?: boolean;
  /** With `full`: items of this call; the next one goes on where this one stopped. @defaultValue Infinity */
  budget?: number;
}

/** What clearing the market came to. */
export interface ClearingReport {
  /** The chosen cycles that all gates let pass, or that are live already. */
  cycles: Cycle[];
  /** Items and people in them. */
  items: number;
  users: number;
  /** Of all that was chosen, by the objective; no choice is worth more than the bound. */
  value: number;
  upperBound: number;
  proven: boolean;
  /** Of these, new opportunities. */
  proposed: number;
  /** Chosen cycles that a gate refused; others were chosen in their place, as long as there was time for it. */
  refused: (Refusal & { cycleKey: string })[];
}

export interface SweepReport {
  /** With `reconcile`: items that differed between storage and market. */
  differences: number;
  /** Where sweeps clear the market. */
  clearing?: ClearingReport;
  /** Items searched. */
  items: number;
  /** Items left for the next sweep: of the pass over all that is under way, or that await a search. */
  left: number;
  /** Cycles at or above the floor, counted once each. */
  cycles: number;
  told: number;
  withdrawn: number;
  tookMs: number;
}

/** What forgetting a person came to. */
export interface ForgetReport {
  /** Items that were taken away. */
  items: number;
  /** Opportunities that speak of somebody forgotten now. */
  opportunities: number;
}

/** What a cleanup did. */
export interface CleanupReport {
  /** Open opportunities whose time was over or, after a start, whose items had changed too much meanwhile. */
  ended: number;
  /** Committed ones whose time was over. */
  broken: number;
  /** Opportunities that took the place of some that ended. */
  repaired: number;
  /** Opportunities whose people were warned of a deadline. */
  warned: number;
  /** Rows of any kind that were over and have been taken away, see {@link RetentionOptions}. */
  pruned: number;
}

/** An opportunity as one of its people sees it. */
export interface OwnOpportunity extends Opportunity {
  /** By member, the caller left out: what {@link PeopleOptions.contactOf} says; absent before commitment. */
  contacts?: Record<UserId, unknown>;
  /** Set where the last clearing has chosen it. */
  inClearing?: true;
}

/**
 * What people do about opportunities. `userId` is whom the host has verified; who is not in an opportunity learns no more
 * of it than of one that does not exist. Doing again what one has done already changes nothing and answers with the
 * present state.
 */
export interface OpportunityCommands {
  /** @throws BarterError `unknown-opportunity`. */
  get(opportunityId: string, userId: UserId): Promise<OwnOpportunity>;
  /** A person's own, newest first; `limit` is 1..1,000, and 50 where it is absent. */
  list(userId: UserId, query?: { limit?: number }): Promise<OwnOpportunity[]>;
  /**
   * Agrees to the terms of this revision. The last acceptance commits: all items are locked and leave the market, the
   * other open opportunities with them are withdrawn.
   * @throws BarterError `unknown-opportunity`; `wrong-state` (`details.state`); `too-late`; `stale-revision`
   * (`details.opportunity`: the present terms); `item-locked`. Nothing changes then.
   */
  accept(opportunityId: string, userId: UserId, terms: { revision: number }): Promise<Opportunity>;
  /**
   * Says no, until commitment also after an acceptance. The opportunity ends; `repairedBy` names the one that took its
   * place, if the others can do without this person.
   * The note is for operators, at most 500 characters.
   * @throws BarterError `unknown-opportunity`; `wrong-state`; `too-late`; `invalid-command`.
   */
  decline(opportunityId: string, userId: UserId, options?: { note?: string }): Promise<Opportunity>;
  /**
   * Says that one's item has been received. Once all have, the opportunity is completed and its items are marked as traded.
   * @throws BarterError `unknown-opportunity`; `wrong-state`; `too-late`.
   */
  confirm(opportunityId: string, userId: UserId): Promise<Opportunity>;
  /**
   * Says that one's item does not come. The trade is broken, `breakers` names who was to give it, all items return.
   * @throws BarterError `unknown-opportunity`; `wrong-state`; `invalid-command`.
   */
  dispute(opportunityId: string, userId: UserId, options?: { note?: string }): Promise<Opportunity>;
}

export interface LoadOptions {
  /** False where the host has stored the items already. @defaultValue true */
  store?: boolean;
}

export interface LoadReport {
  /** Items taken in. */
  items: number;
  /** The first 100 of those refused, and why. */
  refused: { itemId: ItemId; code: string; message: string }[];
  /** How many were. */
  refusedCount: number;
  tookMs: number;
}

export interface SnapshotReport {
  /** Its size. */
  bytes: number;
  tookMs: number;
}

export interface EngineStats {
  isRunning: boolean;
  /** An event is being worked on right now. */
  isProcessing: boolean;
  /** Whether the cache holds an answer; one that a change has ended is dropped by that change. */
  cacheValid: boolean;
  cacheEntries: number;
  /** Hits by lookups since start, 0..1; 0 before the first lookup. */
  cacheHitRate: number;
  queueLength: number;
  /** Milliseconds the oldest waiting event has waited. */
  queueLagMs: number;
  items: number;
  edges: number;
  /** What the market holds in typed arrays; ids and directories come on top. */
  memoryBytes: { graph: number; index: number; items: number };
  eventsProcessed: number;
  eventsMerged: number;
  eventsFailed: number;
  /** Over the last minute. */
  eventsPerMinute: number;
  cyclesFound: number;
  /** Searches whose answer was not proven. */
  searchesTruncated: { budget: number; cap: number };
  opportunitiesTold: number;
  /** Pushes that the transport took. */
  notificationsSent: number;
  notificationsPending: number;
  /** Refusals by gate since start. */
  suppressedByGate: Record<string, number>;
  /** Over the last 1,000 events, milliseconds. */
  processingMs: { mean: number; p50: number; p99: number };
  /** Reservations of items: by acceptances, and by committed trades. */
  locks: { soft: number; hard: number };
  /** Listeners on the engine's own bus. */
  listeners: number;
  /** From the transport; 0 where it cannot know. */
  connectedClients: number;
}

/** Why an opportunity is what it is. */
export interface OpportunityExplanation {
  opportunity: Opportunity;
  /** One per edge, in the order of `opportunity.items`; null where the edge no longer exists. */
  edges: (EdgeExplanation | null)[];
}

/** Things to watch; an outcome is always also in the report of the call that caused it. */
export type EngineEvents = {
  'event:received': { eventId: string; type: string; itemId: ItemId; userId: UserId };
  'event:processed': EventReport;
  /** Given up after its retries; parked, and tried again by the next sweep. */
  'event:failed': { eventId: string; itemId: ItemId; error: unknown };
  'opportunity:proposed': Opportunity;
  'opportunity:updated': Opportunity;
  /** It takes the place of `repairs`. */
  'opportunity:repaired': Opportunity;
  'opportunity:accepted': Opportunity;
  'opportunity:committed': Opportunity;
  'opportunity:confirmed': Opportunity;
  'opportunity:completed': Opportunity;
  /** It ended before commitment: its state is declined, expired or withdrawn. */
  'opportunity:withdrawn': Opportunity;
  /** It ended after commitment, without completion. */
  'opportunity:broken': Opportunity;
  /** Those who have not acted were warned of its deadline. */
  'opportunity:warned': Opportunity;
  'notification:sent': { notificationId: string; userId: UserId; opportunityId: string; receivers: number };
  'notification:failed': { notificationId: string; userId: UserId; error: unknown };
  /** A mail with so many notifications has been taken. */
  'digest:sent': { userId: UserId; notifications: number };
  /** `isLasting`: there is none today; else it is tried again in a while. */
  'digest:failed': { userId: UserId; error: unknown; isLasting: boolean };
  'sweep:finished': SweepReport;
  'cleanup:finished': CleanupReport;
  /** The worker of the market has ended by itself; the next call loads the market from the storage again. */
  'worker:failed': { error: unknown };
};

export interface ItemEventBus {
  on(type: '*', handler: (type: ItemEvent['type'], payload: ItemEventPayload) => void): void;
  off(type: '*', handler: (type: ItemEvent['type'], payload: ItemEventPayload) => void): void;
}

export interface BarterEngine {
  /** Loads preferences and items from the storage and opens the queue. Idempotent. */
  start(): Promise<void>;
  /**
   * Queues one item event behind the single writer. Resolves with its own report.
   * @throws BarterError `invalid-event`, `invalid-item`, `unknown-category`, `self-want`, `owner-mismatch`, `item-locked`
   * (the item is in a committed trade), `item-traded` (nothing applied); `event-failed` (parked, retried by the next sweep); `worker-failed`; `closed`.
   */
  submit(event: ItemEvent): Promise<EventReport>;
  /** Attaches to a bus of item events; returns the way to detach. */
  listen(bus: ItemEventBus): () => void;
  /**
   * Works off a log of item events that the host's own writers append to, from where that stands, and looks for new ones
   * every `everyMs`. What an event leads to and that it is done are stored together. One that is refused as `submit` would
   * refuse it is logged and done; one that fails is tried again until it succeeds. Stops with {@link close}.
   * @param options.everyMs Milliseconds. Default 200.
   * @returns The way to stop; resolves once nothing is under way.
   */
  follow(log: EventLog, options?: { everyMs?: number }): () => Promise<void>;
  /**
   * Searches one item again, as an event without a change; takes up an event of it that failed.
   * @throws BarterError `unknown-item`.
   */
  trigger(itemId: ItemId): Promise<EventReport>;
  /** Cycles through an item, or through all items of a person; read only, answered from the cache where it holds. */
  matches(of: { itemId: ItemId } | { userId: UserId }): Promise<MatchesAnswer>;
  /**
   * Takes in many items at once, much faster than by events: each is checked and stored, their edges are found together,
   * and nothing is searched or told before the next sweep. Events wait until it is done, so the items must not come
   * from a source that waits for an event. If the source or the storage fails, what was stored by then is in the market.
   */
  load(items: AsyncIterable<Item> | Iterable<Item>, options?: LoadOptions): Promise<LoadReport>;
  /**
   * Cleans up, searches the items whose surroundings changed since they were last searched, takes up parked events and
   * delivers what is due, in slices that let the event loop turn.
   */
  sweep(options?: SweepOptions): Promise<SweepReport>;
  /** What people do about the opportunities that they are in. */
  readonly opportunities: OpportunityCommands;
  /**
   * Ends opportunities whose deadline is over and repairs them where it can, warns before deadlines, finishes what a
   * crash left half done, and takes away what has been over for long enough ({@link RetentionOptions}). Meant to be called
   * every 5 minutes; a sweep begins with it.
   */
  cleanup(): Promise<CleanupReport>;
  /**
   * Saves what a start can go on from, where the option `snapshots` says. Meant to be called before {@link close}, and after
   * a sweep every so often; events wait while it is taken, not while it is saved. While one is being saved, its own report
   * answers. @throws BarterError `invalid-options` without that option; what the store throws.
   */
  saveSnapshot(): Promise<SnapshotReport>;
  /**
   * Sends what the outbox holds and is due. Meant to be called every few seconds, by any number of processes. Returns how
   * many the transport took.
   */
  deliverDue(): Promise<number>;
  /**
   * Sends the digests that are due, one after the other. Meant to be called every minute; while the mail server is away it
   * gives up after a few, and the next call goes on. Returns how many mails were taken; none without the option `mail`.
   */
  sendDigests(): Promise<number>;
  /** Replaces the category forest; edges follow. @throws BarterError `invalid-category`. */
  setCategories(categories: Category[]): Promise<void>;
  /** Stores a person's preferences; live trades with people whom they block are withdrawn, and the person's items are
   * searched again. @throws BarterError `invalid-preferences`. */
  setPreferences(preferences: Preferences): Promise<void>;
  /**
   * Forgets a person: their items, preferences and inbox go, trades that are open end (and are repaired where the others
   * can do without them), others' preferences name them no more, and of the trades that ended the others keep their own
   * side, with a pseudonym in the place of the person and none of their words; see `BarterEngineOptions.ledgerKey`. Item
   * ids stay as they are. Can be repeated: what a crash left undone the next call does. What the host itself keeps of a
   * person (accounts, contacts, names) the host removes, and items in tables of its own before this.
   * @throws BarterError `item-locked` while they are in a committed trade; `items-remain` where the storage keeps items of theirs;
   * `invalid-command`.
   */
  forgetUser(userId: UserId): Promise<ForgetReport>;
  /** The live or ended opportunity with its edges explained. @throws BarterError `unknown-opportunity`. */
  explain(opportunityId: string): Promise<OpportunityExplanation>;
  /** Whether `from` can go to the owner of `to`, scored criterion by criterion, or what forbids it. @throws BarterError `unknown-item`. */
  whyNot(from: ItemId, to: ItemId): Promise<EdgeExplanation>;
  /**
   * How many items of other people would answer what this item's owner wants, for who is just writing it: the item need
   * not be in the market, and nothing is stored. Counts no further than `most` (1..100,000).
   * @throws BarterError `invalid-item`, `unknown-category`, `self-want`, `invalid-options`.
   */
  countAnswers(item: Item, options?: { /** @defaultValue 1,000 */ most?: number }): Promise<AnswerCount>;
  /**
   * The surroundings of an item in the graph, breadth first in either direction; for a map of the market.
   * @throws BarterError `unknown-item`, `invalid-options`.
   */
  neighbourhood(itemId: ItemId, options?: NeighbourhoodOptions): Promise<Neighbourhood>;
  on<K extends keyof EngineEvents>(type: K, handler: (event: EngineEvents[K]) => void): void;
  off<K extends keyof EngineEvents>(type: K, handler: (event: EngineEvents[K]) => void): void;
  stats(): Promise<EngineStats>;
  /** Works off the queue, then stops. Idempotent; the storage stays open, the transport is closed. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
