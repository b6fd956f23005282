import { BarterError } from './errors';
import type { Task } from './item-queue';
import type { Change, MarketPort } from './market-port/market-port';
import type { ItemStore } from './storage/storage';
import type { Item, ItemId, UserId } from './types';

export interface TakeInContext {
  items: ItemStore;
  market: Pick<MarketPort, 'check'>;
  checkItem(input: unknown): Item;
}

/**
 * Brings the stored item up to the event, or the event up to the stored item. Only its owner changes an item; who its
 * owner is, the storage says: an item that the host gave to somebody else there has changed hands.
 * @throws BarterError `owner-mismatch`, `item-traded`, `invalid-item`, and as {@link MarketPort.check}; nothing is stored then.
 */
export async function takeIn({ items, market, checkItem }: TakeInContext, itemId: ItemId, task: Task): Promise<Change> {
  const { change, userId, carried } = task;
  if (change === 'none') return change;
  const stored = await items.get(itemId);
  // The item itself is checked, too: since it came in, others may have changed what it must agree with.
  const known = await market.check(itemId, typeof change === 'object' ? change.item : undefined);
  const owner = stored?.ownerId ?? known;
  if ((change !== 'reload' || !stored) && owner !== undefined && owner !== userId) throw notTheirs(itemId, userId);
  if (stored?.status === 'traded' && change !== 'reload') {
    throw new BarterError('item-traded', `Item ${itemId} has been traded: list what you have now as a new item.`);
  }
  if (change === 'gone') {
    await items.remove(itemId);
    return change;
  }
  if (change !== 'reload') {
    await items.put(change.item);
    return change;
  }
  if (carried) await items.put(carried);
  const item = carried ? await items.get(itemId) : stored;
  if (!item) return 'gone';
  if (item.ownerId !== userId) throw notTheirs(itemId, userId);
  return { item: checkItem(item) };
}

export function notTheirs(itemId: ItemId, userId: UserId | undefined): BarterError {
  return new BarterError(
    'owner-mismatch',
    `Item ${itemId} belongs to another user than ${userId}: only its owner's events change it.`,
  );
}
