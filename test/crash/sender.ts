import { openSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { prismaStorage } from 'barterloop/adapters/prisma';
import { openDatabase } from '../../examples/express-host/src/database';
import { createBarterEngine } from '../../src';

/* Sends what is due, to be killed: sender.mjs ADDRESS-OR-FOLDER FILE AHEAD AT-ONCE LEASE. Each push is a line in FILE. */

const [where, file, ahead, atOnce, lease] = process.argv.slice(2) as [string, string, string, string, string];
const database = await openDatabase(where.startsWith('postgres') ? { url: where } : { folder: where });
const storage = prismaStorage(database.prisma);
const sink = openSync(file, 'a');
const engine = createBarterEngine({
  storage,
  clock: { now: () => Date.now() + Number(ahead), elapsed: () => performance.now() },
  policies: { cooldownMs: 0, throttle: [] },
  retry: { pushesAtOnce: Number(atOnce), pushTimeoutMs: Number(lease) / 2 },
  transport: {
    deliver: async ({ id }) => {
      writeSync(sink, `${id}\n`); // taken: what a kill leaves is in the file
      return { receivers: 1 };
    },
    close: async () => {},
  },
});
process.stdout.write('sending\n');
while ((await storage.notifications.pending()) > 0) {
  await engine.deliverDue();
  await wait(10);
}
await engine.close();
await database.close();
