import { parentPort, workerData } from 'node:worker_threads';
import { toMessage } from '../error-message';
import { Clearing } from './clear-market';
import { highsSolver } from './highs-solver';
import type { ClearingReport, ClearingTask } from './in-worker';
import type { PackingSolver } from './solve-packing';

/** The entry of the worker: clears the market that it is given, and tells the best so far before it cannot be interrupted. */
if (parentPort && (workerData as ClearingTask | null)?.barterloop === 'clearing') void serve(workerData);

async function serve({ market, options, highs, stop }: ClearingTask): Promise<void> {
  const say = (report: ClearingReport) => parentPort!.postMessage(report);
  try {
    let clearing: Clearing | undefined;
    const tellBest = () => say({ best: clearing!.result() });
    const solver = highs && telling(await highsSolver(highs), tellBest);
    clearing = new Clearing(market, {
      ...options,
      ...(solver && { solver }),
      onProgress: (progress) => say({ progress }),
      signal: {
        get aborted() {
          return Atomics.load(stop, 0) === 1;
        },
      },
    });
    tellBest();
    clearing.run();
    say({ result: clearing.result() });
  } catch (error) {
    say({ error: toMessage(error) });
  }
}

function telling(solver: PackingSolver, tellBest: () => void): PackingSolver {
  return {
    prices(packing) {
      tellBest();
      return solver.prices(packing);
    },
    choose(packing, start) {
      tellBest();
      return solver.choose(packing, start);
    },
  };
}
