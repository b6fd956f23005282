import type { Clock, UserId } from 'barterloop';
import type { PrismaClient } from '../generated/client';
import { createTurns } from './turns';

/** Tokens live no longer than this, so a removal needs to be remembered no longer either. */
export const LONGEST_TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/** Who is known, and whose tokens no longer count. */
export interface Users {
  has(userId: UserId): boolean;
  add(userId: UserId): Promise<void>;
  /** From now on every token issued so far is refused. */
  remove(userId: UserId): Promise<void>;
  /** Whether a token of this user, issued at this second, still speaks for them. */
  accepts(userId: UserId, issuedAtSeconds: number): boolean;
  /** How others reach them, and where digests go; null: not at all. What is absent stays; nothing is kept of who is not known. */
  setReach(userId: UserId, reach: { contact?: string | null; email?: string | null }): Promise<void>;
  contactOf(userId: UserId): string | null;
  emailOf(userId: UserId): string | null;
  /** The earliest second at which a new token may say it was issued. */
  earliestIssue(userId: UserId): number;
}

/** What is kept of an account, also of one that was removed. */
interface UserRecord {
  isActive: boolean;
  contact: string | null;
  email: string | null;
  removedAt: number | null;
}

/** Where accounts last. */
interface UserTable {
  all(): Promise<[UserId, UserRecord][]>;
  put(userId: UserId, record: UserRecord): Promise<void>;
  forgetRemovalsBefore(instant: number): Promise<void>;
}

/** Accounts, kept in memory as every request asks for one, and in their table where there is one. */
export async function createUsers(clock: Clock, table: UserTable = NO_TABLE): Promise<Users> {
  const records = new Map(await table.all());

  const forgetOldRemovals = async () => {
    const before = clock.now() - LONGEST_TOKEN_LIFE_MS;
    await table.forgetRemovalsBefore(before);
    for (const [userId, { isActive, removedAt }] of records)
      if (!isActive && removedAt !== null && removedAt < before) records.delete(userId);
  };
  await forgetOldRemovals();

  // One at a time: each begins with what the one before has left, a removal above all.
  const turns = createTurns();
  const change = (userId: UserId, to: (known: UserRecord) => UserRecord) =>
    turns(userId, async () => {
      const known = records.get(userId) ?? NOBODY;
      const record = to(known);
      if (record === known) return;
      await table.put(userId, record);
      records.set(userId, record);
    });

  const earliestIssue = (userId: UserId): number => {
    const at = records.get(userId)?.removedAt ?? null;
    // Tokens count in seconds: one issued in the second of the removal may be older than it.
    return at === null ? 0 : Math.floor(at / 1000) + 1;
  };

  return {
    has: (userId) => records.get(userId)?.isActive === true,
    async add(userId) {
      if (records.get(userId)?.isActive !== true) await change(userId, (known) => ({ ...known, isActive: true }));
    },
    async remove(userId) {
      await change(userId, () => ({ ...NOBODY, removedAt: clock.now() }));
      await forgetOldRemovals();
    },
    setReach: (userId, reach) => change(userId, (known) => (known.isActive ? { ...known, ...reach } : known)),
    contactOf: (userId) => records.get(userId)?.contact ?? null,
    emailOf: (userId) => records.get(userId)?.email ?? null,
    accepts: (userId, issuedAtSeconds) => issuedAtSeconds >= earliestIssue(userId),
    earliestIssue,
  };
}

/** The table `host_users`. */
export function userTable({ hostUser }: PrismaClient): UserTable {
  return {
    async all() {
      const rows = await hostUser.findMany();
      return rows.map(({ id, removedAt, ...row }) => [
        id,
        { ...row, removedAt: removedAt === null ? null : Number(removedAt) },
      ]);
    },
    async put(id, record) {
      await hostUser.upsert({ where: { id }, create: { id, ...record }, update: record });
    },
    async forgetRemovalsBefore(instant) {
      await hostUser.deleteMany({ where: { isActive: false, removedAt: { lt: instant } } });
    },
  };
}

const NOBODY: UserRecord = { isActive: false, contact: null, email: null, removedAt: null };

const NO_TABLE: UserTable = { all: async () => [], put: async () => {}, forgetRemovalsBefore: async () => {} };
