import { BarterError } from './errors';
import type { FoundTrade, MarketPort } from './market-port/market-port';
import { dealsOf, type FirstTerms, keptAcceptance, opportunityId, questionOf } from './opportunity/terms';
import type { ClearingOptions, PeopleOptions, ResolvedOptions } from './options';
import type { Admission } from './policy/admission';
import { type Gate, judge } from './policy/gate';
import type { BarterStorage } from './storage/storage';
import {
  type CategoryId,
  type Cycle,
  isActive,
  type Opportunity,
  type Participant,
  type Preferences,
  type Refusal,
  type UserId,
} from './types';
import { once } from './util/once';

/** What the stages share. Nothing here waits but the storage, the host's hooks and the market, where that is in another thread. */
export interface PipelineContext {
  market: Pick<MarketPort, 'turn' | 'review' | 'completeRing'>;
  storage: BarterStorage;
  options: ResolvedOptions;
  people: PeopleOptions;
  preferences: ReadonlyMap<UserId, Preferences>;
  /** Pure gates: what people let in. */
  admission: readonly Gate<Admission>[];
  /** Gates that read the storage, asked only of cycles that are not live yet. */
  consent: readonly Gate<Admission>[];
  /** Who proposes, and the keys of the cycles that the last clearing chose. */
  clearing: { propose: ClearingOptions['propose']; keys: ReadonlySet<string> };
}

/** An opportunity whose place another one takes, and those who left it. */
export interface Replaced {
  opportunity: Opportunity;
  leavers: ReadonlySet<UserId>;
}

/** Makes a found cycle the opportunity that it may become, or says which gate refuses it; stores nothing. */
export async function admit(
  context: PipelineContext,
  cycle: Cycle,
  trade: FoundTrade,
  now: number,
  replaced?: Replaced,
): Promise<{ opportunity: Opportunity } | { refusal: Refusal }> {
  const { storage, admission, consent } = context;
  const deals = once(() => dealsOf(trade.terms, context.options.ledgerKey));
  const asking = admissionOf(context, cycle, trade, deals, now, replaced);
  const verdict = await judge(admission, asking, now);
  if (!verdict.pass) return verdict;
  const earlier = await storage.opportunities.latest(cycle.key);
  if (earlier && isActive(earlier)) {
    return refuse('already-live', `It is live as ${earlier.id}; whoever is in it has been told.`);
  }
  const { terms } = trade;
  if ('impossible' in terms) throw new Error(`The cycle ${cycle.key} was found but is none: ${terms.impossible}`);
  if ((await storage.opportunities.refused([questionOf(deals())])).length > 0) {
    return refuse('asked-before', 'Its people were asked the very same before, and not everybody kept to it.');
  }
  const open = await judge(consent, asking, now);
  if (!open.pass) return open;
  return { opportunity: opportunityOf(context, cycle, terms, earlier, now, replaced) };
}

/** The cycles in the order in which they are to be asked for. */
export async function ranked<T extends { cycle: Cycle }>(context: PipelineContext, found: T[]): Promise<T[]> {
  const { reliability } = context.people;
  if (context.options.policies.rankBy === 'score' || !reliability) return found;
  const expected = new Map<T, number>();
  for (const one of found) {
    let chance = one.cycle.score;
    for (const userId of one.cycle.owners) chance *= checked(await reliability(userId), userId);
    expected.set(one, chance);
  }
  return [...found].sort((a, b) => expected.get(b)! - expected.get(a)!); // stable: equal ones stay by score, length, key
}

function checked(reliability: number, userId: UserId): number {
  if (reliability > 0 && reliability <= 1) return reliability;
  throw new BarterError(
    'invalid-score',
    `people.reliability says ${reliability} of ${userId}: give a number above 0 and up to 1.`,
  );
}

function refuse(gate: string, reason: string): { refusal: Refusal } {
  return { refusal: { gate, reason } };
}

function opportunityOf(
  { options: { policies } }: PipelineContext,
  cycle: Cycle,
  terms: FirstTerms,
  earlier: Opportunity | null,
  now: number,
  replaced: Replaced | undefined,
): Opportunity {
  const attempt = earlier ? earlier.attempt + 1 : 0;
  const before = replaced?.opportunity;
  const participants = terms.participants.map((one) => withKept(one, before));
  return {
    id: opportunityId(cycle.key, attempt),
    cycleKey: cycle.key,
    attempt,
    revision: 1,
    version: 1,
    state: participants.some(({ acceptedAt }) => acceptedAt !== null) ? 'accepting' : 'proposed',
    items: cycle.items,
    ...terms,
    participants,
    createdAt: now,
    expiresAt: now + policies.acceptanceMs,
    warnAt: warningAt(now + policies.acceptanceMs, now, policies.warnBeforeMs),
    repairCount: before ? before.repairCount + 1 : 0,
    leftOut: replaced ? [...replaced.opportunity.leftOut, ...replaced.leavers] : [],
    ...(before && { repairs: before.id }),
  };
}

/** When to warn of a deadline; null where there is no time for it. */
export function warningAt(deadline: number, now: number, warnBeforeMs: number): number | null {
  return warnBeforeMs > 0 && deadline - warnBeforeMs > now ? deadline - warnBeforeMs : null;
}

/** Acceptances that still stand go over to the ring that takes the place of the one they were given for. */
function withKept(participant: Participant, replaced: Opportunity | undefined): Participant {
  const before = replaced?.participants.find(({ userId }) => userId === participant.userId);
  return before ? { ...participant, ...keptAcceptance(before, participant) } : participant;
}

function admissionOf(
  { preferences, storage: { opportunities }, people }: PipelineContext,
  cycle: Cycle,
  trade: FoundTrade,
  deals: () => readonly string[],
  now: number,
  replaced: Replaced | undefined,
): Admission {
  const getsCategory = once(() => categoriesOf(cycle, trade));
  const before = replaced?.opportunity;
  return {
    cycle,
    preferences,
    get getsCategory() {
      return getsCategory();
    },
    locks: async () =>
      (await opportunities.locks(cycle.items, now)).filter(({ opportunityId }) => opportunityId !== before?.id),
    refusedBy: async () => {
      const { terms } = trade;
      if ('impossible' in terms) return [];
      const refused = new Set(await opportunities.refused(deals()));
      return terms.participants.filter((_, i) => refused.has(deals()[i]!)).map(({ userId }) => userId);
    },
    isNewcomer: async (userId) => (await people.isNewcomer?.(userId)) === true,
    countOpen: async (userId) => {
      const isIn = before?.participants.some((one) => one.userId === userId) ?? false;
      return (await opportunities.countOpen(userId)) - (isIn ? 1 : 0);
    },
  };
}

/** Of what each person would get. */
function categoriesOf({ owners }: Cycle, { categories }: FoundTrade): Map<UserId, CategoryId> {
  const getsCategory = new Map<UserId, CategoryId>();
  for (const [i, userId] of owners.entries()) {
    const category = categories[(i - 1 + categories.length) % categories.length];
    if (category !== undefined) getsCategory.set(userId, category);
  }
  return getsCategory;
}
