import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET, startHost, type TestHost } from '../support/host';

/* What the host does for the page; the page itself is tested in test/browser. */

const DEMO_USERS = [{ userId: 'ana', about: 'Offers a phone' }];

let t: TestHost;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  t = await startHost({ pageFolder: folder, demoUsers: DEMO_USERS });
});
afterAll(async () => {
  await t.close();
  await rm(folder, { recursive: true });
});

const offer = async (userId: string, body: object) => {
  const token = await t.login(userId);
  const answer = await t.call('POST', '/api/v1/items', { token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { token, id: answer.body.data.id as string };
};

describe('the page', () => {
  it('says how it is built where it has not been, and is served where it has', async () => {
    expect((await t.call('GET', '/')).body).toBe('The page has not been built: npm run build:page\n');
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>');
    const { status, headers, body } = await t.call('GET', '/');
    expect([status, body]).toEqual([200, '<!doctype html><title>page</title>']);
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is only where it is, and only to be read', async () => {
    await writeFile(join(folder, 'secret.txt'), 'secret');
    for (const [method, path] of [
      ['GET', '/secret.txt'],
      ['GET', '/assets/../secret.txt'],
      ['GET', '/assets/%2e%2e/secret.txt'],
      ['POST', '/'],
    ] as const) {
      const { status, headers } = await t.call(method, path);
      expect([path, status]).toEqual([path, 404]);
      expect(headers.get('content-security-policy')).not.toContain("'self'");
    }
  });

  it('may call and connect from where this host serves it', async () => {
    const token = await t.login('ana');
    for (const name of ['localhost', '127.0.0.1']) {
      const origin = `http://${name}:${new URL(t.url).port}`;
      expect((await t.call('GET', '/api/v1/me', { token, headers: { Origin: origin } })).status).toBe(200);
      const { socket } = await t.connect(token, { extraHeaders: { Origin: origin } });
      expect(socket.connected).toBe(true);
      socket.disconnect();
    }
    const other = await t.call('GET', '/api/v1/me', { token, headers: { Origin: 'http://localhost:1' } });
    expect(other.status).toBe(403);
  });
});

describe('signing in', () => {
  it('offers demo users outside production, and nothing of the kind in it', async () => {
    expect((await t.call('GET', '/api/v1/dev/users')).body.data).toEqual(DEMO_USERS);
    await using production = await startHost({ production: true, jwtSecret: SECRET, demoUsers: DEMO_USERS });
    for (const [method, path] of [
      ['GET', '/api/v1/dev/users'],
      ['POST', '/api/v1/dev/login'],
    ] as const) {
      const answer = await production.call(method, path, { ...(method === 'POST' && { body: { userId: 'ana' } }) });
      expect(answer.status).toBe(401);
      expect(JSON.stringify(answer.body)).not.toContain('phone');
    }
    // In production an origin counts only where CORS_ORIGINS names it.
    const own = await production.call('GET', '/healthz', { headers: { Origin: production.url } });
    expect(own.status).toBe(403);
  });

  it('tells who one is', async () => {
    const token = await t.login('olga', 'operator');
    const { data } = (await t.call('GET', '/api/v1/me', { token })).body;
    expect(data).toMatchObject({ userId: 'olga', role: 'operator', contact: null, market: { cash: 'off' } });
    expect(new Date(data.expiresAt).getTime()).toBeGreaterThan(Date.now());
  });
});

describe('writing down a want', () => {
  const count = async (body: object) => {
    const { status, body: answer } = await t.call('POST', '/api/v1/wants/count', { token: await t.login('zoe'), body });
    return [status, answer.data ?? answer.error.code];
  };

  it('is answered with how many items would do, and changes nothing', async () => {
    await offer('ana', { title: 'Phone', categoryId: 'phones', estimatedValue: 100 });
    await offer('ben', { title: 'Old phone', categoryId: 'phones', estimatedValue: 20 });
    await offer('zoe', { title: 'My phone', categoryId: 'phones', estimatedValue: 100 });
    const before = await t.state();
    expect(await count({ wants: [{ categoryId: 'phones' }] })).toEqual([200, { count: 2, isComplete: true }]);
    expect(await count({ wants: [{ categoryId: 'phones', minValue: 50 }] })).toEqual([
      200,
      { count: 1, isComplete: true },
    ]);
    expect(await count({ wants: [] })).toEqual([200, { count: 0, isComplete: true }]);
    expect(await t.state()).toBe(before);
  });

  it('is refused where it makes no sense', async () => {
    expect(await count({ wants: [{ categoryId: 'none' }] })).toEqual([400, 'unknown-category']);
    expect(await count({ wants: [{}] })).toEqual([400, 'invalid-request']);
    expect(await count({ wants: [{ minValue: 2, maxValue: 1 }] })).toEqual([400, 'invalid-request']);
    expect(await count({ wants: [], ownerId: 'ana' })).toEqual([400, 'invalid-request']);
  });
});

describe('why a trade fits', () => {
  it('is told criterion by criterion to who is in it, about what they get', async () => {
    const eva = await offer('eva', {
      title: 'Laptop',
      categoryId: 'laptops',
      wants: [{ categoryId: 'bikes', maxValue: 500 }],
    });
    await offer('fay', {
      title: 'Bike',
      categoryId: 'bikes',
      estimatedValue: 400,
      location: { latitude: 1, longitude: 2 },
      desiredCategoryId: 'laptops',
    });
    const list = await t.call('GET', '/api/v1/barter/opportunities', { token: eva.token });
    const path = `/api/v1/barter/opportunities/${list.body.data[0].id}/why`;
    const { data } = (await t.call('GET', path, { token: eva.token })).body;
    expect(data).toMatchObject({
      score: 1,
      want: { categoryId: 'bikes', maxValue: 500 },
      gets: { title: 'Bike', categoryId: 'bikes', estimatedValue: 400 },
    });
    expect(data.criteria.map(({ criterion }: { criterion: string }) => criterion)).toContain('category');
    // Neither where the other one is nor what they want.
    expect(JSON.stringify(data)).not.toMatch(/location|latitude|laptops/);
    const stranger = await t.call('GET', path, { token: await t.login('zoe') });
    expect([stranger.status, stranger.body.error.code]).toEqual([404, 'not-found']);
  });
});
