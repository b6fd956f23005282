import type { Told } from './api';
import type { CycleSearchResult } from './cycles/find-cycles';
import type { Market } from './market/market';
import { rowFor } from './notification/rows';
import { concerns, opportunityId, type Terms, termsOf, withTerms } from './opportunity/terms';
import type { ResolvedOptions } from './options';
import type { Admission } from './policy/admission';
import { type Gate, judge } from './policy/gate';
import type { BarterStorage, StoredNotification } from './storage/storage';
import type { CategoryId, Cycle, Item, ItemId, Opportunity, Preferences, Refusal, UserId } from './types';

/** What happened to an item: its present state, gone, or nothing (it is just looked at again). */
export type Change = { item: Item } | 'gone' | 'none';

/** What the stages share. Nothing here waits but the storage. */
export interface PipelineContext {
  market: Market;
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

/**
 * One item event through all stages:
 *
 *     change → market (edges) → live trades reviewed → cycles found → admitted or refused → opportunities and inbox rows
 *
 * Every step can be repeated: after a failure the whole runs again and adds nothing twice.
 */
export async function runPipeline(
  context: PipelineContext,
  itemId: ItemId,
  change: Change,
  now: number,
): Promise<Outcome> {
  const { market } = context;
  if (change === 'gone') market.remove(itemId);
  else if (change !== 'none') market.put(change.item);

  const { updated, ended } = await reviewLive(context, itemId, now);
  const search = searchThrough(context, itemId);
  const { proposed, refused } = await propose(context, search.cycles, now);
  return { search, proposed, updated, ended, refused };
}

/** The best cycles through an item from its owner's own minimum on; none where it is not in the market. */
export function searchThrough(
  { market, options, preferences }: Pick<PipelineContext, 'market' | 'options' | 'preferences'>,
  itemId: ItemId,
): CycleSearchResult {
  const item = market.get(itemId);
  if (!item) return { cycles: [], exact: true, work: 0 };
  const { minLength, maxLength, limit, budget, notifyFrom, edgeFloor } = options.matching;
  const minScore = Math.max(edgeFloor, preferences.get(item.ownerId)?.minScore ?? notifyFrom);
  return market.findCycles(itemId, { minLength, maxLength, limit, budget, minScore });
}

/** Brings the live opportunities with this item up to the present, or ends them. */
async function reviewLive(
  { market, storage }: PipelineContext,
  itemId: ItemId,
  now: number,
): Promise<Pick<Outcome, 'updated' | 'ended'>> {
  const updated: Outcome['updated'] = [];
  const ended: Outcome['ended'] = [];
  for (const opportunity of await storage.opportunities.liveByItem(itemId)) {
    const terms = termsOf(market, opportunity.items);
    if (opportunity.expiresAt <= now) ended.push(await end(storage, opportunity, 'expired', 'Its time is over.', now));
    else if ('impossible' in terms) ended.push(await end(storage, opportunity, 'withdrawn', terms.impossible, now));
    else {
      const revision = await revise(storage, opportunity, terms, now);
      if (revision) updated.push(revision);
    }
  }
  return { updated, ended };
}

/** Ends an opportunity. Who had been told hears of it; for the others the inbox just says so. */
async function end(
  storage: BarterStorage,
  opportunity: Opportunity,
  state: 'withdrawn' | 'expired',
  endReason: string,
  now: number,
): Promise<Outcome['ended'][number]> {
  const over: Opportunity = { ...opportunity, state, endReason, endedAt: now, revision: opportunity.revision + 1 };
  const before = await storage.notifications.ofOpportunity(opportunity.id);
  const rows = over.participants.map((me) => {
    const wasTold = before.some(
      ({ userId, deliveredAt, readAt }) => userId === me.userId && (deliveredAt ?? readAt) !== null,
    );
    return rowFor(over, me, 'match_withdrawn', now, wasTold ? {} : { deliverAt: null });
  });
  await storage.opportunities.revise(opportunity.revision, over, rows);
  return { opportunity: over, rows };
}

/** New terms make a new revision; whom they concern is told, and everybody's inbox row is current. */
async function revise(
  storage: BarterStorage,
  opportunity: Opportunity,
  terms: Terms,
  now: number,
): Promise<Outcome['updated'][number] | undefined> {
  const next = withTerms(opportunity, terms);
  if (next === opportunity) return undefined;
  const before = await storage.notifications.ofOpportunity(opportunity.id);
  const rows: StoredNotification[] = [];
  next.participants = next.participants.map((me) => {
    const known = before.find(({ userId }) => userId === me.userId);
    if (concerns(me)) {
      rows.push(rowFor(next, me, 'updated_match', now));
      return { ...me, told: { score: me.score, cashNet: me.cashNet } };
    }
    // Nothing to decide anew: the row they have shows the present terms and keeps what delivery knows of it.
    if (known) rows.push({ ...known, ...contentOf(rowFor(next, me, known.type, known.timestamp)) });
    return me;
  });
  await storage.opportunities.revise(opportunity.revision, next, rows);
  const due = rows.filter(({ deliveredAt, deliverAt }) => deliveredAt === null && deliverAt === now);
  return { opportunity: next, rows: due };
}

function contentOf(row: StoredNotification): Partial<StoredNotification> {
  const { participants, averageMatchScore, userItems, gives, gets, reasons, cashNet, fingerprint } = row;
  return { participants, averageMatchScore, userItems, gives, gets, reasons, cashNet, fingerprint };
}

/** Makes opportunities of the admitted cycles, best first, until enough are told; says of every other cycle why not. */
async function propose(
  context: PipelineContext,
  cycles: Cycle[],
  now: number,
): Promise<Pick<Outcome, 'proposed' | 'refused'>> {
  const { market, storage, options, admission } = context;
  const proposed: Outcome['proposed'] = [];
  const refused: Outcome['refused'] = [];
  for (const cycle of cycles) {
    const refuse = (refusal: Refusal) => refused.push({ ...refusal, cycleKey: cycle.key });
    if (proposed.length >= options.policies.perEvent) {
      refuse({ gate: 'per-event', reason: `This event has told ${proposed.length} better trades already.` });
      continue;
    }
    const verdict = await judge(admission, admissionOf(context, cycle), now);
    if (!verdict.pass) {
      refuse(verdict.refusal);
      continue;
    }
    const earlier = await storage.opportunities.latest(cycle.key);
    if (earlier?.state === 'proposed' && earlier.expiresAt > now) {
      refuse({ gate: 'already-live', reason: `It is live as ${earlier.id}; whoever is in it has been told.` });
      continue;
    }
    if (earlier?.state === 'proposed') await end(storage, earlier, 'expired', 'Its time is over.', now);
    const terms = termsOf(market, cycle.items);
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
  return { proposed, refused };
}

function admissionOf({ market, preferences }: PipelineContext, cycle: Cycle): Admission {
  const getsCategory = new Map<UserId, CategoryId>();
  const own = new Map<UserId, Preferences>();
  for (const [i, userId] of cycle.owners.entries()) {
    const category = market.get(cycle.items[(i - 1 + cycle.items.length) % cycle.items.length]!)?.categoryId;
    if (category !== undefined) getsCategory.set(userId, category);
    const preference = preferences.get(userId);
    if (preference) own.set(userId, preference);
  }
  return { cycle, preferences: own, getsCategory };
}

/** How the report tells of an opportunity, before anything is sent. */
export function toTold({ id, cycleKey, score }: Opportunity): Told {
  return { opportunityId: id, cycleKey, score, people: [] };
}
