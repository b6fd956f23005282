import { createHash } from 'node:crypto';
import { dueAt, laterDeadlines, locksOf } from '../../src/storage/rules';
import type { CommitAnswer, OpportunityStore, Step } from '../../src/storage/storage';
import { type ItemId, isActive, isOpen, type Lock, type Opportunity } from '../../src/types';
import { type Atomically, takeNumbers } from './atomically';
import type { BarterTables, OpportunityRow } from './client';
import { PENDING, storeRows } from './notifications';

const OPEN = { in: ['proposed', 'accepting'] };
const ACTIVE = { in: ['proposed', 'accepting', 'committed'] };

/**
 * Opportunities, and the slots of their items.
 *
 * Whoever proposes or commits changes the slots of the items first, each if it is free, and so waits for others who do the
 * same; then the opportunities, each if it is as it was read; then come numbers and rows. In this order nobody waits for
 * somebody who waits for them.
 */
export function prismaOpportunities(tables: BarterTables, atomically: Atomically): OpportunityStore {
  const { barterOpportunity: table, barterSlot: slots, barterRefusal } = tables;
  const listed = async (query: Parameters<typeof table.findMany>[0]) =>
    (await table.findMany(query)).map(opportunityOf);

  return {
    get: async (id) => {
      const row = await table.findUnique({ where: { id } });
      return row && opportunityOf(row);
    },
    latest: async (cycleKey) => {
      const ofCycle = { cycleDigest: digestOf(cycleKey) };
      const row = await table.findFirst({ where: ofCycle, orderBy: { attempt: 'desc' } });
      return row && opportunityOf(row);
    },
    propose: (opportunity, rows) =>
      atomically<boolean>(async (tx, giveUp) => {
        if (!(await add(tx, opportunity))) return giveUp(false);
        await storeRows(tx, rows);
        return true;
      }),
    change: (step, { successor, refused = [] } = {}) =>
      atomically<boolean>(async (tx, giveUp) => {
        if (successor && !(await add(tx, successor.opportunity))) return giveUp(false);
        if (!(await take(tx, step))) return giveUp(false);
        const { id } = step.opportunity;
        if (!isActive(step.opportunity))
          await tx.barterSlot.updateMany({ where: { heldBy: id }, data: { heldBy: null } });
        if (refused.length > 0)
          await tx.barterRefusal.createMany({
            data: refused.map((digest) => ({ digest, opportunityId: id })),
            skipDuplicates: true,
          });
        await storeRows(tx, [...step.rows, ...(successor?.rows ?? [])]);
        return true;
      }),
    commit: (step, competing) =>
      atomically<CommitAnswer>(async (tx, giveUp) => {
        const { id, items } = step.opportunity;
        const no = (because: 'stale' | 'locked' | 'competing') => giveUp({ committed: false, because });
        const free = { itemId: { in: items }, heldBy: null };
        const { count } = await tx.barterSlot.updateMany({ where: free, data: { heldBy: id } });
        const known = await tx.barterOpportunity.findUnique({ where: { id } });
        if (!isCurrent(known, step) || !isOpen(opportunityOf(known))) return no('stale');
        if (count !== items.length) return no('locked');
        // Nobody proposes another one with these items any more: they would have to change the slots.
        const others = { id: { not: id }, state: OPEN, items: { hasSome: items } };
        const open = new Set((await tx.barterOpportunity.findMany({ where: others })).map((one) => one.id));
        const isAll = open.size === competing.length && competing.every(({ opportunity }) => open.has(opportunity.id));
        if (!isAll) return no('competing');
        for (const other of [...competing].sort(by(({ opportunity }) => opportunity.id)))
          if (!(await take(tx, other))) return no('competing');
        const fence = await takeNumbers(tx, 'fence', 1);
        if (!(await take(tx, { ...step, opportunity: { ...step.opportunity, fence } }))) return no('stale');
        await storeRows(tx, [...competing.flatMap(({ rows }) => rows), ...step.rows]);
        return { committed: true, fence };
      }),
    extend: async (id, expiresAt, warnAt) => {
      await revise(tables, id, (known) =>
        isOpen(known) ? { ...known, ...laterDeadlines({ ...known, expiresAt, warnAt }, known) } : null,
      );
    },
    settle: async (id, now) => {
      await revise(tables, id, (known) =>
        known.state === 'completed' && known.settledAt === undefined ? { ...known, settledAt: now } : null,
      );
    },
    activeByItem: (itemId) => listed({ where: { items: { has: itemId }, state: ACTIVE }, orderBy: { id: 'asc' } }),
    active: ({ after = '', limit }) =>
      listed({ where: { state: ACTIVE, id: { gt: after } }, orderBy: { id: 'asc' }, take: limit }),
    due: (now, limit) =>
      listed({ where: { dueAt: { lte: now } }, orderBy: [{ expiresAt: 'asc' }, { id: 'asc' }], take: limit }),
    byUser: (userId, { limit }) =>
      listed({
        where: { userIds: { has: userId } },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        take: limit,
      }),
    countOpen: async (userId) => table.count({ where: { userIds: { has: userId }, state: OPEN } }),
    locks: async (itemIds, now) => {
      const asked = new Set(itemIds);
      const active = await listed({ where: { items: { hasSome: [...asked] }, state: ACTIVE } });
      const locks = active.flatMap((one) => locksOf(one, now)).filter(({ itemId }) => asked.has(itemId));
      return locks.sort(by(({ itemId, opportunityId }) => `${itemId}\0${opportunityId}`));
    },
    hardLocks: async ({ after = '', limit }) => {
      const held = { heldBy: { not: null }, itemId: { gt: after } };
      const page = await slots.findMany({ where: held, orderBy: { itemId: 'asc' }, take: limit });
      const holders = await listed({ where: { id: { in: [...new Set(page.map(({ heldBy }) => heldBy))] } } });
      const until = new Map(holders.map(({ id, expiresAt }) => [id, expiresAt]));
      return page.map(({ itemId, heldBy }): Lock => {
        const opportunityId = heldBy!;
        return { itemId, opportunityId, kind: 'hard', until: until.get(opportunityId)! };
      });
    },
    countLocks: async (now) => {
      const locking = await listed({ where: { state: 'accepting', lockedUntil: { gt: now } } });
      return {
        soft: locking.reduce((sum, one) => sum + locksOf(one, now).length, 0),
        hard: await slots.count({ where: { heldBy: { not: null } } }),
      };
    },
    refused: async (digests) => {
      const rows = await barterRefusal.findMany({ where: { digest: { in: [...digests] } } });
      const known = new Set(rows.map(({ digest }) => digest));
      return digests.filter((digest) => known.has(digest));
    },
    ended: ({ before, after = '', limit }) =>
      listed({
        where: { state: { notIn: ACTIVE.in }, dueAt: null, expiresAt: { lte: before }, id: { gt: after } },
        orderBy: { id: 'asc' },
        take: limit,
      }),
    rewrite: (step, without) =>
      atomically<boolean>(async (tx, giveUp) => {
        const { id: opportunityId, participants } = step.opportunity;
        const isDone = await revise(tx, opportunityId, (known) =>
          !isActive(known) && known.version === step.fromVersion ? step.opportunity : null,
        );
        if (!isDone) return giveUp(false);
        const userIds = participants.map(({ userId }) => userId);
        await tx.barterOpportunity.updateMany({ where: { id: opportunityId }, data: { userIds } });
        if (without !== undefined)
          await tx.barterNotification.deleteMany({ where: { opportunityId, userId: without } });
        await storeRows(tx, step.rows);
        return true;
      }),
    remove: (ids) => atomically<number>((tx) => remove(tx, ids)),
  };
}

