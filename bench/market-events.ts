import type { Item, ItemEvent } from 'barterloop';
import type { Market } from './market';
import { createRandom } from './random';
import { GeneratedItems } from './support/generated-items';

/** How a stream of events is mixed. */
export interface MarketEventsOptions {
  /** The market that is loaded already: its items are there when the first event comes. */
  market: Market;
  /** How many events. */
  events: number;
  /** @defaultValue 7 */
  seed?: number;
  /** Share of events that list a new item. @defaultValue 0.7 */
  create?: number;
  /** Share that change one that is there; the rest deletes. @defaultValue 0.2 */
  update?: number;
  /** The host's table of items: every event is written here before it comes. @defaultValue one of its own */
  items?: GeneratedItems;
}

/**
 * A mixed stream of item events over a generated market. New items continue the market's numbering; changes and
 * deletions hit any item that is there with the same probability.
 */
export function* marketEvents(options: MarketEventsOptions): Generator<ItemEvent, void, undefined> {
  const { market, events, seed = 7, create = 0.7, update = 0.2, items = new GeneratedItems(market) } = options;
  const random = createRandom(seed, 0xe7e);
  const live = Array.from({ length: market.options.items }, (_, index) => index);
  for (let made = 0; made < events; made++) {
    const kind = random.next();
    if (kind < create || live.length === 0) {
      const index = items.end;
      live.push(index);
      yield itemEvent('item:created', items.create());
      continue;
    }
    const place = random.int(live.length);
    const index = live[place]!;
    if (kind < create + update) {
      yield itemEvent('item:updated', items.change(index));
    } else {
      // The last one takes the place, so that drawing stays cheap.
      live[place] = live[live.length - 1]!;
      live.pop();
      const { id, ownerId } = items.erase(index);
      yield { type: 'item:deleted', itemId: id, userId: ownerId };
    }
  }
}

function itemEvent(type: 'item:created' | 'item:updated', item: Item): ItemEvent {
  return {
    type,
    itemId: item.id,
    userId: item.ownerId,
    ...(item.categoryId === undefined ? {} : { categoryId: item.categoryId }),
    hasBarterPreferences: item.wants.length > 0,
    item,
  };
}
