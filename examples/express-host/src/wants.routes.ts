import { Router } from 'express';
import { callerOf } from './auth';
import type { HostContext } from './context';
import { ok, parse } from './http';
import { draftSchema } from './schemas';

/** `POST /wants/count`: how many items would answer, for who is still writing down what they want. */
export function wantRoutes({ engine, limiters }: HostContext): Router {
  const router = Router();

  router.post('/count', limiters.searchesPerUser, async (req, res) => {
    const draft = parse(draftSchema, req.body);
    const item = { ...draft, id: 'draft', ownerId: callerOf(res).userId, title: 'draft', status: 'available' as const };
    ok(res, await engine.countAnswers(item, { most: MOST_COUNTED }));
  });

  return router;
}

/** Beyond this it is many, and nobody reads the digits. */
const MOST_COUNTED = 1_000;
