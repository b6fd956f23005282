import type { StoredNotification } from 'barterloop';
import { Router } from 'express';
import { callerOf } from './auth';
import type { HostContext } from './context';
import { notFound, ok, parse } from './http';
import { idParams, inboxQuery } from './schemas';

/**
 * `/notifications`: the caller's inbox, newest first, or what is new in it since a cursor; there is no way to name
 * anybody else's.
 */
export function notificationRoutes({ storage, clock }: HostContext): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    const { limit = 50, after } = parse(inboxQuery, req.query);
    const { userId } = callerOf(res);
    if (after === undefined) {
      const rows = await storage.notifications.inbox(userId, { limit });
      ok(res, rows.map(notificationView));
      return;
    }
    const { rows, cursor } = await storage.notifications.news(userId, { after, limit });
    ok(res, { notifications: rows.map(notificationView), cursor });
  });

  router.post('/:id/read', async (req, res) => {
    const { id } = parse(idParams, req.params);
    const isOwn = await storage.notifications.markRead(id, callerOf(res).userId, clock.now());
    if (!isOwn) throw notFound('notification');
    ok(res, { id });
  });

  return router;
}

/** Field by field: the row also holds what only the outbox needs to know. */
function notificationView(row: StoredNotification) {
  return {
    id: row.id,
    type: row.type,
    opportunityId: row.opportunityId,
    state: row.state,
    revision: row.revision,
    expiresAt: new Date(row.expiresAt).toISOString(),
    acceptedBy: row.acceptedBy,
    ...(row.repairs === undefined ? {} : { repairs: row.repairs }),
    ...(row.repairedBy === undefined ? {} : { repairedBy: row.repairedBy }),
    participantCount: row.participantCount,
    averageMatchScore: row.averageMatchScore,
    participants: row.participants,
    userItems: row.userItems,
    gives: row.gives,
    gets: row.gets,
    getsFrom: row.getsFrom,
    givesTo: row.givesTo,
    cashNet: row.cashNet,
    reasons: row.reasons,
    ...(row.withdrawnBecause === undefined ? {} : { withdrawnBecause: row.withdrawnBecause }),
    timestamp: new Date(row.timestamp).toISOString(),
    readAt: row.readAt === null ? null : new Date(row.readAt).toISOString(),
    ...(row.heldBy === null || row.heldBy === 'sender' || row.deliverAt === null
      ? {}
      : { heldBy: row.heldBy, deliverAt: new Date(row.deliverAt).toISOString() }),
  };
}
