import type { PipelineContext } from './admit';
import type { ForgetReport } from './api';
import { end } from './end';
import { BarterError } from './errors';
import { pseudonymOf, rowWithPseudonym, withPseudonym } from './opportunity/pseudonym';
import type { Outcome } from './outcome';
import { settle } from './settle';
import type { BarterStorage } from './storage/storage';
import { type Item, type ItemId, isActive, isOpen, type Opportunity, type Preferences, type UserId } from './types';

/** What forgetting somebody needs of the engine. */
export interface ForgetContext {
  storage: BarterStorage;
  ledgerKey: string;
  /** Takes an item of theirs away, as an event of theirs does. */
  takeAway(item: Item): Promise<void>;
  /** Everybody's that are in force. */
  preferences: ReadonlyMap<UserId, Preferences>;
  /** Replaces somebody's, as they are when it is the turn of this; who has none then gets none. */
  changePreferences(userId: UserId, change: (own: Preferences) => Preferences): Promise<void>;
  removePreferences(userId: UserId): Promise<void>;
  /** Does something about opportunities in its turn, then tells. */
  command<T>(work: (context: PipelineContext, now: number, outcome: Outcome) => Promise<T>): Promise<T>;
}

/** Opportunities of one turn. */
const AT_ONCE = 20;

/**
 * Forgets a person:
 *
 *     items → what others say of them in their preferences, and their own → every opportunity that they were in
 *
 * An open one ends, and is repaired where the others can do without them; of an ended one the others keep their own side.
 * Each step leaves nothing that a second call would not finish.
 */
export async function forget(context: ForgetContext, userId: UserId): Promise<ForgetReport> {
  const { items, opportunities } = context.storage;
  const owned = await items.ownedBy(userId);
  await refuseIfHeld(context, owned, userId);
  for (const item of owned) await context.takeAway(item);
  const left = await items.ownedBy(userId);
  if (left.length > 0) {
    throw new BarterError(
      'items-remain',
      `Item ${left[0]!.id} of ${userId} is still in the storage: delete it there, then forget its owner.`,
    );
  }
  await context.removePreferences(userId);
  for (const other of namingThem(context.preferences, userId))
    await context.changePreferences(other, (own) => withoutThem(own, userId));

  const pseudonym = pseudonymOf(userId, context.ledgerKey);
  const report: ForgetReport = { items: owned.length, opportunities: 0 };
  for (;;) {
    const page = await opportunities.byUser(userId, { limit: AT_ONCE });
    if (page.length === 0) return report;
    report.opportunities += await context.command(async (pipeline, now, outcome) => {
      let count = 0;
      for (const { id } of page) if (await redact(pipeline, id, userId, pseudonym, now, outcome)) count++;
      return count;
    });
  }
}

async function refuseIfHeld({ storage }: ForgetContext, owned: readonly Item[], userId: UserId): Promise<void> {
  const ids: ItemId[] = owned.map(({ id }) => id);
  const held = (await storage.opportunities.locks(ids, 0)).find(({ kind }) => kind === 'hard');
  if (held) throw inTrade(userId, held.itemId);
}

/** Whose preferences name them. */
function namingThem(all: ReadonlyMap<UserId, Preferences>, userId: UserId): UserId[] {
  return [...all.values()]
    .filter(({ blockedUserIds, mutedUserIds }) => blockedUserIds?.includes(userId) || mutedUserIds?.includes(userId))
    .map((own) => own.userId);
}

function withoutThem(own: Preferences, userId: UserId): Preferences {
  const without = (ids: UserId[]) => ids.filter((id) => id !== userId);
  return {
    ...own,
    ...(own.blockedUserIds && { blockedUserIds: without(own.blockedUserIds) }),
    ...(own.mutedUserIds && { mutedUserIds: without(own.mutedUserIds) }),
  };
}

/** Whether this one says nothing of them any more; one that was open has just ended, and is for the next round. */
async function redact(
  context: PipelineContext,
  id: string,
  userId: UserId,
  pseudonym: UserId,
  now: number,
  outcome: Outcome,
): Promise<boolean> {
  const { opportunities } = context.storage;
  let opportunity = await opportunities.get(id);
  if (!opportunity) return false;
  if (opportunity.state === 'committed') throw inTrade(userId, opportunity.items[0]!);
  if (isOpen(opportunity)) {
    const ending = { action: 'withdraw', reason: 'A participant has left the market.' } as const;
    await end(context, opportunity, ending, new Set([userId]), now, outcome);
    return false;
  }
  if (opportunity.state === 'completed' && opportunity.settledAt === undefined) {
    await settle(context, opportunity, now);
    opportunity = (await opportunities.get(id))!;
  }
  await redactSuccessors(context.storage, opportunity, userId, pseudonym);
  return rewrite(context.storage, opportunity, userId, pseudonym);
}

/** Repairs say who is not to be in them, whether or not they ever were. */
async function redactSuccessors(
  storage: BarterStorage,
  { repairedBy }: Opportunity,
  userId: UserId,
  pseudonym: UserId,
): Promise<void> {
  for (let id = repairedBy; id !== undefined; ) {
    const next = await storage.opportunities.get(id);
    if (!next) return;
    if (next.leftOut.includes(userId)) {
      const leftOut = next.leftOut.map((one) => (one === userId ? pseudonym : one));
      const opportunity = { ...next, leftOut, version: next.version + 1 };
      if (isActive(next)) await storage.opportunities.change({ fromVersion: next.version, opportunity, rows: [] });
      else await storage.opportunities.rewrite({ fromVersion: next.version, opportunity, rows: [] });
    }
    id = next.repairedBy;
  }
}

async function rewrite(
  { opportunities, notifications }: BarterStorage,
  opportunity: Opportunity,
  userId: UserId,
  pseudonym: UserId,
): Promise<boolean> {
  const rows = await notifications.ofOpportunity(opportunity.id);
  return opportunities.rewrite(
    {
      fromVersion: opportunity.version,
      opportunity: withPseudonym(opportunity, userId, pseudonym),
      rows: rows.filter((row) => row.userId !== userId).map((row) => rowWithPseudonym(row, userId, pseudonym)),
    },
    userId,
  );
}

function inTrade(userId: UserId, itemId: ItemId): BarterError {
  return new BarterError(
    'item-locked',
    `${userId} is in a trade that everybody has accepted (item ${itemId}): it has to end first, by confirmation or dispute.`,
  );
}
