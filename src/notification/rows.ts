import { UNDER_WAY } from '../storage/rules';
import type { StoredNotification } from '../storage/storage';
import {
  isOpen,
  type Notification,
  type NotificationType,
  type Opportunity,
  type Participant,
  type UserId,
} from '../types';
import { digest } from '../util/digest';

/** Whose acceptance stands. */
export function acceptedBy({ participants }: Opportunity): UserId[] {
  return participants.filter(({ acceptedAt }) => acceptedAt !== null).map(({ userId }) => userId);
}

/**
 * The rows that take the place of those which told of an opportunity. Whom a gate still keeps waiting for the first news
 * of an open one goes on waiting, and will hear how things are by then; to everybody else `type` is news.
 *
 * @param before The rows there are, by person.
 * @param silent People who know already: their inbox is brought up to date, and nothing is sent to them.
 */
export function newsOf(
  opportunity: Opportunity,
  before: ReadonlyMap<UserId, StoredNotification>,
  type: NotificationType,
  now: number,
  silent: ReadonlySet<UserId> = new Set(),
): StoredNotification[] {
  return opportunity.participants.map((me) => {
    const known = before.get(me.userId);
    if (known && isOpen(opportunity) && (isWaiting(known) || silent.has(me.userId)))
      return { ...rowFor(opportunity, me, known.type, known.timestamp), id: known.id };
    const isNews = !silent.has(me.userId);
    // Not before the news that it takes back, which may be on its way.
    const from = known?.heldBy === UNDER_WAY && type === 'match_withdrawn' ? known.deliverAt : now;
    return rowFor(opportunity, me, type, now, { toldAt: toldAt(known), deliverAt: isNews ? from : null });
  });
}

/** When a person was first told of an opportunity by a push, or may have been: one is under way; null: not yet. */
export function toldAt(row: StoredNotification | undefined): number | null {
  if (!row) return null;
  return row.toldAt ?? row.deliveredAt ?? (row.heldBy === UNDER_WAY ? row.deliverAt : null);
}

/** It is to be pushed, and no push is under way. */
export function isWaiting({ deliverAt, deliveredAt, heldBy }: StoredNotification): boolean {
  return deliverAt !== null && deliveredAt === null && heldBy !== UNDER_WAY;
}

/**
 * The inbox row that tells one person of an opportunity as it is now. Its id is the same whoever makes it and however
 * often: opportunity, version, person and type.
 */
export function rowFor(
  opportunity: Opportunity,
  me: Participant,
  type: NotificationType,
  now: number,
  delivery: Partial<Pick<StoredNotification, 'deliverAt' | 'toldAt'>> = {},
): StoredNotification {
  const { id: opportunityId, participants, revision, score, fingerprint, repairs, repairedBy } = opportunity;
  const gives = { itemId: me.gives, itemTitle: me.givesTitle };
  return {
    id: `NTF-${digest('notification', opportunityId, opportunity.version, me.userId, type)}`,
    userId: me.userId,
    type,
    opportunityId,
    state: opportunity.state,
    revision,
    expiresAt: opportunity.expiresAt,
    acceptedBy: acceptedBy(opportunity),
    ...(repairs !== undefined && { repairs }),
    ...(repairedBy !== undefined && { repairedBy }),
    participantCount: participants.length,
    averageMatchScore: score,
    participants: participants.map((other) => ({
      userId: other.userId,
      gives: { itemId: other.gives, itemTitle: other.givesTitle },
      givesTo: other.givesTo,
    })),
    userItems: [gives],
    gives,
    gets: { itemId: me.gets, itemTitle: me.getsTitle },
    givesTo: me.givesTo,
    getsFrom: me.getsFrom,
    cashNet: me.cashNet,
    reasons: me.reasons,
    ...(type === 'match_withdrawn' &&
      opportunity.endReason !== undefined && { withdrawnBecause: opportunity.endReason }),
    timestamp: now,
    deliverAt: now,
    deliveredAt: null,
    shownAt: null,
    attempts: 0,
    heldBy: null,
    readAt: null,
    toldAt: null,
    fingerprint,
    ...delivery,
  };
}

/** What the recipient may see of a row. */
export function toNotification(row: StoredNotification): Notification {
  const { deliverAt, deliveredAt, shownAt, attempts, heldBy, readAt, toldAt, fingerprint, ...notification } = row;
  return notification;
}
