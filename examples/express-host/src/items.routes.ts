import { createHash } from 'node:crypto';
import type { EventReport, Item, ItemEventType, Lock, Want } from 'barterloop';
import { Router } from 'express';
import { type Caller, callerOf, refuseRemoved } from './auth';
import type { HostContext } from './context';
import { HttpError, notFound, ok, parse } from './http';
import {
  desiredWants,
  type ItemChange,
  idempotencyKeySchema,
  idParams,
  itemChangeSchema,
  type NewItem,
  newItemSchema,
  pageQuery,
} from './schemas';

/** `/items`: what a person offers. Each change is an event, and is answered once the engine has taken it in. */
export function itemRoutes({ engine, storage, users, turns, clock, itemsPerUser, newItemId }: HostContext): Router {
  const router = Router();

  const submit = (type: ItemEventType, item: Item, withItem: boolean): Promise<EventReport> =>
    engine.submit({
      type,
      itemId: item.id,
      userId: item.ownerId,
      ...(item.categoryId === undefined ? {} : { categoryId: item.categoryId }),
      hasBarterPreferences: item.wants.length > 0 || item.openToAnything === true,
      timestamp: clock.now(),
      ...(withItem ? { item } : {}),
    });

  const ownItem = async (id: string, caller: Caller): Promise<Item> => {
    const item = await storage.items.get(id);
    if (item?.ownerId !== caller.userId) throw notFound('item');
    return item;
  };

  router.post('/', async (req, res) => {
    const { userId } = callerOf(res);
    const key = req.headers['idempotency-key'];
    const id = key === undefined ? newItemId() : keyedId(userId, parse(idempotencyKeySchema, key));
    const offered = newItem(parse(newItemSchema, req.body), id, userId);
    // One at a time per person, or a burst of requests would each see room for one more.
    const { item, report } = await turns(`owner ${userId}`, async () => {
      refuseRemoved(users, userId);
      const known = key === undefined ? null : await storage.items.get(id);
      // It came before; its search may have been cut off by a crash.
      if (known) return { item: known, report: await engine.trigger(id) };
      if ((await storage.items.countOf(userId)) >= itemsPerUser) {
        throw new HttpError(
          409,
          'too-many-items',
          `You have ${itemsPerUser} items, the most allowed; remove one first.`,
        );
      }
      return { item: offered, report: await submit('item:created', offered, true) };
    });
    ok(res, item, { status: 201, message: summary(report) });
  });

  router.get('/', async (req, res) => {
    const { limit = 200, after = '' } = parse(pageQuery, req.query);
    const items = await storage.items.ownedBy(callerOf(res).userId);
    ok(res, items.filter(({ id }) => id > after).slice(0, limit));
  });

  router.get('/:id', async (req, res) => {
    const { id } = parse(idParams, req.params);
    const caller = callerOf(res);
    const item = caller.role === 'operator' ? await storage.items.get(id) : await ownItem(id, caller);
    if (!item) throw notFound('item');
    const locks = await storage.opportunities.locks([id], clock.now());
    ok(res, { ...item, ...(locks.length > 0 && { locks: locks.map(lockView) }) });
  });

  router.patch('/:id', async (req, res) => {
    const { id } = parse(idParams, req.params);
    const caller = callerOf(res);
    await ownItem(id, caller);
    const change = parse(itemChangeSchema, req.body);
    const { item, report } = await turns(`owner ${caller.userId}`, async () => {
      refuseRemoved(users, caller.userId);
      const item = changedItem(await ownItem(id, caller), change);
      return { item, report: await submit('item:updated', item, true) };
    });
    ok(res, item, { message: summary(report) });
  });

  router.delete('/:id', async (req, res) => {
    const { id } = parse(idParams, req.params);
    const caller = callerOf(res);
    await turns(`owner ${caller.userId}`, async () => submit('item:deleted', await ownItem(id, caller), false));
    ok(res, { id });
  });

  return router;
}

function lockView({ kind, opportunityId, until }: Lock) {
  return { kind, opportunityId, until: new Date(until).toISOString() };
}

/** What the engine's report comes to for a person. */
export function summary(report: EventReport): string {
  return `Found ${report.found.length} matches, sent ${report.told.length} notifications`;
}

/** The same for the same key of the same person: a request that comes again, even to a new process, makes no second item. */
function keyedId(userId: string, key: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([userId, key]))
    .digest('hex');
  return `itm_${digest.slice(0, 32)}`;
}

function newItem(body: NewItem, id: string, ownerId: string): Item {
  const { desiredCategoryId: _category, desiredKeywords: _keywords, wants, ...fields } = body;
  return {
    ...fields,
    id,
    ownerId,
    wants: wants ?? desiredWants(body) ?? [],
    status: 'available',
  };
}

function changedItem(item: Item, change: ItemChange): Item {
  const { desiredCategoryId: _category, desiredKeywords: _keywords, wants, ...fields } = change;
  const changed: Record<string, unknown> = { ...item };
  for (const [field, value] of Object.entries(fields)) {
    if (value === null) delete changed[field];
    else changed[field] = value;
  }
  const newWants: Want[] = wants ?? desiredWants(change) ?? item.wants;
  return { ...(changed as unknown as Item), wants: newWants };
}
