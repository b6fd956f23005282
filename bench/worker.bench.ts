import { fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nextMessage } from './support/child-process';
import { HostClient } from './support/host-client';
import { isMain } from './support/is-main';
import { check, figure, percentile, say, table } from './support/report';
import type { HostCommand, HostMessage } from './support/worker-host';

const SEED = 42;
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
    const started = await nextMessage<HostMessage, 'url'>(host, 'url');
    const client = await HostClient.open(started.url);
    const stream = client.stream(size, SEED);
    // The first ones warm up.
    for (let i = 0; i < 50; i++) await stream();
    host.send({ measure: true } satisfies HostCommand);
    await nextMessage<HostMessage, 'measuring'>(host, 'measuring');
    const times = await atRate(stream, rate, rate * seconds);
    host.send({ report: true } satisfies HostCommand);
    const { delay, processed, failed } = await nextMessage<HostMessage, 'delay'>(host, 'delay');
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

if (isMain(import.meta.url)) await runWorkerBench({ smoke: process.argv.includes('--smoke') });
