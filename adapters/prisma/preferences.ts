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
    all: async () => {
      const rows = await barterPreference.findMany({ orderBy: { userId: 'asc' } });
      return rows.map(({ body }) => body as Preferences);
    },
  };
}
