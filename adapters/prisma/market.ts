import { BarterError } from '../../src/errors';
import type { EventLog } from '../../src/storage/event-log';
import type { BarterStorage, ItemStore } from '../../src/storage/storage';
import { stepsWithin, type TransactionLimits, takeNumbers, transactionsOn } from './atomically';
import type { BarterPrismaClient, BarterTables } from './client';
import { positionOf, prismaEvents, pruneEvents } from './log';
import { rolesOn } from './roles';

/** Options of {@link takeMarket}. */
export interface TakeMarketOptions extends TransactionLimits {
  /** Items from a table of the host's own, on a client or within a transaction. @defaultValue `barter_items` */
  items?: (tables: BarterTables) => ItemStore;
}

/** What the one writer of a market works with. */
export interface PrismaMarket {
  storage: BarterStorage;
  /** What the host's own writers have changed: see {@link barterEvents}. */
  log: EventLog;
}

/**
 * Becomes the one writer of the market in this database. Whoever was it before is refused from then on, at every step:
 * their number is compared in each transaction. It waits for those that are under way, so what is read after it is all
 * that they have done.
 */
export async function takeMarket(prisma: BarterPrismaClient, options: TakeMarketOptions = {}): Promise<PrismaMarket> {
  const { items } = options;
  const transactions = transactionsOn(prisma, options);
  const writer = await transactions((tables) => takeNumbers(tables, 'writer', 1));
  const asWriter: typeof transactions = (work) =>
    transactions(async (tables, giveUp) => {
      await refuseOthers(tables, writer);
      return work(tables, giveUp);
    });
  const roles = (tables: BarterTables, atomically: typeof transactions): BarterStorage => ({
    ...rolesOn(tables, atomically),
    ...(items && { items: items(tables) }),
  });
  return {
    storage: roles(prisma, asWriter),
    log: {
      next: (limit) => prismaEvents(prisma, limit),
      handle: (event, work) =>
        asWriter(async (tables) => {
          const result = await work(roles(tables, stepsWithin(tables)));
          const cursor = positionOf(event);
          const name = 'engine';
          await tables.barterCursor.upsert({ where: { name }, create: { name, ...cursor }, update: cursor });
          return result;
        }),
      prune: (limit) => pruneEvents(prisma, limit),
    },
  };
}

/** Touches the row, so that whoever takes the market over waits for the end of this transaction. */
async function refuseOthers({ barterSequence }: BarterTables, writer: number): Promise<void> {
  const mine = { name: 'writer', last: writer };
  const { count } = await barterSequence.updateMany({ where: mine, data: { last: writer } });
  if (count === 1) return;
  throw new BarterError(
    'not-the-writer',
    'Another process has taken this market over, and this one may write no more: close it, or take the market again.',
  );
}
