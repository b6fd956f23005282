import type { CycleSearchResult } from './cycles/find-cycles';
import type { Change, FoundTrade, Impossible, MarketPort } from './market-port/market-port';
import { rowFor } from './notification/rows';
import { concerns, opportunityId, type Terms, withTerms } from './opportunity/terms';
import type { ResolvedOptions } from './options';
import type { Admission } from './policy/admission';
import { type Gate, judge } from './policy/gate';
import type { BarterStorage, StoredNotification } from './storage/storage';
import type { CategoryId, Cycle, ItemId, Opportunity, Preferences, Refusal, UserId } from './types';

/** What the stages share. Nothing here waits but the storage and the market, where that is in another thread. */
export interface PipelineContext {
  market: Pick<MarketPort, 'turn'>;
  storage: BarterStorage;
  options: ResolvedOptions;
  preferences: ReadonlyMap<UserId, Preferences>;
  admission: readonly Gate<Admission>[];
}

/** What one event led to. Rows are stored; sending them is what is left to do. */
export interface Outcome {
  search: CycleSearchResult;
  proposed: { opportunity: Opportunity; rows: StoredNotification[] }[];
  updated: { opportunity: Opportunity; rows: StoredNotification[] }[];
  ended: { opportunity: Opportunity; rows: StoredNotification[] }[];
  refused: (Refusal & { cycleKey: string })[];
}

export function emptyOutcome(): Outcome {
  return { search: { cycles: [], exact: true, work: 0 }, proposed: [], updated: [], ended: [], refused: [] };
}

/**
 * One item event through all stages:
 *
 *     change → market (edges, terms, cycles) → live trades reviewed → cycles admitted or refused → opportunities and inbox rows
 *
 * All that is asked of the market is one turn of it.
 *
 * Every step can be repeated: after a failure the whole runs again with the same `outcome`, which holds what was done
 * by then, and adds nothing twice.
 */
export async function runPipeline(
  context: PipelineContext,
  itemId: ItemId,
  change: Change,
  now: number,
  outcome: Outcome,
): Promise<void> {
  const { market, storage } = context;
  const live = await storage.opportunities.liveByItem(itemId);
  const { reviewed, search, trades } = await market.turn({ itemId, change, review: live.map(({ items }) => items) });

  outcome.search = search;
  for (const [i, opportunity] of live.entries()) await review(context, opportunity, reviewed[i]!, now, outcome);
  await propose(context, search.cycles, trades, now, outcome);
}

/** Brings a live opportunity up to the present terms, or ends it. */
async function review(
  { storage }: PipelineContext,
  opportunity: Opportunity,
  terms: Terms | Impossible,
  now: number,
  outcome: Outcome,
): Promise<void> {
  if (opportunity.expiresAt <= now) await end(storage, opportunity, 'expired', 'Its time is over.', now, outcome);
  else if ('impossible' in terms) await end(storage, opportunity, 'withdrawn', terms.impossible, now, outcome);
  else if (opportunity.participants.some(({ userId }, i) => userId !== terms.participants[i]!.userId)) {
    await end(storage, opportunity, 'withdrawn', 'An item has changed hands.', now, outcome);
  } else await revise(storage, opportunity, terms, now, outcome);
}

/** Ends an opportunity. Who had been told hears of it; for the others the inbox just says so. */
async function end(
  storage: BarterStorage,
  opportunity: Opportunity,
  state: 'withdrawn' | 'expired',
  endReason: string,
  now: number,
  outcome: Outcome,
): Promise<void> {
  const over: Opportunity = { ...opportunity, state, endReason, endedAt: now, revision: opportunity.revision + 1 };
  const before = await rowsByUser(storage, opportunity);
  const rows = over.participants.map((me) => {
    const known = before.get(me.userId);
    const toldAt = known ? (known.deliveredAt ?? known.toldAt) : null;
    const wasTold = (toldAt ?? known?.readAt ?? null) !== null;
    return rowFor(over, me, 'match_withdrawn', now, { toldAt, deliverAt: wasTold ? now : null });
  });
  if (await storage.opportunities.revise(opportunity.revision, over, rows))
    outcome.ended.push({ opportunity: over, rows });
}

