import type { StoredNotification } from '../storage/storage';
import type { Opportunity, Participant, UserId } from '../types';
import { digest, keyedDigest } from '../util/digest';

/** In the place of a title. */
const NO_WORDS = '—';

/** What stands in the place of a person who has been forgotten: always the same, and nobody's id. */
export function pseudonymOf(userId: UserId, ledgerKey: string): UserId {
  return `forgotten-${keyedDigest(ledgerKey, 'person', userId)}`;
}

/**
 * An opportunity as the others in it may keep it: another name for the person, and none of their words. What everybody gave
 * and got, by item id and value, stays.
 */
export function withPseudonym(opportunity: Opportunity, userId: UserId, pseudonym: UserId): Opportunity {
  const named = (id: UserId) => (id === userId ? pseudonym : id);
  const { note: _, ...rest } = opportunity;
  return {
    ...rest,
    participants: opportunity.participants.map((one) => withoutWords(one, userId, named)),
    payments: opportunity.payments.map(({ from, to, amount }) => ({ from: named(from), to: named(to), amount })),
    // It was made of their titles, too. Nobody is asked for this trade again.
    fingerprint: digest('forgotten', opportunity.id),
    leftOut: opportunity.leftOut.map(named),
    ...(opportunity.endedBy !== undefined && { endedBy: named(opportunity.endedBy) }),
    ...(opportunity.breakers && { breakers: opportunity.breakers.map(named) }),
    version: opportunity.version + 1,
  };
}

/** Somebody else's inbox row of it. */
export function rowWithPseudonym(row: StoredNotification, userId: UserId, pseudonym: UserId): StoredNotification {
  const named = (id: UserId) => (id === userId ? pseudonym : id);
  const isFromThem = row.getsFrom === userId;
  return {
    ...row,
    acceptedBy: row.acceptedBy.map(named),
    participants: row.participants.map((one) => ({
      userId: named(one.userId),
      gives: one.userId === userId ? { ...one.gives, itemTitle: NO_WORDS } : one.gives,
      givesTo: named(one.givesTo),
    })),
    gets: isFromThem ? { ...row.gets, itemTitle: NO_WORDS } : row.gets,
    reasons: isFromThem ? [] : row.reasons,
    getsFrom: named(row.getsFrom),
    givesTo: named(row.givesTo),
    fingerprint: digest('forgotten', row.opportunityId),
  };
}

function withoutWords(one: Participant, userId: UserId, named: (id: UserId) => UserId): Participant {
  const isTheirs = one.userId === userId;
  const isFromThem = one.getsFrom === userId;
  return {
    ...one,
    userId: named(one.userId),
    givesTo: named(one.givesTo),
    getsFrom: named(one.getsFrom),
    ...(isTheirs && { givesTitle: NO_WORDS, reasons: [] }),
    ...(isFromThem && { getsTitle: NO_WORDS, getsDigest: '', reasons: [] }),
  };
}
