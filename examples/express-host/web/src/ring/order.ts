import type { OpportunityView, ParticipantView } from '../api/types';

/** The people in the order in which the goods move, beginning with `first` where they are in it. */
export function inOrder(participants: readonly ParticipantView[], first: string): ParticipantView[] {
  const byUser = new Map(participants.map((participant) => [participant.userId, participant]));
  const ring: ParticipantView[] = [];
  let next = byUser.get(first) ?? participants[0];
  while (next && ring.length < participants.length) {
    ring.push(next);
    next = byUser.get(next.givesTo);
  }
  return ring;
}

/** What a repair changed, for who was in the ring before. */
export interface Repair {
  left: ParticipantView[];
  joined: ParticipantView[];
  /** Whose acceptance still stands. */
  kept: ParticipantView[];
}

export function repairOf(before: OpportunityView, now: OpportunityView): Repair {
  const ids = (participants: readonly ParticipantView[]) => new Set(participants.map(({ userId }) => userId));
  const [old, present] = [ids(before.participants), ids(now.participants)];
  const accepted = ids(before.participants.filter((one) => one.accepted));
  return {
    left: before.participants.filter(({ userId }) => !present.has(userId)),
    joined: now.participants.filter(({ userId }) => !old.has(userId)),
    kept: now.participants.filter((one) => one.accepted && accepted.has(one.userId)),
  };
}