/** New terms make a new revision; whom they concern is told, and everybody's inbox row is current. */
async function revise(
  storage: BarterStorage,
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
  next.participants = next.participants.map((me) => {
    const known = before.get(me.userId);
    const isConcerned = concerns(me);
    const hears = isConcerned ? { ...me, told: { score: me.score, cashNet: me.cashNet } } : me;
    // What a gate still holds back will say how things are by then; what concerns nobody just shows the present.
    if (known && (!isConcerned || known.heldBy !== null)) {
      changed.push({ ...rowFor(next, me, known.type, known.timestamp), id: known.id });
      return hears;
    }
    const toldAt = known ? (known.deliveredAt ?? known.toldAt) : null;
    const row = rowFor(next, me, 'updated_match', now, { toldAt });
    changed.push(row);
    due.push(row);
    return hears;
  });
  const isStored = await storage.opportunities.revise(opportunity.revision, next, changed);
  if (isStored) outcome.updated.push({ opportunity: next, rows: due });
}

async function rowsByUser(storage: BarterStorage, { id }: Opportunity): Promise<Map<UserId, StoredNotification>> {
  return new Map((await storage.notifications.ofOpportunity(id)).map((row) => [row.userId, row]));
}

/** Makes opportunities of the admitted cycles, best first, until enough are told; says of every other cycle why not. */
async function propose(
  context: PipelineContext,
  cycles: readonly Cycle[],
  trades: readonly FoundTrade[],
  now: number,
  outcome: Outcome,
): Promise<void> {
  const { storage, options, admission } = context;
  const { proposed } = outcome;
  outcome.refused = [];
  for (const [i, cycle] of cycles.entries()) {
    if (proposed.some(({ opportunity }) => opportunity.cycleKey === cycle.key)) continue; // by an attempt that failed later
    const refuse = (refusal: Refusal) => outcome.refused.push({ ...refusal, cycleKey: cycle.key });
    if (proposed.length >= options.policies.perEvent) {
      refuse({ gate: 'per-event', reason: `This event has told ${proposed.length} better trades already.` });
      continue;
    }
    const verdict = await judge(admission, admissionOf(context, cycle, trades[i]!), now);
    if (!verdict.pass) {
      refuse(verdict.refusal);
      continue;
    }
    const earlier = await storage.opportunities.latest(cycle.key);
    // One whose time is over has ended in the review: its cycle holds this item.
    if (earlier?.state === 'proposed') {
      refuse({ gate: 'already-live', reason: `It is live as ${earlier.id}; whoever is in it has been told.` });
      continue;
    }
    const { terms } = trades[i]!;
    if ('impossible' in terms) throw new Error(`The cycle ${cycle.key} was found but is none: ${terms.impossible}`);
    const attempt = earlier ? earlier.attempt + 1 : 0;
    const opportunity: Opportunity = {
      id: opportunityId(cycle.key, attempt),
      cycleKey: cycle.key,
      attempt,
      revision: 1,
      state: 'proposed',
      items: cycle.items,
      ...terms,
      createdAt: now,
      expiresAt: now + options.policies.acceptanceMs,
    };
    const rows = opportunity.participants.map((me) => rowFor(opportunity, me, 'new_match', now));
    if (await storage.opportunities.propose(opportunity, rows)) proposed.push({ opportunity, rows });
    else refuse({ gate: 'already-live', reason: `It has just been proposed as ${opportunity.id}.` });
  }
}

function admissionOf({ preferences }: PipelineContext, cycle: Cycle, { categories }: FoundTrade): Admission {
  const getsCategory = new Map<UserId, CategoryId>();
  const own = new Map<UserId, Preferences>();
  for (const [i, userId] of cycle.owners.entries()) {
    const category = categories[(i - 1 + categories.length) % categories.length];
    if (category !== undefined) getsCategory.set(userId, category);
    const preference = preferences.get(userId);
    if (preference) own.set(userId, preference);
  }
  return { cycle, preferences: own, getsCategory };
}
