import type { OpportunityStore, StoredNotification } from '../storage/storage';
import { isOpen } from '../types';
import { type Gate, PASS, refused } from './gate';

/**
 * No news of a trade whose time is over: the next cleanup ends it, and its row says so then. Reads, and only where the
 * deadline that the row tells is past; consumes nothing.
 */
export function overGate(opportunities: Pick<OpportunityStore, 'get'>): Gate<StoredNotification> {
  return {
    name: 'over',
    async judge({ opportunityId, expiresAt }, now) {
      if (expiresAt > now) return PASS;
      const present = await opportunities.get(opportunityId);
      if (present && isOpen(present) && present.expiresAt > now) return PASS; // it was put off meanwhile
      return refused('over', 'The time of this trade is over.');
    },
  };
}
