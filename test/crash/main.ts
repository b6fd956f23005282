import { isDeepStrictEqual, parseArgs } from 'node:util';
import { crashRun } from './run';

/* `npm run test:crash -- [--on PGlite] [--commands 5000] [--kills 100] [--seed 1]` */

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'PostgreSQL' },
    commands: { type: 'string', default: '5000' },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
const on = values.on === 'PGlite' ? 'PGlite' : 'PostgreSQL';
const options = { on, seed: Number(values.seed), commands: Number(values.commands) } as const;
const say = (what: string) => (done: number) => {
  if (done % 500 === 0) process.stderr.write(`${what}: ${done} commands\n`);
};
const quiet = await crashRun({ ...options, kills: 0, onProgress: say('without kills') });
const killed = await crashRun({ ...options, kills: Number(values.kills), onProgress: say('with kills') });
const { outcome, ...figures } = killed;
const isSame = isDeepStrictEqual(outcome, quiet.outcome);
const report = {
  ...options,
  kills: Number(values.kills),
  opportunities: outcome.opportunities.length,
  isSame,
  ...figures,
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
if (!isSame || killed.missing > 0) process.exitCode = 1;
