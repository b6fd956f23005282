import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Beside the host's sources, whose migrations and packages it needs. */
const bundleOf = (name: string) =>
  fileURLToPath(new URL(`../../examples/express-host/generated/crash-${name}.mjs`, import.meta.url));

/** Makes one file of a program of this folder, so that it starts in little time. Returns where it is. */
export async function bundle(name: 'host' | 'sender' | 'digest-sender'): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile: bundleOf(name),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: {
      'barterloop/adapters/mail': fileURLToPath(new URL('../../adapters/mail/index.ts', import.meta.url)),
      'barterloop/adapters/prisma': fileURLToPath(new URL('../../adapters/prisma/index.ts', import.meta.url)),
      'barterloop/adapters/socket-io': fileURLToPath(new URL('../../adapters/socket-io/index.ts', import.meta.url)),
      barterloop: fileURLToPath(new URL('../../src/index.ts', import.meta.url)),
    },
    logLevel: 'warning',
  });
  return bundleOf(name);
}

/** A host in a process of its own, always at the same address. */
export class HostProcess {
  readonly #port: number;
  readonly #where: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, where: string) {
    this.#port = port;
    this.#where = where;
  }

  /** @param where The address of a PostgreSQL, or a folder for PGlite. */
  static async start(where: string): Promise<HostProcess> {
    const host = new HostProcess(await freePort(), where);
    await host.restart();
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** @throws Error with what it printed, where it does not come up. */
  async restart(): Promise<void> {
    const child = spawn(process.execPath, [bundleOf('host'), String(this.#port), this.#where], {
      env: { ...process.env, NODE_ENV: '' },
    });
    this.#child = child;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout!, child.stderr!]) {
        stream.on('data', (chunk) => {
          output += chunk;
          if (output.includes('listening')) resolve();
        });
      }
      child.once('exit', () => reject(new Error(`The host ended: ${output}`)));
    });
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child!;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
