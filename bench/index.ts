/**
 * `npm run bench`: all parts, one after the other; `npm run bench -- finder market` for these alone; `--smoke` for a
 * short run that only shows that they work.
 */

import { runEventsBench } from './events.bench';
import { runFinderBench } from './finder.bench';
import { runMarketBench } from './market.bench';
import { runPeersBench } from './peers/index';
import { runReferenceBench } from './reference.bench';
import { machineLine, say } from './support/report';
import { runWorkerBench } from './worker.bench';

const parts: Record<string, (options: { smoke: boolean }) => void | Promise<void>> = {
  finder: runFinderBench,
  reference: runReferenceBench,
  events: runEventsBench,
  market: runMarketBench,
  peers: runPeersBench,
  worker: runWorkerBench,
};

const smoke = process.argv.includes('--smoke');
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}: choose of ${Object.keys(parts).join(', ')}`);
}

const start = performance.now();
say(machineLine());
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  say();
  await parts[name]!({ smoke });
}
say();
say(`${smoke ? 'Smoke run' : 'Run'} of ${Math.round((performance.now() - start) / 1000)} s; no wrong answer.`);
