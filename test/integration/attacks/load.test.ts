import { connect as openTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Client, refusalOf, startHost, type TestHost } from '../../support/host';

const ITEMS = '/api/v1/items';

/** Waits until all that was sent to this user before has arrived. */
async function settled(t: TestHost, client: Client, userId: string): Promise<string[]> {
  const fence = new Promise((resolve) => client.socket.once('fence', resolve));
  t.host.io.in(`user:${userId}`).emit('fence');
  await fence;
  return client.received.map(({ event, payload }) => payload?.type ?? event).filter((event) => event !== 'fence');
}

/** Ana and Ben, who can swap; Ana listens. */
async function swappers(t: TestHost, anaWants: object = { desiredCategoryId: 'laptops' }) {
  const [ana, ben] = [await t.login('ana'), await t.login('ben')];
  const client = await t.connect(ana);
  const phone = { title: 'Phone', categoryId: 'phones', ...anaWants };
  const laptop = { title: 'Laptop', description: 'a carbon one', categoryId: 'laptops', desiredCategoryId: 'phones' };
  await t.call('POST', ITEMS, { token: ana, body: phone });
  const created = await t.call('POST', ITEMS, { token: ben, body: laptop });
  expect(await settled(t, client, 'ana')).toEqual(['new_match']);
  return { ana, ben, client, laptop, laptopId: created.body.data.id as string };
}

