/**
 * Everything the core would otherwise take from its surroundings. Defaults live here and nowhere else; tests pass
 * their own.
 */

export interface Clock {
  /** Absolute milliseconds since the epoch. */
  now(): number;
  /** Milliseconds from any fixed start, fractions allowed; only differences count. */
  elapsed(): number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One function; `details` is structured data for the host's own logger. */
export type Logger = (level: LogLevel, message: string, details?: Record<string, unknown>) => void;

/** Makes ids for events; rows that must be found again get hashes instead. */
export type IdSource = () => string;

/** Waits; `sleep(0)` lets the event loop turn. Resolves at once when the signal says that nobody waits any more. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** What else words and numbers may depend on: the tables of Unicode, dictionaries of languages, arithmetic. */
export const systemVersion = JSON.stringify([globalThis.process?.versions, globalThis.process?.arch]);

export const silentLogger: Logger = () => {};

export const systemSleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (ms <= 0) {
      setImmediate(resolve);
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });

/** Counts up from 1: unique within one engine, and the same in every run. */
export function countingIds(prefix = 'evt-'): IdSource {
  let next = 1;
  return () => `${prefix}${next++}`;
}
