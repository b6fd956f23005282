import type { Admission } from './admission';
import { type Gate, PASS, refused } from './gate';

/** Nobody is asked again what they have declined: the same item for theirs, described the same, at the same payment. */
export function refusedDealGate(): Gate<Admission> {
  return {
    name: 'declined',
    async judge({ refusedBy }) {
      const [userId] = await refusedBy();
      return userId === undefined
        ? PASS
        : refused('declined', 'A participant has declined this very deal.', { userId });
    },
  };
}
