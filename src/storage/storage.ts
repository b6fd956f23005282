import type { Item, ItemId, Notification, Opportunity, Preferences, UserId } from '../types';

/**
 * What the engine asks of a store, in the words of the domain. Every method is one atomic step; races are settled
 * here, by guarded changes that say whether they won. A role may be taken from one store and another role from
 * another (items from the host's own tables, counters from a cache): {@link BarterStorage} is just the six of them.
 */
export interface BarterStorage {
  items: ItemStore;
  opportunities: OpportunityStore;
  notifications: NotificationStore;
  claims: ClaimStore;
  counters: CounterStore;
  preferences: PreferenceStore;
}

export interface ItemStore {
  get(id: ItemId): Promise<Item | null>;
  /** Adds or replaces. A store over the host's own tables may do nothing here: the host has written already. */
  put(item: Item): Promise<void>;
  /** Removing what is not there is no error. */
  remove(id: ItemId): Promise<void>;
  /** Up to `limit` items with an id greater than `after` (code unit order), in order of id. */
  page(query: { after?: ItemId; limit: number }): Promise<Item[]>;
}

export interface OpportunityStore {
  get(id: string): Promise<Opportunity | null>;
  /** The latest attempt at this cycle, live or ended. */
  latest(cycleKey: string): Promise<Opportunity | null>;
  /**
   * Stores the opportunity and one inbox row for each of its people, all or nothing.
   * False, and nothing stored, where an opportunity with this id exists: a replay adds nothing.
   */
  propose(opportunity: Opportunity, rows: StoredNotification[]): Promise<boolean>;
  /**
   * Replaces a live opportunity whose revision is still `fromRevision`, and the inbox rows of those people for whom
   * one is given, all or nothing. False, and nothing stored, where it has ended or has another revision.
   *
   * A row whose id is there already changes what it says and keeps what delivery knows of it. `expiresAt` of a live
   * opportunity never goes back.
   */
  revise(fromRevision: number, opportunity: Opportunity, rows: StoredNotification[]): Promise<boolean>;
  /** Puts off the end of a live opportunity; no revision, as nobody agreed to less. Earlier ends are ignored. */
  extend(id: string, expiresAt: number): Promise<void>;
  /** Live (state `proposed`) opportunities that contain this item, by id. */
  liveByItem(itemId: ItemId): Promise<Opportunity[]>;
  /** Live opportunities whose time is over (`expiresAt <= now`), oldest end first, then by id. */
  dueBefore(now: number, limit: number): Promise<Opportunity[]>;
  /** Opportunities that this person is in, newest first, then by id. */
  byUser(userId: UserId, query: { limit: number }): Promise<Opportunity[]>;
}

/** A notification with what delivery knows about it. There is one row for a person and an opportunity: the latest. */
export interface StoredNotification extends Notification {
  /** Not pushed before this instant; null: never pushed, the inbox is enough. */
  deliverAt: number | null;
  /** Null until the transport has taken it. */
  deliveredAt: number | null;
  /** Pushes tried so far. */
  attempts: number;
  /** The gate that holds it back, where one does. */
  heldBy: string | null;
  readAt: number | null;
  /** When an earlier row of this opportunity was pushed to this person; null: none was. */
  toldAt: number | null;
  /** What the cooldown is counted by, see {@link Opportunity.fingerprint}. */
  fingerprint: string;
}

export interface NotificationStore {
  get(id: string): Promise<StoredNotification | null>;
  /** A person's inbox, newest first, then by id. */
  inbox(userId: UserId, query: { limit: number }): Promise<StoredNotification[]>;
  /** The rows that tell of an opportunity, by user id. */
  ofOpportunity(opportunityId: string): Promise<StoredNotification[]>;
  /** Undelivered rows with `deliverAt <= now`, oldest `deliverAt` first, then by id. */
  due(now: number, limit: number): Promise<StoredNotification[]>;
  /** Marks as delivered; false where it already was or is not there. */
  markDelivered(id: string, now: number): Promise<boolean>;
  /**
   * Says that this person has been told of an opportunity by a row that is no longer there: a newer one took its place
   * while it was on its way. Where the newer one is a withdrawal that was not to be pushed, it is due from now on.
   */
  markTold(opportunityId: string, userId: UserId, now: number): Promise<void>;
  /** Puts off an undelivered row, says by what, and counts one attempt where `attempted`. */
  postpone(id: string, change: { deliverAt: number; heldBy: string | null; attempted: boolean }): Promise<void>;
  /** Marks as read, for this person only; false where it is not theirs or not there. Reading twice keeps the first time. */
  markRead(id: string, userId: UserId, now: number): Promise<boolean>;
  /** How many rows await delivery, now or later. */
  pending(): Promise<number>;
}

export interface ClaimStore {
  /**
   * Takes `key` for `holder` until `until`, where nobody holds it at `now`. One winner; the loser learns until when it
   * is held. Taking again as the same holder keeps the first end.
   */
  take(
    key: string,
    holder: string,
    now: number,
    until: number,
  ): Promise<{ taken: true } | { taken: false; until: number }>;
  /** Gives back what this holder has; another holder's claim stays. */
  release(key: string, holder: string): Promise<void>;
}

export interface CounterStore {
  /**
   * Takes one of `limit` places in the sliding window of `windowMs` that ends at `now`, as `entry`. One atomic step:
   * never more than `limit` in any window, under any interleaving of calls that are at most nine windows late. The
   * loser learns when a place comes free. The same entry again takes no second place.
   */
  take(
    key: string,
    entry: string,
    limit: number,
    windowMs: number,
    now: number,
  ): Promise<{ taken: true } | { taken: false; freeAt: number }>;
  /** Gives back the place taken as `entry`. */
  release(key: string, entry: string): Promise<void>;
}

export interface PreferenceStore {
  get(userId: UserId): Promise<Preferences | null>;
  put(preferences: Preferences): Promise<void>;
  /** Everybody's, in order of user id; the engine reads them once, at start. */
  all(): Promise<Preferences[]>;
}
