import type { Notification, NotificationType } from '../../src/types';

/** The socket event that announces a trade, new or changed. */
export const MATCH_FOUND = 'match:found';
/** The socket event that says a trade is no longer possible. */
export const MATCH_WITHDRAWN = 'match:withdrawn';

const EVENTS = {
  new_match: MATCH_FOUND,
  updated_match: MATCH_FOUND,
  match_accepted: 'match:accepted',
  match_committed: 'match:committed',
  match_completed: 'match:completed',
  match_withdrawn: MATCH_WITHDRAWN,
  match_deadline: 'match:deadline',
} as const satisfies Record<NotificationType, string>;

/** A socket event of ours. */
export type MatchEvent = (typeof EVENTS)[NotificationType];

/** A notification as it travels: the row's id under its own name, and instants as ISO 8601. */
export interface MatchMessage extends Omit<Notification, 'id' | 'userId' | 'timestamp' | 'expiresAt'> {
  /** The same message may come twice; a client drops what it has seen. */
  notificationId: string;
  /** ISO 8601. */
  timestamp: string;
  /** The deadline of the state, ISO 8601. */
  expiresAt: string;
}

/** Which socket event carries this notification. */
export function eventOf({ type }: Notification): MatchEvent {
  return EVENTS[type];
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
    state: notification.state,
    revision: notification.revision,
    expiresAt: new Date(notification.expiresAt).toISOString(),
    acceptedBy: notification.acceptedBy,
    ...(notification.repairs === undefined ? {} : { repairs: notification.repairs }),
    ...(notification.repairedBy === undefined ? {} : { repairedBy: notification.repairedBy }),
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
