import type { Item, ItemId, ItemStore, UserId } from 'barterloop';
import { prismaStorage } from 'barterloop/adapters/prisma';
import type { PrismaClient } from '../generated/client';

/** The items of the market, with what a host asks of its own table besides. */
export interface HostItems extends ItemStore {
  countOf(userId: UserId): Promise<number>;
  /** Puts these into a store that is empty; one with items stays as it is. All or nothing. */
  fill(items: readonly Item[]): Promise<void>;
}

/** Rows of one statement: PostgreSQL takes 32,767 values. */
const ROWS_AT_ONCE = 5_000;

/** Items in their table. */
export function itemsInTable(prisma: PrismaClient): HostItems {
  const { items } = prismaStorage(prisma);
  return {
    ...items,
    countOf: (ownerId) => prisma.barterItem.count({ where: { ownerId } }),
    async fill(all) {
      if ((await items.page({ limit: 1 })).length > 0) return;
      const rows = all.map((item) => ({ id: item.id, ownerId: item.ownerId, body: item as object }));
      const slices = Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, i) =>
        rows.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
      );
      await prisma.$transaction(slices.map((data) => prisma.barterItem.createMany({ data })));
    },
  };
}

/** Adds an index by owner to a store of items in memory. */
export function indexedByOwner(store: ItemStore): HostItems {
  const idsByOwner = new Map<UserId, Set<ItemId>>();

  const unlink = (item: Item | null) => {
    if (!item) return;
    const ids = idsByOwner.get(item.ownerId);
    ids?.delete(item.id);
    if (ids?.size === 0) idsByOwner.delete(item.ownerId);
  };

  const put = async (item: Item) => {
    unlink(await store.get(item.id));
    await store.put(item);
    idsByOwner.set(item.ownerId, (idsByOwner.get(item.ownerId) ?? new Set()).add(item.id));
  };

  return {
    get: (id) => store.get(id),
    page: (query) => store.page(query),
    put,
    async remove(id) {
      unlink(await store.get(id));
      await store.remove(id);
    },
    async ownedBy(userId) {
      const items = await Promise.all([...(idsByOwner.get(userId) ?? [])].sort().map((id) => store.get(id)));
      return items.filter((item) => item !== null);
    },
    countOf: async (userId) => idsByOwner.get(userId)?.size ?? 0,
    async fill(all) {
      if (idsByOwner.size === 0) for (const item of all) await put(item);
    },
  };
}
