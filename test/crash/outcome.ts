import { prismaStorage } from '../../adapters/prisma';
import type { PrismaClient } from '../../examples/express-host/generated/client';
import type { Opportunity } from '../../src';
import type { StoredNotification } from '../../src/storage/storage';

/** What a run has left in its database, without instants. */
export interface Outcome {
  opportunities: string[];
  /** Ids of the rows in all inboxes. */
  notifications: string[];
  items: string[];
}

/** @throws Error where the database contradicts itself. */
export async function outcomeOf(prisma: PrismaClient): Promise<Outcome> {
  const opportunities = (await prisma.barterOpportunity.findMany()).map(({ body }) => body as unknown as Opportunity);
  await checkLocks(prisma, opportunities);
  const rows = await prisma.barterNotification.findMany({ select: { id: true } });
  const items = await prismaStorage(prisma).items.page({ limit: 100_000 });
  return {
    opportunities: opportunities.map(({ id, state, revision, version, items: things, score, participants, repairs }) => {
      const people = participants.map(({ acceptedAt, confirmedAt }) => [acceptedAt !== null, confirmedAt !== null]);
      return JSON.stringify({ id, state, revision, version, things, score, people, repairs });
    }).sort(), // biome-ignore format: a chain
    notifications: rows.map(({ id }) => id).sort(),
    items: items.map((item) => JSON.stringify(item)),
  };
}

/** Rows that were to be pushed; each person must have seen theirs. */
export async function pushedRows(prisma: PrismaClient): Promise<StoredNotification[]> {
  const rows = await prisma.barterNotification.findMany({ where: { deliverAt: { not: null } } });
  const waiting = rows.filter(({ deliveredAt }) => deliveredAt === null).length;
  if (waiting > 0) throw new Error(`${waiting} notifications still wait for delivery.`);
  return rows.map(({ body }) => body as unknown as StoredNotification);
}

/** An item is held if and only if its committed trade says so. */
async function checkLocks(prisma: PrismaClient, opportunities: readonly Opportunity[]): Promise<void> {
  const held = await prisma.barterSlot.findMany({ where: { heldBy: { not: null } } });
  const committed = opportunities.filter(({ state }) => state === 'committed');
  const expected = committed.flatMap(({ id, items }) => items.map((itemId) => `${itemId} ${id}`));
  const actual = held.map(({ itemId, heldBy }) => `${itemId} ${heldBy}`);
  if (actual.sort().join() !== expected.sort().join())
    throw new Error(`Locks dangle: ${actual} instead of ${expected}.`);
}
