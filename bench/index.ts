/**
 * `npm run bench`: all parts but those that take long, one after the other; `npm run bench -- finder soak` for these
 * alone; `--smoke` for a short run that only shows that they work. `--items`, `--events`, `--file` and `--seeds` are for parts that know them.
 */

import { runClearingBench } from './clearing.bench';
import { runClearingModesBench } from './clearing-modes.bench';
import { runExactnessBench } from './exactness.bench';
import { runFinderBench } from './finder.bench';
import { runMarketBench } from './market.bench';
import { runPeersBench } from './peers/index';
import { runReferenceBench } from './reference.bench';
import { runRepairBench } from './repair.bench';
import { runScaleBench } from './scale.bench';
import { runSoakBench } from './soak.bench';
import { runStorageBench } from './storage.bench';
import { type BenchOptions, benchArguments } from './support/arguments';
import { machineLine, say } from './support/report';
import { runWorkerBench } from './worker.bench';

type Part = (options: BenchOptions) => void | Promise<void>;

const parts: Record<string, Part> = {
  finder: runFinderBench,
  reference: runReferenceBench,
  exactness: runExactnessBench,
  scale: runScaleBench,
  market: runMarketBench,
  peers: runPeersBench,
  worker: runWorkerBench,
  storage: runStorageBench,
  repair: runRepairBench,
  clearing: runClearingBench,
  'clearing-modes': runClearingModesBench,
};

/** Run where they are named: they take long. */
const longParts: Record<string, Part> = {
  soak: runSoakBench,
};

const allParts = { ...parts, ...longParts };

const { names, ...options } = benchArguments();
const unknown = names.filter((name) => !(name in allParts));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}: choose of ${Object.keys(allParts).join(', ')}`);
}

const start = performance.now();
say(machineLine());
for (const name of names.length > 0 ? names : Object.keys(parts)) {
  say();
  await allParts[name]!(options);
}
say();
say(`${options.smoke ? 'Smoke run' : 'Run'} of ${Math.round((performance.now() - start) / 1000)} s; no wrong answer.`);