describe('load and abuse', () => {
  it('25 one user cannot fill the market, and items open to anything have few edges', async () => {
    await using t = await startHost({ itemsPerUser: 40 });
    const [ana, ben] = [await t.login('ana'), await t.login('ben')];
    for (let i = 0; i < 40; i++) {
      await t.call('POST', ITEMS, {
        token: ben,
        body: { title: `Thing ${i}`, categoryId: 'phones', estimatedValue: 100 + i },
      });
    }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        t.call('POST', ITEMS, { token: ana, body: { title: `Any ${i}`, openToAnything: true, estimatedValue: 100 } }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(40);
    expect(refused.map(({ body }) => body.error.code)).toEqual(Array(10).fill('too-many-items'));
    const { items, edges } = await t.host.engine.stats();
    expect(items).toBe(80);
    // Each takes at most 32 candidates.
    expect(edges).toBeLessThanOrEqual(40 * 32);
  });

  it('26 a want on the root category has few edges as well', async () => {
    const matching = { candidatesPerWant: 32 };
    await using t = await startHost({ engine: { matching } });
    const [ana, ben] = [await t.login('ana'), await t.login('ben')];
    for (let i = 0; i < 60; i++) {
      await t.call('POST', ITEMS, {
        token: ben,
        body: { title: `Thing ${i}`, categoryId: i % 2 ? 'phones' : 'bikes' },
      });
    }
    const created = await t.call('POST', ITEMS, { token: ana, body: { title: 'Vague', desiredCategoryId: 'things' } });
    expect(created.status).toBe(201);
    const { edges } = await t.host.engine.stats();
    expect(edges).toBeGreaterThan(0);
    expect(edges).toBeLessThanOrEqual(32);
    // Whether a trade could have hidden behind the cut is said, not passed over.
    const { body } = await t.call('POST', `/api/v1/barter/realtime/trigger/${created.body.data.id}`, { token: ana });
    expect(body.data).toMatchObject({ matchCount: 0, exact: expect.any(Boolean) });
  });

  it('27 an update loop does not become a loop of messages', async () => {
    await using t = await startHost();
    const { ben, client, laptopId } = await swappers(t, { desiredKeywords: 'carbon laptop' });
    for (let i = 0; i < 20; i++) {
      // With and without the word that ana wants: what it is worth to her changes each time.
      const description = i % 2 ? 'a carbon one' : 'a plastic one';
      const changed = await t.call('PATCH', `${ITEMS}/${laptopId}`, { token: ben, body: { description } });
      expect(changed.status).toBe(200);
    }
    expect(await settled(t, client, 'ana')).toEqual(['new_match']);
  });

  it('27 changing what it is called each time as well does not get past the throttle', async () => {
    await using t = await startHost();
    const { ben, client, laptopId } = await swappers(t, { desiredKeywords: 'carbon laptop' });
    for (let i = 0; i < 40; i++) {
      const body = { title: `Laptop ${i}`, description: i % 2 ? 'a carbon one' : 'a plastic one' };
      await t.call('PATCH', `${ITEMS}/${laptopId}`, { token: ben, body });
    }
    const events = await settled(t, client, 'ana');
    expect(events.filter((event) => event === 'new_match')).toHaveLength(1);
    expect(events.length).toBeLessThanOrEqual(10);
  });

  it('28 deleting and making again does not defeat the cooldown', async () => {
    await using t = await startHost();
    const { ana, ben, client, laptop, laptopId } = await swappers(t);
    let id = laptopId;
    for (let i = 0; i < 5; i++) {
      await t.call('DELETE', `${ITEMS}/${id}`, { token: ben });
      const body = { ...laptop, title: i % 2 ? 'LAPTOP' : ' Laptop ' };
      id = (await t.call('POST', ITEMS, { token: ben, body })).body.data.id;
    }
    const events = await settled(t, client, 'ana');
    expect(events.filter((event) => event === 'new_match')).toHaveLength(1);
    const inbox = await t.call('GET', '/api/v1/notifications', { token: ana });
    expect(inbox.body.data.find(({ type }: { type: string }) => type === 'new_match')).toMatchObject({
      heldBy: 'cooldown',
    });
  });

  it('31 a flood of requests is answered with 429 and when to come back', async () => {
    await using t = await startHost({ rateLimits: { perUser: 5 } });
    const [ana, ben] = [await t.login('ana'), await t.login('ben')];
    for (let i = 0; i < 5; i++) expect((await t.call('GET', ITEMS, { token: ana })).status).toBe(200);
    const before = await t.state();
    const refused = await t.call('POST', ITEMS, { token: ana, body: { title: 'Phone' } });
    expect(refused.status).toBe(429);
    expect(refused.body.error.code).toBe('too-many-requests');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await t.state()).toBe(before);
    expect((await t.call('GET', ITEMS, { token: ben })).status).toBe(200);
  });

  it('31 each kind of flood has its own limit', async () => {
    await using t = await startHost({ rateLimits: { searchesPerUser: 2, loginsPerAddress: 2 } });
    const ana = await t.login('ana');
    const created = await t.call('POST', ITEMS, { token: ana, body: { title: 'Phone' } });
    const trigger = `/api/v1/barter/realtime/trigger/${created.body.data.id}`;
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await t.call('POST', trigger, { token: ana })).status);
    expect(statuses).toEqual([200, 200, 429]);
    await t.login('ben');
    expect((await t.call('POST', '/api/v1/dev/login', { body: { userId: 'cem' } })).status).toBe(429);

    await using strict = await startHost({ rateLimits: { perAddress: 3 } });
    for (let i = 0; i < 3; i++) await strict.call('GET', ITEMS);
    expect((await strict.call('GET', ITEMS)).status).toBe(429);
    expect((await strict.call('GET', '/healthz')).status).toBe(200);
  });

  it('31 a flood of sockets is refused', async () => {
    await using t = await startHost({ socketsPerUser: 3 });
    const ana = await t.login('ana');
    // A burst: each handshake may still see room for itself, but no more than three stay.
    await Promise.all(Array.from({ length: 10 }, () => refusalOf(t.connect(ana))));
    expect(await refusalOf(t.connect(ana))).toBe('too-many-connections');
    expect((await t.host.engine.stats()).connectedClients).toBe(3);

    await using strict = await startHost({ rateLimits: { handshakesPerAddress: 2 } });
    const token = await strict.login('ana');
    await strict.connect(token);
    await strict.connect(token);
    expect(await refusalOf(strict.connect(token))).toMatch(/websocket error/);
  });

  it('31 a socket that sends a megabyte is cut off', async () => {
    await using t = await startHost();
    const { socket } = await t.connect(await t.login('ana'));
    const cut = new Promise((resolve) => socket.once('disconnect', resolve));
    socket.emit('noise', 'x'.repeat(1_000_000));
    await cut;
    expect((await t.host.engine.stats()).isRunning).toBe(true);
  });

  it('31 a connection that never shows a token is closed', async () => {
    await using t = await startHost({ handshakeTimeoutMs: 100 });
    const address = `${t.url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1));
    // Held open until the server has something to say: that it is over.
    const farewell = await fetch(`${address}&sid=${sid}`);
    expect(await farewell.text()).toMatch(/^[16]/);
    expect((await fetch(`${address}&sid=${sid}`)).status).toBe(400);
  });

  it('31 a body that trickles in is given up on', async () => {
    await using t = await startHost({ requestTimeoutMs: 300 });
    const token = await t.login('ana');
    const before = await t.state();
    const { port } = new URL(t.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = openTcp(Number(port), 'localhost', () => {
        socket.write(
          `POST ${ITEMS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
            'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"title":',
        );
      });
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(await t.state()).toBe(before);
  });
});
