import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AuthenticateAnswer,
  recommendedServerOptions,
  type SocketIoTransportOptions,
  socketIoTransport,
} from '../../adapters/socket-io/index';
import type { Notification } from '../../src/types';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Tokens are user ids; `bad` is nobody's. */
const byToken = ({ auth }: { auth: Readonly<Record<string, unknown>> }): AuthenticateAnswer =>
  typeof auth.token === 'string' && auth.token !== 'bad' ? auth.token : null;

async function serve(options: Partial<SocketIoTransportOptions> = {}, serverOptions: object = {}) {
  const server = createServer();
  const io = new Server(server, { ...recommendedServerOptions, ...serverOptions });
  const transport = socketIoTransport(io, { authenticate: byToken, ...options });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  cleanups.push(() => io.close());
  return { io, transport, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}

function client(url: string, auth: object, options: object = {}): Socket {
  const socket = connect(url, { transports: ['websocket'], reconnection: false, forceNew: true, auth, ...options });
  cleanups.push(() => socket.disconnect());
  return socket;
}

const arrival = (socket: Socket, event: string) => new Promise<unknown>((resolve) => socket.once(event, resolve));
const connection = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error) =>
      resolve((error as { data?: { code: string } }).data?.code ?? error.message),
    );
  });

function notification(userId: string, change: Partial<Notification> = {}): Notification {
  return {
    id: 'n1',
    userId,
    type: 'new_match',
    opportunityId: 'OPP-1',
    state: 'proposed',
    revision: 1,
    expiresAt: 1_800_172_800_000,
    acceptedBy: [],
    participantCount: 2,
    averageMatchScore: 0.8,
    participants: [],
    userItems: [{ itemId: 'a', itemTitle: 'A' }],
    gives: { itemId: 'a', itemTitle: 'A' },
    gets: { itemId: 'b', itemTitle: 'B' },
    getsFrom: 'ben',
    givesTo: 'ben',
    cashNet: 0,
    reasons: ['wanted by name'],
    timestamp: 1_800_000_000_000,
    ...change,
  };
}

describe('delivery', () => {
  it('reaches every socket of the person and nobody else', async () => {
    const { transport, url } = await serve();
    const [phone, laptop, other] = [
      client(url, { token: 'ana' }),
      client(url, { token: 'ana' }),
      client(url, { token: 'ben' }),
    ];
    await Promise.all([phone, laptop, other].map(connection));
    const strays: string[] = [];
    other.onAny((event) => strays.push(event));

    const arrivals = [arrival(phone, 'match:found'), arrival(laptop, 'match:found')];
    expect(await transport.deliver(notification('ana'))).toEqual({ receivers: 2 });
    const [first] = await Promise.all(arrivals);
    expect(first).toMatchObject({ notificationId: 'n1', type: 'new_match', timestamp: '2027-01-15T08:00:00.000Z' });
    // Anything for ben would have come before this.
    const last = arrival(other, 'match:found');
    await transport.deliver(notification('ben'));
    await last;
    expect(strays).toEqual(['match:found']);
  });

  it('sends withdrawals on their own event and updates on the same', async () => {
    const { transport, url } = await serve();
    const socket = client(url, { token: 'ana' });
    await connection(socket);
    const update = arrival(socket, 'match:found');
    await transport.deliver(notification('ana', { type: 'updated_match' }));
    expect(await update).toMatchObject({ type: 'updated_match' });
    const withdrawal = arrival(socket, 'match:withdrawn');
    await transport.deliver(notification('ana', { type: 'match_withdrawn', withdrawnBecause: 'gone' }));
    expect(await withdrawal).toMatchObject({ withdrawnBecause: 'gone' });
  });

  it('sends nothing that only the outbox should know', async () => {
    const { transport, url } = await serve();
    const socket = client(url, { token: 'ana' });
    await connection(socket);
    const message = arrival(socket, 'match:found');
    const row = { ...notification('ana'), deliverAt: 1, attempts: 3, heldBy: 'cooldown', tradeFingerprint: 'secret' };
    await transport.deliver(row);
    expect(Object.keys((await message) as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/deliverAt|attempts|heldBy|tradeFingerprint/)]),
    );
  });

  it('says 0 receivers for somebody who is away', async () => {
    const { transport } = await serve();
    expect(await transport.deliver(notification('ana'))).toEqual({ receivers: 0 });
  });

  it('keeps user ids apart that look like rooms or like each other', async () => {
    const { transport, url, io } = await serve();
    const names = ['ana', 'user:ana', 'Ana', 'ana ', '__proto__'];
    const sockets = names.map((token) => client(url, { token }));
    await Promise.all(sockets.map(connection));
    for (const name of names) expect(await transport.deliver(notification(name))).toEqual({ receivers: 1 });
    expect(io.of('/').adapter.rooms.get('user:ana')?.size).toBe(1);
  });
});

