import { afterAll, beforeAll, describe, it } from 'vitest';
import { prismaStorage } from '../../adapters/prisma';
import { storageContract } from '../../src/testing';
import { hasPostgres, pgliteDatabase, postgresDatabase, type TestDatabase } from '../support/databases';

for (const [name, open, isThere] of [
  ['PGlite', pgliteDatabase, true],
  ['PostgreSQL', postgresDatabase, hasPostgres],
] as const) {
  describe.skipIf(!isThere)(`prismaStorage on ${name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await open();
    });
    afterAll(() => database?.close());

    storageContract({ describe, it }, async () => {
      await database.clear();
      return prismaStorage(database.prisma);
    });
  });
}
