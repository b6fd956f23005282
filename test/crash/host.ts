import { createHost } from '../../examples/express-host/src/app';
import { openDatabase } from '../../examples/express-host/src/database';
import { CATEGORIES } from './workload';

/* The example host as the crash test runs it, to be killed: host.mjs PORT ADDRESS-OR-FOLDER. */

const [port, where] = process.argv.slice(2) as [string, string];
const database = await openDatabase(where.startsWith('postgres') ? { url: where } : { folder: where });
const many = 1_000_000;
const host = await createHost({
  database: database.prisma,
  jwtSecret: 'the same secret in each of the processes',
  categories: CATEGORIES,
  sweepEveryMs: 0,
  cleanupEveryMs: 0,
  deliverEveryMs: 200,
  rateLimits: { perAddress: many, perUser: many, searchesPerUser: many, loginsPerAddress: many, handshakesPerAddress: many }, // biome-ignore format: one line
  itemsPerUser: many,
  // Every trade is told, so that which ones are does not depend on what was told before.
  engine: {
    matching: { maxLength: 3, limit: 500 },
    policies: { perEvent: 500, cooldownMs: 0, throttle: [] },
    retry: { pushTimeoutMs: 500 },
  },
  log: { level: 'error' },
});
await host.engine.cleanup();
await host.listen(Number(port), '127.0.0.1');
process.once('SIGTERM', () => {
  void host
    .close()
    .then(() => database.close())
    .then(() => process.exit(0));
});
process.stdout.write('listening\n');
