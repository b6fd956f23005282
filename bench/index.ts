/**
 * `npm run bench`: all parts, one after the other; `npm run bench -- finder events` some of them; `--smoke` for a short
 * run that only shows that they work.
 */

import { runEventsBench } from './events.bench';
import { runFinderBench } from './finder.bench';
import { runReferenceBench } from './reference.bench';
import { machineLine, say } from './support/report';

const parts: Record<string, (options: { smoke: boolean }) => Promise<void>> = {
  finder: runFinderBench,
  reference: runReferenceBench,
  events: runEventsBench,
};

const smoke = process.argv.includes('--smoke');
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = named.filter((name) => !(name in parts));
if (unknown.length > 0) {
  throw new Error(`There is no part ${unknown.join(', ')}: name some of ${Object.keys(parts).join(', ')}.`);
}
const start = performance.now();

say(machineLine());
for (const [name, run] of Object.entries(parts)) {
  if (named.length > 0 && !named.includes(name)) continue;
  say();
  await run({ smoke });
}
say();
say(`${smoke ? 'Smoke run' : 'Run'} of ${Math.round((performance.now() - start) / 1000)} s; no wrong answer.`);
