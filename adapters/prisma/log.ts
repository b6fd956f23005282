import type { LoggedEvent } from '../../src/storage/event-log';
import type { BarterPrismaClient, BarterTables } from './client';

/*
 * The order of the log.
 *
 * Ids are drawn when a row is written, and rows come to light when their transaction is committed, so that a cursor over
 * ids would pass by what is committed late. So events are ordered by transaction first, and only those are read whose
 * transaction is older than all that are open: nothing more can come to light among them. A long transaction thus holds
 * the log up, and nobody else.
 */

interface Position {
  transaction: bigint;
  id: bigint;
}

/** Adds an event, in whatever transaction the tables stand for. */
export async function appendEvents(
  { barterEvent }: BarterTables,
  events: readonly Pick<LoggedEvent, 'itemId' | 'userId'>[],
): Promise<void> {
  if (events.length > 0) await barterEvent.createMany({ data: [...events] });
}

/** The events that are not done, oldest first. */
export async function prismaEvents(prisma: BarterPrismaClient, limit: number): Promise<LoggedEvent[]> {
  const [open] = await prisma.$queryRawUnsafe<{ oldest: string }[]>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest',
  );
  const done = await prisma.barterCursor.findUnique({ where: { name: 'engine' } });
  const { transaction, id } = done ?? { transaction: 0n, id: 0n };
  const rows = await prisma.barterEvent.findMany({
    where: {
      transaction: { lt: BigInt(open!.oldest), gte: transaction },
      OR: [{ transaction: { gt: transaction } }, { id: { gt: id } }],
    },
    orderBy: [{ transaction: 'asc' }, { id: 'asc' }],
    take: limit,
  });
  return rows.map((row) => ({ position: `${row.transaction}.${row.id}`, itemId: row.itemId, userId: row.userId }));
}

/** Takes away events that are done: nothing that is still to come stands before them. */
export async function pruneEvents({ barterEvent, barterCursor }: BarterTables, limit: number): Promise<number> {
  const cursor = await barterCursor.findUnique({ where: { name: 'engine' } });
  if (!cursor) return 0;
  const { transaction, id } = cursor;
  const rows = await barterEvent.findMany({
    where: { OR: [{ transaction: { lt: transaction } }, { transaction, id: { lte: id } }] },
    orderBy: [{ transaction: 'asc' }, { id: 'asc' }],
    take: limit,
  });
  return (await barterEvent.deleteMany({ where: { id: { in: rows.map((row) => row.id) } } })).count;
}

export function positionOf({ position }: LoggedEvent): Position {
  const [transaction, id] = position.split('.');
  return { transaction: BigInt(transaction!), id: BigInt(id!) };
}
