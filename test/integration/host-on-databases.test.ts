import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { snapshotFile } from '../../adapters/file';
import { hasPostgres, pgliteDatabase, postgresDatabase, type TestDatabase } from '../support/databases';
import { startHost, type TestHost } from '../support/host';

/* A whole trade across restarts: whatever was answered is there when another host starts on the same database. */

const PHONE = { title: 'Phone', categoryId: 'phones', desiredCategoryId: 'laptops' };
const LAPTOP = { title: 'Laptop', categoryId: 'laptops', desiredCategoryId: 'phones' };

for (const [name, open, isThere] of [
  ['PGlite', pgliteDatabase, true],
  ['PostgreSQL', postgresDatabase, hasPostgres],
] as const) {
  describe.skipIf(!isThere)(`the host on ${name}`, () => {
    let database: TestDatabase;
    let t: TestHost;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database?.close());
    beforeEach(() => database.clear());

    const restart = async () => {
      await t.close();
      t = await startHost({ database: database.prisma });
    };

    it('saves a snapshot when it closes and after sweeps, and starts from it', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'barterloop-host-'));
      const path = join(folder, 'market.snapshot');
      const begin = async (sweepEveryMs = 0) =>
        startHost({ database: database.prisma, snapshots: snapshotFile(path), sweepEveryMs, snapshotEveryMs: 0 });
      t = await begin();
      const ana = await t.login('ana');
      for (let n = 0; n < 3; n++) await t.call('POST', '/api/v1/items', { token: ana, body: PHONE });
      const ben = await t.login('ben');
      for (let n = 0; n < 3; n++) await t.call('POST', '/api/v1/items', { token: ben, body: LAPTOP });
      const { edges } = await t.host.engine.stats();
      expect(edges).toBe(18);
      await t.close();
      const { size } = await stat(path);
      expect(size).toBeGreaterThan(18 * 4);

      t = await begin(30);
      expect((await t.host.engine.stats()).edges).toBe(edges);
      await rm(path);
      await vi.waitFor(() => stat(path), { timeout: 20_000 });
      await t.close();
      expect(t.log.filter(({ msg }) => /snapshot/.test(msg ?? ''))).toEqual([]);

      await writeFile(path, 'anything');
      t = await begin();
      expect((await t.host.engine.stats()).edges).toBe(edges);
      expect(t.log.filter(({ msg }) => /snapshot/.test(msg ?? ''))).toMatchObject([{ level: 'warn' }]);
      await t.close();
      await rm(folder, { recursive: true });
    });

    it('goes on with a trade where it was', async () => {
      t = await startHost({ database: database.prisma });
      const [ana, ben] = [await t.login('ana'), await t.login('ben')];
      const call = async (token: string, method: string, path: string, body?: object) =>
        (await t.call(method, `/api/v1${path}`, { token, ...(body && { body }) })).body;
      const phone = (await call(ana, 'POST', '/items', PHONE)).data.id;
      await call(ana, 'PUT', '/me', { contact: 'ana@example.org' });
      await call(ben, 'PUT', '/preferences', { mutedUserIds: ['zoe'] });
      await restart();

      expect((await call(ben, 'POST', '/items', LAPTOP)).message).toBe('Found 1 matches, sent 1 notifications');
      const [{ id }] = (await call(ana, 'GET', '/barter/opportunities')).data;
      const trade = `/barter/opportunities/${id}`;
      await call(ana, 'POST', `${trade}/accept`, { revision: 1 });
      await restart();

      const client = await t.connect(ben);
      await client.until(1);
      expect(client.received[0]!.payload).toMatchObject({ type: 'match_accepted', opportunityId: id });
      const committed = await call(ben, 'POST', `${trade}/accept`, { revision: 1 });
      expect(committed.data).toMatchObject({ state: 'committed', contacts: { ana: 'ana@example.org' } });
      await restart();

      expect((await call(ana, 'PATCH', `/items/${phone}`, { title: 'Telephone' })).error.code).toBe('item-locked');
      await call(ana, 'POST', `${trade}/confirm`, {});
      expect((await call(ben, 'POST', `${trade}/confirm`, {})).data.state).toBe('completed');
      await restart();

      expect((await call(ana, 'GET', `/items/${phone}`)).data.status).toBe('traded');
      expect((await call(ben, 'GET', '/preferences')).data.mutedUserIds).toEqual(['zoe']);
      await call(ana, 'DELETE', '/me');
      await restart();
      expect((await t.call('GET', '/api/v1/items', { token: ana })).status).toBe(401);
      await t.close();
    });

    it('fills an empty market, and leaves one that has items alone', async () => {
      const item = (id: string) => ({
        id,
        ownerId: `owner of ${id}`,
        title: id,
        wants: [],
        status: 'available' as const,
      });
      for (const [items, expected] of [
        [['a', 'b'], 2],
        [['c'], 2],
      ] as const) {
        t = await startHost({ database: database.prisma, items: items.map(item) });
        expect((await t.host.engine.stats()).items).toBe(expected);
        await t.close();
      }
    });
  });
}
