import type { PipelineContext } from './admit';
import { expire } from './cleanup';
import { end, rowsByUser } from './end';
import type { Impossible } from './market-port/market-port';
import { isWaiting, rowFor, toldAt } from './notification/rows';
import { concerns, type Terms, withTerms } from './opportunity/terms';
import type { Outcome } from './outcome';
import type { StoredNotification } from './storage/storage';
import type { ItemId, Opportunity, UserId } from './types';

/**
 * Brings an open opportunity up to the present terms, or ends it. Where nothing changed it does nothing.
 * @param changed The item that changed, where one did: if the trade is impossible now, its owner is who is missing.
 * @returns Whether it changed, or was found to have changed.
 */
export async function bringUpTo(
  context: PipelineContext,
  opportunity: Opportunity,
  terms: Terms | Impossible,
  changed: ItemId | undefined,
  now: number,
  outcome: Outcome,
): Promise<boolean> {
  const reason = obstacle(opportunity, terms);
  if (opportunity.expiresAt <= now) await expire(context, opportunity, now, outcome);
  else if (reason !== undefined) {
    await end(context, opportunity, { action: 'withdraw', reason }, missing(opportunity, changed), now, outcome);
  } else return revise(context, opportunity, terms as Terms, now, outcome);
  return true;
}

/** Why it is no trade of its people any more; undefined: it is one. */
function obstacle({ participants }: Opportunity, terms: Terms | Impossible): string | undefined {
  if ('impossible' in terms) return terms.impossible;
  const isTheirs = participants.every(({ userId }, i) => userId === terms.participants[i]!.userId);
  return isTheirs ? undefined : 'An item has changed hands.';
}

/** Whom a repair has to do without; nobody, and no repair, where no acceptance of others would be kept. */
function missing({ participants }: Opportunity, changed: ItemId | undefined): ReadonlySet<UserId> {
  const owner = participants.find(({ gives }) => gives === changed)?.userId;
  const isWorth = participants.some(({ userId, acceptedAt }) => userId !== owner && acceptedAt !== null);
  return new Set(owner !== undefined && isWorth ? [owner] : []);
}

/** New terms make a new revision; whom they concern is told, and everybody's inbox row is current. */
async function revise(
  { storage }: PipelineContext,
  opportunity: Opportunity,
  terms: Terms,
  now: number,
  outcome: Outcome,
): Promise<boolean> {
  const next = withTerms(opportunity, terms);
  if (next === opportunity) return false;
  const before = await rowsByUser(storage, opportunity);
  const changed: StoredNotification[] = [];
  const due: StoredNotification[] = [];
  next.participants = next.participants.map((me, i) => {
    const known = before.get(me.userId);
    const hasFallen = me.acceptedAt === null && opportunity.participants[i]!.acceptedAt !== null;
    const isConcerned = hasFallen || concerns(me);
    const hears = isConcerned ? { ...me, told: { score: me.score, cashNet: me.cashNet } } : me;
    // What a gate still holds back will say how things are by then; what concerns nobody just shows the present. That
    // somebody has accepted says less than that the terms have changed.
    const isHeld = known?.heldBy != null && isWaiting(known) && known.type !== 'match_accepted';
    if (known && (!isConcerned || isHeld)) {
      changed.push({ ...rowFor(next, me, known.type, known.timestamp), id: known.id });
      return hears;
    }
    const row = rowFor(next, me, 'updated_match', now, { toldAt: toldAt(known) });
    changed.push(row);
    due.push(row);
    return hears;
  });
  const step = { fromVersion: opportunity.version, opportunity: next, rows: changed };
  if (await storage.opportunities.change(step)) outcome.told.push({ what: 'updated', opportunity: next, rows: due });
  return true;
}
