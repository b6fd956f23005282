import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One connection to a database. */
export interface SqlSession {
  /** Runs statements, several in one text. */
  run(sql: string): Promise<void>;
  rows(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

const FOLDER = new URL('../prisma/migrations/', import.meta.url);
/** The advisory lock that Prisma takes while it migrates. */
const PRISMA_LOCK = 72_707_369;

const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies the migrations that a database lacks, as `prisma migrate deploy` does and recorded as it records them, so that
 * either may go on after the other; without its engine, which would have to be downloaded. One that fails leaves nothing.
 */
export async function applyMigrations({ run, rows }: SqlSession): Promise<void> {
  const folders = await readdir(FOLDER, { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  await rows('SELECT pg_advisory_lock($1)::text', [PRISMA_LOCK]);
  try {
    await run(TABLE);
    const done = await rows(
      'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    );
    const applied = new Set(done.map(({ migration_name }) => migration_name));
    for (const name of names.sort()) {
      if (applied.has(name)) continue;
      const sql = await readFile(fileURLToPath(new URL(`${name}/migration.sql`, FOLDER)), 'utf8');
      const record = `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
        VALUES ('${randomUUID()}', '${createHash('sha256').update(sql).digest('hex')}', '${name}', now(), 1)`;
      await run(`BEGIN;\n${sql};\n${record};\nCOMMIT;`).catch(async (error) => {
        await run('ROLLBACK');
        throw new Error(`The migration ${name} failed: ${error instanceof Error ? error.message : error}`);
      });
    }
  } finally {
    await rows('SELECT pg_advisory_unlock($1)::text', [PRISMA_LOCK]);
  }
}
