import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodClaims, SECRET, signed, startHost, type TestHost } from '../../support/host';

let t: TestHost;
let ana: string;
let ben: string;
let mal: string;
let phone: string;
let opportunityId: string;

beforeAll(async () => {
  t = await startHost();
  [ana, ben, mal] = [await t.login('ana'), await t.login('ben'), await t.login('mal')];
  const offered = await t.call('POST', '/api/v1/items', {
    token: ana,
    body: { title: 'Phone', categoryId: 'phones', desiredCategoryId: 'laptops' },
  });
  phone = offered.body.data.id;
  await t.call('POST', '/api/v1/items', {
    token: ben,
    body: { title: 'Laptop', categoryId: 'laptops', desiredCategoryId: 'phones' },
  });
  const inbox = await t.call('GET', '/api/v1/notifications', { token: ana });
  opportunityId = inbox.body.data[0].opportunityId;
});
afterAll(() => t.close());

/** What exists and is not one's own looks like what does not exist, and stays as it is. */
async function notThere(method: string, path: string, options: { token: string; body?: unknown }): Promise<void> {
  const before = await t.state();
  const own = await t.call('GET', '/api/v1/items', { token: ana });
  const answer = await t.call(method, path, options);
  expect(answer.status, `${method} ${path}`).toBe(404);
  expect(answer.body).toMatchObject({ success: false, error: { code: 'not-found' } });
  expect(JSON.stringify(answer.body)).not.toMatch(/ana|Phone/);
  expect(await t.state()).toBe(before);
  expect((await t.call('GET', '/api/v1/items', { token: ana })).body).toEqual(own.body);
}

describe('authorisation', () => {
  it("12 another's item cannot be read, changed or deleted", async () => {
    await notThere('GET', `/api/v1/items/${phone}`, { token: mal });
    await notThere('PATCH', `/api/v1/items/${phone}`, { token: mal, body: { title: 'Mine' } });
    await notThere('DELETE', `/api/v1/items/${phone}`, { token: mal });
    expect((await t.call('GET', '/api/v1/items', { token: mal })).body.data).toEqual([]);
  });

  it('12 an operator may read any item and change none', async () => {
    const operator = await t.login('olga', 'operator');
    expect((await t.call('GET', `/api/v1/items/${phone}`, { token: operator })).body.data.ownerId).toBe('ana');
    await notThere('PATCH', `/api/v1/items/${phone}`, { token: operator, body: { title: 'Mine' } });
    await notThere('DELETE', `/api/v1/items/${phone}`, { token: operator });
  });

  it('12 a role that a client gives itself does not count', async () => {
    const forged = signed(
      { ...goodClaims('mal'), role: 'operator' },
      { key: 'not the key, but thirty-two characters' },
    );
    expect((await t.call('GET', `/api/v1/items/${phone}`, { token: forged })).status).toBe(401);
    const unknownRole = signed({ ...goodClaims('mal'), role: 'admin' });
    await notThere('GET', `/api/v1/items/${phone}`, { token: unknownRole });
  });

  it.each(['ownerId', 'ownerGroup', 'userId', 'status', 'score', 'lock', 'id', 'role', 'constructor', '__proto__'])(
    '13 %s cannot be set by mass assignment',
    async (field) => {
      const before = await t.state();
      const body = `{"title":"Phone","${field}":"ben"}`;
      const created = await t.call('POST', '/api/v1/items', { token: ana, body });
      expect(created.status).toBe(400);
      const changed = await t.call('PATCH', `/api/v1/items/${phone}`, { token: ana, body });
      expect(changed.status).toBe(400);
      expect(await t.state()).toBe(before);
    },
  );

  it('14 a stranger sees no opportunity, and has nothing to say in it', async () => {
    const mine = await t.call('GET', `/api/v1/barter/opportunities/${opportunityId}`, { token: ana });
    expect(mine.status).toBe(200);
    await notThere('GET', `/api/v1/barter/opportunities/${opportunityId}`, { token: mal });
    for (const action of ['accept', 'decline', 'confirm', 'dispute']) {
      await notThere('POST', `/api/v1/barter/opportunities/${opportunityId}/${action}`, { token: mal, body: {} });
    }
    expect((await t.call('GET', '/api/v1/barter/opportunities', { token: mal })).body.data).toEqual([]);
  });

  it("15 another's notifications and preferences are out of reach", async () => {
    const inbox = await t.call('GET', '/api/v1/notifications', { token: ana });
    const { id } = inbox.body.data[0];
    await notThere('POST', `/api/v1/notifications/${id}/read`, { token: mal, body: {} });
    expect((await t.call('GET', '/api/v1/notifications', { token: mal })).body.data).toEqual([]);
    for (const query of ['userId=ana', `cursor=${id}`, `after=${id}`, 'limit=0', 'limit=100000', 'limit=1&limit=2']) {
      const answer = await t.call('GET', `/api/v1/notifications?${query}`, { token: mal });
      expect(answer.status, query).toBe(400);
    }
    const before = await t.state();
    const put = await t.call('PUT', '/api/v1/preferences', { token: mal, body: { userId: 'ana', minScore: 1 } });
    expect(put.status).toBe(400);
    expect(await t.state()).toBe(before);
    expect((await t.call('GET', '/api/v1/preferences', { token: ana })).body.data).toEqual({ userId: 'ana' });
    expect((await t.call('GET', '/api/v1/notifications', { token: ana })).body).toEqual(inbox.body);
  });

  it("16 another's item cannot be searched", async () => {
    await notThere('POST', `/api/v1/barter/realtime/trigger/${phone}`, { token: mal, body: {} });
    await notThere('GET', `/api/v1/barter/matches/${phone}`, { token: mal });
    await notThere('POST', '/api/v1/barter/realtime/trigger/no-such-item', { token: mal, body: {} });
  });

  it('17 in production there is no dev login and no API page, and metrics are closed', async () => {
    await using production = await startHost({ production: true, metricsToken: 'a-token-for-the-scraper' });
    const login = await production.call('POST', '/api/v1/dev/login', { body: { userId: 'ana' } });
    // Behind authentication like every unknown address.
    expect(login.status).toBe(401);
    const token = signed(goodClaims('ana'));
    const operator = signed({ ...goodClaims('olga'), role: 'operator' });
    const asked = await production.call('POST', '/api/v1/dev/login', { token, body: { userId: 'ben' } });
    expect(asked.status).toBe(404);
    expect((await production.call('GET', '/api/v1/openapi.json', { token })).status).toBe(404);

    expect((await production.call('GET', '/metrics')).status).toBe(401);
    expect((await production.call('GET', '/metrics', { token: 'a-guess' })).status).toBe(401);
    expect((await production.call('GET', '/metrics', { token })).status).toBe(403);
    expect((await production.call('GET', '/metrics', { token: operator })).status).toBe(200);
    expect((await production.call('GET', '/healthz')).status).toBe(200);
  });

  it('17 production does not start without a secret, or with a weak one', async () => {
    const { createHost } = await import('../../../examples/express-host/src/app');
    await expect(createHost({ production: true })).rejects.toThrow(/JWT_SECRET/);
    await expect(createHost({ production: true, jwtSecret: SECRET.slice(0, 31) })).rejects.toThrow(/32/);
  });
});
