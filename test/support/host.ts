import { createHmac } from 'node:crypto';
import { io as connect, type Socket } from 'socket.io-client';
import { createHost, type Host } from '../../examples/express-host/src/app';
import type { HostOptions } from '../../examples/express-host/src/options';
import { mode } from './mode';

/** The key of every test host, so that tests can sign what a host would never issue. */
export const SECRET = 'a secret of the tests, thirty-two characters or more';

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the host answers
  body: any;
}

/** One message that reached a client. */
export interface Received {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the host sends
  payload: any;
}

/** A connected client that keeps what reaches it. */
export interface Client {
  socket: Socket;
  received: Received[];
  /** Resolves once `count` messages have arrived in all. */
  until(count: number): Promise<void>;
}

/** A real host on a free port, with what a test needs to talk to it. */
export interface TestHost extends AsyncDisposable {
  host: Host;
  url: string;
  /** Log lines as objects. */
  log: { level: string; msg?: string }[];
  /** The log as text. */
  logText(): string;
  login(userId: string, role?: 'user' | 'operator'): Promise<string>;
  call(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  connect(token: string | undefined, options?: Parameters<typeof connect>[1]): Promise<Client>;
  /** Everything a refused request must leave as it was. */
  state(): Promise<string>;
  close(): Promise<void>;
}

/** High enough that only the tests about limits meet them. */
const NO_LIMITS = {
  perAddress: 1_000_000,
  perUser: 1_000_000,
  searchesPerUser: 1_000_000,
  loginsPerAddress: 1_000_000,
  handshakesPerAddress: 1_000_000,
};

const TEST_CATEGORIES = [
  { id: 'things' },
  { id: 'electronics', parentId: 'things' },
  { id: 'phones', parentId: 'electronics' },
  { id: 'laptops', parentId: 'electronics' },
  { id: 'sports', parentId: 'things' },
  { id: 'bikes', parentId: 'sports' },
];

/** Starts a host, in memory unless it is given a database; `await using` closes it. */
export async function startHost(options: HostOptions = {}): Promise<TestHost> {
  const log: TestHost['log'] = [];
  let text = '';
  const host = await createHost({
    jwtSecret: SECRET,
    categories: TEST_CATEGORIES,
    sweepEveryMs: 0,
    deliverEveryMs: 0,
    closeWithinMs: 500,
    ...options,
    engine: { ...mode, ...options.engine },
    rateLimits: { ...NO_LIMITS, ...options.rateLimits },
    log: {
      level: 'info',
      pretty: false,
      destination: {
        write(line) {
          text += line;
          log.push(JSON.parse(line));
        },
      },
      ...options.log,
    },
  });
  const { url } = await host.listen(0);
  const sockets: Socket[] = [];

  const call: TestHost['call'] = async (method, path, { token, body, headers = {} } = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(answer) : answer };
  };

  const close = async () => {
    for (const socket of sockets) socket.disconnect();
    await host.close();
  };

  return {
    host,
    url,
    log,
    logText: () => text,
    call,
    async login(userId, role) {
      const { body } = await call('POST', '/api/v1/dev/login', { body: { userId, ...(role ? { role } : {}) } });
      return body.data.token;
    },
    async connect(token, socketOptions) {
      const socket = connect(url, {
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        auth: token === undefined ? {} : { token },
        ...socketOptions,
      });
      sockets.push(socket);
      const received: Received[] = [];
      const waiting: { count: number; resolve: () => void }[] = [];
      socket.onAny((event, payload) => {
        received.push({ event, payload });
        for (const { count, resolve } of waiting) if (received.length >= count) resolve();
      });
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      const until = (count: number) =>
        new Promise<void>((resolve) => {
          if (received.length >= count) resolve();
          else waiting.push({ count, resolve });
        });
      return { socket, received, until };
    },
    async state() {
      const { items, edges, eventsProcessed, opportunitiesTold, notificationsPending } = await host.engine.stats();
      const stored = await host.storage.items.page({ limit: 10_000 });
      const preferences = await host.storage.preferences.all();
      return JSON.stringify({
        items,
        edges,
        eventsProcessed,
        opportunitiesTold,
        notificationsPending,
        stored,
        preferences,
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Why a connection was refused: the code of `connect_error`, or the message where the transport itself failed. */
export async function refusalOf(attempt: Promise<Client>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    const { data, message } = error as { data?: { code?: string }; message: string };
    return data?.code ?? message;
  }
  return 'connected';
}

/** Claims that a host of the tests accepts. */
export function goodClaims(userId: string, now = Date.now()): Record<string, unknown> {
  const seconds = Math.floor(now / 1000);
  return { sub: userId, iss: 'barterloop-example', aud: 'barterloop-api', iat: seconds, exp: seconds + 600 };
}

/** Signs anything at all, as an attacker would. */
export function signed(
  claims: Record<string, unknown>,
  { alg = 'HS256', hash = 'sha256', key = SECRET }: { alg?: string; hash?: string; key?: string } = {},
): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  const signature = alg === 'none' ? '' : createHmac(hash, key).update(head).digest('base64url');
  return `${head}.${signature}`;
}
