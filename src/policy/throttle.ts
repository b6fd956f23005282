import type { CounterStore, StoredNotification } from '../storage/storage';
import { type Gate, refused } from './gate';
import { ledgerNames } from './ledger';

/** At most `limit` pushes in any window of `windowMs`. */
export interface ThrottleWindow {
  limit: number;
  windowMs: number;
}

/**
 * At most so many pushes to one person in any window of this length, wherever it begins. Consumes a place. When the
 * store cannot be reached it fails, and the push is tried again later.
 * @param ledgerKey See `BarterEngineOptions.ledgerKey`.
 * @param namesOf Under that key; shared with other gates that count the same rows.
 */
export function throttle(
  counters: Pick<CounterStore, 'take' | 'release'>,
  { limit, windowMs }: ThrottleWindow,
  ledgerKey = '',
  namesOf = ledgerNames(ledgerKey),
): Gate<StoredNotification> {
  return {
    name: 'throttle',
    async judge(row, now) {
      const { userId } = row;
      const { person, entry: holder } = namesOf(row);
      const key = `throttle ${limit} in ${windowMs} ${person}`;
      const place = await counters.take(key, holder, limit, windowMs, now);
      if (place.taken) return { pass: true, undo: () => counters.release(key, holder) };
      return refused('throttle', `This person was sent ${limit} messages within ${windowMs} ms.`, {
        userId,
        retryAt: place.freeAt,
      });
    },
  };
}
