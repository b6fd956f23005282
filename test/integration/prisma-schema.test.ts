import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, expect, it } from 'vitest';
import { sqlMissing } from '../support/prisma-schema';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

/** Of a migrations folder: the SQL by name. */
function migrationsIn(...path: string[]): Record<string, string> {
  const names = readdirSync(join(root, ...path)).filter((name) => !name.includes('.'));
  return Object.fromEntries(names.map((name) => [name, read(...path, name, 'migration.sql')]));
}

const scratch = new PGlite();
afterAll(() => scratch.close());

const NOTHING = '-- This is an empty migration.';
const models = read('adapters/prisma/barter.prisma');
const migrations = migrationsIn('adapters/prisma/migrations');

it('has migrations that make just what the models say, in the eyes of Prisma itself', async () => {
  expect((await sqlMissing(models, migrations, scratch)).trim()).toBe(NOTHING);
});

it('would see a column that the migrations lack', async () => {
  const more = models.replace('ownerId String @map("owner_id")', '$&\n  colour String?');
  expect(await sqlMissing(more, migrations, scratch)).toContain('ADD COLUMN     "colour" TEXT');
});

it('stands in the example host as it comes, beside migrations of the host’s own', async () => {
  const host = 'examples/express-host/prisma';
  expect(read(host, 'schema/barter.prisma')).toBe(models);
  const all = migrationsIn(host, 'migrations');
  expect(all).toMatchObject(migrations);
  const own = read(host, 'schema/host.prisma').replace(/^(generator|datasource) \w+ \{[^}]*\}$/gm, '');
  expect((await sqlMissing(models + own, all, scratch)).trim()).toBe(NOTHING);
});
