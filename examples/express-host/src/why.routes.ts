import { Router } from 'express';
import { callerOf } from './auth';
import type { HostContext } from './context';
import { ok, parse } from './http';
import { idParams } from './schemas';

/** `GET /barter/opportunities/:id/why`: how well what the caller gets answers what they want, criterion by criterion. */
export function whyRoutes({ engine, storage }: HostContext): Router {
  const router = Router();

  router.get('/:id/why', async (req, res) => {
    const { id } = parse(idParams, req.params);
    const { userId } = callerOf(res);
    // Whoever is not in it is answered as if it were not there.
    const { items, participants } = await engine.opportunities.get(id, userId);
    const { gets: itemId } = participants.find((one) => one.userId === userId)!;
    const [{ edges }, item] = await Promise.all([engine.explain(id), storage.items.get(itemId)]);
    const edge = edges[items.indexOf(itemId)];
    ok(res, {
      ...(edge?.score !== undefined && { score: edge.score, want: edge.want, criteria: edge.criteria }),
      ...(item && { gets: { itemId, ...pick(item, ['title', 'categoryId', 'condition', 'estimatedValue']) } }),
    });
  });

  return router;
}

/** What others may know of an item: not what its owner wants, nor where they are. */
function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Partial<
    Pick<T, K>
  >;
}
