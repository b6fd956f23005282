import type { Item, ItemId, ItemStore, UserId } from 'barterloop';

/** The items of the market, with what a host asks of its own table besides. */
export interface HostItems extends ItemStore {
  ownedBy(userId: UserId): Promise<Item[]>;
  countOf(userId: UserId): number;
}

/** Adds an index by owner to a store of items. In a real host this is an index of the items table. */
export function indexedByOwner(store: ItemStore): HostItems {
  const idsByOwner = new Map<UserId, Set<ItemId>>();

  const unlink = (item: Item | null) => {
    if (!item) return;
    const ids = idsByOwner.get(item.ownerId);
    ids?.delete(item.id);
    if (ids?.size === 0) idsByOwner.delete(item.ownerId);
  };

  return {
    get: (id) => store.get(id),
    page: (query) => store.page(query),
    async put(item) {
      unlink(await store.get(item.id));
      await store.put(item);
      idsByOwner.set(item.ownerId, (idsByOwner.get(item.ownerId) ?? new Set()).add(item.id));
    },
    async remove(id) {
      unlink(await store.get(id));
      await store.remove(id);
    },
    async ownedBy(userId) {
      const items = await Promise.all([...(idsByOwner.get(userId) ?? [])].map((id) => store.get(id)));
      return items.filter((item) => item !== null);
    },
    countOf: (userId) => idsByOwner.get(userId)?.size ?? 0,
  };
}
