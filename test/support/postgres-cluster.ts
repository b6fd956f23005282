import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A PostgreSQL server of a test's own, which can be stopped and started. */
export interface Cluster extends AsyncDisposable {
  url: string;
  /** As a crash of the server does: connections break, nothing is written any more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The folder of the server's programs; undefined, said loudly, where there is none. */
export const clusterPrograms: string | undefined = (() => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? '').split(':'), ...versions.map((version) => join(debian, version, 'bin'))];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && asWhom() !== undefined);
  if (!found) console.warn('SKIPPED: stopping a PostgreSQL server needs its programs (initdb, pg_ctl) on PATH');
  return found;
})();

/** The server does not run as root: then as the user that its package made. */
function asWhom(): { uid?: number; gid?: number } | undefined {
  if (process.getuid?.() !== 0) return {};
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** A new one, running. */
export async function startCluster(programs: string): Promise<Cluster> {
  const user = asWhom()!;
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
  if (user.uid !== undefined) await chown(folder, user.uid, user.gid!);
  const data = join(folder, 'data');
  const port = await freePort();
  const program = (name: string, ...args: string[]) => run(join(programs, name), args, { ...user, cwd: folder });
  await program('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync');
  // Where a crash of the machine is not what is tested, the disk need not be waited for.
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  const start = async () =>
    void (await program('pg_ctl', '-D', data, '-w', '-o', settings, '-l', join(folder, 'log'), 'start'));
  const stop = async () => void (await program('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop'));
  await start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
