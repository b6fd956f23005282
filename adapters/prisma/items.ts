import type { ItemStore } from '../../src/storage/storage';
import type { Item } from '../../src/types';
import type { BarterTables, ItemRow } from './client';

/** Items as the engine knows them. A host with a table of its own puts a store over that in its place. */
export function prismaItems({ barterItem }: BarterTables): ItemStore {
  return {
    get: async (id) => itemOf(await barterItem.findUnique({ where: { id } })),
    put: async (item) => {
      const { id, ownerId } = item;
      const row = { ownerId, body: item };
      await barterItem.upsert({ where: { id }, create: { id, ...row }, update: row });
    },
    remove: async (id) => void (await barterItem.deleteMany({ where: { id } })),
    ownedBy: async (ownerId) => {
      const rows = await barterItem.findMany({ where: { ownerId }, orderBy: { id: 'asc' } });
      return rows.map((row) => itemOf(row)!);
    },
    page: async ({ after = '', limit }) => {
      const rows = await barterItem.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take: limit });
      return rows.map((row) => itemOf(row)!);
    },
  };
}

function itemOf(row: ItemRow | null): Item | null {
  return row && (row.body as Item);
}
