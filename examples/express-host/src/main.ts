import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isBarterError } from 'barterloop';
import { snapshotFile } from 'barterloop/adapters/file';
import { createHost, type Host } from './app';
import { readEnvironment } from './config';
import { type Database, openDatabase } from './database';
import { escaped } from './logging';
import { countWants, demoMarket, MATH_TRADE_WANTS_PER_ITEM, marketFromFile, type StartMarket } from './market';
import type { HostOptions } from './options';

const USAGE = `Usage: npm start -- [--market FILE] [--port PORT]

  --market FILE  start with the items and wants of a math-trade want list
  --port PORT    listen here (default: PORT of the environment, else 3000)
`;

/** Longer than this and something hangs. */
const CLOSE_DEADLINE_MS = 15_000;

const WARNINGS_SHOWN = 3;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { market: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const environment = values.port === undefined ? process.env : { ...process.env, PORT: values.port };
  const { port, databaseUrl, dataDir, snapshotDir, options } = readEnvironment(environment);
  const market = values.market === undefined ? demoMarket() : await marketFromFile(values.market);
  // Each market has a folder of its own.
  const name = values.market ? folderName(values.market) : 'demo';
  const folder = dataDir.startsWith('memory://') ? dataDir : join(dataDir, name);
  const database = await openDatabase(databaseUrl === undefined ? { folder } : { url: databaseUrl });
  const fixed = marketOptions(market, values.market !== undefined);
  const snapshots = snapshotDir === undefined ? undefined : snapshotFile(join(snapshotDir, name, 'market.snapshot'));
  const host = await createHost({ ...options, ...fixed, database: database.prisma, ...(snapshots && { snapshots }) });
  stopOnSignals(host, database);
  const { items, edges } = await host.engine.stats();
  for (const warning of market.warnings.slice(0, WARNINGS_SHOWN)) say(`Market: ${escaped(warning)}`);
  if (market.warnings.length > WARNINGS_SHOWN)
    say(`Market: and ${market.warnings.length - WARNINGS_SHOWN} more of these`);
  say(`Market: ${market.name}: ${items} items, ${countWants(market.items)} wants, ${edges} edges`);
  say(`Kept in ${databaseUrl === undefined ? folder : 'PostgreSQL'}`);
  // Before anybody can come, so that whatever is logged from then on is somebody's.
  if (!options.production) await quietly(host, () => findFirstTrades(host, market));
  const { url } = await host.listen(port);
  say(`Listening on ${url}`);
  if (!options.production) await sayWhatToTry(host, url);
}

function marketOptions({ categories, items, demoUsers }: StartMarket, fromFile: boolean): HostOptions {
  const limits = { maxWants: MATH_TRADE_WANTS_PER_ITEM };
  const pageFolder = fileURLToPath(new URL('../web/dist', import.meta.url));
  return { categories, items, demoUsers, pageFolder, ...(fromFile ? { engine: { limits } } : {}) };
}

/** A name for the data of a market file: files of the same name elsewhere get another. */
function folderName(file: string): string {
  const name = basename(file).replaceAll(/[^\w.-]/g, '_');
  return `${name}-${createHash('sha256').update(resolve(file)).digest('hex').slice(0, 8)}`;
}

function stopOnSignals(host: Host, database: Database): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    say(`${signal}: closing`);
    setTimeout(() => process.exit(1), CLOSE_DEADLINE_MS).unref();
    const closed = host.close().finally(() => database.close());
    closed.then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** What is no news to who has just started it: a line for each person told would push the address off the screen. */
async function quietly({ log }: Host, work: () => Promise<void>): Promise<void> {
  const { level } = log;
  if (level === 'info') log.level = 'warn';
  try {
    await work();
  } finally {
    log.level = level;
  }
}

/** So that the demo users have trades to look at; the sweeps that find the others come by themselves. */
async function findFirstTrades({ engine }: Host, { items, demoUsers }: StartMarket): Promise<void> {
  const people = new Set(demoUsers.map(({ userId }) => userId));
  let told = 0;
  for (const { id, ownerId } of items) {
    if (!people.has(ownerId)) continue;
    const report = await engine.trigger(id).catch((error: unknown) => {
      if (!isBarterError(error)) throw error; // one that is traded by now has no trades to find
    });
    told += report?.told.length ?? 0;
  }
  if (told > 0) say(`Found ${told} trades of the people to sign in as`);
}

/** How many items are asked before giving up on finding one that has matches to show. */
const ITEMS_TO_ASK = 300;

async function sayWhatToTry({ engine, storage }: Host, url: string): Promise<void> {
  const items = (await storage.items.page({ limit: ITEMS_TO_ASK })).filter(({ status }) => status === 'available');
  let example = items[0];
  for (const item of items) {
    const answer = await engine.matches({ itemId: item.id }).catch(() => undefined); // in a trade, perhaps
    if (!answer || answer.matches.length === 0) continue;
    example = item;
    break;
  }
  if (!example) return;
  say(`
To try in another terminal (${escaped(`${example.ownerId} owns ${example.title}`)}):

  TOKEN=$(curl -s ${url}/api/v1/dev/login -H 'Content-Type: application/json' \\
    -d '${shellQuoted(JSON.stringify({ userId: example.ownerId }))}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
  curl -s ${url}/api/v1/barter/matches/${encodeURIComponent(example.id)} -H "Authorization: Bearer $TOKEN"
  curl -s -X POST ${url}/api/v1/barter/realtime/trigger/${encodeURIComponent(example.id)} -H "Authorization: Bearer $TOKEN"
  curl -s ${url}/api/v1/barter/realtime/stats -H "Authorization: Bearer $TOKEN"
  npx tsx examples/express-host/src/listen.ts ${url} "$TOKEN"    # waits for match:found

A login with "role":"operator" may ask for any item. More in examples/express-host/README.md.

Open ${url} and sign in as anybody, in several tabs to be several people.
`);
}

function shellQuoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
