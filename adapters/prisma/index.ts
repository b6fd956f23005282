import type { BarterStorage } from '../../src/storage/storage';
import { type TransactionLimits, transactionsOn } from './atomically';
import type { BarterPrismaClient } from './client';
import { rolesOn } from './roles';

export type { TransactionLimits } from './atomically';
export { barterEvents } from './barter-events';
export type {
  BarterPrismaClient,
  BarterTables,
  EventRow,
  ItemRow,
  NotificationRow,
  OpportunityRow,
  PrismaTable,
  SlotRow,
} from './client';
export { type PrismaMarket, type TakeMarketOptions, takeMarket } from './market';
export { type ItemMapping, ownItems } from './own-items';

/**
 * All storage roles on the host's own Prisma client for PostgreSQL (or PGlite), whose schema holds the models of
 * `barterloop/adapters/prisma/barter.prisma` and whose database has had its migrations.
 *
 * Races are settled in the database, so several processes may use one. The client stays the host's to close.
 * @example
 * const engine = createBarterEngine({ storage: prismaStorage(prisma) });
 * @example Items from a table of the host's own
 * const storage = { ...prismaStorage(prisma), items: myItems };
 */
export function prismaStorage(prisma: BarterPrismaClient, limits: TransactionLimits = {}): BarterStorage {
  return rolesOn(prisma, transactionsOn(prisma, limits));
}
