import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BarterPrismaClient, type BarterTables, prismaStorage, takeMarket } from '../../adapters/prisma';
import { eventLogContract, type Runner, storageContract } from '../../src/testing';
import { pgliteDatabase, type TestDatabase } from '../support/databases';

/* The contract suites must notice what is wrong with an adapter: each of these faults turns at least one case red. */

let database: TestDatabase;
beforeAll(async () => {
  database = await pgliteDatabase();
});
afterAll(() => database?.close());

type Where = Record<string, unknown>;
type Update = (args: { where: Where; data: object }) => unknown;

/** The client with other `updateMany` of one model, also within transactions. */
function withUpdates(model: 'barterCounter' | 'barterSlot' | 'barterClaim', change: (where: Where) => Where) {
  const faulty = <T extends object>(tables: T): T =>
    new Proxy(tables, {
      get: (target, key) => {
        const value = Reflect.get(target, key);
        if (key === '$transaction')
          return (work: (tx: BarterTables) => unknown, options: object) =>
            (value as (...args: unknown[]) => unknown).call(target, (tx: BarterTables) => work(faulty(tx)), options);
        if (key !== model) return typeof value === 'function' ? value.bind(target) : value;
        const table = value as { updateMany: Update };
        const updateMany: Update = ({ where, data }) => table.updateMany({ where: change(where), data });
        return new Proxy(table, { get: (own, name) => (name === 'updateMany' ? updateMany : Reflect.get(own, name)) });
      },
    });
  const client: BarterPrismaClient = database.prisma;
  return faulty(client);
}

/** Runs a suite and returns the names of the cases that fail. */
async function failing(suite: (runner: Runner) => void): Promise<string[]> {
  const cases: [string, () => Promise<void>][] = [];
  suite({ describe: (_name, body) => body(), it: (name, body) => cases.push([name, body]) });
  const failed: string[] = [];
  for (const [name, body] of cases) await body().catch(() => failed.push(name));
  return failed;
}

function failingOn(prisma: () => BarterPrismaClient): Promise<string[]> {
  return failing((runner) =>
    storageContract(runner, async () => {
      await database.clear();
      return prismaStorage(prisma());
    }),
  );
}

it('notices nothing about the adapter as it is', async () => {
  expect(await failingOn(() => database.prisma)).toEqual([]);
});

it('notices a lost update', async () => {
  const client = withUpdates('barterCounter', ({ stamp: _compared, ...where }) => where);
  expect(await failingOn(() => client)).toContain('never lets more than the limit into any window');
});

it('notices a lock that is not taken with all others or not at all', async () => {
  const client = withUpdates('barterSlot', ({ heldBy, ...where }) => (heldBy === null ? where : { ...where, heldBy }));
  expect(await failingOn(() => client)).toContain('proposes nothing with an item that a commitment holds');
});

it('notices a claim that ends too early', async () => {
  const client = withUpdates('barterClaim', ({ until, ...where }) => ({ ...where, until: { lte: (until as { lte: number }).lte + 1 } })); // biome-ignore format: one line
  expect(await failingOn(() => client)).toContain('has one winner, until it ends or is released by its holder');
});

it('notices a cursor that moves before the effects are there', async () => {
  const failed = await failing((runner) =>
    eventLogContract(runner, async () => {
      await database.clear();
      const { storage, log } = await takeMarket(database.prisma);
      const append = async (itemId: string, userId: string) =>
        void (await database.prisma.barterEvent.create({ data: { itemId, userId } }));
      const handle: typeof log.handle = async (event, work) => {
        await log.handle(event, async () => {});
        return work(storage);
      };
      return { storage, append, log: { ...log, handle } };
    }),
  );
  expect(failed).toEqual(['stores the effects of an event with its being done, or neither']);
});

// Last of all, as the table is not mended.
it('notices a key that is not unique', async () => {
  await database.prisma.$executeRawUnsafe('ALTER TABLE barter_opportunities DROP CONSTRAINT barter_opportunities_pkey');
  expect(await failingOn(() => database.prisma)).toContain('proposes once: a replay adds nothing');
});
