import type { BarterStorage } from '../../src/storage/storage';
import type { Atomically } from './atomically';
import { prismaClaims } from './claims';
import type { BarterTables } from './client';
import { prismaCounters } from './counters';
import { prismaItems } from './items';
import { prismaNotifications } from './notifications';
import { prismaOpportunities } from './opportunities';
import { prismaPreferences } from './preferences';

/** All storage roles on a client, or within a transaction. */
export function rolesOn(tables: BarterTables, atomically: Atomically): BarterStorage {
  return {
    items: prismaItems(tables),
    opportunities: prismaOpportunities(tables, atomically),
    notifications: prismaNotifications(tables),
    claims: prismaClaims(tables),
    counters: prismaCounters(tables),
    preferences: prismaPreferences(tables),
  };
}
