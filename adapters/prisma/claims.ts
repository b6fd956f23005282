import type { ClaimStore } from '../../src/storage/storage';
import type { BarterTables } from './client';

/** Claims: whoever inserts the row, or takes over one that is over, has won. */
export function prismaClaims({ barterClaim }: BarterTables): ClaimStore {
  return {
    take: async (key, holder, now, until) => {
      for (;;) {
        const added = await barterClaim.createMany({ data: [{ key, holder, until }], skipDuplicates: true });
        if (added.count === 1) return { taken: true };
        const over = { key, until: { lte: now } };
        const taken = await barterClaim.updateMany({ where: over, data: { holder, until } });
        if (taken.count === 1) return { taken: true };
        const held = await barterClaim.findUnique({ where: { key } });
        if (!held || held.until <= now) continue; // released meanwhile
        return held.holder === holder ? { taken: true } : { taken: false, until: Number(held.until) };
      }
    },
    release: async (key, holder) => void (await barterClaim.deleteMany({ where: { key, holder } })),
    prune: async (now, limit) => {
      const over = { until: { lte: now } };
      const keys = (await barterClaim.findMany({ where: over, take: limit })).map(({ key }) => key);
      return (await barterClaim.deleteMany({ where: { ...over, key: { in: keys } } })).count; // unless taken meanwhile
    },
  };
}
