import { Router } from 'express';
import { callerOf } from './auth';
import { jsonBody } from './body';
import type { HostContext } from './context';
import type { DemoUser } from './demo';
import { ok, parse } from './http';
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
 * inbox, preferences and connections; its tokens stop counting. Who is in a committed trade ends that first, and whoever gets no answer asks again.
 */
export function accountRoutes(
  { engine, transport, users, replays, turns }: HostContext,
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
    // After what is just being changed, before anything that would come later and is refused then.
    const { items } = await turns(`owner ${userId}`, async () => {
      const report = await engine.forgetUser(userId);
      await users.remove(userId);
      return report;
    });
    replays.forget(userId);
    transport.disconnectUser(userId);
    ok(res, { userId, itemsRemoved: items });
  });

  return router;
}
