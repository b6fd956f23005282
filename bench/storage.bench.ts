import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { hasPostgres, postgresDatabase } from '../test/support/databases';
import type { BenchOptions } from './support/arguments';
import { nextMessage } from './support/child-process';
import { HostClient } from './support/host-client';
import { isMain } from './support/is-main';
import { check, figure, growingTable, percentile, say } from './support/report';
import type { StorageHostMessage } from './support/storage-host';

const SEED = 42;
/** Requests under way at once while the rate is measured. */
const AT_ONCE = 16;
/** Events a second beside the messages whose way is measured. */
const BESIDE = 10;
const LONGEST_WAY_MS = 30_000;

/**
 * The example host with its data in memory, in PGlite and in PostgreSQL: events a second that it takes over HTTP, and the time
 * from a request that completes a trade to the message that reaches the other person's socket.
 */
export async function runStorageBench({ smoke, items }: BenchOptions): Promise<void> {
  const sizes = items ?? (smoke ? [500] : [10_000, 100_000]);
  const seconds = smoke ? 1 : 20;
  const messages = smoke ? 5 : 200;
  say(
    `Storage: the example host over HTTP and Socket.IO, ${seconds} s of events (70 % create, 20 % update, 10 % delete) with`,
  );
  say(
    `${AT_ONCE} requests under way, then ${messages} trades of two, one after the other, beside ${BESIDE} events a second`,
  );
  say();
  const row = growingTable(['items', 'storage', 'start s', 'MB', 'events/s', 'answer p50', 'p99', 'socket p50', 'p99', 'MB after', 'snapshot MB', 'saved s', 'start s']); // biome-ignore format: one line
  for (const size of sizes) {
    for (const storage of ['memory', 'PGlite', 'PostgreSQL'] as const) {
      if (storage === 'PostgreSQL' && (smoke || !hasPostgres)) continue;
      row([figure(size), storage, ...(await measure(storage, { size, seconds, messages }))]);
    }
  }
  say();
  say(
    'start: opening the database, loading the market and linking it; the items of `memory` are made before. MB: resident,',
  );
  say(
    'after a collection of garbage; PostgreSQL’s own processes are not in it. answer: of the events while the rate is measured.',
  );
  say(
    'socket: from sending the request that completes a trade to the message at the other person’s socket. Host, database and',
  );
  say('clients share the machine. Then: the size of a snapshot and the time to save it, and another start, from it.');
  if (smoke) say('PostgreSQL is left out of a smoke run.');
  else if (!hasPostgres) say('PostgreSQL is left out: none answers at DATABASE_URL or 127.0.0.1:5432/test.');
}

interface Load {
  size: number;
  seconds: number;
  messages: number;
}

async function measure(storage: 'memory' | 'PGlite' | 'PostgreSQL', load: Load): Promise<string[]> {
  const { size, seconds, messages } = load;
  await using place = await placeFor(storage);
  await using folder = await temporaryFolder();
  const snapshot = join(folder.path, 'snapshot');
  if (storage !== 'memory') {
    const filling = start('fill', place.where, size, snapshot);
    await nextMessage<StorageHostMessage, 'filled'>(filling, 'filled');
    await once(filling, 'exit');
  }
  const host = start('serve', place.where, size, snapshot);
  try {
    const started = await nextMessage<StorageHostMessage, 'url'>(host, 'url');
    check(started.items === size, `${started.items} of ${size} items are in the market`);
    const client = await HostClient.open(started.url);
    const send = client.stream(size, SEED);
    for (let i = 0; i < 50; i++) await send(); // warms up
    const { perSecond, times } = await fullSpeed(send, seconds * 1_000);
    const ways = await waysToSockets(client, started.url, send, messages);
    host.send('report');
    const end = await nextMessage<StorageHostMessage, 'megabytesAfter'>(host, 'megabytesAfter');
    check(
      end.failed === 0 && end.processed >= times.length + 2 * messages,
      `${end.processed} processed, ${end.failed} failed`,
    );
    await once(host, 'exit');
    return [
      figure(started.startMs / 1000),
      figure(started.megabytes),
      figure(perSecond),
      figure(percentile(times, 0.5)),
      figure(percentile(times, 0.99)),
      figure(percentile(ways, 0.5)),
      figure(percentile(ways, 0.99)),
      figure(end.megabytesAfter),
      figure(end.snapshot.bytes / 2 ** 20),
      figure(end.snapshot.tookMs / 1000),
      storage === 'memory' ? '–' : figure((await startAgain(place.where, size, snapshot, end.items)) / 1000),
    ];
  } finally {
    if (host.exitCode === null) host.kill();
  }
}

