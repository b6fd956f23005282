import type { Notification } from '../../src/types';

/** The socket event that announces a trade, new or changed. */
export const MATCH_FOUND = 'match:found';
/** The socket event that says a trade is no longer possible. */
export const MATCH_WITHDRAWN = 'match:withdrawn';

/** A notification as it travels: the row's id under its own name, and instants as ISO 8601. */
export interface MatchMessage extends Omit<Notification, 'id' | 'userId' | 'timestamp'> {
  /** The same message may come twice; a client drops what it has seen. */
  notificationId: string;
  /** ISO 8601. */
  timestamp: string;
}

/** Which socket event carries this notification. */
export function eventOf(notification: Notification): typeof MATCH_FOUND | typeof MATCH_WITHDRAWN {
  return notification.type === 'match_withdrawn' ? MATCH_WITHDRAWN : MATCH_FOUND;
}

/**
 * Turns a notification into what is sent. Field by field, because the outbox hands over rows that also hold what only
 * the server may know.
 */
export function toMessage(notification: Notification): MatchMessage {
  return {
    notificationId: notification.id,
    type: notification.type,
    opportunityId: notification.opportunityId,
    participantCount: notification.participantCount,
    averageMatchScore: notification.averageMatchScore,
    participants: notification.participants,
    userItems: notification.userItems,
    gives: notification.gives,
    gets: notification.gets,
    getsFrom: notification.getsFrom,
    givesTo: notification.givesTo,
    cashNet: notification.cashNet,
    reasons: notification.reasons,
    ...(notification.withdrawnBecause === undefined ? {} : { withdrawnBecause: notification.withdrawnBecause }),
    timestamp: new Date(notification.timestamp).toISOString(),
  };
}
