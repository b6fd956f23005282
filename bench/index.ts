/** `npm run bench`: all benches, one after the other, or those named; `--smoke` for a short run that only shows that they work. */

import { runEventsBench } from './events.bench';
import { runFinderBench } from './finder.bench';
import { machineLine, say } from './support/report';
import { runWorkerBench } from './worker.bench';

const parts: Record<string, (options: { smoke: boolean }) => Promise<void>> = {
  finder: runFinderBench,
  events: runEventsBench,
  worker: runWorkerBench,
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const smoke = process.argv.includes('--smoke');
const start = performance.now();

say(machineLine());
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const run = parts[name];
  if (!run) throw new Error(`There is no bench ${name}: name ${Object.keys(parts).join(', ')}.`);
  say();
  await run({ smoke });
}
say();
say(`${smoke ? 'Smoke run' : 'Run'} of ${Math.round((performance.now() - start) / 1000)} s; no wrong answer.`);