/** Adds a new one; false where it is there already, or one of its items is held. What was done by then is to be rolled back. */
async function add({ barterSlot, barterOpportunity }: BarterTables, opportunity: Opportunity): Promise<boolean> {
  const { id, cycleKey, attempt, items, participants, createdAt } = opportunity;
  const sorted: ItemId[] = [...items].sort();
  const theirs = { itemId: { in: sorted } };
  for (;;) {
    await barterSlot.createMany({ data: sorted.map((itemId) => ({ itemId })), skipDuplicates: true });
    const free = await barterSlot.updateMany({ where: { ...theirs, heldBy: null }, data: { heldBy: null } });
    if (free.count === items.length) break;
    if ((await barterSlot.count({ where: { ...theirs, heldBy: { not: null } } })) > 0) return false;
    // else one that was there has just gone with the last ended opportunity of its item
  }
  const userIds = participants.map(({ userId }) => userId);
  const fixed = { id, cycleDigest: digestOf(cycleKey), attempt, items, userIds, createdAt };
  const row = { ...fixed, stamp: 1, ...columnsOf(opportunity) };
  return (await barterOpportunity.createMany({ data: [row], skipDuplicates: true })).count === 1;
}

/** Takes ended ones away with all that is theirs; a slot goes with the last opportunity of its item. */
async function remove(tables: BarterTables, ids: readonly string[]): Promise<number> {
  const { barterSlot: slots, barterOpportunity: table, barterNotification: rows, barterRefusal: refusals } = tables;
  const waiting = await rows.findMany({ where: { ...PENDING, opportunityId: { in: [...ids] } } });
  const toSend = waiting.map(({ opportunityId }) => opportunityId);
  const over = { id: { in: [...ids], notIn: toSend }, state: { notIn: ACTIVE.in }, dueAt: null };
  const found = (await table.findMany({ where: over })).map(opportunityOf);
  const gone = found.map(({ id }) => id);
  const items = [...new Set(found.flatMap((one) => one.items))];
  // Whoever proposes one of these items waits from here on, and makes its slot anew.
  await slots.updateMany({ where: { itemId: { in: items }, heldBy: null }, data: { heldBy: null } });
  const { count } = await table.deleteMany({ where: { id: { in: gone } } });
  const last: ItemId[] = [];
  for (const itemId of items) if ((await table.count({ where: { items: { has: itemId } } })) === 0) last.push(itemId);
  await slots.deleteMany({ where: { itemId: { in: last }, heldBy: null } });
  await refusals.deleteMany({ where: { opportunityId: { in: gone } } });
  await rows.deleteMany({ where: { opportunityId: { in: gone } } });
  return count;
}

