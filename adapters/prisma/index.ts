import type { BarterStorage } from '../../src/storage/storage';
import { type TransactionLimits, transactionsOn } from './atomically';
import { prismaClaims } from './claims';
import type { BarterPrismaClient } from './client';
import { prismaCounters } from './counters';
import { prismaItems } from './items';
import { prismaNotifications } from './notifications';
import { prismaOpportunities } from './opportunities';
import { prismaPreferences } from './preferences';

export type { TransactionLimits } from './atomically';
export type {
  BarterPrismaClient,
  BarterTables,
  ItemRow,
  NotificationRow,
  OpportunityRow,
  PrismaTable,
  SlotRow,
} from './client';

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
  return {
    items: prismaItems(prisma),
    opportunities: prismaOpportunities(prisma, transactionsOn(prisma, limits)),
    notifications: prismaNotifications(prisma),
    claims: prismaClaims(prisma),
    counters: prismaCounters(prisma),
    preferences: prismaPreferences(prisma),
  };
}
