// Makes the Prisma client of the schema (into ../generated). Neither that nor the client needs Prisma's schema engine, but
// the command would download it all the same, were it not told of one: any program will do.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const command = createRequire(import.meta.url).resolve('prisma/build/index.js');
execFileSync(process.execPath, [command, 'generate', '--no-hints'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  stdio: ['ignore', 'ignore', 'inherit'],
});
