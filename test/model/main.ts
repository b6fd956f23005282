import { runModel } from './run';

/* `npm run test:model -- STEPS [SEED]`: as many steps of random histories as one has time for. */

const [steps = '100000', seed] = process.argv.slice(2);
let next = 0;
const report = await runModel(Number(steps), {
  ...(seed !== undefined && { seed: Number(seed) }),
  onRun: ({ steps: done, tookMs }) => {
    if (done < next) return;
    process.stderr.write(`${done} steps, ${Math.round(tookMs / 1000)} s\n`);
    next = done + 50_000;
  },
});
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
