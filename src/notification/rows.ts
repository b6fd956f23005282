import type { StoredNotification } from '../storage/storage';
import type { NotificationType, Opportunity, Participant } from '../types';
import { digest } from '../util/digest';

/**
 * The inbox row that tells one person of an opportunity as it is now. Its id is the same whoever makes it and however
 * often: opportunity, revision, person and type.
 */
export function rowFor(
  opportunity: Opportunity,
  me: Participant,
  type: NotificationType,
  now: number,
  delivery: Partial<Pick<StoredNotification, 'deliverAt' | 'toldAt'>> = {},
): StoredNotification {
  const { id: opportunityId, participants, revision, score, fingerprint } = opportunity;
  const gives = { itemId: me.gives, itemTitle: me.givesTitle };
  return {
    id: `NTF-${digest('notification', opportunityId, revision, me.userId, type)}`,
    userId: me.userId,
    type,
    opportunityId,
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
    attempts: 0,
    heldBy: null,
    readAt: null,
    toldAt: null,
    fingerprint,
    ...delivery,
  };
}
