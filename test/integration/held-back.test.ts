import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { prismaStorage } from '../../adapters/prisma';
import { openDatabase } from '../../examples/express-host/src/database';
import { type BarterStorage, createBarterEngine } from '../../src';
import { manualClock } from '../../src/testing';
import { bundle } from '../crash/process';
import { Random } from '../mutation/random';
import { hasPostgres, postgresDatabase } from '../support/databases';
import { item } from '../support/trades';

const NIGHT = Date.UTC(2026, 0, 15, 21, 0); // 23:00 in Cairo
const MORNING = Date.UTC(2026, 0, 15, 5, 0) + 86_400_000; // 07:00
const ROWS = 1_000;
const USERS = 20;

/** Fills a storage with news of 500 trades that quiet hours hold back. Returns the ids of the rows. */
async function holdBack(storage: BarterStorage): Promise<string[]> {
  const engine = createBarterEngine({ storage, clock: manualClock(NIGHT), categories: [{ id: 'all' }] });
  const held: string[] = [];
  engine.on('event:processed', ({ told }) => {
    for (const { people } of told) {
      for (const { pushed, heldBy, notificationId } of people) {
        if (pushed || heldBy?.gate !== 'quiet-hours' || heldBy.retryAt !== MORNING) throw new Error('It was not held.');
        held.push(notificationId);
      }
    }
  });
  for (let n = 0; n < USERS; n++) {
    const quietHours = { from: '22:00', to: '07:00' };
    await engine.setPreferences({ userId: `u${n}`, timeZone: 'Africa/Cairo', quietHours });
  }
  for (let n = 0; n < ROWS / 2; n++) {
    for (const [mine, other, owner] of [
      ['a', 'b', n],
      ['b', 'a', n + 1],
    ] as const) {
      // biome-ignore format: one line
      const offer = item(`${mine}${n}`, `u${owner % USERS}`, 'all', 'all', { wants: [{ itemIds: [`${other}${n}`] }] });
      await engine.submit({ type: 'item:created', itemId: offer.id, userId: offer.ownerId, item: offer });
    }
  }
  await engine.close();
  return held.sort();
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function sender(program: string, where: string, file: string, more: { atOnce: number; lease: number }) {
  const ahead = MORNING - Date.now();
  const parts = [program, where, file, `${ahead}`, `${more.atOnce}`, `${more.lease}`];
  const child = spawn(process.execPath, parts, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  return { child, ended };
}

const linesOf = async (file: string) => (await readFile(file, 'utf8')).split('\n').slice(0, -1);

describe.for([
  { on: 'PGlite', isThere: true, atOnce: 1, kills: 4 },
  { on: 'PostgreSQL', isThere: hasPostgres, atOnce: 1, kills: 12 },
  { on: 'PostgreSQL', isThere: hasPostgres, atOnce: 16, kills: 6 },
] as const)('1,000 held-back notifications on $on, $atOnce at once', ({ on, isThere, atOnce, kills }) => {
  it.skipIf(!isThere)(`are all sent by senders that are killed ${kills} times`, { timeout: 300_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'held-back-'));
    const postgres = on === 'PostgreSQL' ? await postgresDatabase() : undefined;
    const where = postgres?.url ?? join(folder, 'data');
    const file = join(folder, 'sent');
    await writeFile(file, '');
    try {
      const database = postgres ?? (await openDatabase({ folder: where }));
      const held = await holdBack(prismaStorage(database.prisma));
      expect(held).toHaveLength(ROWS);
      if (!postgres) await database.close();

      const program = await bundle('sender');
      const chance = new Random(kills);
      let duringSending = 0;
      for (let kill = 1; kill <= kills; kill++) {
        const { child, ended } = await sender(program, where, file, { atOnce, lease: 200 });
        const before = (await linesOf(file)).length;
        while ((await linesOf(file)).length === before && child.exitCode === null) await wait(1);
        await wait(chance.next() * (on === 'PGlite' ? 300 : 60));
        if (child.exitCode === null) duringSending++;
        child.kill('SIGKILL');
        await ended;
      }
      const { ended } = await sender(program, where, file, { atOnce, lease: 200 });
      expect(await ended).toEqual([0, null]);

      const sent = await linesOf(file);
      expect([...new Set(sent)].sort()).toEqual(held);
      expect(duringSending).toBe(kills); // none came when all had been sent
      expect(sent.length - held.length).toBeLessThanOrEqual(kills * atOnce);
    } finally {
      await postgres?.close();
      await rm(folder, { recursive: true });
    }
  });
});

it.skipIf(!hasPostgres)('sends nothing twice with two senders at once', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'held-back-'));
  const database = await postgresDatabase();
  const files = [join(folder, 'one'), join(folder, 'two')];
  try {
    const held = await holdBack(prismaStorage(database.prisma));
    const program = await bundle('sender');
    const both = await Promise.all(
      files.map((file) => sender(program, database.url, file, { atOnce: 4, lease: 60_000 })),
    );
    for (const { ended } of both) expect(await ended).toEqual([0, null]);
    const [one, two] = (await Promise.all(files.map(linesOf))) as [string[], string[]];
    expect([...one, ...two].sort()).toEqual(held);
    expect(Math.min(one.length, two.length)).toBeGreaterThan(0);
  } finally {
    await database.close();
    await rm(folder, { recursive: true });
  }
});
