/** `npm run bench`: both benches, one after the other; `--smoke` for a short run that only shows that they work. */

import { runEventsBench } from './events.bench';
import { runFinderBench } from './finder.bench';
import { machineLine, say } from './support/report';

const smoke = process.argv.includes('--smoke');
const start = performance.now();

say(machineLine());
say();
await runFinderBench({ smoke });
say();
await runEventsBench({ smoke });
say();
say(`${smoke ? 'Smoke run' : 'Run'} of ${Math.round((performance.now() - start) / 1000)} s; no wrong answer.`);
