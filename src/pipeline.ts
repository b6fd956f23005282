import { admit, type PipelineContext, ranked } from './admit';
import { expire } from './cleanup';
import { end, rowsByUser } from './end';
import type { Change, FoundTrade, Impossible } from './market-port/market-port';
import { rowFor, toldAt } from './notification/rows';
import { concerns, type Terms, withTerms } from './opportunity/terms';
import { type Outcome, toldOf } from './outcome';
import type { StoredNotification } from './storage/storage';
import type { Cycle, ItemId, Opportunity, UserId } from './types';

/**
 * One item event through all stages:
 *
 *     change → market (edges, terms, cycles) → live trades reviewed → cycles admitted or refused → opportunities and inbox rows
 *
 * All that is asked of the market is one turn of it, and of a ring that loses somebody what could take their place.
 *
 * Every step can be repeated: after a failure the whole runs again with the same `outcome`, which holds what was done
 * by then, and adds nothing twice.
 *
 * @param open The open opportunities with this item.
 */
export async function runPipeline(
  context: PipelineContext,
  itemId: ItemId,
  change: Change,
  open: readonly Opportunity[],
  now: number,
  outcome: Outcome,
): Promise<void> {
  const review = open.map(({ items }) => items);
  const { reviewed, search, trades } = await context.market.turn({ itemId, change, review });

  outcome.search = search;
  const changed = change === 'none' ? undefined : itemId;
  for (const [i, opportunity] of open.entries())
    await bringUpTo(context, opportunity, reviewed[i]!, changed, now, outcome);
  await propose(context, search.cycles, trades, now, outcome);
}

/**
 * Brings an open opportunity up to the present terms, or ends it.
 * @param changed The item that changed, where one did: if the trade is impossible now, its owner is who is missing.
 */
async function bringUpTo(
  context: PipelineContext,
  opportunity: Opportunity,
  terms: Terms | Impossible,
  changed: ItemId | undefined,
  now: number,
  outcome: Outcome,
): Promise<void> {
  if (opportunity.expiresAt <= now) {
    await expire(context, opportunity, now, outcome);
    return;
  }
  const withdraw = (reason: string) =>
    end(context, opportunity, { action: 'withdraw', reason }, missing(opportunity, changed), now, outcome);
  if ('impossible' in terms) await withdraw(terms.impossible);
  else if (opportunity.participants.some(({ userId }, i) => userId !== terms.participants[i]!.userId)) {
    await withdraw('An item has changed hands.');
  } else await revise(context, opportunity, terms, now, outcome);
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
): Promise<void> {
  const next = withTerms(opportunity, terms);
  if (next === opportunity) return;
  const before = await rowsByUser(storage, opportunity);
  const changed: StoredNotification[] = [];
  const due: StoredNotification[] = [];
  next.participants = next.participants.map((me, i) => {
    const known = before.get(me.userId);
    const hasFallen = me.acceptedAt === null && opportunity.participants[i]!.acceptedAt !== null;
    const isConcerned = hasFallen || concerns(me);
    const hears = isConcerned ? { ...me, told: { score: me.score, cashNet: me.cashNet } } : me;
    // What a gate still holds back will say how things are by then; what concerns nobody just shows the present.
    if (known && (!isConcerned || known.heldBy !== null)) {
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
}

/** Makes opportunities of the admitted cycles, best first, until enough are told; says of every other cycle why not. */
async function propose(
  context: PipelineContext,
  cycles: readonly Cycle[],
  trades: readonly FoundTrade[],
  now: number,
  outcome: Outcome,
): Promise<void> {
  const { storage, options } = context;
  outcome.refused = [];
  const proposed = toldOf(outcome, 'proposed'); // by an attempt that failed later
  const found = cycles.map((cycle, i) => ({ cycle, trade: trades[i]! }));
  for (const { cycle, trade } of await ranked(context, found)) {
    if (proposed.some(({ opportunity }) => opportunity.cycleKey === cycle.key)) continue;
    const refuse = (gate: string, reason: string) => outcome.refused.push({ gate, reason, cycleKey: cycle.key });
    if (proposed.length >= options.policies.perEvent) {
      refuse('per-event', `This event has told ${proposed.length} better trades already.`);
      continue;
    }
    const answer = await admit(context, cycle, trade, now);
    if ('refusal' in answer) {
      outcome.refused.push({ ...answer.refusal, cycleKey: cycle.key });
      continue;
    }
    const { opportunity } = answer;
    const rows = opportunity.participants.map((me) => rowFor(opportunity, me, 'new_match', now));
    if (!(await storage.opportunities.propose(opportunity, rows))) {
      refuse('already-live', `It has just been proposed as ${opportunity.id}, or one of its items has been taken.`);
      continue;
    }
    const told = { what: 'proposed' as const, opportunity, rows };
    proposed.push(told);
    outcome.told.push(told);
  }
}
