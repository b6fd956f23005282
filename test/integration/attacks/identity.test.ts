import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodClaims, refusalOf, signed, startHost, type TestHost } from '../../support/host';

let t: TestHost;
beforeAll(async () => {
  t = await startHost();
});
afterAll(() => t.close());

/** A token that must not work, neither over HTTP nor as a handshake, and must not leave a trace. */
async function refusedEverywhere(token: string): Promise<void> {
  const before = await t.state();
  const asked = await t.call('POST', '/api/v1/items', { token, body: { title: 'Phone' } });
  expect(asked.status).toBe(401);
  expect(asked.body).toMatchObject({ success: false, error: { code: 'unauthorized' } });
  expect(asked.headers.get('www-authenticate')).toBe('Bearer');
  expect(await refusalOf(t.connect(token))).toBe('unauthorized');
  expect((await t.host.engine.stats()).connectedClients).toBe(0);
  expect(await t.state()).toBe(before);
  expect(t.logText()).not.toContain(token);
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('identity', () => {
  it('1 a socket without a token is refused', async () => {
    expect(await refusalOf(t.connect(undefined))).toBe('unauthorized');
    expect(await refusalOf(t.connect(''))).toBe('unauthorized');
    expect((await t.host.engine.stats()).connectedClients).toBe(0);
  });

  it('2 a socket that claims a userId gets the room of its token', async () => {
    const token = await t.login('ana');
    const { socket } = await t.connect(token, { auth: { token, userId: 'ben' }, query: { userId: 'ben' } });
    const rooms = [...t.host.io.of('/').adapter.rooms.keys()].filter((room) => room.startsWith('user:'));
    expect(rooms).toEqual(['user:ana']);
    socket.disconnect();
    expect(await refusalOf(t.connect(undefined, { auth: { userId: 'ana' } }))).toBe('unauthorized');
    await t.host.io.in('user:ana').disconnectSockets(true);
  });

  it('3 alg none is refused', async () => {
    await refusedEverywhere(signed(goodClaims('ana'), { alg: 'none' }));
  });

  it('4 a token signed with another key is refused', async () => {
    await refusedEverywhere(signed(goodClaims('ana'), { key: 'another key that is thirty-two characters long' }));
    await refusedEverywhere(signed(goodClaims('ana'), { key: '' }));
  });

  it('5 another algorithm than the pinned one is refused, though the key be right', async () => {
    await refusedEverywhere(signed(goodClaims('ana'), { alg: 'HS512', hash: 'sha512' }));
    await refusedEverywhere(signed(goodClaims('ana'), { alg: 'HS384', hash: 'sha384' }));
    await refusedEverywhere(signed(goodClaims('ana'), { alg: 'RS256' }));
    await refusedEverywhere(signed(goodClaims('ana'), { alg: 'hs256' }));
  });

  it.each([
    ['expired', { exp: nowSeconds() - 60 }],
    ['without an expiry', { exp: undefined }],
    ['with an expiry that is no number', { exp: 'never' }],
    ['not yet valid', { nbf: nowSeconds() + 600 }],
    ['issued in the future', { iat: nowSeconds() + 600, exp: nowSeconds() + 1200 }],
    ['without an issue date', { iat: undefined }],
    ['issued long ago', { iat: nowSeconds() - 90_000 }],
  ])('6 a token %s is refused', async (_what, change) => {
    await refusedEverywhere(signed({ ...goodClaims('ana'), ...change }));
  });

  it('7 the token of a removed user is refused, their sockets dropped, their items gone', async () => {
    const token = await t.login('gone');
    await t.call('POST', '/api/v1/items', { token, body: { title: 'Phone', categoryId: 'phones' } });
    const { socket } = await t.connect(token);
    const dropped = new Promise((resolve) => socket.once('disconnect', resolve));
    const removal = await t.call('DELETE', '/api/v1/me', { token });
    expect(removal.body.data).toMatchObject({ userId: 'gone', itemsRemoved: 1 });
    await dropped;
    expect((await t.host.engine.stats()).items).toBe(0);
    await refusedEverywhere(token);

    const again = await t.login('gone');
    expect((await t.call('GET', '/api/v1/items', { token: again })).body.data).toEqual([]);
    await refusedEverywhere(token);
  });

  it.each([
    ['for another audience', { aud: 'another-api' }],
    ['without an audience', { aud: undefined }],
    ['from another issuer', { iss: 'evil' }],
    ['without an issuer', { iss: undefined }],
    ['of nobody', { sub: undefined }],
    ['of a blank', { sub: ' ' }],
    ['of something that is no name', { sub: { $ne: null } }],
  ])('8 a token %s is refused', async (_what, change) => {
    await refusedEverywhere(signed({ ...goodClaims('ana'), ...change }));
  });

  it('9 a token in the address is neither read nor logged', async () => {
    const token = await t.login('ana');
    for (const name of ['token', 'access_token', 'authorization']) {
      const asked = await t.call('GET', `/api/v1/items?${name}=${token}`);
      expect(asked.status).toBe(401);
    }
    expect(await refusalOf(t.connect(undefined, { query: { token } }))).toBe('unauthorized');
    expect(t.logText()).not.toContain(token);
  });

  it('10 a connection ends when its token does', async () => {
    const exp = nowSeconds() + 2;
    const { socket } = await t.connect(signed({ ...goodClaims('ana'), exp }));
    await new Promise((resolve) => socket.once('disconnect', resolve));
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    expect(t.host.io.of('/').adapter.rooms.has('user:ana')).toBe(false);
  });

  it('11 whatever a client emits is ignored, and who goes on emitting is dropped', async () => {
    const [ana, ben] = [await t.connect(await t.login('ana')), await t.connect(await t.login('ben'))];
    const before = await t.state();
    for (const event of ['join', 'subscribe', 'match:found', 'authenticate', 'leave'])
      ana.socket.emit(event, 'user:ben');
    ana.socket.emit('__proto__', { toString: 1 });
    const answer = await ana.socket
      .timeout(50)
      .emitWithAck('join', 'user:ben')
      .catch(() => 'no answer');
    expect(answer).toBe('no answer');
    expect(t.host.io.of('/').adapter.rooms.get('user:ben')?.size).toBe(1);
    expect(ben.received).toEqual([]);

    const dropped = new Promise((resolve) => ana.socket.once('disconnect', resolve));
    for (let i = 0; i < 100; i++) ana.socket.emit('noise', i);
    await dropped;
    expect(ben.socket.connected).toBe(true);
    expect(await t.state()).toBe(before);
  });
});
