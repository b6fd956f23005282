import type { PreferenceStore } from '../../src/storage/storage';
import type { Preferences } from '../../src/types';
import type { BarterTables } from './client';

/** What people let in and keep out. */
export function prismaPreferences({ barterPreference }: BarterTables): PreferenceStore {
  return {
    get: async (userId) => {
      const row = await barterPreference.findUnique({ where: { userId } });
      return row && (row.body as Preferences);
    },
    put: async (preferences) => {
      const { userId } = preferences;
      await barterPreference.upsert({
        where: { userId },
        create: { userId, body: preferences },
        update: { body: preferences },
      });
    },
    remove: async (userId) => void (await barterPreference.deleteMany({ where: { userId } })),
    takeDigest: async (userId, day, now, until) => {
      const free = { userId, digestDay: { lt: day }, digestHeldUntil: { lte: now } };
      const { count } = await barterPreference.updateMany({ where: free, data: { digestHeldUntil: until } });
      if (count === 1) return 'taken';
      const row = await barterPreference.findUnique({ where: { userId } });
      return row && row.digestDay < day ? 'held' : 'done';
    },
    digestSent: async (userId, day) => {
      const sent = { digestDay: day, digestHeldUntil: 0 };
      await barterPreference.updateMany({ where: { userId, digestDay: { lt: day } }, data: sent });
    },
    all: async () => {
      const rows = await barterPreference.findMany({ orderBy: { userId: 'asc' } });
      return rows.map(({ body }) => body as Preferences);
    },
  };
}
