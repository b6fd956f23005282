import type { ItemStore } from '../../src/storage/storage';
import type { Item, ItemId, UserId } from '../../src/types';
import type { BarterTables, PrismaTable } from './client';

// biome-ignore lint/suspicious/noExplicitAny: a row of the host's own model, whatever it looks like
type OwnRow = any;

/** How the items of barterloop lie in a model of the host's own. */
export interface ItemMapping {
  /** The model as it is called on the client: `prisma.listing` is `'listing'`. */
  model: string;
  /** The field that holds the id, text or number. @defaultValue 'id' */
  id?: string;
  /** The field that holds the owner's id. @defaultValue 'ownerId' */
  owner?: string;
  /** Fields and relations that {@link toItem} needs besides the row's own, as Prisma's `include`. @defaultValue none */
  include?: object;
  /** What a row offers and wants; null: it takes no part. */
  toItem(row: OwnRow): Item | null;
  /** What to write when an item has been traded. */
  traded: object;
  /** The id as its field has it. @defaultValue as it is */
  fromItemId?(id: ItemId): unknown;
  /** The owner's id as its field has it. @defaultValue as it is */
  fromUserId?(id: UserId): unknown;
}

/** The items in the host's own table: the host writes them, the engine reads them and marks what has been traded. */
export function ownItems(mapping: ItemMapping): (tables: BarterTables) => ItemStore {
  const { id = 'id', owner = 'ownerId', include, toItem, traded } = mapping;
  const { fromItemId = (itemId: ItemId) => itemId, fromUserId = (userId: UserId) => userId } = mapping;
  return (tables) => {
    const table = tableOf(tables, mapping);
    const whole = include && { include };
    return {
      get: async (itemId) => {
        const row = await table.findUnique({ where: { [id]: fromItemId(itemId) }, ...whole });
        return row ? toItem(row) : null;
      },
      put: async (item) => {
        if (item.status !== 'traded') return; // the host has written it
        await table.updateMany({ where: { [id]: fromItemId(item.id) }, data: traded });
      },
      remove: async () => {}, // so it has, or its row takes no part any more
      ownedBy: async (userId) => {
        const theirs = { [owner]: fromUserId(userId) };
        const rows = await table.findMany({ where: theirs, orderBy: { [id]: 'asc' }, ...whole });
        return rows.map(toItem).filter((item) => item !== null);
      },
      page: async ({ after, limit }) => {
        const items: Item[] = [];
        // Rows that take no part do not fill a page: it would look like the last.
        for (let from = after; items.length < limit; ) {
          const rows = await table.findMany({
            ...(from !== undefined && { where: { [id]: { gt: fromItemId(from) } } }),
            orderBy: { [id]: 'asc' },
            take: limit,
            ...whole,
          });
          items.push(...rows.map(toItem).filter((item) => item !== null));
          if (rows.length < limit) break;
          from = String(rows.at(-1)[id]);
        }
        return items.slice(0, limit);
      },
    };
  };
}

/** A model of the host's own. */
export function tableOf(client: object, { model }: Pick<ItemMapping, 'model'>): OwnTable {
  const table = (client as Record<string, OwnTable | undefined>)[model];
  if (!table) throw new Error(`The Prisma client has no model ${model}: name it as the client does.`);
  return table;
}

/** What the adapter asks of it. */
export interface OwnTable extends Omit<PrismaTable<OwnRow>, 'findUnique' | 'findMany'> {
  findUnique(args: { where: object; include?: object; select?: object }): PromiseLike<OwnRow | null>;
  findMany(args: {
    where?: object;
    orderBy?: object;
    take?: number;
    include?: object;
    select?: object;
  }): PromiseLike<OwnRow[]>;
}

/** Who and what a row is about. */
export function eventOf(
  row: OwnRow,
  { id = 'id', owner = 'ownerId' }: ItemMapping,
): { itemId: ItemId; userId: UserId } {
  return { itemId: String(row[id]), userId: String(row[owner]) };
}
