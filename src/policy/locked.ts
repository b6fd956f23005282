import type { Admission } from './admission';
import { type Gate, PASS, refused } from './gate';

/** No item that is locked: accepted elsewhere by its owner a short while ago, or in a committed trade. Reads, consumes nothing. */
export function lockGate(): Gate<Admission> {
  return {
    name: 'locked',
    async judge({ locks }) {
      const held = await locks();
      if (held.length === 0) return PASS;
      const retryAt = Math.max(...held.map(({ until }) => until));
      return refused('locked', `Item ${held[0]!.itemId} is locked by another trade.`, { retryAt });
    },
  };
}