/** Milliseconds that another start takes. */
async function startAgain(where: string, size: number, snapshot: string, items: number): Promise<number> {
  const host = start('serve', where, size, snapshot);
  try {
    const started = await nextMessage<StorageHostMessage, 'url'>(host, 'url');
    check(started.items === items, `${started.items} of ${items} items are in the market that was started again`);
    return started.startMs;
  } finally {
    host.kill();
    await once(host, 'exit');
  }
}

function start(task: 'fill' | 'serve', where: string, size: number, snapshot: string) {
  const file = fileURLToPath(new URL('./support/storage-host.ts', import.meta.url));
  return fork(file, [task, where, String(size), String(SEED), snapshot], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
}

/** Sends as fast as answers come, in several streams. */
async function fullSpeed(send: () => Promise<void>, ms: number): Promise<{ perSecond: number; times: number[] }> {
  const times: number[] = [];
  const begun = performance.now();
  const stream = async () => {
    while (performance.now() - begun < ms) {
      const sentAt = performance.now();
      await send();
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, stream));
  return { perSecond: (times.length * 1000) / (performance.now() - begun), times };
}

/** Milliseconds from the request that completes a trade to the message at the other person's socket, one by one. */
async function waysToSockets(
  client: HostClient,
  url: string,
  beside: () => Promise<void>,
  count: number,
): Promise<number[]> {
  let isDone = false;
  const load = (async () => {
    while (!isDone) await Promise.all([beside(), wait(1_000 / BESIDE)]);
  })();
  const ways: number[] = [];
  for (let n = 0; n < count; n++) {
    // New people each time, so that no throttle holds a message back.
    const [waiting, coming] = [await client.signIn(`waiting-${n}`), await client.signIn(`coming-${n}`)];
    const socket = io(url, { auth: { token: waiting }, transports: ['websocket'], forceNew: true });
    await arrival(socket, 'connect');
    await client.call('POST', '/items', waiting, { title: `alpha${n}qx`, desiredKeywords: `omega${n}qx` });
    const message = arrival(socket, 'match:found');
    const sentAt = performance.now();
    const [, told] = await Promise.all([
      client.call('POST', '/items', coming, { title: `omega${n}qx`, desiredKeywords: `alpha${n}qx` }),
      message.then((payload) => ({ payload, at: performance.now() })),
    ]);
    const { participants } = told.payload as { participants: { userId: string }[] };
    const people = participants.map(({ userId }) => userId).sort();
    check(people.join() === `coming-${n},waiting-${n}`, `the trade that was told is one of ${people}`);
    ways.push(told.at - sentAt);
    socket.disconnect();
  }
  isDone = true;
  await load;
  return ways;
}

function arrival(socket: Socket, event: string): Promise<unknown> {
  const late = wait(LONGEST_WAY_MS, undefined, { ref: false }).then(() => {
    throw new Error(`Wrong answer: no ${event} within ${LONGEST_WAY_MS} ms.`);
  });
  late.catch(() => {});
  return Promise.race([new Promise((resolve) => socket.once(event, resolve)), late]);
}

async function placeFor(storage: 'memory' | 'PGlite' | 'PostgreSQL'): Promise<AsyncDisposable & { where: string }> {
  if (storage === 'memory') return { where: 'memory', [Symbol.asyncDispose]: async () => {} };
  if (storage === 'PostgreSQL') {
    const database = await postgresDatabase();
    return { where: database.url, [Symbol.asyncDispose]: () => database.close() };
  }
  const folder = await temporaryFolder();
  return { ...folder, where: folder.path };
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'storage-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

if (isMain(import.meta.url)) await runStorageBench({ smoke: process.argv.includes('--smoke') } as BenchOptions);
