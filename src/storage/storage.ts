import type { Item, ItemId, Lock, Notification, Opportunity, Preferences, UserId } from '../types';

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
  /** All of a person's, whatever their status, in order of id. */
  ownedBy(userId: UserId): Promise<Item[]>;
  /** Up to `limit` items with an id greater than `after` (code unit order), in order of id. */
  page(query: { after?: ItemId; limit: number }): Promise<Item[]>;
}

/** An opportunity that takes the place of another, with the inbox rows of its people. */
export interface Proposal {
  opportunity: Opportunity;
  rows: StoredNotification[];
}

/** The next state of an opportunity, for a store to take over where the version is still the one it was made from. */
export interface Step extends Proposal {
  /** The version that was read; `opportunity.version` is greater. */
  fromVersion: number;
}

/** Why a commitment was not stored: it changed meanwhile, an item is in another commitment, or other opportunities are open. */
export type CommitAnswer =
  | { committed: true; fence: number }
  | { committed: false; because: 'stale' | 'locked' | 'competing' };

/**
 * Opportunities, and the locks that follow from them.
 *
 * Locks are not written by anybody: a soft lock is a participant's `lockedUntil` in an open opportunity, a hard lock is
 * there for each item of a committed one. A step that ends an opportunity thereby ends its locks, and no lock outlives
 * it. A store needs one thing besides its opportunities that is unique by item: which commitment holds it.
 *
 * In SQL each step is one transaction of guarded statements: `UPDATE … WHERE id = ? AND version = ? AND state IN (…)`,
 * whose row count says whether it won, and for the items of a commitment `UPDATE item_slots SET held_by = ? WHERE item_id
 * IN (…) AND held_by IS NULL`, whose row count must be the number of items. A slot for each of its items is made by
 * {@link propose}, in the same way guarded by `held_by IS NULL`, so that the two wait for each other.
 */
export interface OpportunityStore {
  get(id: string): Promise<Opportunity | null>;
  /** The latest attempt at this cycle, live or ended. */
  latest(cycleKey: string): Promise<Opportunity | null>;
  /**
   * Stores the opportunity and one inbox row for each of its people, all or nothing.
   * False, and nothing stored, where an opportunity with this id exists (a replay adds nothing), or a commitment holds
   * one of its items.
   */
  propose(opportunity: Opportunity, rows: StoredNotification[]): Promise<boolean>;
  /**
   * Replaces an active opportunity whose version is still `fromVersion`, and the inbox rows of those people for whom one
   * is given; stores `successor`, where there is one, as {@link propose} does; and remembers what was `refused`, digests
   * of deals and of whole questions, as long as it keeps this opportunity. All or nothing: false, and nothing stored,
   * where it has ended, has another version, or its successor cannot be proposed.
   *
   * Where the opportunity has ended by it, the items that it held are free. A row whose id is there already changes what
   * it says and keeps what delivery knows of it. `expiresAt` and `warnAt` of an open opportunity never go back.
   */
  change(step: Step, extra?: { successor?: Proposal; refused?: readonly string[] }): Promise<boolean>;
  /**
   * Commits an open opportunity whose version is still `fromVersion`: it holds all its items from now on, or nothing is
   * stored. In the same step the other open opportunities with one of these items end, as `competing` says.
   *
   * `stale`: it has ended or has another version. `locked`: another commitment holds one of the items. `competing`: those
   * given are not just the open ones with these items, in the versions that they have; read them again.
   * @returns With `committed` the fence that is now in the stored opportunity, greater than all before it.
   */
  commit(step: Step, competing: readonly Step[]): Promise<CommitAnswer>;
  /**
   * Puts off the deadline of an open opportunity, and the warning of it; no revision, as nobody agreed to less. Earlier
   * ones are ignored, and so is a warning that has been given.
   */
  extend(id: string, expiresAt: number, warnAt: number | null): Promise<void>;
  /** Says that the items of a completed opportunity are marked as traded. */
  settle(id: string, now: number): Promise<void>;
  /** Active (open or committed) opportunities that contain this item, by id. */
  activeByItem(itemId: ItemId): Promise<Opportunity[]>;
  /** Up to `limit` active opportunities with an id greater than `after` (code unit order), in order of id. */
  active(query: { after?: string; limit: number }): Promise<Opportunity[]>;
  /**
   * Those that time asks something of: active ones with `expiresAt <= now` or `warnAt <= now`, and completed ones that
   * are not settled; oldest `expiresAt` first, then by id.
   */
  due(now: number, limit: number): Promise<Opportunity[]>;
  /** Opportunities that this person is in, newest first, then by id. */
  byUser(userId: UserId, query: { limit: number }): Promise<Opportunity[]>;
  /** How many open opportunities this person is in. */
  countOpen(userId: UserId): Promise<number>;
  /** The locks on these items at `now`, by item id, then opportunity id; a soft one is there while `until > now`. */
  locks(itemIds: readonly ItemId[], now: number): Promise<Lock[]>;
  /** Up to `limit` hard locks on items with an id greater than `after` (code unit order), in order of id. */
  hardLocks(query: { after?: ItemId; limit: number }): Promise<Lock[]>;
  /** How many there are at `now`, of each kind. */
  countLocks(now: number): Promise<{ soft: number; hard: number }>;
  /** Which of these have been refused, in the order given; see {@link change}. */
  refused(digests: readonly string[]): Promise<string[]>;
  /**
   * Up to `limit` opportunities of which nothing is asked any more (they have ended, completed ones are settled), whose
   * deadline was at or before `before`, with an id greater than `after` (code unit order), in order of id.
   */
  ended(query: { before: number; after?: string; limit: number }): Promise<Opportunity[]>;
  /**
   * Replaces an ended opportunity whose version is still `fromVersion`, and the inbox rows given, of which each keeps what
   * delivery knows of it; the row of `without` goes. All or nothing.
   * @returns False, and nothing stored, where it has another version, is active or is not there.
   */
  rewrite(step: Step, without?: UserId): Promise<boolean>;
  /**
   * Takes opportunities away in one step, each with its inbox rows, what was refused by it, and whatever else the store
   * keeps for it and for no other. Passes by those of which something is asked still, and those with a row that awaits
   * delivery.
   * @returns How many went.
   */
  remove(ids: readonly string[]): Promise<number>;
}

