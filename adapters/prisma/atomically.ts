import type { BarterPrismaClient, BarterTables } from './client';

/** How long a transaction may wait for a connection, and last. */
export interface TransactionLimits {
  /** Milliseconds. @defaultValue 10,000 */
  maxWaitMs?: number;
  /** Milliseconds. @defaultValue 10,000 */
  timeoutMs?: number;
}

/** Does all of the work or, where it is given up or fails, none of it. */
export type Atomically = <T>(work: (tables: BarterTables, giveUp: (answer: T) => never) => Promise<T>) => Promise<T>;

/** Times a transaction is tried that the database ended because of another one. */
const MOST_ATTEMPTS = 10;

/**
 * Transactions in which each statement sees what others have committed before it, as guarded changes need it. One that
 * falls into a deadlock is tried again.
 */
export function transactionsOn(prisma: BarterPrismaClient, limits: TransactionLimits): Atomically {
  const { maxWaitMs = 10_000, timeoutMs = 10_000 } = limits;
  const options = { maxWait: maxWaitMs, timeout: timeoutMs, isolationLevel: 'ReadCommitted' } as const;
  return async <T>(work: (tables: BarterTables, giveUp: (answer: T) => never) => Promise<T>) => {
    for (let attempt = 1; ; attempt++) {
      let givenUp: { answer: T } | undefined;
      const giveUp = (answer: T): never => {
        givenUp = { answer };
        throw new Error('Given up: what was done is rolled back.');
      };
      try {
        return await prisma.$transaction((tables) => work(tables, giveUp), options);
      } catch (error) {
        if (givenUp) return givenUp.answer;
        if (!isConflict(error) || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  };
}

/** The same within a transaction that is under way: what is given up is rolled back to where it began. */
export function stepsWithin(tables: BarterTables): Atomically {
  return async <T>(work: (tables: BarterTables, giveUp: (answer: T) => never) => Promise<T>) => {
    let givenUp: { answer: T } | undefined;
    const giveUp = (answer: T): never => {
      givenUp = { answer };
      throw new Error('Given up: what was done is rolled back.');
    };
    await tables.$executeRawUnsafe('SAVEPOINT barter_step');
    try {
      const answer = await work(tables, giveUp);
      await tables.$executeRawUnsafe('RELEASE SAVEPOINT barter_step');
      return answer;
    } catch (error) {
      if (!givenUp) throw error; // which ends the whole
      await tables.$executeRawUnsafe('ROLLBACK TO SAVEPOINT barter_step');
      return givenUp.answer;
    }
  };
}

/**
 * Takes the next `count` numbers of a sequence and returns the last of them. They are given out in the order of commits:
 * the next one who asks waits until this transaction has ended. So ask late in it, and in the same order everywhere.
 */
export async function takeNumbers(
  tables: BarterTables,
  name: 'fence' | 'inbox' | 'writer',
  count: number,
): Promise<number> {
  const { last } = await tables.barterSequence.upsert({
    where: { name },
    create: { name, last: count },
    update: { last: { increment: count } },
  });
  return Number(last);
}

/** P2034: a deadlock or a conflict of writes, and nothing was done. */
function isConflict(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'P2034';
}
