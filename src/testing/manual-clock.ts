import type { Clock } from '../runtime';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Milliseconds forward. */
  advance(ms: number): void;
}

/** @param start Milliseconds since the epoch. @defaultValue 2026-01-01T00:00:00Z */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  return {
    now: () => now,
    elapsed: () => now - start,
    advance: (ms) => {
      now += ms;
    },
  };
}
