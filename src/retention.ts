import type { RetentionOptions } from './options';
import type { EventLog } from './storage/event-log';
import { LATE_WINDOWS } from './storage/rules';
import type { BarterStorage } from './storage/storage';
import type { ItemId, Opportunity } from './types';

/** What taking away what is over needs of its surroundings. */
export interface RetentionContext {
  storage: BarterStorage;
  logs: Iterable<EventLog>;
  retention: RetentionOptions;
  /** Milliseconds of the longest window of the throttle; 0: there is none. */
  longestWindowMs: number;
  hasEnded(): boolean;
}

/** Where the next round goes on among the ended opportunities; undefined: with the first. */
export type RetentionMark = string | undefined;

/** Rows read or removed by one step of the storage. */
const AT_ONCE = 50;

/**
 * Takes away what is over and changes no answer by it: events that are done, claims that have ended, counters that no
 * window reaches back to, what inboxes say of trades that ended long ago, and those trades themselves.
 *
 * An ended opportunity says which attempt at its cycle comes next, and what its people are not to be asked again. Both
 * matter to nobody once fewer than two of its items are there: none of its deals can come up then, let alone its cycle.
 *
 * @returns How many rows went, and where to go on.
 */
export async function prune(
  context: RetentionContext,
  mark: RetentionMark,
  now: number,
): Promise<{ pruned: number; mark: RetentionMark }> {
  const { storage, logs, longestWindowMs, hasEnded } = context;
  const { inboxMs, opportunitiesMs, rowsPerCleanup } = context.retention;
  const { opportunities, notifications, claims, counters } = storage;
  let pruned = 0;

  /** @param page Says how many it came to. */
  const inPages = async (page: (limit: number) => Promise<number>) => {
    for (let left = rowsPerCleanup; left > 0 && !hasEnded(); left -= AT_ONCE) {
      const limit = Math.min(AT_ONCE, left);
      if ((await page(limit)) < limit) return;
    }
  };
  const remove = (page: (limit: number) => Promise<number>) =>
    inPages(async (limit) => {
      const count = await page(limit);
      pruned += count;
      return count;
    });

  for (const log of logs) await remove((limit) => log.prune(limit));
  await remove((limit) => claims.prune(now, limit));
  await remove((limit) => counters.prune(now - LATE_WINDOWS * longestWindowMs, limit));
  if (inboxMs < Infinity) await remove((limit) => notifications.prune(now - inboxMs, limit));

  let after = mark;
  if (opportunitiesMs < Infinity) {
    await inPages(async (limit) => {
      const before = now - opportunitiesMs;
      const page = await opportunities.ended({ before, ...(after !== undefined && { after }), limit });
      const over = await withoutItems(page, storage);
      if (over.length > 0) pruned += await opportunities.remove(over);
      after = page.length < limit ? undefined : page.at(-1)!.id;
      return page.length;
    });
  }
  return { pruned, mark: after };
}

/** The ids of those of whose items fewer than two are there. */
async function withoutItems(page: readonly Opportunity[], { items }: BarterStorage): Promise<string[]> {
  const known = new Map<ItemId, boolean>();
  const isThere = async (itemId: ItemId): Promise<boolean> => {
    if (!known.has(itemId)) {
      const item = await items.get(itemId);
      known.set(itemId, item !== null && item.status !== 'traded');
    }
    return known.get(itemId)!;
  };
  const over: string[] = [];
  for (const { id, items: itemIds } of page) {
    let there = 0;
    for (const itemId of itemIds) if (there < 2 && (await isThere(itemId))) there++;
    if (there < 2) over.push(id);
  }
  return over;
}