/** Takes a step over where the version is still the one it was made from. */
function take(tables: BarterTables, step: Step): Promise<boolean> {
  return revise(tables, step.opportunity.id, (known, row) =>
    isCurrent(row, step) ? { ...step.opportunity, ...laterDeadlines(step.opportunity, known) } : null,
  );
}

/** Replaces one by what `next` makes of it, and makes it again of what somebody else has stored meanwhile; null: leave it. */
async function revise(
  { barterOpportunity }: BarterTables,
  id: string,
  next: (known: Opportunity, row: OpportunityRow) => Opportunity | null,
): Promise<boolean> {
  for (;;) {
    const row = await barterOpportunity.findUnique({ where: { id } });
    const revised = row && next(opportunityOf(row), row);
    if (!revised) return false;
    const { count } = await barterOpportunity.updateMany({
      where: { id, stamp: row.stamp },
      data: { ...columnsOf(revised), stamp: row.stamp + 1 },
    });
    if (count === 1) return true;
  }
}

function isCurrent(row: OpportunityRow | null, { fromVersion }: Step): row is OpportunityRow {
  if (!row) return false;
  const known = opportunityOf(row);
  return isActive(known) && known.version === fromVersion;
}

/** The columns that follow from what an opportunity is now. */
function columnsOf(opportunity: Opportunity) {
  const soft = locksOf(opportunity, -Infinity).filter(({ kind }) => kind === 'soft');
  return {
    state: opportunity.state,
    expiresAt: opportunity.expiresAt,
    dueAt: dueAt(opportunity),
    lockedUntil: soft.length > 0 ? Math.max(...soft.map(({ until }) => until)) : null,
    body: opportunity,
  };
}

function opportunityOf(row: OpportunityRow): Opportunity {
  return row.body as Opportunity;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Ascending by code units. */
function by<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : 1);
}
