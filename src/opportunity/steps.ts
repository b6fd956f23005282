import { isOpen, type Opportunity, type Participant, type UserId } from '../types';
import { transition } from './lifecycle';

/*
 * What an opportunity becomes, step by step: pure, each along an arrow of the table in lifecycle.ts.
 * All throw BarterError `wrong-state` where the table has no such arrow.
 */

/** One person agrees; their own item is kept out of new proposals until `lockedUntil`. */
export function accepted(opportunity: Opportunity, userId: UserId, now: number, lockedUntil: number): Opportunity {
  const state = transition(opportunity.state, 'accept');
  return next(opportunity, { state, participants: withMe(opportunity, userId, { acceptedAt: now, lockedUntil }) });
}

export function isAcceptedByAll({ participants }: Opportunity): boolean {
  return participants.every(({ acceptedAt }) => acceptedAt !== null);
}

/** Everybody agreed: from now on the hand-overs are due by `expiresAt`. Soft locks give way to the hard ones. */
export function committed(
  opportunity: Opportunity,
  now: number,
  expiresAt: number,
  warnAt: number | null,
): Opportunity {
  const participants = opportunity.participants.map((one) => ({ ...one, lockedUntil: null }));
  const state = transition(opportunity.state, 'commit');
  return next(opportunity, { state, participants, committedAt: now, expiresAt, warnAt });
}

/** One person has received their item. Once all have, it is completed. */
export function confirmed(opportunity: Opportunity, userId: UserId, now: number): Opportunity {
  const state = transition(opportunity.state, 'confirm');
  const participants = withMe(opportunity, userId, { confirmedAt: now });
  if (participants.some(({ confirmedAt }) => confirmedAt === null)) return next(opportunity, { state, participants });
  return next(opportunity, { state: transition(state, 'complete'), participants, endedAt: now, warnAt: null });
}

/** How an opportunity ends before its time. */
export interface Ending {
  action: 'decline' | 'withdraw' | 'expire' | 'dispute';
  reason: string;
  /** Who ended it, where a person did. */
  by?: UserId;
  note?: string;
}

/** It ends. Where it was committed, who was to give what somebody still waits for has broken it. */
export function ended(opportunity: Opportunity, { action, reason, by, note }: Ending, now: number): Opportunity {
  const state = transition(opportunity.state, action);
  return next(opportunity, {
    state,
    endedAt: now,
    endReason: reason,
    warnAt: null,
    ...(by !== undefined && { endedBy: by }),
    ...(note !== undefined && { note }),
    ...(state === 'broken' && { breakers: breakersOf(opportunity, by) }),
  });
}

/** Nobody who has not acted yet will be warned again. */
export function warned(opportunity: Opportunity): Opportunity {
  return next(opportunity, { warnAt: null });
}

/** Who still has something to do before the deadline: to answer, or to confirm. */
export function awaited(opportunity: Opportunity): Participant[] {
  const key = isOpen(opportunity) ? 'acceptedAt' : 'confirmedAt';
  return opportunity.participants.filter((one) => one[key] === null);
}

export function participantOf({ participants }: Opportunity, userId: UserId): Participant | undefined {
  return participants.find((one) => one.userId === userId);
}

/** Who disputes says who it was: the one to give to them. Else the time is over for all whose item was not received. */
function breakersOf({ participants }: Opportunity, by: UserId | undefined): UserId[] {
  const waiting = participants.filter((one) => (by === undefined ? one.confirmedAt === null : one.userId === by));
  return waiting.map(({ getsFrom }) => getsFrom);
}

function withMe({ participants }: Opportunity, userId: UserId, change: Partial<Participant>): Participant[] {
  return participants.map((one) => (one.userId === userId ? { ...one, ...change } : one));
}

function next(opportunity: Opportunity, change: Partial<Opportunity>): Opportunity {
  return { ...opportunity, ...change, version: opportunity.version + 1 };
}
