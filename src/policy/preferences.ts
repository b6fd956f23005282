import type { Admission } from './admission';
import { type Gate, PASS, refused } from './gate';

/** Muted people and muted categories. Blocks are not its business: such cycles are not found at all. Pure. */
export function preferenceGate(): Gate<Admission> {
  return {
    name: 'preferences',
    async judge(asking) {
      const { cycle, preferences } = asking;
      for (const userId of cycle.owners) {
        const own = preferences.get(userId);
        if (!own) continue;
        const others = cycle.owners.filter((other) => other !== userId);
        if (others.some((other) => own.mutedUserIds?.includes(other))) {
          return refused('preferences', 'A participant has muted another.', { userId });
        }
        if (!own.mutedCategoryIds?.length) continue;
        const category = asking.getsCategory.get(userId);
        if (category !== undefined && own.mutedCategoryIds.includes(category)) {
          return refused('preferences', 'A participant has muted the category of what they would get.', { userId });
        }
      }
      return PASS;
    },
  };
}
