import { inject } from 'vitest';
import type { BarterEngine, BarterEngineOptions } from '../../src';

/** An engine with these has its market in a worker made of the sources. */
export const inWorker: Pick<BarterEngineOptions, 'worker'> = { worker: { entry: inject('workerFile') } };

/**
 * Where the engines of this run keep their market. The suites of the engine run once in each way, as two projects of
 * vitest.config.ts.
 */
export const mode: Pick<BarterEngineOptions, 'worker'> = inject('inWorker') ? inWorker : {};

/**
 * Holds the engine's queue while `count` events come in, so that they wait together in either mode.
 * Call it before they are submitted; they are worked off once all have come.
 */
export async function holdFor(engine: BarterEngine, count: number): Promise<void> {
  await engine.start();
  const allHere = new Promise<void>((resolve) => {
    let here = 0;
    engine.on('event:received', () => ++here === count && resolve());
  });
  void engine.load(nothingUntil(allHere));
}

async function* nothingUntil(ready: Promise<void>): AsyncGenerator<never> {
  await ready;
  yield* [];
}
