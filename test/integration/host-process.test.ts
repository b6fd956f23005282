import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

/* The host as `npm start` runs it: arguments, environment, what it prints, signals. */

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

interface Run {
  child: ChildProcess;
  output(): string;
  /** Resolves with the first match in what it prints. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  exit: Promise<number | null>;
}

function run(args: string[] = [], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/express-host/src/main.ts', ...args], {
    env: { ...process.env, NODE_ENV: '', PORT: '0', INIT_CWD: '', DATABASE_URL: '', DATA_DIR: 'memory://', ...env },
  });
  running.push(child);
  let output = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      for (const watcher of watchers) watcher();
    });
  }
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => output,
    exit,
    prints: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
        };
        watchers.add(look);
        exit.then(() => reject(new Error(`It ended without printing ${pattern}:\n${output}`)));
        look();
      }),
  };
}

describe('the process', { timeout: 60_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('starts, serves, says what to try, and ends on %s', async (signal) => {
    const host = run();
    const [, url] = await host.prints(/Listening on (\S+)/);
    expect(host.output()).toMatch(/1005 items, \d+ wants, \d+ edges/);
    await host.prints(/\/api\/v1\/barter\/matches\/\S+/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    host.child.kill(signal);
    expect(await host.exit).toBe(0);
  });

  it('ends its start with the address, on one screen, and logs what happens then', async () => {
    const host = run();
    const [, url] = await host.prints(/\nOpen (\S+) and sign in as anybody.*\n\n$/);
    expect(host.output()).toMatch(/Found [1-9]\d* trades of the people to sign in as/);
    expect(host.output().split('\n').length).toBeLessThan(24);
    const login = await fetch(`${url}/api/v1/dev/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"userId":"ana"}',
    });
    const { data } = (await login.json()) as { data: { token: string } };
    await fetch(`${url}/api/v1/items`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${data.token}`, 'Content-Type': 'application/json' },
      body: '{"title":"Lamp"}',
    });
    await host.prints(/INFO {2}\[RealTimeMatching\] Processing new item: \S+ by user ana/);
  });

  it('says everything at its start to who asks for it', async () => {
    const host = run([], { LOG_LEVEL: 'debug' });
    await host.prints(/Sent notification to user layla[\s\S]*\nOpen /);
  });

  it('loads a want list, found from where the user stands', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'market-'));
    const list = '#! REQUIRE-COLONS REQUIRE-USERNAMES\n(ana) PHONE : LAPTOP\n(ben) LAPTOP : BIKE\n(cem) BIKE : PHONE\n';
    await writeFile(join(folder, 'swap.txt'), list);
    const host = run(['--market', 'swap.txt'], { INIT_CWD: folder });
    const [, url] = await host.prints(/3 items, 3 wants, 3 edges[\s\S]*Listening on (\S+)/);
    const login = await fetch(`${url}/api/v1/dev/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"userId":"olga","role":"operator"}',
    });
    const { data } = (await login.json()) as { data: { token: string } };
    const asked = await fetch(`${url}/api/v1/barter/matches/PHONE`, {
      headers: { Authorization: `Bearer ${data.token}` },
    });
    const { data: answer } = (await asked.json()) as { data: { matches: { steps: { itemId: string }[] }[] } };
    expect(answer.matches).toHaveLength(1);
    expect(answer.matches[0]!.steps.map(({ itemId }) => itemId)).toEqual(['BIKE', 'LAPTOP', 'PHONE']);
    await rm(folder, { recursive: true });
  });

  it.each([
    ['a market that is not there', ['--market', 'no-such-file.txt'], {}, /no-such-file/],
    ['an argument it does not know', ['--what'], {}, /--what/],
    ['a port that is none', ['--port', '70000'], {}, /PORT/],
    ['production without a secret', [], { NODE_ENV: 'production' }, /JWT_SECRET/],
    ['a secret too short', [], { JWT_SECRET: 'short' }, /JWT_SECRET/],
  ])('refuses %s in one sentence', async (_what, args, env, sentence) => {
    const host = run(args, env);
    expect(await host.exit).toBe(1);
    expect(host.output()).toMatch(sentence);
    expect(host.output()).not.toMatch(/ {4}at /);
  });

  it('keeps everything in its folder, and goes on from there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'host-'));
    const env = { DATA_DIR: folder, JWT_SECRET: 'a secret that both of the processes have' };
    const first = run([], env);
    const [, url] = await first.prints(/Listening on (\S+)/);
    const login = await fetch(`${url}/api/v1/dev/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"userId":"ana"}',
    });
    const { data } = (await login.json()) as { data: { token: string } };
    const headers = { Authorization: `Bearer ${data.token}`, 'Content-Type': 'application/json' };
    await fetch(`${url}/api/v1/items`, { method: 'POST', headers, body: '{"title":"Lamp"}' });
    await fetch(`${url}/api/v1/me`, { method: 'PUT', headers, body: '{"contact":"ana@example.org"}' });

    const other = run([], env);
    expect(await other.exit).toBe(1);
    expect(other.output()).toContain(`Process ${first.child.pid} uses ${join(folder, 'demo')}`);

    first.child.kill('SIGKILL');
    await first.exit;
    const second = run([], env);
    const [, again] = await second.prints(/1006 items[\s\S]*Listening on (\S+)/);
    const own = await fetch(`${again}/api/v1/items`, { headers });
    expect(((await own.json()) as { data: { title: string }[] }).data.map(({ title }) => title)).toEqual(['Lamp']);
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('logs JSON in production', async () => {
    const host = run([], { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(40), LOG_LEVEL: 'debug' });
    const [, url] = await host.prints(/Listening on (\S+)/);
    expect((await fetch(`${url}/api/v1/items?token=secret`)).status).toBe(401);
    await host.prints(/"msg":"GET \/api\/v1\/items"/);
    expect(host.output()).not.toContain('secret');
    host.child.kill('SIGTERM');
    expect(await host.exit).toBe(0);
  });
});
