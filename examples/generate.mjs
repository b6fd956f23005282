// Makes the Prisma clients of the examples (into their generated/). Neither that nor the clients need Prisma's schema
// engine, but the command would download it all the same, were it not told of one: any program will do.
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const command = createRequire(here('express-host/package.json')).resolve('prisma/build/index.js');

// What the README of this example tells to do by hand.
copyFileSync(here('../adapters/prisma/barter.prisma'), here('existing-app/prisma/schema/barter.prisma'));

for (const example of ['express-host', 'existing-app']) {
  execFileSync(process.execPath, [command, 'generate', '--no-hints'], {
    cwd: here(example),
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
