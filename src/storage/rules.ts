import { isActive, isOpen, type Lock, type NotificationType, type Opportunity } from '../types';
import type { StoredNotification } from './storage';

/*
 * What every store decides in the same way, however it keeps its rows.
 */

/** The deadlines of an open opportunity, which never go back; those of any other are what it says. */
export function laterDeadlines(next: Opportunity, known: Opportunity): Pick<Opportunity, 'expiresAt' | 'warnAt'> {
  const { expiresAt, warnAt } = next;
  if (!isOpen(next) || !isOpen(known)) return { expiresAt, warnAt };
  const isWarned = known.warnAt === null || warnAt === null;
  return {
    expiresAt: Math.max(known.expiresAt, expiresAt),
    warnAt: isWarned ? null : Math.max(known.warnAt!, warnAt!),
  };
}

/** When time next asks something of an opportunity; null: never again. A completed one that is not settled is due at once. */
export function dueAt(opportunity: Opportunity): number | null {
  if (opportunity.state === 'completed') return opportunity.settledAt === undefined ? 0 : null;
  return isActive(opportunity) ? Math.min(opportunity.expiresAt, opportunity.warnAt ?? Infinity) : null;
}

/** What the row of everybody in an opportunity says once it has ended, and at no other time. */
export const ENDING_ROWS: readonly NotificationType[] = ['match_withdrawn', 'match_completed'];

/** The locks that follow from the state of an opportunity at `now`, in the order of its items. */
export function locksOf({ id, state, items, participants, expiresAt }: Opportunity, now: number): Lock[] {
  if (state === 'committed')
    return items.map((itemId) => ({ itemId, opportunityId: id, kind: 'hard', until: expiresAt }));
  if (state !== 'accepting') return []; // nobody's acceptance stands in any other
  return participants.flatMap(({ gives, lockedUntil }): Lock[] =>
    lockedUntil !== null && lockedUntil > now
      ? [{ itemId: gives, opportunityId: id, kind: 'soft', until: lockedUntil }]
      : [],
  );
}

/** What holds a row back while a sender hands it to the transport. If that dies, nobody knows whether it was sent. */
export const UNDER_WAY = 'sender';

/** What delivery knows of a row: it stays when what the row says is replaced. */
export function deliveryOf(row: StoredNotification) {
  const { deliverAt, deliveredAt, shownAt, attempts, heldBy, readAt, toldAt } = row;
  return { deliverAt, deliveredAt, shownAt, attempts, heldBy, readAt, toldAt };
}

/** One place taken in a sliding window. */
export interface Place {
  entry: string;
  at: number;
}

/** How many windows late a call may come and still find what was taken before it. */
export const LATE_WINDOWS = 10;

/**
 * Takes a place of `limit` in the window of `windowMs` around `now`, as `entry`.
 * @returns The places to keep from now on, by time, and the answer.
 */
export function takePlace(
  all: readonly Place[],
  entry: string,
  limit: number,
  windowMs: number,
  now: number,
): { places: Place[]; answer: { taken: true } | { taken: false; freeAt: number } } {
  const latest = Math.max(now, all.at(-1)?.at ?? now);
  const places = all.filter(({ at }) => at > latest - LATE_WINDOWS * windowMs);
  if (places.some((place) => place.entry === entry)) return { places, answer: { taken: true } };
  // Both sides of now: calls may come out of order, and no window on either side may overflow.
  const near = places.filter(({ at }) => Math.abs(at - now) < windowMs);
  if (near.length >= limit)
    return { places, answer: { taken: false, freeAt: near[near.length - limit]!.at + windowMs } };
  const taken = [...places, { entry, at: now }].sort((a, b) => a.at - b.at);
  return { places: taken, answer: { taken: true } };
}
