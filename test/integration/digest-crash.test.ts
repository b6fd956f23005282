import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { prismaStorage } from '../../adapters/prisma';
import { createBarterEngine } from '../../src';
import { manualClock } from '../../src/testing';
import { bundle } from '../crash/process';
import { Random } from '../mutation/random';
import { hasPostgres, postgresDatabase } from '../support/databases';
import { smtpServer } from '../support/smtp';
import { item } from '../support/trades';

const EVENING = Date.UTC(2026, 0, 15, 21, 0);
const MORNING = Date.UTC(2026, 0, 16, 8, 0);
const PEOPLE = 120;
const KILLS = 8;
const AGAIN_MS = 3_600_000;

it.skipIf(!hasPostgres)(
  'mails each digest, whenever the sender is killed, and at most one twice a kill',
  { timeout: 240_000 },
  async () => {
    const database = await postgresDatabase();
    const server = await smtpServer();
    try {
      const storage = prismaStorage(database.prisma);
      const engine = createBarterEngine({ storage, clock: manualClock(EVENING), categories: [{ id: 'all' }] });
      for (let n = 0; n < PEOPLE; n++)
      await engine.setPreferences({ userId: `u${n}`, timeZone: 'UTC', quietHours: { from: '20:00', to: '07:00' }, digest: { at: '08:00' } }); // biome-ignore format: one line
      for (let n = 0; n < PEOPLE; n++) {
        const offer = item(`x${n}`, `u${n}`, 'all', 'all', { wants: [{ itemIds: [`x${n ^ 1}`] }] });
        await engine.submit({ type: 'item:created', itemId: offer.id, userId: offer.ownerId, item: offer });
      }
      await engine.close();

      const program = await bundle('digest-sender');
      const chance = new Random(1);
      let instant = MORNING;
      const send = async (isToKill: boolean) => {
        const before = server.mails.length;
        const child = spawn(process.execPath, [program, database.url, new URL(server.url).port, `${instant}`], { stdio: ['ignore', 'ignore', 'inherit'] }); // biome-ignore format: one line
        const ended = once(child, 'exit');
        if (isToKill) {
          while (server.mails.length === before && child.exitCode === null) await wait(1);
          await wait(chance.next() * 80);
          child.kill('SIGKILL');
        }
        const [code] = await ended;
        // What a sender died with is to be had again after its time.
        instant += AGAIN_MS;
        return code;
      };
      for (let kill = 0; kill < KILLS; kill++) expect(await send(true)).toBeNull();
      expect(server.mails.length).toBeLessThan(PEOPLE);
      expect(await send(false)).toBe(0);

      const to = server.mails.flatMap((mail) => mail.to);
      expect(new Set(to).size).toBe(PEOPLE);
      expect(to.length - PEOPLE).toBeLessThanOrEqual(KILLS);
      expect(new Set(server.mails.map(({ parsed }) => parsed.messageId)).size).toBe(PEOPLE);
      expect(server.mails.every(({ parsed }) => parsed.subject === 'News of a trade')).toBe(true);
      const sent = server.mails.length;
      expect(await send(false)).toBe(0);
      expect(server.mails).toHaveLength(sent);
    } finally {
      await server.close();
      await database.close();
    }
  },
);
