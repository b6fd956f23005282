import { Router } from 'express';
import { callerOf, refuseRemoved } from './auth';
import type { HostContext } from './context';
import { ok, parse } from './http';
import { preferencesSchema } from './schemas';

/** `/preferences`: what the caller lets in and keeps out. */
export function preferenceRoutes({ engine, storage, users, turns }: HostContext): Router {
  const router = Router();

  router.get('/', async (_req, res) => {
    const { userId } = callerOf(res);
    ok(res, (await storage.preferences.get(userId)) ?? { userId });
  });

  router.put('/', async (req, res) => {
    const preferences = { ...parse(preferencesSchema, req.body), userId: callerOf(res).userId };
    await turns(`owner ${preferences.userId}`, async () => {
      refuseRemoved(users, preferences.userId);
      await engine.setPreferences(preferences);
    });
    ok(res, preferences);
  });

  return router;
}
