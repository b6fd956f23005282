import { type PipelineContext, warningAt } from './admit';
import { dueOf, end, endStep, rowsByUser } from './end';
import { BarterError } from './errors';
import { newsOf } from './notification/rows';
import { type Action, transition } from './opportunity/lifecycle';
import { accepted, committed, confirmed, type Ending, isAcceptedByAll, participantOf } from './opportunity/steps';
import type { Outcome } from './outcome';
import { bringUpTo } from './review';
import type { Step } from './storage/storage';
import { isActive, isOpen, type Opportunity, type Participant, type UserId } from './types';

/*
 * What participants do: accept, decline, confirm, dispute. Each is
 *
 *     read → is it theirs, allowed, in time? → next state (pure) → one guarded step of the storage, with the inbox rows
 *
 * and is begun anew where the opportunity changed in between. Doing what one has done already changes nothing and is
 * answered with the present state.
 */

/** What a participant is to name and may say. */
export interface Command {
  opportunityId: string;
  /** Verified by the host. */
  userId: UserId;
}

const NOBODY: ReadonlySet<UserId> = new Set();
/** Times a command is begun anew where others change the same opportunities. */
const ATTEMPTS = 100;

/**
 * One person agrees to the terms of this revision. The last one commits: all items are locked, and the other open
 * opportunities with them end, in one step.
 * @throws BarterError `unknown-opportunity`, `wrong-state`, `too-late`, `stale-revision` (`details.opportunity` has the
 * present terms), `item-locked`.
 */
export function accept(
  context: PipelineContext,
  { revision, ...command }: Command & { revision: number },
  now: number,
  outcome: Outcome,
): Promise<Opportunity> {
  return untilStored(context, command, async (opportunity, me) => {
    const stands = me.acceptedAt !== null && revision <= opportunity.revision;
    if (stands && (isActive(opportunity) || opportunity.state === 'completed')) return opportunity;
    refuseUnless(opportunity, 'accept');
    refuseLate(opportunity, now);
    if (opportunity.revision !== revision) {
      throw new BarterError(
        'stale-revision',
        `You agreed to revision ${revision}, and the terms are those of revision ${opportunity.revision} now: look at them, and accept that one.`,
        { details: { opportunity } },
      );
    }
    // A crash may have come between a change of an item and the review of its trades: nobody agrees to what is no more.
    const [terms] = await context.market.review([opportunity.items]);
    if (await bringUpTo(context, opportunity, terms!, undefined, now, outcome)) return undefined;
    const { softLockMs } = context.options.policies;
    const next = accepted(opportunity, me.userId, now, now + softLockMs);
    if (isAcceptedByAll(next)) return commit(context, opportunity, next, now, outcome);
    return store(context, 'accepted', opportunity, next, now, outcome, new Set([me.userId]));
  });
}

/** @returns undefined where something changed meanwhile. */
async function commit(
  context: PipelineContext,
  opportunity: Opportunity,
  agreed: Opportunity,
  now: number,
  outcome: Outcome,
): Promise<Opportunity | undefined> {
  const { storage, options } = context;
  const { completionMs, warnBeforeMs } = options.policies;
  const deadline = now + completionMs;
  const next = committed(agreed, now, deadline, warningAt(deadline, now, warnBeforeMs));
  const step = await stepOf(context, opportunity, next, 'match_committed', now);
  const competing = await competitorsOf(context, opportunity, now);
  const answer = await storage.opportunities.commit(step, competing);
  if (!answer.committed) {
    if (answer.because !== 'locked') return undefined;
    await end(context, opportunity, { action: 'withdraw', reason: TAKEN }, NOBODY, now, outcome);
    throw new BarterError('item-locked', `${TAKEN} Look for another trade.`, { details: { state: 'withdrawn' } });
  }
  const stored = { ...next, fence: answer.fence };
  outcome.told.push({ what: 'committed', opportunity: stored, rows: dueOf(step.rows) });
  for (const other of competing)
    outcome.told.push({ what: 'withdrawn', opportunity: other.opportunity, rows: dueOf(other.rows) });
  outcome.held.push(...next.items);
  return stored;
}

const TAKEN = 'An item of this trade is in another trade that everybody has accepted.';

/** The other open opportunities with one of its items, as they end. */
async function competitorsOf(context: PipelineContext, { id, items }: Opportunity, now: number): Promise<Step[]> {
  const others = new Map<string, Opportunity>();
  for (const itemId of items) {
    for (const one of await context.storage.opportunities.activeByItem(itemId)) {
      if (one.id !== id && isOpen(one)) others.set(one.id, one);
    }
  }
  const ending: Ending = { action: 'withdraw', reason: TAKEN };
  return Promise.all(Array.from(others.values(), (other) => endStep(context, other, ending, now)));
}

/**
 * One person says no. It ends, and is repaired where the others can do without them.
 * @throws BarterError `unknown-opportunity`, `wrong-state`, `too-late`.
 */
export function decline(
  context: PipelineContext,
  { note, ...command }: Command & { note?: string },
  now: number,
  outcome: Outcome,
): Promise<Opportunity> {
  return untilStored(context, command, async (opportunity, { userId }) => {
    if (opportunity.state === 'declined' && opportunity.endedBy === userId) return opportunity;
    refuseUnless(opportunity, 'decline');
    refuseLate(opportunity, now);
    const ending = endingBy('decline', 'A participant declined.', userId, note);
    const isDone = await end(context, opportunity, ending, new Set([userId]), now, outcome);
    return isDone ? present(context, opportunity) : undefined;
  });
}

