import { type RequestHandler, Router } from 'express';
import { callerOf } from './auth';
import { jsonBody } from './body';
import type { HostContext } from './context';
import { ok, parse } from './http';
import { loginSchema } from './schemas';

/**
 * `POST /dev/login`: a token for whoever one says one is. It stands in for a real identity provider while developing,
 * and is not mounted at all in production.
 */
export function devLoginRoutes({ auth, users, limiters }: HostContext): Router {
  const router = Router();
  router.post('/dev/login', limiters.loginsPerAddress, ...jsonBody(), async (req, res) => {
    const { userId, role = 'user' } = parse(loginSchema, req.body);
    users.add(userId);
    const { token, expiresAt } = await auth.issue(userId, role);
    ok(res, { token, userId, role, expiresAt: new Date(expiresAt).toISOString() });
  });
  return router;
}

/** `DELETE /me`: the account goes, with its items, preferences and connections; its tokens stop counting at once. */
export function removeAccount({ engine, storage, transport, users, turns, clock }: HostContext): RequestHandler {
  return async (_req, res) => {
    const { userId } = callerOf(res);
    users.remove(userId);
    transport.disconnectUser(userId);
    // After the items that are just being added, before any that would come later.
    const items = await turns(`owner ${userId}`, async () => {
      const owned = await storage.items.ownedBy(userId);
      await Promise.all(
        owned.map(({ id }) => engine.submit({ type: 'item:deleted', itemId: id, userId, timestamp: clock.now() })),
      );
      return owned;
    });
    await engine.setPreferences({ userId });
    ok(res, { userId, itemsRemoved: items.length });
  };
}