/** A notification with what delivery knows about it. There is one row for a person and an opportunity: the latest. */
export interface StoredNotification extends Notification {
  /** Not pushed before this instant; null: never pushed, the inbox is enough. */
  deliverAt: number | null;
  /** Null until the transport has taken it, or a digest told of it. */
  deliveredAt: number | null;
  /** When it came to a device, or a digest told of it; null: it did neither. */
  shownAt: number | null;
  /** Pushes tried so far. */
  attempts: number;
  /** The gate that holds it back, where one does; `transport` after a failed push; `sender` while it is being pushed. */
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
  /**
   * What has come into a person's inbox, or changed there, since a cursor: in the order in which it was stored, and for a
   * row only its latest state. `cursor` is where to go on from; the first one is 0. A row that is stored later always
   * stands behind every cursor given out by then.
   */
  news(
    userId: UserId,
    query: { after: number; limit: number },
  ): Promise<{ rows: StoredNotification[]; cursor: number }>;
  /** The rows that tell of an opportunity, by user id. */
  ofOpportunity(opportunityId: string): Promise<StoredNotification[]>;
  /** Undelivered rows with `deliverAt <= now`, oldest `deliverAt` first, then by id. */
  due(now: number, limit: number): Promise<StoredNotification[]>;
  /**
   * Takes an undelivered row with `deliverAt <= now` to send it: `deliverAt` is `until` then, so that nobody else takes it
   * before, and `heldBy` is `sender`. One winner; false for all others, and where it is not there, not due, or delivered.
   */
  take(id: string, now: number, until: number): Promise<boolean>;
  /** Marks as delivered, and as shown where it `reached` a device; false where it already was delivered or is not there. */
  markDelivered(id: string, now: number, reached: boolean): Promise<boolean>;
  /**
   * Up to `limit` rows of a person for a digest, newest first, then by id: they were to be pushed, no device has shown
   * them, they are not being pushed just now, and the person has not read them.
   */
  missed(userId: UserId, limit: number): Promise<StoredNotification[]>;
  /** Marks as shown, and as delivered where it was not, so that it is not pushed any more; false where it is not there. */
  markShown(id: string, now: number): Promise<boolean>;
  /**
   * Says that this person has been told of an opportunity by a row that is no longer there: a newer one took its place
   * while it was on its way. Where the newer one is a withdrawal that was not to be pushed yet, it is due from now on.
   */
  markTold(opportunityId: string, userId: UserId, now: number): Promise<void>;
  /** Puts off an undelivered row, says by what, and counts one attempt where `attempted`. */
  postpone(id: string, change: { deliverAt: number; heldBy: string | null; attempted: boolean }): Promise<void>;
  /** Marks as read, for this person only; false where it is not theirs or not there. Reading twice keeps the first time. */
  markRead(id: string, userId: UserId, now: number): Promise<boolean>;
  /** How many rows await delivery, now or later. */
  pending(): Promise<number>;
  /**
   * Takes away up to `limit` rows that say how an opportunity ended, are of `before` or earlier by their `timestamp`, and
   * do not await delivery. Cursors stay good.
   * @returns How many went.
   */
  prune(before: number, limit: number): Promise<number>;
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
  /** Takes away up to `limit` claims that have ended by `now`. @returns How many went. */
  prune(now: number, limit: number): Promise<number>;
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
  /** Takes away up to `limit` keys whose latest place was taken at or before `before`. @returns How many went. */
  prune(before: number, limit: number): Promise<number>;
}

export interface PreferenceStore {
  get(userId: UserId): Promise<Preferences | null>;
  put(preferences: Preferences): Promise<void>;
  /** Removing what is not there is no error. */
  remove(userId: UserId): Promise<void>;
  /**
   * Takes a person's digest of a day (a number that grows by one with each) to send it: nobody else takes it before
   * `until`. One winner. `done`: that of this day or a later one has been sent, or there are no preferences; `held`:
   * somebody else has taken it and may be sending it at `now`.
   */
  takeDigest(userId: UserId, day: number, now: number, until: number): Promise<'taken' | 'held' | 'done'>;
  /** Says that the digest of this day is done; earlier days are then done, too. {@link put} leaves it as it is, and
   * {@link remove} takes it away; of who has no preferences nothing is kept. */
  digestSent(userId: UserId, day: number): Promise<void>;
  /** Everybody's, in order of user id; the engine reads them once, at start. */
  all(): Promise<Preferences[]>;
}