/**
 * One person has received their item. The last one completes the trade.
 * @throws BarterError `unknown-opportunity`, `wrong-state`, `too-late`.
 */
export function confirm(
  context: PipelineContext,
  command: Command,
  now: number,
  outcome: Outcome,
): Promise<Opportunity> {
  return untilStored(context, command, async (opportunity, me) => {
    if (me.confirmedAt !== null && opportunity.state !== 'broken') return opportunity;
    refuseUnless(opportunity, 'confirm');
    refuseLate(opportunity, now);
    const next = confirmed(opportunity, me.userId, now);
    return store(context, next.state === 'completed' ? 'completed' : 'confirmed', opportunity, next, now, outcome);
  });
}

/**
 * One person does not get what they were to get. The trade is broken, its items return to the market, and who was to
 * give to that person is recorded.
 * @throws BarterError `unknown-opportunity`, `wrong-state`.
 */
export function dispute(
  context: PipelineContext,
  { note, ...command }: Command & { note?: string },
  now: number,
  outcome: Outcome,
): Promise<Opportunity> {
  return untilStored(context, command, async (opportunity, { userId }) => {
    if (opportunity.state === 'broken' && opportunity.endedBy === userId) return opportunity;
    refuseUnless(opportunity, 'dispute');
    const ending = endingBy('dispute', 'A participant disputed a hand-over.', userId, note);
    const isDone = await end(context, opportunity, ending, NOBODY, now, outcome);
    return isDone ? present(context, opportunity) : undefined;
  });
}

function endingBy(action: Ending['action'], reason: string, by: UserId, note: string | undefined): Ending {
  return { action, reason, by, ...(note !== undefined && { note }) };
}

/** Reads it, tries, and begins anew where it changed in between. */
async function untilStored(
  context: PipelineContext,
  { opportunityId, userId }: Command,
  attempt: (opportunity: Opportunity, me: Participant) => Promise<Opportunity | undefined>,
): Promise<Opportunity> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const opportunity = await context.storage.opportunities.get(opportunityId);
    const me = opportunity && participantOf(opportunity, userId);
    if (!me) throw unknownOpportunity(opportunityId);
    const done = await attempt(opportunity, me);
    if (done) return done;
  }
  throw new Error(`Opportunity ${opportunityId} changed ${ATTEMPTS} times while it was to be changed here.`);
}

/** Whoever is not in it learns no more than of one that does not exist. */
export function unknownOpportunity(id: string): BarterError {
  return new BarterError(
    'unknown-opportunity',
    `There is no opportunity ${JSON.stringify(id)}: ask for one that was told.`,
  );
}

/** What its people did is told to the others, and the inbox of all is current. */
async function store(
  context: PipelineContext,
  what: 'accepted' | 'confirmed' | 'completed',
  before: Opportunity,
  next: Opportunity,
  now: number,
  outcome: Outcome,
  silent?: ReadonlySet<UserId>,
): Promise<Opportunity | undefined> {
  if (what === 'confirmed') {
    // Nothing new for the inbox: each waits for their own item.
    const isStored = await context.storage.opportunities.change({
      fromVersion: before.version,
      opportunity: next,
      rows: [],
    });
    if (!isStored) return undefined;
    outcome.told.push({ what, opportunity: next, rows: [] });
    return next;
  }
  const type = what === 'accepted' ? 'match_accepted' : 'match_completed';
  const step = await stepOf(context, before, next, type, now, silent);
  if (!(await context.storage.opportunities.change(step))) return undefined;
  outcome.told.push({ what, opportunity: next, rows: dueOf(step.rows) });
  return next;
}

async function stepOf(
  { storage }: PipelineContext,
  before: Opportunity,
  opportunity: Opportunity,
  type: 'match_accepted' | 'match_committed' | 'match_completed',
  now: number,
  silent?: ReadonlySet<UserId>,
): Promise<Step> {
  const rows = newsOf(opportunity, await rowsByUser(storage, before), type, now, silent);
  return { fromVersion: before.version, opportunity, rows };
}

async function present({ storage }: PipelineContext, { id }: Opportunity): Promise<Opportunity> {
  return (await storage.opportunities.get(id))!;
}

/** As the table says; of an ended one also how it came. */
function refuseUnless(opportunity: Opportunity, action: Action): void {
  const { state, endReason, repairedBy } = opportunity;
  if (isActive(opportunity)) {
    transition(state, action);
    return;
  }
  const next = repairedBy === undefined ? 'look for another trade' : `opportunity ${repairedBy} took its place`;
  const reason = endReason ?? 'Everybody has received their item.';
  throw new BarterError('wrong-state', `It has ended (${state}): ${next}. ${reason}`, {
    details: { state, reason, ...(repairedBy !== undefined && { repairedBy }) },
  });
}

function refuseLate({ expiresAt, state }: Opportunity, now: number): void {
  if (now < expiresAt) return;
  const what = state === 'committed' ? 'The time for the hand-overs' : 'The time to answer';
  throw new BarterError('too-late', `${what} is over: look for another trade.`, { details: { state, expiresAt } });
}