describe('authentication', () => {
  it.each([
    ['no answer', () => undefined, 'unauthorized'],
    ['null', () => null, 'unauthorized'],
    ['false', () => false as const, 'unauthorized'],
    ['an empty user id', () => '', 'unauthorized'],
    ['a user id that is no string', () => ({ userId: 7 }) as unknown as AuthenticateAnswer, 'unauthorized'],
    ['an expiry that never comes', () => ({ userId: 'ana', expiresAt: Number.NaN }), 'unauthorized'],
    ['an expiry that is past', () => ({ userId: 'ana', expiresAt: 1 }), 'expired'],
    ['a rejection', () => Promise.reject(new Error('token abc is bad')), 'auth-failed'],
  ])('refuses on %s', async (_what, authenticate, code) => {
    const { transport, url, io } = await serve({ authenticate: authenticate as () => AuthenticateAnswer });
    expect(await connection(client(url, { token: 'x' }))).toBe(code);
    expect(transport.connectedClients()).toBe(0);
    expect([...io.of('/').adapter.rooms.keys()]).toEqual([]);
  });

  it('shows the handshake without its query string', async () => {
    const seen: object[] = [];
    const { url } = await serve({
      authenticate: (handshake) => {
        seen.push(handshake);
        return 'ana';
      },
    });
    await connection(client(url, { token: 'x' }, { query: { token: 'in-the-address' } }));
    expect(Object.keys(seen[0]!)).toEqual(['auth', 'headers', 'address']);
    expect(JSON.stringify(seen)).not.toContain('in-the-address');
  });

  it('takes the room from the answer, not from the client', async () => {
    const { io, url } = await serve();
    const socket = client(url, { token: 'ana', userId: 'ben', room: 'user:ben' }, { query: { userId: 'ben' } });
    await connection(socket);
    socket.emit('join', 'user:ben');
    socket.emit('subscribe', { userId: 'ben' });
    await socket
      .timeout(50)
      .emitWithAck('join', 'user:ben')
      .catch(() => {});
    expect([...io.of('/').adapter.rooms.keys()].filter((room) => room.startsWith('user:'))).toEqual(['user:ana']);
  });

  it('limits the connections of one person', async () => {
    const { transport, url } = await serve({ maxSocketsPerUser: 2 });
    await connection(client(url, { token: 'ana' }));
    await connection(client(url, { token: 'ana' }));
    expect(await connection(client(url, { token: 'ana' }))).toBe('too-many-connections');
    expect(await connection(client(url, { token: 'ben' }))).toBe('connected');
    expect(transport.connectedClients()).toBe(3);
  });

  it('drops a socket when its token expires, and not before', async () => {
    const expiresAt = Date.now() + 300;
    const { transport, url } = await serve({ authenticate: () => ({ userId: 'ana', expiresAt }) });
    const socket = client(url, {});
    expect(await connection(socket)).toBe('connected');
    await arrival(socket, 'disconnect');
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt - 5);
    expect(transport.connectedClients()).toBe(0);
  });

  it('waits for expiries further away than a timer reaches', async () => {
    const farAway = Date.now() + 2 ** 31 + 60_000;
    const { transport, url } = await serve({ authenticate: () => ({ userId: 'ana', expiresAt: farAway }) });
    const socket = client(url, {});
    await connection(socket);
    await socket
      .timeout(50)
      .emitWithAck('anything')
      .catch(() => {});
    expect(transport.connectedClients()).toBe(1);
  });
});

