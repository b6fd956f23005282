import { type RequestHandler, Router } from 'express';
import { callerOf } from './auth';
import type { BusyEvening } from './busy-evening';
import type { HostContext } from './context';
import { HttpError, ok, parse } from './http';
import { eveningSchema } from './schemas';
import type { Story } from './story';

/** `/operations`: how the whole market is doing, for operators; outside production also a busy evening to look at. */
export function operationsRoutes(
  { engine, transport }: HostContext,
  { story, evening }: { story: Story; evening: BusyEvening | null },
): Router {
  const router = Router();
  router.use(onlyOperators);

  router.get('/', async (_req, res) => {
    const stats = await engine.stats();
    ok(res, {
      stats: { ...stats, connectedClients: transport.connectedClients() },
      story: story.lines().map(({ at, ...line }) => ({ ...line, at: new Date(at).toISOString() })),
      inexact: story.inexact().map(({ at, ...search }) => ({ ...search, at: new Date(at).toISOString() })),
      evening: evening?.progress() ?? null,
    });
  });

  if (evening) {
    router.post('/busy-evening', (req, res) => {
      ok(res, evening.begin(parse(eveningSchema, req.body ?? {})), { status: 202 });
    });
    router.delete('/busy-evening', async (_req, res) => {
      ok(res, await evening.stop());
    });
  }
  return router;
}

const onlyOperators: RequestHandler = (_req, res, next) => {
  if (callerOf(res).role !== 'operator') throw new HttpError(403, 'forbidden', 'This is for operators.');
  next();
};
