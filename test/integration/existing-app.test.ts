import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createApp as adopted } from '../../examples/existing-app/after/app';
import { createApp as original } from '../../examples/existing-app/before/app';
import { shopInPGlite } from '../support/shop';

/* The app of examples/existing-app before and after the change that its README shows, on one database. */

const folder = fileURLToPath(new URL('../../examples/existing-app', import.meta.url));

it('does what it did, and tells of swaps', async () => {
  const shop = await shopInPGlite();
  await shop.prisma.seller.createMany({ data: [{ name: 'Ana' }, { name: 'Ben' }, { name: 'Cem' }] });
  const serve = async (app: Awaited<ReturnType<typeof original>>) => {
    const server = app.listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const call = async (method: string, path: string, body?: object) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status >= 400) throw new Error(text);
      return { status: response.status, body: JSON.parse(text || 'null') };
    };
    return { call, close: () => server.close() };
  };

  // Listed before anybody had heard of swaps.
  const before = await serve(await original(shop.prisma));
  const offer = { sellerId: 1, title: 'Bicycle', department: 'bikes', swapFor: 'books' };
  expect((await before.call('POST', '/listings', offer)).body).toMatchObject({ id: 1, ...offer, sold: false });
  before.close();

  const app = await adopted(shop.prisma);
  const { call, close } = await serve(app);
  const swapsOf = async (seller: number, expected: string) => {
    for (;;) {
      const { body } = await call('GET', `/sellers/${seller}/swaps`);
      if (body[0]?.state === expected) return body[0];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  expect((await call('POST', '/listings', { sellerId: 2, title: 'Atlas', department: 'books', swapFor: 'bikes' })).status).toBe(201); // biome-ignore format: one line
  const swap = await swapsOf(1, 'proposed');
  expect(swap.participants).toMatchObject([
    { userId: '1', gives: '1', gets: '2' },
    { userId: '2', gives: '2', gets: '1' },
  ]);
  expect((await call('PATCH', '/listings/2', { swapFor: 'phones' })).body.swapFor).toBe('phones');
  await swapsOf(1, 'withdrawn');
  await call('PATCH', '/listings/2', { swapFor: 'bikes' });
  const again = await swapsOf(1, 'proposed');
  for (const seller of [1, 2])
    await call('POST', `/sellers/${seller}/swaps/${again.id}/accept`, { revision: again.revision });
  await swapsOf(2, 'committed');
  expect((await call('POST', '/sellers/3/close')).body).toEqual({ count: 0 });
  await app.locals.close();
  close();
  await shop.close();
});

it('shows the change in its README', () => {
  const { stdout } = spawnSync('git', ['diff', '--no-index', '-U1', 'before/app.ts', 'after/app.ts'], { cwd: folder, encoding: 'utf8' }); // biome-ignore format: one line
  const changes = stdout
    .slice(stdout.indexOf('@@'))
    .replaceAll(/^@@.*@@.*$/gm, '@@')
    .trimEnd();
  expect(changes).toContain('+  engine.follow(log);');
  expect(readFileSync(`${folder}/README.md`, 'utf8').replaceAll('\r', '')).toContain(changes);
});
