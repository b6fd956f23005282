import type { BarterEngine } from 'barterloop';
import type { Logger } from 'pino';
import type { Snapshots } from './snapshots';

/**
 * Sweeps the market, and saves a snapshot after it; minds the deadlines of trades and takes away what is over; sends what has
 * come due, and the digests. Each has its own pace, and the later ones begin at once, for what a crash may have left.
 * Returns the way to stop.
 */
export function startJobs(
  engine: BarterEngine,
  log: Logger,
  snapshots: Snapshots | undefined,
  {
    sweepEveryMs,
    cleanupEveryMs,
    deliverEveryMs,
    digestEveryMs,
  }: Record<'sweepEveryMs' | 'cleanupEveryMs' | 'deliverEveryMs' | 'digestEveryMs', number>,
): () => Promise<void> {
  const stopping = new AbortController();
  const sweep = async () => {
    await engine.sweep({ signal: stopping.signal, reconcile: true });
    if (!stopping.signal.aborted) await snapshots?.saveIfDue();
  };
  const stops = [
    every(sweepEveryMs, log, sweep),
    every(cleanupEveryMs, log, () => engine.cleanup(), { atOnce: true }),
    every(deliverEveryMs, log, () => engine.deliverDue(), { atOnce: true }),
    every(digestEveryMs, log, () => engine.sendDigests(), { atOnce: true }),
  ];
  return async () => {
    stopping.abort();
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** Runs a job at intervals, never twice at a time, and without keeping the process alive. */
function every(ms: number, log: Logger, job: () => Promise<unknown>, { atOnce = false } = {}): () => Promise<void> {
  if (ms <= 0) return async () => {};
  let running: Promise<void> | null = null;
  let stopped = false;
  const run = () => {
    if (running) return;
    running = job()
      .then(
        () => {},
        (error: unknown) => {
          if (!stopped) log.error({ err: error }, 'A periodic job failed; it runs again next time');
        },
      )
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(run, ms);
  timer.unref();
  if (atOnce) run();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
