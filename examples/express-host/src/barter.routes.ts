import type { EventReport, Match } from 'barterloop';
import { Router } from 'express';
import { type Caller, callerOf } from './auth';
import type { HostContext } from './context';
import { notFound, ok, parse } from './http';
import { summary } from './items.routes';
import { itemIdParams } from './schemas';

/** `/barter`: what the engine finds, and how it is doing. */
export function barterRoutes({ engine, storage, transport, limiters, sockets }: HostContext & SocketState): Router {
  const router = Router();

  /** An item's matches say what its owner wants, so they are for the owner, and for operators. */
  const checkMayAsk = async (itemId: string, caller: Caller): Promise<void> => {
    const item = await storage.items.get(itemId);
    if (!item || (item.ownerId !== caller.userId && caller.role !== 'operator')) throw notFound('item');
  };

  router.get('/matches/:itemId', limiters.searchesPerUser, async (req, res) => {
    const { itemId } = parse(itemIdParams, req.params);
    await checkMayAsk(itemId, callerOf(res));
    const { matches, ...rest } = await engine.matches({ itemId });
    ok(res, { itemId, matches: await Promise.all(matches.map(matchView)), ...rest });
  });

  const matchView = async ({ cycle, opportunityId, gives, gets }: Match) => ({
    cycleKey: cycle.key,
    ...(opportunityId === undefined ? {} : { opportunityId }),
    score: cycle.score,
    participantCount: cycle.items.length,
    gives,
    gets,
    // Each gives their item to the owner of the next one.
    steps: await Promise.all(
      cycle.items.map(async (itemId, i) => ({
        userId: cycle.owners[i],
        itemId,
        itemTitle: (await storage.items.get(itemId))?.title ?? itemId,
        givesTo: cycle.owners[(i + 1) % cycle.owners.length],
        score: cycle.edgeScores[i],
      })),
    ),
  });

  router.post('/realtime/trigger/:itemId', limiters.searchesPerUser, async (req, res) => {
    const { itemId } = parse(itemIdParams, req.params);
    const caller = callerOf(res);
    await checkMayAsk(itemId, caller);
    const report = await engine.trigger(itemId);
    ok(res, triggerView(report, caller), { message: summary(report) });
  });

  router.get('/realtime/stats', async (_req, res) => {
    const { userId } = callerOf(res);
    const [stats, ownSockets] = await Promise.all([engine.stats(), transport.socketsOf(userId)]);
    ok(res, {
      ...stats,
      websocketConnected: sockets.open,
      connectedClients: transport.connectedClients(),
      you: { sockets: ownSockets, room: `user:${userId}` },
    });
  });

  return router;
}

/** Whether sockets are being served. */
export interface SocketState {
  sockets: { readonly open: boolean };
}

function triggerView(report: EventReport, caller: Caller) {
  return {
    // `merged`: another event of the item was waiting, and its search counts for this one as well.
    status: report.status,
    matchCount: report.found.length,
    notificationsSent: report.told.length,
    peopleNotified: new Set(report.told.flatMap(({ people }) => people.map(({ userId }) => userId))).size,
    told: report.told.map(({ opportunityId, score }) => ({ opportunityId, score })),
    updated: report.updated.map(({ opportunityId, score }) => ({ opportunityId, score })),
    refused: report.refused.map((refusal) => refusalView(refusal, caller)),
    exact: report.exact,
    ...(report.reason === undefined ? {} : { reason: report.reason }),
  };
}

/** Whose block or threshold stood in the way is nobody's business but theirs and the operators'. */
function refusalView(refusal: EventReport['refused'][number], caller: Caller) {
  if (refusal.userId === undefined || refusal.userId === caller.userId || caller.role === 'operator') return refusal;
  return { cycleKey: refusal.cycleKey, gate: 'participant', reason: 'Another participant does not take part in this.' };
}
