import type { BarterEngine } from 'barterloop';
import type { Logger } from 'pino';

/** Sweeps the market, minds the deadlines of trades and sends what has come due, each at its own pace; returns the way to stop. */
export function startJobs(
  engine: BarterEngine,
  log: Logger,
  {
    sweepEveryMs,
    cleanupEveryMs,
    deliverEveryMs,
  }: Record<'sweepEveryMs' | 'cleanupEveryMs' | 'deliverEveryMs', number>,
): () => Promise<void> {
  const stopping = new AbortController();
  const stops = [
    every(sweepEveryMs, log, () => engine.sweep({ signal: stopping.signal })),
    every(cleanupEveryMs, log, () => engine.cleanup()),
    every(deliverEveryMs, log, () => engine.deliverDue()),
  ];
  return async () => {
    stopping.abort();
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** Runs a job at intervals, never twice at a time, and without keeping the process alive. */
function every(ms: number, log: Logger, job: () => Promise<unknown>): () => Promise<void> {
  if (ms <= 0) return async () => {};
  let running: Promise<void> | null = null;
  let stopped = false;
  const timer = setInterval(() => {
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
  }, ms);
  timer.unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
