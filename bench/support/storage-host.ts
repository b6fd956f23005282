/** The host of the storage bench, a process of its own: `storage-host.ts fill|serve WHERE SIZE SEED SNAPSHOT`. */

import type { SnapshotReport } from 'barterloop';
import { snapshotFile } from 'barterloop/adapters/file';
import { createHost } from '../../examples/express-host/src/app';
import { type Database, openDatabase } from '../../examples/express-host/src/database';
import { itemsInTable } from '../../examples/express-host/src/items.store';
import { generateMarket } from '../market';

/** From the host. */
export type StorageHostMessage =
  | { filled: number }
  | { url: string; items: number; startMs: number; megabytes: number }
  | { megabytesAfter: number; processed: number; failed: number; items: number; snapshot: SnapshotReport };

const [task, where] = process.argv.slice(2) as ['fill' | 'serve', string];
const [size, seed] = process.argv.slice(4, 6).map(Number) as [number, number];
const snapshotPath = process.argv[6]!;
const say = (message: StorageHostMessage) => process.send!(message);

/** Resident, after a collection of garbage. */
function megabytes(): number {
  globalThis.gc!();
  return process.memoryUsage().rss / 2 ** 20;
}

function open(): Promise<Database> | undefined {
  if (where === 'memory') return undefined;
  return openDatabase(where.startsWith('postgres') ? { url: where } : { folder: where });
}

const market = generateMarket({ items: size, seed });

async function fill(): Promise<void> {
  const database = await open()!;
  await itemsInTable(database.prisma).fill([...market.items()]);
  await database.close();
  say({ filled: size });
  process.disconnect();
}

async function serve(): Promise<void> {
  const items = where === 'memory' ? [...market.items()] : [];
  const begun = performance.now();
  const database = await open();
  const unlimited = 1_000_000_000;
  const host = await createHost({
    categories: market.categories,
    items,
    ...(database && { database: database.prisma }),
    snapshots: snapshotFile(snapshotPath),
    rateLimits: { perAddress: unlimited, perUser: unlimited, searchesPerUser: unlimited, loginsPerAddress: unlimited, handshakesPerAddress: unlimited }, // biome-ignore format: one line
    itemsPerUser: unlimited,
    sweepEveryMs: 0,
    log: { level: 'error' },
  });
  const startMs = performance.now() - begun;
  items.length = 0;
  const { url } = await host.listen(0, '127.0.0.1');
  process.once('message', async () => {
    const { eventsProcessed, eventsFailed, items } = await host.engine.stats();
    const megabytesAfter = megabytes();
    const snapshot = await host.engine.saveSnapshot();
    say({ megabytesAfter, processed: eventsProcessed, failed: eventsFailed, items, snapshot });
    await host.close();
    await database?.close();
    process.disconnect();
  });
  const stats = await host.engine.stats();
  say({ url: url.replace('localhost', '127.0.0.1'), items: stats.items, startMs, megabytes: megabytes() });
}

// Also where the bench itself has failed.
process.on('disconnect', () => process.exit());
await (task === 'fill' ? fill() : serve());
