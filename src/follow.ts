import type { Logger, Sleep } from './runtime';
import type { EventLog, LoggedEvent } from './storage/event-log';

/** What following a log needs of its surroundings. */
export interface FollowContext {
  log: EventLog;
  /** Works one event off, and resolves when it is done. */
  handle(event: LoggedEvent): Promise<void>;
  sleep: Sleep;
  logger: Logger;
  /** How long to wait where there is nothing to do, milliseconds. */
  everyMs: number;
}

/** Events read at once. */
const PAGE = 100;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Works a log off, one event after the other. One that fails is tried again, with growing pauses, and holds up those
 * behind it, so that none is passed by. Returns the way to stop, which resolves once nothing is under way.
 */
export function follow({ log, handle, sleep, logger, everyMs }: FollowContext): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    let failures = 0;
    while (!signal.aborted) {
      let worked = 0;
      try {
        for (const event of await log.next(PAGE)) {
          if (signal.aborted) return;
          await handle(event);
          worked++;
        }
        failures = 0;
      } catch (error) {
        if (worked > 0) failures = 0;
        failures++;
        logger('error', 'The log of item events could not be worked off; it is tried again.', { error });
      }
      const pauseMs = failures > 0 ? Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** failures) : everyMs;
      if (worked < PAGE) await sleep(pauseMs, signal);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}
