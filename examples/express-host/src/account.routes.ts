import { Router } from 'express';
import { callerOf } from './auth';
import { jsonBody } from './body';
import type { HostContext } from './context';
import type { DemoUser } from './demo';
import { HttpError, ok, parse } from './http';
import { accountSchema, loginSchema } from './schemas';

/**
 * `POST /dev/login`: a token for whoever one says one is, and `GET /dev/users`: whom to try. It stands in for a real identity provider while developing,
 * and is not mounted at all in production.
 */
export function devLoginRoutes({ auth, users, limiters }: HostContext, demoUsers: readonly DemoUser[]): Router {
  const router = Router();
  router.get('/dev/users', (_req, res) => ok(res, demoUsers));
  router.post('/dev/login', limiters.loginsPerAddress, ...jsonBody(), async (req, res) => {
    const { userId, role = 'user' } = parse(loginSchema, req.body);
    await users.add(userId);
    const { token, expiresAt } = await auth.issue(userId, role);
    ok(res, { token, userId, role, expiresAt: new Date(expiresAt).toISOString() });
  });
  return router;
}

/**
 * `GET /me`: who the caller is. `PUT /me`: how members of a committed trade reach the caller, and where digests go. `DELETE /me`: the account goes, with its items,
 * preferences and connections; its tokens stop counting at once. Who is in a committed trade ends that first.
 */
export function accountRoutes(
  { engine, storage, transport, users, turns, clock }: HostContext,
  market: { cash: 'off' | 'balance' },
): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    const { userId, role, expiresAt } = callerOf(res);
    const reach = { contact: users.contactOf(userId), email: users.emailOf(userId) };
    ok(res, { userId, role, ...reach, expiresAt: new Date(expiresAt).toISOString(), market });
  });

  router.put('/', async (req, res) => {
    const { userId } = callerOf(res);
    await users.setReach(userId, parse(accountSchema, req.body));
    ok(res, { userId, contact: users.contactOf(userId), email: users.emailOf(userId) });
  });

  router.delete('/', async (_req, res) => {
    const { userId } = callerOf(res);
    const ids = (await storage.items.ownedBy(userId)).map(({ id }) => id);
    if ((await storage.opportunities.locks(ids, clock.now())).some(({ kind }) => kind === 'hard')) {
      throw new HttpError(
        409,
        'item-locked',
        'You are in a trade that everybody has accepted: confirm or dispute it first.',
      );
    }
    await users.remove(userId);
    transport.disconnectUser(userId);
    // After the items that are just being added, before any that would come later.
    const items = await turns(`owner ${userId}`, async () => {
      const owned = await storage.items.ownedBy(userId);
      await Promise.all(
        owned
          .filter(({ status }) => status !== 'traded')
          .map(({ id }) => engine.submit({ type: 'item:deleted', itemId: id, userId, timestamp: clock.now() })),
      );
      return owned;
    });
    await engine.setPreferences({ userId });
    ok(res, { userId, itemsRemoved: items.length });
  });

  return router;
}
