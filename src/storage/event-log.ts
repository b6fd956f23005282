import type { ItemId, UserId } from '../types';
import type { BarterStorage } from './storage';

/** One change of an item that the host's own writers have made. What it is now, the storage's items role says. */
export interface LoggedEvent {
  /** Where it stands in the log; only the log knows how to read it. */
  position: string;
  itemId: ItemId;
  /** Who owned it after the change, or before it went. */
  userId: UserId;
}

/**
 * A durable log of item events, appended to in the transactions that change the items, and worked off once.
 *
 * The order is that in which those transactions were committed, as far as one can tell them apart: no event ever turns up
 * before one that was handed out.
 */
export interface EventLog {
  /** Up to `limit` events that are not done, oldest first. */
  next(limit: number): Promise<LoggedEvent[]>;
  /**
   * Does the work for the first event that is not done. What it stores through the storage that it is given, and that the
   * event is done, are stored together, or neither.
   */
  handle<T>(event: LoggedEvent, work: (storage: BarterStorage) => Promise<T>): Promise<T>;
  /** Takes away up to `limit` events that are done. @returns How many went. */
  prune(limit: number): Promise<number>;
}
