import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Item } from 'barterloop';
import { generateMarket } from './market';
import { createRandom } from './random';
import { isMain } from './support/is-main';
import { check, figure, percentile, say, table } from './support/report';
import type { HostCommand, HostMessage } from './support/worker-host';

const SEED = 42;
const USERS = 50;
/** For requests that are under way when the last one has been sent. */
const LONGEST_WAIT_MS = 60_000;

/**
 * How long the example host's event loop is held up while it works on item events that come over HTTP at a fixed rate,
 * with the market in its own thread and in a worker. Requests are sent when they are due, however late the answers to
 * earlier ones are.
 */
export async function runWorkerBench({ smoke }: { smoke: boolean }): Promise<void> {
  const size = smoke ? 2_000 : 100_000;
  const rate = smoke ? 100 : 200;
  const seconds = smoke ? 2 : 20;
  say(`Worker: the example host under ${rate} item events a second over HTTP for ${seconds} s, ${figure(size)} items`);
  say('(70 % create, 20 % update, 10 % delete; milliseconds)');
  say();
  const rows: string[][] = [];
  for (const worker of [false, true]) rows.push(await measure({ size, rate, seconds, worker }));
  const head = ['market', 'edges', 'load s', 'loop p50', 'loop p99', 'loop max', 'answer p50', 'answer p99', 'events'];
  say(table(head, rows));
  say();
  say(
    'loop: delay of the event loop of the host’s process, sampled every millisecond. answer: from when a request was due',
  );
  say('to its answer. The host, the requests and the worker share the machine.');
}

interface Load {
  size: number;
  rate: number;
  seconds: number;
  worker: boolean;
}

async function measure({ size, rate, seconds, worker }: Load): Promise<string[]> {
  const host = fork(fileURLToPath(new URL('./support/worker-host.ts', import.meta.url)), [
    String(size),
    String(SEED),
    worker ? '1' : '0',
  ]);
  try {
    const started = await answerOf(host, 'url');
    const client = await Client.open(started.url);
    const stream = client.stream(size);
    // The first ones warm up.
    for (let i = 0; i < 50; i++) await stream();
    host.send({ measure: true } satisfies HostCommand);
    await answerOf(host, 'measuring');
    const times = await atRate(stream, rate, rate * seconds);
    host.send({ report: true } satisfies HostCommand);
    const { delay, processed, failed } = await answerOf(host, 'delay');
    check(processed === rate * seconds + 50 && failed === 0, `${processed} events processed, ${failed} failed`);
    return [
      worker ? 'in a worker' : 'in its thread',
      figure(started.edges),
      figure(started.loadMs / 1000),
      figure(delay.p50),
      figure(delay.p99),
      figure(delay.max),
      figure(percentile(times, 0.5)),
      figure(percentile(times, 0.99)),
      figure(processed),
    ];
  } finally {
    if (host.exitCode === null) host.kill();
  }
}

/** The next message of the host, which is to hold this. */
async function answerOf<K extends string>(
  host: ChildProcess,
  key: K,
): Promise<Extract<HostMessage, Record<K, unknown>>> {
  const ended = once(host, 'exit').then(([code]) => {
    throw new Error(`The host ended with code ${code}.`);
  });
  const [message] = await Promise.race([once(host, 'message'), ended]);
  ended.catch(() => {});
  check(key in message, `the host said ${JSON.stringify(message)}`);
  return message;
}

/** Sends when it is due; milliseconds from then to the answer, for each. */
async function atRate(send: () => Promise<void>, rate: number, count: number): Promise<number[]> {
  const times: number[] = [];
  const sent: Promise<void>[] = [];
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const dueAt = start + (i * 1000) / rate;
    const early = dueAt - performance.now();
    if (early > 1) await wait(early);
    const answered = send().then(() => void times.push(performance.now() - dueAt));
    answered.catch(() => {}); // told below
    sent.push(answered);
  }
  await Promise.race([
    Promise.all(sent),
    wait(LONGEST_WAIT_MS, undefined, { ref: false }).then(() =>
      check(false, `${count - times.length} of ${count} answers missing`),
    ),
  ]);
  return times;
}

/** Signed-in users who send item events. */
class Client {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #tokens: string[] = [];

  static async open(url: string): Promise<Client> {
    const client = new Client(url);
    for (let n = 0; n < USERS; n++) {
      const { token } = await client.#call<{ token: string }>('POST', '/dev/login', undefined, {
        userId: `bench-${n}`,
      });
      client.#tokens.push(token);
    }
    return client;
  }

  private constructor(url: string) {
    this.#url = url;
  }

  /** Sends one event after the other of a mixed stream over new items, each in the name of one of the users. */
  stream(size: number): () => Promise<void> {
    const market = generateMarket({ items: size, seed: SEED });
    const random = createRandom(SEED, 0x3e4);
    const mine: { id: string; token: string; index: number }[] = [];
    let next = size;
    return async () => {
      const kind = random.next();
      // Nobody changes an item while an earlier change of theirs is under way.
      const chosen = kind < 0.7 || mine.length === 0 ? undefined : mine.splice(random.int(mine.length), 1)[0]!;
      if (!chosen) {
        const index = next++;
        const token = this.#tokens[index % USERS]!;
        const { id } = await this.#call<{ id: string }>('POST', '/items', token, bodyOf(market.itemAt(index)));
        mine.push({ id, token, index });
      } else if (kind < 0.9) {
        const changed = bodyOf(market.itemAt(chosen.index, 1 + random.int(9)));
        await this.#call('PATCH', `/items/${chosen.id}`, chosen.token, changed);
        mine.push(chosen);
      } else {
        await this.#call('DELETE', `/items/${chosen.id}`, chosen.token);
      }
    };
  }

  #call<T>(method: string, path: string, token: string | undefined, body?: unknown): Promise<T> {
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

if (isMain(import.meta.url)) await runWorkerBench({ smoke: process.argv.includes('--smoke') });
