import { setTimeout as wait } from 'node:timers/promises';
import { Client as PgClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../examples/express-host/src/database';
import { hasPostgres, postgresDatabase } from '../support/databases';
import { startHost, type TestHost } from '../support/host';
import { clusterPrograms, startCluster } from '../support/postgres-cluster';
import { tcpProxy } from '../support/tcp-proxy';

const PAIRS = 30;

function hostOn({ prisma }: Database): Promise<TestHost> {
  return startHost({
    database: prisma,
    cleanupEveryMs: 0,
    deliverEveryMs: 100,
    engine: { retry: { attempts: 2, delayMs: 10 } },
  });
}

/**
 * Pairs of people who each offer what the other wants, again until it is taken, while the database is in trouble; then
 * that each pair has one trade, and each person was told of it, once.
 */
async function expectNothingLost(
  t: TestHost,
  database: Database,
  trouble: () => Promise<void>,
  deliveredBefore = 0,
): Promise<Set<number>> {
  const refused = new Set<number>();
  const offer = async (token: string, body: object, key: string) => {
    for (;;) {
      const answer = await t.call('POST', '/api/v1/items', { token, body, headers: { 'Idempotency-Key': key } });
      if (answer.status === 201) return;
      refused.add(answer.status);
      if (answer.status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await wait(100);
    }
  };
  const people = Array.from({ length: PAIRS }, async (_, n) => [await t.login(`ana-${n}`), await t.login(`ben-${n}`)]);
  const pairs = (await Promise.all(people)) as [string, string][];
  const clients = await Promise.all(pairs.flat().map((token) => t.connect(token)));
  const inTrouble = wait(100).then(trouble);
  for (const [n, [ana, ben]] of pairs.entries()) {
    await Promise.all([
      offer(ana, { title: `phone${n}`, desiredKeywords: `lamp${n}` }, `a-${n}`),
      offer(ben, { title: `lamp${n}`, desiredKeywords: `phone${n}` }, `b-${n}`),
    ]);
  }
  await inTrouble;
  await t.host.engine.sweep();
  while ((await t.host.engine.stats()).notificationsPending > 0) await wait(50);

  const { prisma } = database;
  expect(await prisma.barterItem.count()).toBe(2 * PAIRS);
  expect(await prisma.barterOpportunity.count({ where: { state: 'proposed' } })).toBe(PAIRS);
  expect(await prisma.barterOpportunity.count()).toBe(PAIRS);
  expect(await prisma.barterNotification.count({ where: { deliveredAt: { not: null } } })).toBe(
    2 * PAIRS + deliveredBefore,
  );
  for (const { received } of clients) {
    const ids = new Set(received.map(({ payload }) => payload.notificationId));
    expect(ids.size).toBe(1); // at least once, and of one trade
  }
  for (const { socket } of clients) socket.disconnect();
  return refused;
}

describe.skipIf(!hasPostgres)('a PostgreSQL in trouble', () => {
  it('whose connections break for three seconds: 503 with Retry-After, nothing lost, nothing doubled', async () => {
    const database = await postgresDatabase();
    const address = new URL(database.url);
    await using proxy = await tcpProxy({ host: address.hostname, port: Number(address.port) });
    address.port = String(proxy.port);
    address.hostname = '127.0.0.1';
    const throughProxy = await openDatabase({ url: address.href });
    const t = await hostOn(throughProxy);
    const refused = await expectNothingLost(t, database, async () => {
      await proxy.cut();
      expect((await fetch(`${t.url}/healthz`)).status).toBe(200);
      await wait(3_000);
      await proxy.mend();
    });
    expect(refused).toEqual(new Set([503]));
    await t.close();
    await throughProxy.close();
    await database.close();
  });

  it('which is slow, as somebody holds a table for twelve seconds: what is given up is done later, once', async () => {
    const database = await postgresDatabase();
    const t = await hostOn(database);
    const url = new URL(database.url);
    const other = new PgClient({ connectionString: url.href });
    await other.connect();
    const refused = await expectNothingLost(t, database, async () => {
      await other.query(`BEGIN; LOCK TABLE "${url.searchParams.get('schema')}".barter_opportunities`);
      await wait(12_000); // longer than a transaction may last
      await other.query('COMMIT');
    });
    expect([...refused].filter((status) => status !== 503)).toEqual([]);
    await other.end();
    await t.close();
    await database.close();
  });

  it('with a full outbox: new events go on, and each message reaches its person', async () => {
    const database = await postgresDatabase();
    const FULL = 5_000;
    const t = await hostOn(database);
    const ana = await t.connect(await t.login('ana'));
    // What a host leaves that stored and did not send: answers to what ana did, which nothing holds back.
    await database.prisma.$executeRawUnsafe(`
      INSERT INTO "${new URL(database.url).searchParams.get('schema')}".barter_notifications
        (id, user_id, opportunity_id, type, timestamp, position, deliver_at, attempts, body)
      SELECT 'NTF-old-' || n, 'ana', 'OPP-old-' || n, 'match_accepted', 1, n, n, 0,
        json_build_object('id', 'NTF-old-' || n, 'userId', 'ana', 'opportunityId', 'OPP-old-' || n,
          'type', 'match_accepted', 'participants', json_build_array(), 'timestamp', 1, 'expiresAt', 1)
      FROM generate_series(1, ${FULL}) n`);
    const refused = await expectNothingLost(t, database, async () => {}, FULL);
    expect(refused).toEqual(new Set());
    const shown = new Set(ana.received.map(({ payload }) => payload.notificationId));
    expect(shown.size).toBe(FULL);
    await t.close();
    await database.close();
  });
});

describe.skipIf(!clusterPrograms)('a PostgreSQL that stops for ten seconds', () => {
  it('answers 503 with Retry-After meanwhile, loses nothing, doubles nothing, and goes on by itself', async () => {
    await using cluster = await startCluster(clusterPrograms!);
    const database = await openDatabase({ url: cluster.url });
    const t = await hostOn(database);
    const refused = await expectNothingLost(t, database, async () => {
      await cluster.stop();
      expect((await fetch(`${t.url}/healthz`)).status).toBe(200);
      await wait(10_000);
      await cluster.start();
    });
    expect(refused).toEqual(new Set([503]));
    await t.close();
    await database.close();
  });
});
