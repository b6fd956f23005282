import { io, type Socket } from 'socket.io-client';
import { type Command, type OwnTrade, USERS } from './workload';

/** Everybody's app: makes requests, keeps a socket, and shows each notification once. */
export class Clients {
  /** What reached each person, by notification; the count is how often. */
  readonly received = new Map<string, Map<string, number>>(USERS.map((userId) => [userId, new Map()]));
  readonly #url: string;
  readonly #tokens = new Map<string, string>();
  readonly #sockets: Socket[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async connect(): Promise<void> {
    for (const userId of USERS) {
      const { data } = (await this.#fetch('POST', '/dev/login', { body: { userId } })).body as {
        data: { token: string };
      };
      this.#tokens.set(userId, data.token);
      const socket = io(this.#url, {
        transports: ['websocket'],
        forceNew: true,
        reconnectionDelay: 50,
        reconnectionDelayMax: 200,
        auth: { token: data.token },
      });
      socket.onAny((_event, { notificationId }: { notificationId: string }) => {
        const shown = this.received.get(userId)!;
        shown.set(notificationId, (shown.get(notificationId) ?? 0) + 1);
      });
      this.#sockets.push(socket);
    }
  }

  /** @throws Error where the host does not answer. */
  async send({ userId, method, path, body, key }: Command): Promise<{ status: number; body: unknown }> {
    return this.#fetch(method, path, { token: this.#tokens.get(userId)!, body, headers: { 'Idempotency-Key': key } });
  }

  async tradesOf(userId: string): Promise<OwnTrade[]> {
    const { body } = await this.#fetch('GET', '/barter/opportunities?limit=200', { token: this.#tokens.get(userId)! });
    return (body as { data: OwnTrade[] }).data;
  }

  get connected(): number {
    return this.#sockets.filter(({ connected }) => connected).length;
  }

  close(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }

  async #fetch(
    method: string,
    path: string,
    { token, body, headers }: { token?: string; body?: object | undefined; headers?: Record<string, string> },
  ): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }
}
