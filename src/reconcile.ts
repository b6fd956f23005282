import { isBarterError } from './errors';
import { itemDigest } from './market/item-digest';
import type { MarketPort } from './market-port/market-port';
import type { Sleep } from './runtime';
import type { ItemStore } from './storage/storage';
import type { Item, ItemId } from './types';

/** Stored items compared at once. */
const PAGE = 1_000;

export interface ReconcileContext {
  items: Pick<ItemStore, 'page'>;
  market: Pick<MarketPort, 'compare'>;
  checkItem(input: unknown): Item;
  /** Items in committed trades: the market has none of them. */
  held: ReadonlySet<ItemId>;
  /** Brings an item of the market up to the store. */
  reload(itemId: ItemId): Promise<void>;
  sleep: Sleep;
  hasEnded(): boolean;
}

/**
 * Compares the store with the market, page by page, and brings the market up to it where they differ: for what was
 * changed in the store past the engine. Returns how many items differed.
 */
export async function reconcile(context: ReconcileContext): Promise<number> {
  const { items, market, reload, sleep, hasEnded } = context;
  let differences = 0;
  for (let after: ItemId | undefined, ends = false; !ends && !hasEnded(); await sleep(0)) {
    const page = await items.page({ ...(after !== undefined && { after }), limit: PAGE });
    ends = page.length < PAGE;
    const digests = page.flatMap((item) => digestOf(item, context));
    const differing = await market.compare(digests, { begins: after === undefined, ends });
    differences += differing.length;
    for (const id of differing) if (!hasEnded()) await reload(id);
    after = page.at(-1)?.id;
  }
  return differences;
}

/** Nothing for what the market is not to have. */
function digestOf(stored: Item, { checkItem, held }: ReconcileContext): [ItemId, string][] {
  try {
    const item = checkItem(stored);
    return item.status === 'available' && !held.has(item.id) ? [[item.id, itemDigest(item)]] : [];
  } catch (error) {
    if (isBarterError(error)) return [];
    throw error;
  }
}
