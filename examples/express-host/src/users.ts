import type { Clock, UserId } from 'barterloop';

/** Tokens live no longer than this, so a removal needs to be remembered no longer either. */
export const LONGEST_TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/** Who is known, and whose tokens no longer count. In a real host this is a table. */
export interface Users {
  readonly size: number;
  has(userId: UserId): boolean;
  add(userId: UserId): void;
  /** From now on every token issued so far is refused. */
  remove(userId: UserId): void;
  /** Whether a token of this user, issued at this second, still speaks for them. */
  accepts(userId: UserId, issuedAtSeconds: number): boolean;
  /** How others reach them; null: not at all. */
  setContact(userId: UserId, contact: string | null): void;
  contactOf(userId: UserId): string | null;
  /** The earliest second at which a new token may say it was issued. */
  earliestIssue(userId: UserId): number;
}

/** Users in memory. */
export function createUsers(clock: Clock): Users {
  const known = new Set<UserId>();
  const removedAt = new Map<UserId, number>();
  const contacts = new Map<UserId, string>();

  const forgetOldRemovals = () => {
    for (const [userId, at] of removedAt) {
      // Oldest first, because a removal is always put last.
      if (at + LONGEST_TOKEN_LIFE_MS >= clock.now()) break;
      removedAt.delete(userId);
    }
  };

  const earliestIssue = (userId: UserId): number => {
    const at = removedAt.get(userId);
    // Tokens count in seconds: one issued in the second of the removal may be older than it.
    return at === undefined ? 0 : Math.floor(at / 1000) + 1;
  };

  return {
    get size() {
      return known.size;
    },
    has: (userId) => known.has(userId),
    add: (userId) => {
      known.add(userId);
    },
    remove(userId) {
      forgetOldRemovals();
      known.delete(userId);
      contacts.delete(userId);
      removedAt.delete(userId);
      removedAt.set(userId, clock.now());
    },
    setContact(userId, contact) {
      if (contact === null) contacts.delete(userId);
      else contacts.set(userId, contact);
    },
    contactOf: (userId) => contacts.get(userId) ?? null,
    accepts: (userId, issuedAtSeconds) => issuedAtSeconds >= earliestIssue(userId),
    earliestIssue,
  };
}
