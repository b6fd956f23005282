import { type ErrorMessage, fromMessage } from '../error-message';
import { BarterError } from '../errors';
import type { BarterGraph } from '../graph/barter-graph';
import { type Sleep, systemSleep } from '../runtime';
import type { ClearingProgress, ClearMarketOptions, MarketClearing } from './clear-market';
import { type FrozenMarket, freeze } from './frozen-market';
import type { HighsSolverOptions } from './highs-solver';

export interface ClearInWorkerOptions extends Omit<ClearMarketOptions, 'solver' | 'signal'> {
  /** Use HiGHS (the package `highs`), with these limits. @defaultValue false */
  highs?: boolean | HighsSolverOptions;
  /** After so long the best so far is the answer, whatever the worker is at. @defaultValue Infinity */
  milliseconds?: number;
  /** The best so far is the answer once this is aborted. */
  signal?: AbortSignal;
  /** The worker's file, where a bundler has moved it. @defaultValue `clearing-worker.js` beside the library's own files */
  entry?: string | URL;
  /** How time passes. @defaultValue systemSleep */
  sleep?: Sleep;
}

/** To the worker. */
export interface ClearingTask {
  /** Marks the worker as ours, so that the entry does nothing when somebody just imports it. */
  barterloop: 'clearing';
  market: FrozenMarket;
  options: Omit<ClearMarketOptions, 'solver' | 'signal' | 'onProgress'>;
  highs: HighsSolverOptions | undefined;
  /** Shared: 1 asks it to end with what it has. */
  stop: Int32Array;
}

/** From the worker. `best`: it may be busy for long from here on. */
export type ClearingReport =
  | { progress: ClearingProgress }
  | { best: MarketClearing }
  | { result: MarketClearing }
  | { error: ErrorMessage };

/** How long a worker that is asked to stop may take to end by itself. */
const GRACE_MS = 500;

/**
 * `clearMarket` in a thread of its own: the caller's goes on. The graph is read before this returns; what happens to it
 * later does not matter. The same answer as in the caller's thread, unless it is stopped.
 *
 * @throws BarterError as `clearMarket`; `worker-failed` where the worker ends without an answer, or is stopped before it
 * knows the cycles.
 */
export function clearInWorker(graph: BarterGraph, options: ClearInWorkerOptions = {}): Promise<MarketClearing> {
  const locked = new Set(options.locked ?? []);
  return clearFrozenInWorker(
    freeze(graph, (id) => locked.has(id)),
    options,
  );
}

/** The same for a market that stands still already. */
export async function clearFrozenInWorker(
  market: FrozenMarket,
  options: ClearInWorkerOptions,
): Promise<MarketClearing> {
  const {
    highs = false,
    milliseconds = Infinity,
    signal,
    entry = new URL('./clearing-worker.js', import.meta.url),
    sleep = systemSleep,
    onProgress,
    ...rest
  } = options;
  const { Worker } = await import('node:worker_threads');
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ClearingTask = {
    barterloop: 'clearing',
    market,
    options: rest,
    highs: highs === true ? {} : highs || undefined,
    stop,
  };
  const worker = new Worker(entry, { workerData });
  const ended = new AbortController();
  let best: MarketClearing | undefined;
  try {
    return await new Promise<MarketClearing>((resolve, reject) => {
      const fail = (what: string, cause?: unknown) =>
        reject(new BarterError('worker-failed', `The clearing ${what}: try again.`, { cause }));
      worker.on('message', (report: ClearingReport) => {
        if ('progress' in report) onProgress?.(report.progress);
        else if ('best' in report) best = report.best;
        else if ('result' in report) resolve(report.result);
        else reject(fromMessage(report.error));
      });
      worker.on('error', (error) => fail(`failed: ${error.message}`, error));
      worker.on('exit', (code) => fail(`ended with code ${code}`));
      const end = async () => {
        Atomics.store(stop, 0, 1);
        await sleep(GRACE_MS, ended.signal);
        if (best) resolve(best);
        else fail('was stopped before it knew any cycle');
      };
      if (signal?.aborted) void end();
      signal?.addEventListener('abort', () => void end(), { once: true, signal: ended.signal });
      if (milliseconds < Infinity) void sleep(milliseconds, ended.signal).then(end);
    });
  } finally {
    ended.abort();
    await worker.terminate();
  }
}
