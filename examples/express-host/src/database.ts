import { mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client } from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../generated/client';
import { takeFolder } from './folder-lock';
import { applyMigrations, type SqlSession } from './migrations';

/** The host's database, ready to use. */
export interface Database {
  prisma: PrismaClient;
  close(): Promise<void>;
}

/**
 * PostgreSQL at an address (a `schema` in its query is where the tables go), or PGlite, which is PostgreSQL within this
 * process, in a folder or (`memory://`) nowhere. Migrations that it lacks are applied first.
 *
 * @throws Error where another process uses the folder.
 */
export async function openDatabase(where: { url: string } | { folder: string }): Promise<Database> {
  return 'url' in where ? openPostgres(where.url) : openPGlite(where.folder);
}

async function openPostgres(url: string): Promise<Database> {
  const schema = new URL(url).searchParams.get('schema') ?? 'public';
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"; SET search_path TO "${schema}"`);
    await applyMigrations({
      run: async (sql) => void (await client.query(sql)),
      rows: async (sql, values) => (await client.query(sql, values)).rows,
    });
  } finally {
    await client.end();
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }, { schema }) });
  return { prisma, close: () => prisma.$disconnect() };
}

async function openPGlite(folder: string): Promise<Database> {
  const inMemory = folder.startsWith('memory://');
  if (!inMemory) await mkdir(folder, { recursive: true });
  const release = inMemory ? async () => {} : await takeFolder(folder);
  const pg = await PGlite.create(inMemory ? folder : `${folder}/pglite`);
  const session: SqlSession = {
    run: async (sql) => void (await pg.exec(sql)),
    rows: async (sql, values) => (await pg.query<Record<string, unknown>>(sql, values)).rows,
  };
  await applyMigrations(session);
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pg) });
  return {
    prisma,
    async close() {
      await prisma.$disconnect();
      await pg.close();
      await release();
    },
  };
}
