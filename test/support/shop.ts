import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client } from 'pg';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { PrismaClient } from '../../examples/existing-app/generated/client';
import { POSTGRES_URL } from './databases';

/** The database of examples/existing-app, with the tables of barterloop beside its own. */
export interface ShopDatabase {
  prisma: PrismaClient;
  close(): Promise<void>;
}

/** The one connection of PGlite may be busy for long on a slow machine. */
const transactionOptions = { maxWait: 60_000, timeout: 60_000 };

const SQL = ['examples/existing-app/prisma/migrations', 'adapters/prisma/migrations'].flatMap((path) => {
  const folder = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  return readdirSync(folder).map((name) => readFileSync(`${folder}/${name}/migration.sql`, 'utf8'));
});

export async function shopInPGlite(): Promise<ShopDatabase> {
  const pg = new PGlite();
  for (const sql of SQL) await pg.exec(sql);
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pg), transactionOptions });
  return { prisma, close: () => prisma.$disconnect().then(() => pg.close()) };
}

export async function shopInPostgres(): Promise<ShopDatabase> {
  const schema = `shop_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: POSTGRES_URL });
  await client.connect();
  await client.query(`CREATE SCHEMA "${schema}"; SET search_path TO "${schema}"; ${SQL.join(';')}`);
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: POSTGRES_URL }, { schema }) });
  return {
    prisma,
    async close() {
      await prisma.$disconnect();
      await client.query(`DROP SCHEMA "${schema}" CASCADE`);
      await client.end();
    },
  };
}
