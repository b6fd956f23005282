import { describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../examples/express-host/src/demo';
import { demoMarket } from '../../examples/express-host/src/market';
import { SECRET, startHost, type TestHost } from '../support/host';

const OPERATIONS = '/api/v1/operations';
const EVENING = `${OPERATIONS}/busy-evening`;

async function offer(t: TestHost, userId: string, body: object): Promise<{ token: string; id: string }> {
  const token = await t.login(userId);
  const answer = await t.call('POST', '/api/v1/items', { token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { token, id: answer.body.data.id };
}

describe('the map', () => {
  it('shows the neighbourhood of an own item, and not whose the others are or what they ask for', async () => {
    await using t = await startHost();
    const place = { latitude: 1, longitude: 2 };
    const ana = await offer(t, 'ana', { title: 'Phone', categoryId: 'phones', desiredCategoryId: 'laptops' });
    await offer(t, 'ben', { title: 'Laptop', categoryId: 'laptops', desiredCategoryId: 'bikes', location: place });
    await offer(t, 'cem', { title: 'Bike', categoryId: 'bikes', desiredKeywords: 'secretword', estimatedValue: 5 });
    const path = `/api/v1/market/around/${ana.id}`;
    const { status, body } = await t.call('GET', path, { token: ana.token });
    expect(status).toBe(200);
    const [own, laptop, bike] = body.data.items;
    expect(own).toEqual({ id: ana.id, title: 'Phone', steps: 0, categoryId: 'phones', isOwn: true });
    expect(laptop).toEqual({ id: expect.any(String), title: 'Laptop', steps: 1, categoryId: 'laptops' });
    expect(bike).toMatchObject({ title: 'Bike', steps: 2, estimatedValue: 5 });
    expect(body.data.edges).toContainEqual([1, 0, expect.any(Number)]);
    expect(body.data.isWhole).toBe(true);
    expect(JSON.stringify(body.data)).not.toMatch(/ben|cem|secretword|latitude/);

    const two = await t.call('GET', `${path}?limit=2`, { token: ana.token });
    expect([two.body.data.items.length, two.body.data.isWhole]).toEqual([2, false]);
    for (const limit of ['0', '2001', '-1', 'x', '1e3'])
      expect((await t.call('GET', `${path}?limit=${limit}`, { token: ana.token })).status, limit).toBe(400);
    expect((await t.call('GET', path, { token: await t.login('ben') })).status).toBe(404);
    expect((await t.call('GET', path, { token: await t.login('olga', 'operator') })).status).toBe(200);
  });
});

describe('operations', () => {
  it('are for operators alone', async () => {
    await using t = await startHost();
    const token = await t.login('ana');
    for (const [method, path] of [
      ['GET', OPERATIONS],
      ['POST', EVENING],
      ['DELETE', EVENING],
    ] as const) {
      const { status, body } = await t.call(method, path, { token });
      expect([path, status, body.error.code]).toEqual([path, 403, 'forbidden']);
    }
  });

  it('tell the figures, the story, and which searches were not exact', async () => {
    await using t = await startHost({ engine: { matching: { budget: 1 } } });
    const token = await t.login('olga', 'operator');
    for (let i = 0; i < 4; i++)
      await offer(t, `user${i}`, { title: 'Phone', categoryId: 'phones', desiredCategoryId: 'phones' });
    const { data } = (await t.call('GET', OPERATIONS, { token })).body;
    expect(data.stats).toMatchObject({ items: 4, eventsProcessed: 4, queueLength: 0, connectedClients: 0 });
    expect(data.story[0].message).toMatch(/^(Sent|Found|Processing)/);
    expect(data.story.map(({ message }: { message: string }) => message).join('\n')).toMatch(
      /Processing new item: itm_/,
    );
    expect(data.inexact.length).toBeGreaterThan(0);
    expect(data.inexact.length).toBe(data.stats.searchesTruncated.budget);
    expect(data.inexact[0]).toMatchObject({ reason: 'budget', found: expect.any(Number) });
  });
});

describe('a busy evening', () => {
  it('has bots post, accept, decline and hand over, and leaves people to themselves', async () => {
    await using t = await startHost({ ...demoMarket(), demoUsers: DEMO_USERS });
    const token = await t.login('olga', 'operator');
    const progress = async () => (await t.call('GET', OPERATIONS, { token })).body.data.evening;
    expect(await progress()).toMatchObject({ isRunning: false, of: 0 });
    const begun = await t.call('POST', EVENING, { token, body: { items: 25, everyMs: 10 } });
    expect([begun.status, begun.body.data]).toEqual([202, expect.objectContaining({ isRunning: true, of: 25 })]);
    // A second one does not begin while it lasts.
    expect((await t.call('POST', EVENING, { token, body: { items: 9 } })).body.data.of).toBe(25);
    let now = await progress();
    while (now.isRunning) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      now = await progress();
    }
    expect(now.posted).toBe(25);
    expect(now.accepted).toBeGreaterThan(0);
    expect(now.declined).toBeGreaterThan(0);
    const people = new Set(DEMO_USERS.map(({ userId }) => userId));
    for (const userId of people) {
      for (const { participants } of await t.host.storage.opportunities.byUser(userId, { limit: 200 })) {
        expect(participants.find((one) => one.userId === userId)!.acceptedAt).toBeNull();
      }
    }
  });

  it('ends when it is told to, and when the host closes', async () => {
    const t = await startHost({ ...demoMarket() });
    const token = await t.login('olga', 'operator');
    await t.call('POST', EVENING, { token, body: { items: 2_000, everyMs: 20 } });
    const { data } = (await t.call('DELETE', EVENING, { token })).body;
    expect(data.isRunning).toBe(false);
    expect(data.posted).toBeLessThan(2_000);
    await t.call('POST', EVENING, { token, body: { items: 2_000, everyMs: 20 } });
    await t.close();
    expect(t.logText()).not.toContain('ended early');
  });

  it('is refused where it makes no sense, and is not there in production', async () => {
    await using t = await startHost();
    const token = await t.login('olga', 'operator');
    for (const body of [{ items: 0 }, { items: 1e6 }, { everyMs: 1 }, { seed: -1 }, { bots: 5 }])
      expect((await t.call('POST', EVENING, { token, body })).status).toBe(400);
    await using production = await startHost({ production: true, jwtSecret: SECRET });
    const operator = { Authorization: `Bearer ${token}` };
    expect((await production.call('GET', OPERATIONS, { headers: operator })).body.data.evening).toBeNull();
    expect((await production.call('POST', EVENING, { headers: operator })).status).toBe(404);
  });
});
