import { Agent, request } from 'node:http';
import type { Item } from 'barterloop';
import { generateMarket } from '../market';
import { createRandom } from '../random';

const USERS = 50;

/** Signed-in users who send item events. */
export class HostClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #tokens: string[] = [];

  static async open(url: string): Promise<HostClient> {
    const client = new HostClient(url);
    for (let n = 0; n < USERS; n++) client.#tokens.push(await client.signIn(`bench-${n}`));
    return client;
  }

  private constructor(url: string) {
    this.#url = url;
  }

  /** Returns the token. */
  async signIn(userId: string): Promise<string> {
    return (await this.call<{ token: string }>('POST', '/dev/login', undefined, { userId })).token;
  }

  /** Sends one event after the other of a mixed stream over new items, each in the name of one of the users. */
  stream(size: number, seed: number): () => Promise<void> {
    const market = generateMarket({ items: size, seed });
    const random = createRandom(seed, 0x3e4);
    const mine: { id: string; token: string; index: number }[] = [];
    let next = size;
    return async () => {
      const kind = random.next();
      // Nobody changes an item while an earlier change of theirs is under way.
      const chosen = kind < 0.7 || mine.length === 0 ? undefined : mine.splice(random.int(mine.length), 1)[0]!;
      if (!chosen) {
        const index = next++;
        const token = this.#tokens[index % USERS]!;
        const { id } = await this.call<{ id: string }>('POST', '/items', token, bodyOf(market.itemAt(index)));
        mine.push({ id, token, index });
      } else if (kind < 0.9) {
        const changed = bodyOf(market.itemAt(chosen.index, 1 + random.int(9)));
        await this.call('PATCH', `/items/${chosen.id}`, chosen.token, changed);
        mine.push(chosen);
      } else {
        await this.call('DELETE', `/items/${chosen.id}`, chosen.token);
      }
    };
  }

  /** @throws Error with the answer, where it is no success. */
  call<T>(method: string, path: string, token: string | undefined, body?: unknown): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}/api/v1${path}`, {
        method,
        agent: this.#agent,
        headers: {
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          answer += chunk;
        });
        response.on('end', () => {
          if (response.statusCode! < 300) resolve(answer === '' ? (undefined as T) : JSON.parse(answer).data);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`));
        });
      });
      sent.end(text);
    });
  }
}

/** What the host takes of an item. */
function bodyOf({ title, description, categoryId, condition, estimatedValue, wants }: Item): unknown {
  return {
    title,
    description,
    categoryId,
    condition,
    estimatedValue,
    wants: wants.map(({ radiusKm, ...want }) => want),
  };
}
