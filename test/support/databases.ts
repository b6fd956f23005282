import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '../../examples/express-host/src/database';

/** Where a PostgreSQL for the tests listens: `DATABASE_URL`, else the usual place. */
export const POSTGRES_URL = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/test';

/** Whether it answers. Says loudly what is skipped where not. */
export const hasPostgres = (() => {
  const probe = `
    const { Client } = require('pg');
    const client = new Client({ connectionString: process.argv[1], connectionTimeoutMillis: 2000 });
    client.connect().then(() => process.exit(0), () => process.exit(1));`;
  const { status } = spawnSync(process.execPath, ['-e', probe, POSTGRES_URL], { stdio: 'ignore' });
  if (status !== 0) console.warn('SKIPPED: suites on PostgreSQL need one at DATABASE_URL or 127.0.0.1:5432/test');
  return status === 0;
})();

/** A database of a test's own. */
export interface TestDatabase extends Database {
  /** The address, where it is PostgreSQL. */
  url: string;
  /** Empties all tables. */
  clear(): Promise<void>;
}

export async function pgliteDatabase(): Promise<TestDatabase> {
  return withClear(await openDatabase({ folder: 'memory://' }), 'public', '');
}

/** A schema of its own, which goes when it is closed. */
export async function postgresDatabase(): Promise<TestDatabase> {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(POSTGRES_URL);
  url.searchParams.set('schema', schema);
  const database = withClear(await openDatabase({ url: url.href }), schema, url.href);
  return {
    ...database,
    async close() {
      await database.prisma.$executeRawUnsafe(`DROP SCHEMA "${schema}" CASCADE`);
      await database.close();
    },
  };
}

function withClear(database: Database, schema: string, url: string): TestDatabase {
  return {
    ...database,
    url,
    async clear() {
      const tables = await database.prisma.$queryRawUnsafe<{ name: string }[]>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = '${schema}' AND tablename <> '_prisma_migrations'`,
      );
      const names = tables.map(({ name }) => `"${schema}"."${name}"`);
      await database.prisma.$executeRawUnsafe(`TRUNCATE ${names.join()}`);
    },
  };
}
