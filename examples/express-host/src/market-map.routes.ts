import { Router } from 'express';
import { callerOf } from './auth';
import type { HostContext } from './context';
import { notFound, ok, parse } from './http';
import { itemIdParams, mapQuery } from './schemas';

/**
 * `GET /market/around/:itemId`: the neighbourhood of an own item. What lies there is public, so are titles; whose the
 * others are and what they ask for is not told. Operators may look anywhere.
 */
export function marketMapRoutes({ engine, storage, limiters }: HostContext): Router {
  const router = Router();

  router.get('/around/:itemId', limiters.searchesPerUser, async (req, res) => {
    const { itemId } = parse(itemIdParams, req.params);
    const { limit = 300 } = parse(mapQuery, req.query);
    const { userId, role } = callerOf(res);
    const item = await storage.items.get(itemId);
    if (!item || (item.ownerId !== userId && role !== 'operator')) throw notFound('item');
    const edgesPerItem = limit <= FEW_ITEMS ? 8 : 4;
    const { items, edges, isWhole } = await engine.neighbourhood(itemId, { limit, depth: 6, edgesPerItem });
    const place = new Map(items.map(({ id }, i) => [id, i]));
    ok(res, {
      items: items.map(({ id, ownerId, title, categoryId, estimatedValue, steps }) => ({
        id,
        title,
        steps,
        ...(categoryId !== undefined && { categoryId }),
        ...(estimatedValue !== undefined && { estimatedValue }),
        ...(ownerId === item.ownerId && { isOwn: true }),
      })),
      // By the places of both ends: thousands of ids twice over would be most of the answer.
      edges: edges.map(({ from, to, score }) => [place.get(from), place.get(to), score]),
      isWhole,
    });
  });

  return router;
}

/** With more than these, so many lines hide more than they show. */
const FEW_ITEMS = 100;
