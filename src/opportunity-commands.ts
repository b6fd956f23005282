import { z } from 'zod';
import type { PipelineContext } from './admit';
import type { OpportunityCommands, OwnOpportunity } from './api';
import * as consent from './consent';
import { BarterError } from './errors';
import { participantOf } from './opportunity/steps';
import type { PeopleOptions } from './options';
import type { Outcome } from './outcome';
import type { OpportunityStore } from './storage/storage';
import type { Opportunity, UserId } from './types';

/** What the commands need of the engine. */
export interface CommandContext {
  storage: OpportunityStore;
  contactOf: PeopleOptions['contactOf'];
  isInClearing(cycleKey: string): boolean;
  refuseIfClosed(): void;
  /** Does it in its turn, then tells. */
  run(work: (context: PipelineContext, now: number, outcome: Outcome) => Promise<Opportunity>): Promise<Opportunity>;
}

const id = z.string().min(1).max(200);
const command = z.object({ opportunityId: id, userId: id });
const acceptance = command.extend({ revision: z.number().int().min(1) });
const objection = command.extend({ note: z.string().max(500).optional() });
const page = z.object({ userId: id, limit: z.number().int().min(1).max(1_000) });

/** The border: what comes in is checked here, and what goes out are copies. */
export function opportunityCommands({
  storage,
  contactOf,
  isInClearing,
  refuseIfClosed,
  run,
}: CommandContext): OpportunityCommands {
  const contacts = async (opportunity: Opportunity, caller: UserId): Promise<Record<UserId, unknown>> => {
    const others = opportunity.participants.map(({ userId }) => userId).filter((userId) => userId !== caller);
    return Object.fromEntries(
      await Promise.all(others.map(async (userId) => [userId, await contactOf?.(userId, opportunity)] as const)),
    );
  };

  const ranked = (opportunity: Opportunity): OwnOpportunity =>
    isInClearing(opportunity.cycleKey) ? { ...opportunity, inClearing: true } : opportunity;

  return {
    async get(opportunityId, userId): Promise<OwnOpportunity> {
      refuseIfClosed();
      const asked = parse(command, { opportunityId, userId });
      const opportunity = await storage.get(asked.opportunityId);
      if (!opportunity || !participantOf(opportunity, asked.userId)) throw consent.unknownOpportunity(opportunityId);
      const own = ranked(opportunity);
      if (!contactOf || opportunity.committedAt === undefined) return own;
      return { ...own, contacts: await contacts(opportunity, asked.userId) };
    },
    async list(userId, { limit = 50 } = {}) {
      refuseIfClosed();
      const asked = parse(page, { userId, limit });
      return (await storage.byUser(asked.userId, { limit: asked.limit })).map(ranked);
    },
    async accept(opportunityId, userId, terms) {
      const asked = parse(acceptance, { opportunityId, userId, revision: terms?.revision });
      return run((context, now, outcome) => consent.accept(context, asked, now, outcome));
    },
    async decline(opportunityId, userId, options = {}) {
      const asked = parse(objection, { opportunityId, userId, ...options });
      return run((context, now, outcome) => consent.decline(context, asked, now, outcome));
    },
    async confirm(opportunityId, userId) {
      const asked = parse(command, { opportunityId, userId });
      return run((context, now, outcome) => consent.confirm(context, asked, now, outcome));
    },
    async dispute(opportunityId, userId, options = {}) {
      const asked = parse(objection, { opportunityId, userId, ...options });
      return run((context, now, outcome) => consent.dispute(context, asked, now, outcome));
    },
  };
}

/** `note` may be absent, and is never just undefined. */
function parse<T extends z.ZodType>(schema: T, input: unknown) {
  const result = schema.safeParse(input);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new BarterError('invalid-command', `${issue!.path.join('.')} is not valid: ${issue!.message}.`);
  }
  return Object.fromEntries(Object.entries(result.data as object).filter(([, value]) => value !== undefined)) as Exact<
    z.infer<T>
  >;
}

type Exact<T> = { [K in keyof T]: Exclude<T[K], undefined> };
