import { admit, type PipelineContext, type Replaced, ranked } from './admit';
import { newsOf, rowFor, toldAt } from './notification/rows';
import { chainsWithout } from './opportunity/gap';
import { type Ending, ended } from './opportunity/steps';
import { dealOf, dealsOf, questionOf } from './opportunity/terms';
import type { Outcome } from './outcome';
import type { Proposal, Step, StoredNotification } from './storage/storage';
import { isOpen, type Opportunity, type UserId } from './types';

/**
 * Ends an opportunity and, where people left it, puts the best ring that can do without them in its place:
 *
 *     ending → ring without the leavers → cycles admitted or refused → the old one ended and the new one proposed, in one step
 *
 * Who stays hears of both at once; who had been told and does not stay, of the end. What somebody declined is remembered
 * in the same step.
 *
 * @param leavers Who is not to be in a repair of it; empty: it is not repaired.
 * @returns False, and nothing stored, where it changed meanwhile.
 */
export async function end(
  context: PipelineContext,
  opportunity: Opportunity,
  ending: Ending,
  leavers: ReadonlySet<UserId>,
  now: number,
  outcome: Outcome,
): Promise<boolean> {
  const successor = isOpen(opportunity) ? await repair(context, { opportunity, leavers }, now) : undefined;
  const refused = refusedBy(opportunity, ending, leavers, context.options.ledgerKey);
  for (const next of successor ? [successor, undefined] : [undefined]) {
    const step = await endStep(context, opportunity, ending, now, next);
    const replacement = next && (await proposalOf(context, opportunity, next));
    const extra = { refused, ...(replacement && { successor: replacement }) };
    if (!(await context.storage.opportunities.change(step, extra))) continue; // perhaps for the successor's sake
    if (opportunity.state === 'committed') outcome.released.push(...opportunity.items);
    const what = opportunity.state === 'committed' ? 'broken' : 'withdrawn';
    outcome.told.push({ what, opportunity: step.opportunity, rows: dueOf(step.rows) });
    if (replacement) outcome.told.push({ what: 'repaired', ...replacement });
    return true;
  }
  return false;
}

/**
 * What is not to be asked again: the very question, unless it ended for the sake of an item; and who declined said no to
 * their own deal, in whatever ring.
 */
function refusedBy(
  opportunity: Opportunity,
  { action }: Ending,
  leavers: ReadonlySet<UserId>,
  ledgerKey: string,
): string[] {
  if (action === 'withdraw') return [];
  const decliners = opportunity.participants.filter(({ userId }) => action === 'decline' && leavers.has(userId));
  return [questionOf(dealsOf(opportunity, ledgerKey)), ...decliners.map((one) => dealOf(one, ledgerKey))];
}

/** The step that ends it, with the rows that say so: news to who had been told, unless another row tells them of both. */
export async function endStep(
  { storage }: PipelineContext,
  opportunity: Opportunity,
  ending: Ending,
  now: number,
  successor?: Opportunity,
): Promise<Step> {
  const over = { ...ended(opportunity, ending, now), ...(successor && { repairedBy: successor.id }) };
  const before = await rowsByUser(storage, opportunity);
  const silent = new Set(successor?.participants.map(({ userId }) => userId));
  for (const { userId } of over.participants) if (!knowsOf(before.get(userId))) silent.add(userId);
  return {
    fromVersion: opportunity.version,
    opportunity: over,
    rows: newsOf(over, before, 'match_withdrawn', now, silent),
  };
}

export async function rowsByUser(
  { notifications }: PipelineContext['storage'],
  { id }: Opportunity,
): Promise<Map<UserId, StoredNotification>> {
  return new Map((await notifications.ofOpportunity(id)).map((row) => [row.userId, row]));
}

/** Of rows just stored, those that are to be sent. */
export function dueOf(rows: readonly StoredNotification[]): StoredNotification[] {
  return rows.filter(({ deliverAt }) => deliverAt !== null);
}

function knowsOf(row: StoredNotification | undefined): boolean {
  return (toldAt(row) ?? row?.readAt ?? null) !== null;
}

/**
 * The best ring that can take its place and is admitted: one that holds all who stay if there is one, else one that holds
 * as many of their acceptances as it can. Undefined where there is none, or it was repaired too often.
 */
async function repair(context: PipelineContext, replaced: Replaced, now: number): Promise<Opportunity | undefined> {
  const { opportunity, leavers } = replaced;
  const { market, options } = context;
  if (leavers.size === 0 || opportunity.repairCount >= options.policies.maxRepairs) return undefined;
  const without = [...opportunity.leftOut, ...leavers];
  for (const chain of chainsWithout(opportunity, leavers)) {
    const { cycles, trades } = await market.completeRing({ chain, without });
    const found = cycles.map((cycle, i) => ({ cycle, trade: trades[i]! }));
    for (const { cycle, trade } of await ranked(context, found)) {
      const answer = await admit(context, cycle, trade, now, replaced);
      if ('opportunity' in answer) return answer.opportunity;
    }
  }
  return undefined;
}

/** To who knew of the ring before it is an update that names both, to the others a new match. */
async function proposalOf(
  { storage }: PipelineContext,
  replaced: Opportunity,
  opportunity: Opportunity,
): Promise<Proposal> {
  const before = await rowsByUser(storage, replaced);
  const rows = opportunity.participants.map((me) => {
    const type = knowsOf(before.get(me.userId)) ? 'updated_match' : 'new_match';
    return rowFor(opportunity, me, type, opportunity.createdAt);
  });
  return { opportunity, rows };
}
