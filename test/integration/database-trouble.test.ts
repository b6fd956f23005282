import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../examples/express-host/src/database';
import { hasPostgres, postgresDatabase } from '../support/databases';
import { startHost } from '../support/host';
import { tcpProxy } from '../support/tcp-proxy';

/** How long the database is away. */
const AWAY_MS = 3_000;
const PAIRS = 30;

describe.skipIf(!hasPostgres)('while PostgreSQL is away', () => {
  it('answers 503 with Retry-After, loses nothing, doubles nothing, and goes on by itself', async () => {
    const database = await postgresDatabase();
    const address = new URL(database.url);
    await using proxy = await tcpProxy({ host: address.hostname, port: Number(address.port) });
    address.port = String(proxy.port);
    address.hostname = '127.0.0.1';
    const throughProxy = await openDatabase({ url: address.href });
    const t = await startHost({
      database: throughProxy.prisma,
      cleanupEveryMs: 0,
      deliverEveryMs: 100,
      engine: { retry: { attempts: 2, delayMs: 10 } },
    });
    const refusals = { count: 0, withoutRetryAfter: 0, statuses: new Set<number>() };
    const offer = async (token: string, body: object, key: string) => {
      for (;;) {
        const answer = await t.call('POST', '/api/v1/items', { token, body, headers: { 'Idempotency-Key': key } });
        if (answer.status === 201) return;
        refusals.count++;
        refusals.statuses.add(answer.status);
        if (!answer.headers.get('retry-after')) refusals.withoutRetryAfter++;
        await wait(100);
      }
    };
    const pair = async (n: number) => {
      const [ana, ben] = [await t.login(`ana-${n}`), await t.login(`ben-${n}`)];
      return { n, ana, ben };
    };
    const pairs = await Promise.all(Array.from({ length: PAIRS }, (_, n) => pair(n)));
    const cutting = (async () => {
      await wait(100);
      await proxy.cut();
      expect((await fetch(`${t.url}/healthz`)).status).toBe(200);
      await wait(AWAY_MS);
      await proxy.mend();
    })();
    for (const { n, ana, ben } of pairs) {
      const wanted = (what: string) => ({ desiredKeywords: what });
      await Promise.all([
        offer(ana, { title: `phone${n}`, ...wanted(`lamp${n}`) }, `a-${n}`),
        offer(ben, { title: `lamp${n}`, ...wanted(`phone${n}`) }, `b-${n}`),
      ]);
    }
    await cutting;
    await t.host.engine.sweep();
    while ((await t.host.engine.stats()).notificationsPending > 0) await wait(50);

    expect(refusals.count).toBeGreaterThan(0);
    expect(refusals).toMatchObject({ withoutRetryAfter: 0, statuses: new Set([503]) });
    const { prisma } = database;
    expect(await prisma.barterItem.count()).toBe(2 * PAIRS);
    expect(await prisma.barterOpportunity.count({ where: { state: 'proposed' } })).toBe(PAIRS);
    expect(await prisma.barterOpportunity.count()).toBe(PAIRS);
    expect(await prisma.barterNotification.count({ where: { deliveredAt: { not: null } } })).toBe(2 * PAIRS);
    await t.close();
    await throughProxy.close();
    await database.close();
  });
});
