import type { Clock } from '../../src/runtime';

/** `setTimeout` fires at once for anything longer than this (2^31 − 1 ms, 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Calls `run` once the clock has reached `at`, however far away that is, without keeping the process alive.
 * Returns the way to call it off.
 */
export function atInstant(clock: Clock, at: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const remaining = at - clock.now();
    if (remaining <= 0) {
      run();
      return;
    }
    // Timers may fire early and injected clocks may stand still, so the clock decides, not the timer.
    timer = setTimeout(arm, Math.min(Math.max(remaining, 1), LONGEST_TIMER_MS));
    timer.unref();
  };
  timer = setTimeout(arm, 0);
  timer.unref();
  return () => clearTimeout(timer);
}