describe('recovery', () => {
  /** Cuts the connection without saying goodbye, so that the session is kept. */
  const cut = async (io: Server, socket: Socket) => {
    const serverSide = io.of('/').sockets.get(socket.id ?? '')!;
    const gone = new Promise((resolve) => serverSide.once('disconnect', resolve));
    socket.io.engine.close();
    await gone;
  };

  it('gives a client what it missed', async () => {
    const { transport, url, io } = await serve();
    const socket = client(url, { token: 'ana' });
    await connection(socket);
    const first = arrival(socket, 'match:found');
    await transport.deliver(notification('ana'));
    await first;
    await cut(io, socket);
    expect(await transport.deliver(notification('ana', { id: 'missed' }))).toEqual({ receivers: 0 });

    const missed = arrival(socket, 'match:found');
    socket.connect();
    await connection(socket);
    expect(socket.recovered).toBe(true);
    expect(await missed).toMatchObject({ notificationId: 'missed' });
    expect(await transport.deliver(notification('ana', { id: 'after' }))).toEqual({ receivers: 1 });
  });

  it.each([
    ['an invalid token', 'bad', 'unauthorized'],
    ["somebody else's token", 'ben', 'session-mismatch'],
  ])('gives nothing to %s', async (_what, token, code) => {
    const { transport, url, io } = await serve();
    const socket = client(url, { token: 'ana' });
    await connection(socket);
    const first = arrival(socket, 'match:found');
    await transport.deliver(notification('ana'));
    await first;
    await cut(io, socket);
    await transport.deliver(notification('ana', { id: 'secret' }));

    // The raw packets, because the client library would hide what comes before a connection.
    const packets: string[] = [];
    socket.auth = { token };
    const refusal = connection(socket);
    socket.connect();
    socket.io.once('open', () => socket.io.engine.on('packet', (packet) => packets.push(String(packet.data))));
    expect(await refusal).toBe(code);
    expect(packets.join()).not.toContain('secret');
    expect([...io.of('/').adapter.rooms.keys()]).toEqual([]);
    expect(transport.connectedClients()).toBe(0);
  });

  it('drops recovered sockets that a server lets past its middleware', async () => {
    const careless = { connectionStateRecovery: { maxDisconnectionDuration: 60_000, skipMiddlewares: true } };
    const { transport, url, io } = await serve({}, careless);
    const socket = client(url, { token: 'ana' });
    await connection(socket);
    const first = arrival(socket, 'match:found');
    await transport.deliver(notification('ana'));
    await first;
    await cut(io, socket);
    await transport.deliver(notification('ana', { id: 'secret' }));
    const received: unknown[] = [];
    socket.on('match:found', (message) => received.push(message));
    socket.auth = { token: 'bad' };
    socket.connect();
    await arrival(socket, 'disconnect');
    expect(received).toEqual([]);
    expect(transport.connectedClients()).toBe(0);
  });
});

describe('closing', () => {
  it('stops, leaves what is the host’s alone, and can be done twice', async () => {
    const { transport, url, io } = await serve();
    const socket = client(url, { token: 'ana' });
    await connection(socket);
    const restoreSession = Object.hasOwn(io.of('/').adapter, 'restoreSession');
    await transport.close();
    await transport.close();
    expect(restoreSession).toBe(true);
    expect(Object.hasOwn(io.of('/').adapter, 'restoreSession')).toBe(false);
    expect(io.of('/').listenerCount('connection')).toBe(0);
    expect(socket.connected).toBe(true);
    await expect(transport.deliver(notification('ana'))).rejects.toMatchObject({ code: 'closed' });
    expect(await connection(client(url, { token: 'ana' }))).toBe('closed');
  });

  it('allows one transport at a time, and another one after', async () => {
    const { transport, url, io } = await serve();
    expect(() => socketIoTransport(io, { authenticate: byToken })).toThrowError(/already has a transport/);
    await transport.close();
    const second = socketIoTransport(io, { authenticate: byToken });
    expect(await connection(client(url, { token: 'ana' }))).toBe('connected');
    expect(second.connectedClients()).toBe(1);
  });

  it('drops the sockets of somebody who is gone', async () => {
    const { transport, url } = await serve();
    const [ana, ben] = [client(url, { token: 'ana' }), client(url, { token: 'ben' })];
    await Promise.all([ana, ben].map(connection));
    const dropped = arrival(ana, 'disconnect');
    transport.disconnectUser('ana');
    await dropped;
    expect(ben.connected).toBe(true);
    expect(await transport.socketsOf('ana')).toBe(0);
    expect(await transport.socketsOf('ben')).toBe(1);
  });

  it.each([[{ authenticate: undefined }], [{ maxSocketsPerUser: 0 }], [{ maxSocketsPerUser: Number.NaN }]])(
    'refuses nonsense: %o',
    async (options) => {
      const { io, transport } = await serve();
      await transport.close();
      expect(() =>
        socketIoTransport(io, { authenticate: byToken, ...options } as SocketIoTransportOptions),
      ).toThrowError(expect.objectContaining({ code: 'invalid-options' }));
    },
  );
});
