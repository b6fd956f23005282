import { ENDING_ROWS, UNDER_WAY } from '../../src/storage/rules';
import type { NotificationStore, StoredNotification } from '../../src/storage/storage';
import { takeNumbers } from './atomically';
import type { BarterTables, NotificationRow } from './client';

/** What awaits delivery. */
export const PENDING = { deliveredAt: null, deliverAt: { not: null } };

/** Inbox rows, and what delivery knows of them. */
export function prismaNotifications({ barterNotification: table }: BarterTables): NotificationStore {
  const undelivered = { deliveredAt: null };
  const newestFirst = [{ timestamp: 'desc' }, { id: 'asc' }];
  return {
    get: async (id) => {
      const row = await table.findUnique({ where: { id } });
      return row && notificationOf(row);
    },
    inbox: async (userId, { limit }) => {
      return (await table.findMany({ where: { userId }, orderBy: newestFirst, take: limit })).map(notificationOf);
    },
    news: async (userId, { after, limit }) => {
      const since = { userId, position: { gt: after } };
      const rows = await table.findMany({ where: since, orderBy: { position: 'asc' }, take: limit });
      return { rows: rows.map(notificationOf), cursor: Number(rows.at(-1)?.position ?? after) };
    },
    ofOpportunity: async (opportunityId) =>
      (await table.findMany({ where: { opportunityId }, orderBy: { userId: 'asc' } })).map(notificationOf),
    due: async (now, limit) => {
      const due = { ...undelivered, deliverAt: { lte: now } };
      const oldestFirst = [{ deliverAt: 'asc' }, { id: 'asc' }];
      return (await table.findMany({ where: due, orderBy: oldestFirst, take: limit })).map(notificationOf);
    },
    take: async (id, now, until) => {
      const due = { id, ...undelivered, deliverAt: { lte: now } };
      return (await table.updateMany({ where: due, data: { deliverAt: until, heldBy: UNDER_WAY } })).count === 1;
    },
    markDelivered: async (id, now, reached) => {
      const delivered = { deliveredAt: now, heldBy: null, ...(reached && { shownAt: now }) };
      return (await table.updateMany({ where: { id, ...undelivered }, data: delivered })).count === 1;
    },
    missed: async (userId, limit) => {
      const isStill = { OR: [{ heldBy: null }, { heldBy: { not: UNDER_WAY } }] };
      const missed = { userId, deliverAt: { not: null }, shownAt: null, readAt: null, ...isStill };
      return (await table.findMany({ where: missed, orderBy: newestFirst, take: limit })).map(notificationOf);
    },
    markShown: async (id, now) => {
      // In this order: cut in between, it is told again rather than not at all.
      await table.updateMany({ where: { id, ...undelivered }, data: { deliveredAt: now, heldBy: null } });
      await table.updateMany({ where: { id, shownAt: null }, data: { shownAt: now } });
      return (await table.count({ where: { id } })) === 1;
    },
    markTold: async (opportunityId, userId, now) => {
      const row = { opportunityId, userId };
      // The second change does not depend on the first: cut in between, the row is due all the same.
      const waits = [{ deliverAt: null }, { deliverAt: { gt: now } }];
      const silent = { ...row, ...undelivered, type: 'match_withdrawn', OR: waits };
      await table.updateMany({ where: silent, data: { deliverAt: now } });
      await table.updateMany({ where: { ...row, toldAt: null }, data: { toldAt: now } });
    },
    postpone: async (id, { deliverAt, heldBy, attempted }) => {
      const putOff = { deliverAt, heldBy, attempts: { increment: attempted ? 1 : 0 } };
      await table.updateMany({ where: { id, ...undelivered }, data: putOff });
    },
    markRead: async (id, userId, now) => {
      await table.updateMany({ where: { id, userId, readAt: null }, data: { readAt: now } });
      return (await table.count({ where: { id, userId } })) === 1;
    },
    pending: async () => table.count({ where: PENDING }),
    prune: async (before, limit) => {
      const old = { type: { in: [...ENDING_ROWS] }, timestamp: { lte: before }, NOT: PENDING };
      const ids = (await table.findMany({ where: old, take: limit })).map((row) => notificationOf(row).id);
      return (await table.deleteMany({ where: { ...old, id: { in: ids } } })).count;
    },
  };
}

/** Stores rows in a transaction, last of all: each takes the place of the one that told the same person of the same trade. */
export async function storeRows(tables: BarterTables, rows: readonly StoredNotification[]): Promise<void> {
  if (rows.length === 0) return;
  const { barterNotification: table } = tables;
  const last = await takeNumbers(tables, 'inbox', rows.length);
  const saying = rows.map((row, i) => ({ ...saysOf(row), position: last - rows.length + 1 + i }));
  const theirs = rows.map(({ opportunityId, userId }) => ({ opportunityId, userId }));
  await table.deleteMany({ where: { OR: theirs, id: { notIn: rows.map(({ id }) => id) } } });
  const data = rows.map((row, i) => ({ ...saying[i], ...keptOf(row) }));
  const { count } = await table.createMany({ data, skipDuplicates: true });
  if (count === rows.length) return;
  // Some were there already. What delivery knows of them stays.
  for (const says of saying) await table.updateMany({ where: { id: says.id }, data: says });
}

function saysOf(row: StoredNotification) {
  const { id, userId, opportunityId, type, timestamp } = row;
  return { id, userId, opportunityId, type, timestamp, body: row };
}

/** The part of a row that lives in columns of its own. */
function keptOf({ deliverAt, deliveredAt, shownAt, attempts, heldBy, readAt, toldAt }: StoredNotification) {
  return { deliverAt, deliveredAt, shownAt, attempts, heldBy, readAt, toldAt };
}

function notificationOf(row: NotificationRow): StoredNotification {
  const { attempts, heldBy } = row;
  return {
    ...(row.body as StoredNotification),
    deliverAt: instant(row.deliverAt),
    deliveredAt: instant(row.deliveredAt),
    shownAt: instant(row.shownAt),
    attempts,
    heldBy,
    readAt: instant(row.readAt),
    toldAt: instant(row.toldAt),
  };
}

function instant(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
