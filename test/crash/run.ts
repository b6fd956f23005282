import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PrismaClient } from '../../examples/express-host/generated/client';
import { openDatabase } from '../../examples/express-host/src/database';
import { Random } from '../mutation/random';
import { postgresDatabase } from '../support/databases';
import { Clients } from './client';
import { type Outcome, outcomeOf, pushedRows } from './outcome';
import { bundle, HostProcess } from './process';
import { type Command, USERS, Workload } from './workload';

export interface CrashOptions {
  on: 'PostgreSQL' | 'PGlite';
  seed: number;
  commands: number;
  /** How often the host is killed, at moments spread over the commands. */
  kills: number;
  onProgress?: (done: number) => void;
}

export interface CrashReport {
  outcome: Outcome;
  /** Requests that a kill left without an answer. */
  unanswered: number;
  /** Kills after which rows were stored and not sent. */
  betweenStoreAndSend: number;
  pushed: number;
  /** Pushed rows that their person never received. */
  missing: number;
  /** Messages that clients dropped, having shown them already. */
  repeats: number;
  restartMs: number;
}

/**
 * Drives a host with a stream of commands, each sent until it is answered, and kills the host on the way.
 *
 * The kills fall within the time that a request usually takes, so most come while one is being worked on.
 */
export async function crashRun({ on, seed, commands, kills, onProgress }: CrashOptions): Promise<CrashReport> {
  await bundle('host');
  await using place = await (on === 'PostgreSQL' ? placeInPostgres() : placeInFolder());
  const host = await HostProcess.start(place.where);
  const clients = new Clients(host.url);
  const chance = new Random(seed + 1);
  const killAt = new Set(chance.shuffled(Array.from({ length: commands }, (_, i) => i)).slice(0, kills));
  const report = { unanswered: 0, betweenStoreAndSend: 0, restartMs: 0 };
  let usualMs = 20;

  const killSoon = async () => {
    await wait(chance.next() * usualMs);
    await host.end('SIGKILL');
    report.betweenStoreAndSend += await place.look(async (prisma) =>
      Math.min(
        1,
        await prisma.barterNotification.count({ where: { deliveredAt: null, deliverAt: { lte: Date.now() } } }),
      ),
    );
    const begun = performance.now();
    await host.restart();
    report.restartMs += performance.now() - begun;
  };

  const send = async (command: Command, isToKill: boolean) => {
    const killed = isToKill ? killSoon() : Promise.resolve();
    for (;;) {
      const begun = performance.now();
      const answer = await clients.send(command).catch(() => undefined);
      if (answer && answer.status < 500) {
        usualMs += (performance.now() - begun - usualMs) / 20;
        await killed;
        return answer;
      }
      report.unanswered++;
      await killed;
    }
  };

  try {
    await clients.connect();
    const workload = new Workload(seed);
    for (let i = 0; i < commands; i++) {
      onProgress?.(i);
      const command = await workload.next((userId) => clients.tradesOf(userId));
      if (!command) continue;
      const { status, body } = await send(command, killAt.has(i));
      if (command.path === '/items' && status === 201)
        workload.add((body as { data: { id: string } }).data.id, command.userId);
    }
    // All are back, and what is due has gone out.
    while (clients.connected < USERS.length) await wait(50);
    await wait(2_000);
  } finally {
    await host.end('SIGTERM');
    clients.close();
  }
  return await place.look(async (prisma) => {
    const rows = await pushedRows(prisma);
    const missing = rows.filter(({ id, userId }) => !clients.received.get(userId)!.has(id)).length;
    const counts = [...clients.received.values()].flatMap((shown) => [...shown.values()]);
    const repeats = counts.reduce((sum, count) => sum + count - 1, 0);
    return {
      ...report,
      restartMs: Math.round(report.restartMs / Math.max(1, kills)),
      outcome: await outcomeOf(prisma),
      pushed: rows.length,
      missing,
      repeats,
    };
  });
}

/** Where a run keeps its data; it goes with the run. */
interface Place extends AsyncDisposable {
  where: string;
  /** Reads while no host runs. */
  look<T>(read: (prisma: PrismaClient) => Promise<T>): Promise<T>;
}

async function placeInPostgres(): Promise<Place> {
  const database = await postgresDatabase();
  return { where: database.url, look: (read) => read(database.prisma), [Symbol.asyncDispose]: () => database.close() };
}

async function placeInFolder(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'crash-'));
  return {
    where: folder,
    async look(read) {
      const { prisma, close } = await openDatabase({ folder });
      try {
        return await read(prisma);
      } finally {
        await close();
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
