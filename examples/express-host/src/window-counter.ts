import type { Clock } from 'barterloop';

/** Counts per key in windows that begin with the key's first count. */
export interface WindowCounter {
  /** Counts one and returns how many it makes in this window. */
  count(key: string): number;
}

/** How many keys are kept before those whose window is over are cleared out. */
const KEYS_BEFORE_CLEARING = 10_000;

/** A counter in memory that does not grow with the number of keys ever seen. */
export function createWindowCounter(windowMs: number, clock: Clock): WindowCounter {
  const windows = new Map<string, { endsAt: number; count: number }>();
  return {
    count(key) {
      const now = clock.now();
      const window = windows.get(key);
      if (window && window.endsAt > now) return ++window.count;
      if (windows.size >= KEYS_BEFORE_CLEARING) {
        for (const [other, { endsAt }] of windows) if (endsAt <= now) windows.delete(other);
      }
      windows.set(key, { endsAt: now + windowMs, count: 1 });
      return 1;
    },
  };
}
