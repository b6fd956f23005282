import { AsyncLocalStorage } from 'node:async_hooks';
import { BarterError } from '../../src/errors';
import type { BarterTables } from './client';
import { appendEvents } from './log';
import { eventOf, type ItemMapping, tableOf } from './own-items';

// biome-ignore lint/suspicious/noExplicitAny: the generated types of a host's client
type Any = any;

/** The operations of a model that change rows. */
const WRITES = new Set(['create', 'createMany', 'createManyAndReturn', 'update', 'updateMany', 'updateManyAndReturn', 'upsert', 'delete', 'deleteMany']); // biome-ignore format: one line

/**
 * A client extension that logs every change of an item in the transaction which makes it, so that neither is there without
 * the other. For `engine.follow(log)` to work off.
 *
 * It sees what goes through the client's own model: the nine writing operations, alone or in a transaction of functions.
 * **It does not see** raw SQL, writes nested in those of other models, cascades of the database, or other programs: the
 * engine finds what those have changed by `sweep({ reconcile: true })`. Item writes in a transaction of a list (`$transaction([…])`) are refused,
 * as nothing can be added to it.
 *
 * @example
 * const prisma = new PrismaClient({ adapter }).$extends(barterEvents(mapping));
 */
export function barterEvents(mapping: ItemMapping): <C extends object>(client: C) => C {
  return <C extends object>(given: C): C => {
    const client = given as Any;
    const current = new AsyncLocalStorage<Any>();

    const write = async (operation: string, args: Any, query: (args: Any) => Promise<Any>) => {
      const tables = current.getStore();
      if (tables === LIST) throw listRefused(mapping.model);
      if (tables === LOGGING) return query(args);
      if (tables) return current.run(LOGGING, () => logged(tables, mapping, operation, args, query));
      // On the client without this extension: what is done within is logged here.
      return client.$transaction((tx: Any) =>
        logged(
          tx,
          mapping,
          operation,
          args,
          (changed) => tableOf(tx, mapping)[operation as 'createMany'](changed) as Any,
        ),
      );
    };
    const hooked = client.$extends({
      name: 'barterloop',
      query: {
        [mapping.model]: {
          $allOperations: ({ operation, args, query }: Any) =>
            WRITES.has(operation) ? write(operation, args, query) : query(args),
        },
      },
    });
    return hooked.$extends({
      client: {
        /** Remembers the transaction, for the events to go into. */
        $transaction(work: Any, options?: Any) {
          if (typeof work !== 'function') return current.run(LIST, () => hooked.$transaction(work, options));
          // Awaited within: what `work` returns may be an operation that begins only then.
          return hooked.$transaction((tx: Any) => current.run(tx, async () => await work(tx)), options);
        },
      },
    });
  };
}

/** In place of a transaction: one of a list, and the writes that make up one that is being logged. */
const LIST = Symbol('list');
const LOGGING = Symbol('logging');

function listRefused(model: string): BarterError {
  return new BarterError(
    'invalid-command',
    `Writes of ${model} cannot be logged in $transaction([…]): use $transaction(async (tx) => …) instead.`,
  );
}

/** Does one operation and appends its events, all on the same transaction. */
async function logged(
  tables: BarterTables,
  mapping: ItemMapping,
  operation: string,
  args: Any = {},
  query: (args: Any) => Promise<Any>,
): Promise<Any> {
  const { id = 'id', owner = 'ownerId' } = mapping;
  const keys = { [id]: true, [owner]: true };
  const append = (rows: Any[]) =>
    appendEvents(
      tables,
      rows.map((row) => eventOf(row, mapping)),
    );
  const table = tableOf(tables, mapping) as Any;

  switch (operation) {
    case 'createMany': {
      const rows = await table.createManyAndReturn({ ...args, select: keys });
      await append(rows);
      return { count: rows.length };
    }
    case 'updateMany': {
      const rows = await table.updateManyAndReturn({ ...args, select: keys });
      await append(rows);
      return { count: rows.length };
    }
    case 'deleteMany': {
      const { where, limit } = args;
      const rows = await table.findMany({
        ...(where && { where }),
        ...(limit !== undefined && { take: limit }),
        select: keys,
      });
      const { count } = await query({
        where: { AND: [where ?? {}, { [id]: { in: rows.map((row: Any) => row[id]) } }] },
      });
      await append(rows);
      return { count };
    }
    default: {
      // The row comes back: with its keys, and then only with what was asked for.
      const { select, omit, ...rest } = args;
      const shown = select
        ? { select: { ...select, ...keys } }
        : omit && { omit: { ...omit, [id]: false, [owner]: false } };
      const result = await query({ ...rest, ...shown });
      await append([result].flat());
      const hidden = [id, owner].filter((key) => (select && !select[key]) || omit?.[key]);
      for (const row of [result].flat()) for (const key of hidden) delete row[key];
      return result;
    }
  }
}
