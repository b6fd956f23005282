import type { PipelineContext } from './admit';
import { dueOf, end, rowsByUser } from './end';
import { isWaiting, rowFor, toldAt } from './notification/rows';
import { awaited, warned } from './opportunity/steps';
import type { Outcome } from './outcome';
import { settle } from './settle';
import { isActive, isOpen, type Opportunity } from './types';

/**
 * What time asks of one opportunity: it ends where its deadline is over, and is repaired where somebody's acceptance
 * stands; else those who have not acted are warned. A completed one whose items a crash left unmarked is settled. What
 * asks nothing, or has changed meanwhile, is left alone, so that all of it can be repeated.
 */
export async function tidy(
  context: PipelineContext,
  opportunity: Opportunity,
  now: number,
  outcome: Outcome,
): Promise<void> {
  if (opportunity.state === 'completed') {
    await settle(context, opportunity, now);
    outcome.held.push(...opportunity.items); // should they have come back into the market meanwhile
  } else if (!isActive(opportunity)) return;
  else if (opportunity.expiresAt <= now) await expire(context, opportunity, now, outcome);
  else if (opportunity.warnAt !== null && opportunity.warnAt <= now) await warn(context, opportunity, now, outcome);
}

/** Its time is over: those who have not acted are who a repair does without. */
export async function expire(
  context: PipelineContext,
  opportunity: Opportunity,
  now: number,
  outcome: Outcome,
): Promise<void> {
  const silent = awaited(opportunity).map(({ userId }) => userId);
  const isWorth = silent.length < opportunity.participants.length;
  const reason = isOpen(opportunity) ? 'Not everybody answered in time.' : 'Not everybody received their item in time.';
  await end(context, opportunity, { action: 'expire', reason }, new Set(isWorth ? silent : []), now, outcome);
}

async function warn(
  { storage }: PipelineContext,
  opportunity: Opportunity,
  now: number,
  outcome: Outcome,
): Promise<void> {
  const next = warned(opportunity);
  const before = await rowsByUser(storage, opportunity);
  const rows = awaited(next).flatMap((me) => {
    const known = before.get(me.userId);
    // Whom the first news has not reached yet will hear of the deadline with it, which runs from then.
    if (known && isWaiting(known) && toldAt(known) === null) return [];
    return [rowFor(next, me, 'match_deadline', now, { toldAt: toldAt(known) })];
  });
  const step = { fromVersion: opportunity.version, opportunity: next, rows };
  if (await storage.opportunities.change(step))
    outcome.told.push({ what: 'warned', opportunity: next, rows: dueOf(rows) });
}
