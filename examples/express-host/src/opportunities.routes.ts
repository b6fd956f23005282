import { isBarterError, type Opportunity, type OwnOpportunity } from 'barterloop';
import { type RequestHandler, Router } from 'express';
import type * as z from 'zod';
import { type Caller, callerOf } from './auth';
import type { HostContext } from './context';
import { HttpError, notFound, ok, parse } from './http';
import { acceptanceSchema, confirmationSchema, idParams, listQuery, objectionSchema } from './schemas';

/** `/barter/opportunities`: the trades one is in, and what one does about them. */
export function opportunityRoutes({ engine, storage, replays }: HostContext): Router {
  const router = Router();
  const { opportunities } = engine;

  router.get('/', async (req, res) => {
    const { limit = 50 } = parse(listQuery, req.query);
    const caller = callerOf(res);
    const own = await opportunities.list(caller.userId, { limit });
    ok(
      res,
      own.map((opportunity) => opportunityView(opportunity, caller)),
    );
  });

  router.get('/:id', async (req, res) => {
    const { id } = parse(idParams, req.params);
    const caller = callerOf(res);
    const opportunity =
      caller.role === 'operator' ? await storage.opportunities.get(id) : await opportunities.get(id, caller.userId);
    if (!opportunity) throw notFound('opportunity');
    ok(res, opportunityView(opportunity, caller));
  });

  /** Strangers get 404 whatever they send; only then is the body looked at. */
  const command =
    <T>(schema: z.ZodType<T>, run: (id: string, userId: string, body: T) => Promise<Opportunity>): RequestHandler =>
    async (req, res) => {
      const { id } = parse(idParams, req.params);
      const caller = callerOf(res);
      await opportunities.get(id, caller.userId);
      const body = parse(schema, req.body ?? {});
      try {
        await run(id, caller.userId, body);
        ok(res, opportunityView(await opportunities.get(id, caller.userId), caller));
      } catch (error) {
        throw withTerms(error, caller);
      }
    };

  router.post('/:id/:action', replays.handler);
  router.post(
    '/:id/accept',
    command(acceptanceSchema, (id, userId, terms) => opportunities.accept(id, userId, terms)),
  );
  router.post(
    '/:id/decline',
    command(objectionSchema, (id, userId, options) => opportunities.decline(id, userId, options)),
  );
  router.post(
    '/:id/confirm',
    command(confirmationSchema, (id, userId) => opportunities.confirm(id, userId)),
  );
  router.post(
    '/:id/dispute',
    command(objectionSchema, (id, userId, options) => opportunities.dispute(id, userId, options)),
  );

  return router;
}

/** Who agreed to terms that have changed is shown the present ones; whose trade has ended, how. */
function withTerms(error: unknown, caller: Caller): unknown {
  if (!isBarterError(error) || error.details === undefined) return error;
  const { opportunity, state, reason, repairedBy } = error.details as {
    opportunity?: Opportunity;
    state?: string;
    reason?: string;
    repairedBy?: string;
  };
  return new HttpError(
    409,
    error.code,
    error.message,
    {},
    {
      ...(opportunity && { opportunity: opportunityView(opportunity, caller) }),
      ...(state !== undefined && { state }),
      ...(reason !== undefined && { reason }),
      ...(repairedBy !== undefined && { repairedBy }),
    },
  );
}

/** Who gives what to whom is for everybody in it; scores, reasons and payments are each person's own. */
function opportunityView(opportunity: OwnOpportunity, caller: Caller) {
  const { id, cycleKey, revision, state, items, score, repairs, repairedBy, endReason, contacts } = opportunity;
  const isOperator = caller.role === 'operator';
  const mayRead = (userId: string) => userId === caller.userId || isOperator;
  const instant = (name: 'committedAt' | 'endedAt') =>
    opportunity[name] === undefined ? {} : { [name]: new Date(opportunity[name]).toISOString() };
  return {
    id,
    cycleKey,
    revision,
    state,
    items,
    score,
    participants: opportunity.participants.map((participant) => {
      const { userId, gives, gets, givesTitle, getsTitle, givesTo, getsFrom } = participant;
      const { score, cashNet, reasons, acceptedAt, confirmedAt } = participant;
      const own = mayRead(userId) ? { score, cashNet, reasons } : {};
      const done = { accepted: acceptedAt !== null, received: confirmedAt !== null };
      return { userId, gives, gets, givesTitle, getsTitle, givesTo, getsFrom, ...done, ...own };
    }),
    payments: opportunity.payments.filter(({ from, to }) => mayRead(from) || mayRead(to)),
    createdAt: new Date(opportunity.createdAt).toISOString(),
    expiresAt: new Date(opportunity.expiresAt).toISOString(),
    ...(repairs === undefined ? {} : { repairs }),
    ...(repairedBy === undefined ? {} : { repairedBy }),
    ...instant('committedAt'),
    ...instant('endedAt'),
    ...(endReason === undefined ? {} : { endReason }),
    ...(contacts === undefined ? {} : { contacts }),
    ...(isOperator ? operatorView(opportunity) : {}),
  };
}

/** Who ended it and who broke it is for operators to judge, not for the others to read. */
function operatorView({ endedBy, breakers, note, fence, version }: Opportunity) {
  return { version, fence, endedBy, breakers, note };
}
