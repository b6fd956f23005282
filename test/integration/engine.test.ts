import { describe, expect, it, vi } from 'vitest';
import {
  type BarterEngineOptions,
  type BarterTransport,
  createBarterEngine,
  type Item,
  ItemEventEmitter,
  memoryStorage,
  memoryTransport,
} from '../../src';
import { manualClock } from '../../src/testing';
import { holdFor, mode } from '../support/mode';

const categories = [{ id: 'all' }, ...['a', 'b', 'c', 'd'].map((id) => ({ id, parentId: 'all' }))];

function item(id: string, ownerId: string, gives: string, wants: string, change: Partial<Item> = {}): Item {
  return {
    id,
    ownerId,
    title: `Item ${id}`,
    categoryId: gives,
    wants: [{ categoryId: wants }],
    status: 'available',
    ...change,
  };
}

const created = (it: Item) => ({ type: 'item:created' as const, itemId: it.id, userId: it.ownerId, item: it });
const deleted = (it: Item) => ({ type: 'item:deleted' as const, itemId: it.id, userId: it.ownerId });

const ring = [item('1', 'ana', 'a', 'b'), item('2', 'ben', 'b', 'c'), item('3', 'cem', 'c', 'a')] as const;

function setUp(options: BarterEngineOptions = {}) {
  const clock = manualClock();
  const storage = memoryStorage();
  const transport = memoryTransport();
  const engine = createBarterEngine({
    ...mode,
    storage,
    transport,
    clock,
    categories,
    sleep: async () => {},
    ...options,
  });
  return { engine, clock, storage, transport };
}

/** A transport's push never times out here: the given sleep would end at once. */
const patient = { sleep: (ms: number) => (ms > 0 ? new Promise<void>(() => {}) : Promise.resolve()) };

describe('an event', () => {
  it('is told to exactly the people of the trade, once each, seen from their side', async () => {
    const { engine, transport } = setUp(patient);
    for (const it of ring) await engine.submit(created(it));
    expect(transport.sent.map(({ userId }) => userId).sort()).toEqual(['ana', 'ben', 'cem']);
    const ana = transport.sent.find(({ userId }) => userId === 'ana')!;
    expect(ana).toMatchObject({
      type: 'new_match',
      participantCount: 3,
      averageMatchScore: 1,
      givesTo: 'cem',
      getsFrom: 'ben',
      cashNet: 0,
    });
    expect(ana.userItems).toEqual([{ itemId: '1', itemTitle: 'Item 1' }]);
    expect(ana.gets).toEqual({ itemId: '2', itemTitle: 'Item 2' });
    expect(ana.reasons).toEqual(['Filed in the wanted category b.']);
    expect(JSON.stringify(ana)).not.toMatch(/deliver|heldBy|fingerprint/);
    await engine.close();
  });

  it('reports every cycle as told or refused with a gate and a reason', async () => {
    const { engine } = setUp(patient);
    const crowd = Array.from({ length: 8 }, (_, n) => item(`b${n}`, `user${n}`, 'b', 'a'));
    for (const it of crowd) await engine.submit(created(it));
    const report = await engine.submit(created(item('x', 'ana', 'a', 'b')));
    expect(report.found).toHaveLength(8);
    expect(report.told).toHaveLength(5);
    expect(report.refused.map(({ gate }) => gate)).toEqual(['per-event', 'per-event', 'per-event']);
    const again = await engine.trigger('x');
    expect(again.told).toHaveLength(3);
    expect(again.refused.map(({ gate }) => gate)).toEqual(Array(5).fill('already-live'));
    await engine.close();
  });

  it('that withdraws an item tells those who had been told', async () => {
    const { engine, transport, storage } = setUp(patient);
    for (const it of ring) await engine.submit(created(it));
    const { withdrawn } = await engine.submit(deleted(ring[1]));
    expect(withdrawn).toHaveLength(1);
    const told = transport.sent.filter(({ type }) => type === 'match_withdrawn');
    expect(told.map(({ userId }) => userId).sort()).toEqual(['ana', 'ben', 'cem']);
    expect(told[0]!.withdrawnBecause).toMatch(/no longer available/);
    expect(await storage.items.get('2')).toBeNull();
    expect((await engine.matches({ userId: 'ana' })).matches).toEqual([]);
    await engine.close();
  });

  it('without the item reads it from the storage', async () => {
    const { engine, storage } = setUp(patient);
    for (const it of ring) await storage.items.put(it);
    await engine.submit({ type: 'item:created', itemId: '1', userId: 'ana' });
    expect((await engine.matches({ itemId: '1' })).matches).toHaveLength(1);
    await storage.items.remove('1');
    await engine.submit({ type: 'item:updated', itemId: '1', userId: 'ana' });
    await expect(engine.matches({ itemId: '1' })).rejects.toMatchObject({ code: 'unknown-item' });
    await engine.close();
  });

  it('that is not valid is refused with a typed error and changes nothing', async () => {
    const { engine, storage } = setUp(patient);
    await engine.submit(created(ring[0]));
    const bad: [object, string][] = [
      [{ ...ring[0], title: ' ' }, 'invalid-item'],
      [{ ...ring[0], estimatedValue: -1 }, 'invalid-item'],
      [{ ...ring[0], estimatedValue: 2 ** 53 }, 'invalid-item'],
      [{ ...ring[0], categoryId: 'none' }, 'unknown-category'],
      [{ ...ring[0], wants: [{ itemIds: ['1'] }] }, 'self-want'],
      [{ ...ring[0], wants: Array(65).fill({}) }, 'invalid-item'],
      [{ ...ring[0], wants: [{ minValue: 2, maxValue: 1 }] }, 'invalid-item'],
      [{ ...ring[0], id: 'other' }, 'owner-mismatch'],
      [{ ...ring[0], ownerId: 'eve' }, 'owner-mismatch'],
    ];
    for (const [wrong, code] of bad) {
      const event = { type: 'item:updated' as const, itemId: '1', userId: 'ana', item: wrong as Item };
      await expect(engine.submit(event), JSON.stringify(wrong)).rejects.toMatchObject({ code });
    }
    await expect(engine.submit({ ...created(ring[0]), userId: 'eve' })).rejects.toMatchObject({
      code: 'owner-mismatch',
    });
    await expect(engine.submit({ type: 'nonsense' } as never)).rejects.toMatchObject({ code: 'invalid-event' });
    expect(await storage.items.get('1')).toEqual(ring[0]);
    expect((await engine.stats()).eventsFailed).toBe(0);
    await engine.close();
  });
});

describe('the queue', () => {
  it('merges what waits for one item into its latest state and says with which', async () => {
    const { engine } = setUp(patient);
    await holdFor(engine, 3);
    const events = [
      engine.submit(created(ring[0])),
      engine.submit({ ...created(ring[0]), type: 'item:updated', item: { ...ring[0], title: 'Two' } }),
      engine.submit({ ...created(ring[0]), type: 'item:updated', item: { ...ring[0], title: 'Three' } }),
    ];
    const reports = await Promise.all(events);
    expect(reports.map(({ status }) => status)).toEqual(['merged', 'merged', 'processed']);
    expect(reports[0]!.mergedWith).toBe(reports[2]!.eventId);
    expect(new Set(reports.map(({ eventId }) => eventId)).size).toBe(3);
    await holdFor(engine, 2);
    const create = engine.submit(created(ring[1]));
    const gone = engine.submit(deleted(ring[1]));
    expect((await create).status).toBe('merged');
    expect((await gone).status).toBe('processed');
    expect((await engine.stats()).items).toBe(1);
    await engine.close();
  });

  it('drops nothing of a burst and works in order', async () => {
    const { engine } = setUp(patient);
    const processed: string[] = [];
    engine.on('event:processed', ({ itemId }) => processed.push(itemId));
    const items = Array.from({ length: 300 }, (_, n) => item(`i${n}`, `u${n}`, 'a', 'b'));
    await Promise.all(items.map((it) => engine.submit(created(it))));
    expect(processed).toEqual(items.map(({ id }) => id));
    await engine.close();
  });

  it('retries a failing store, then parks the event, and the sweep takes it up', async () => {
    const { engine, storage } = setUp(patient);
    for (const it of ring.slice(0, 2)) await engine.submit(created(it));
    const propose = storage.opportunities.propose;
    storage.opportunities.propose = vi.fn(async () => Promise.reject(new Error('store is down')));
    const failing = createBarterEngine({ ...mode, storage, categories, sleep: async () => {}, retry: { attempts: 2 } });
    const failed: unknown[] = [];
    failing.on('event:failed', (event) => failed.push(event));
    await expect(failing.submit(created(ring[2]))).rejects.toMatchObject({ code: 'event-failed' });
    expect(storage.opportunities.propose).toHaveBeenCalledTimes(2);
    expect(failed).toHaveLength(1);
    storage.opportunities.propose = propose;
    const { told } = await failing.sweep();
    expect(told).toBe(1);
    expect((await failing.sweep()).told).toBe(0);
    await Promise.all([engine.close(), failing.close()]);
  });

  it('closes once it is empty and refuses what comes later', async () => {
    const { engine, transport } = setUp(patient);
    const last = ring.map((it) => engine.submit(created(it)));
    await engine.close();
    expect((await Promise.all(last)).at(-1)!.told).toHaveLength(1);
    expect(transport.sent).toHaveLength(3);
    await expect(engine.submit(created(ring[0]))).rejects.toMatchObject({ code: 'closed' });
    await engine.close();
  });
});

describe('who listens or delivers', () => {
  it('cannot hurt others by throwing', async () => {
    const log: string[] = [];
    const { engine } = setUp({ ...patient, logger: (level, message) => level === 'error' && log.push(message) });
    const seen: string[] = [];
    engine.on('event:processed', () => {
      throw new Error('bad listener');
    });
    engine.on('event:processed', async () => Promise.reject(new Error('bad async listener')));
    engine.on('event:processed', ({ itemId }) => seen.push(itemId));
    await engine.submit(created(ring[0]));
    expect(seen).toEqual(['1']);
    await Promise.resolve();
    expect(log).toHaveLength(2);
    await engine.close();
  });

  it('that fails leaves the message in the outbox, to be sent once, later', async () => {
    const clock = manualClock();
    const sent: string[] = [];
    let isDown = true;
    const transport: BarterTransport = {
      deliver: async ({ userId }) => {
        if (isDown && userId === 'ben') throw new Error('down');
        sent.push(userId);
        return { receivers: 1 };
      },
      close: async () => {},
    };
    const engine = createBarterEngine({ ...mode, transport, clock, categories, ...patient });
    for (const it of ring) await engine.submit(created(it));
    expect(sent.sort()).toEqual(['ana', 'cem']);
    isDown = false;
    expect(await engine.deliverDue()).toBe(0);
    clock.advance(1_000);
    expect(await engine.deliverDue()).toBe(1);
    expect(await engine.deliverDue()).toBe(0);
    expect(sent.sort()).toEqual(['ana', 'ben', 'cem']);
    await engine.close();
  });

  it('that hangs does not hold up the queue', async () => {
    const transport: BarterTransport = { deliver: () => new Promise(() => {}), close: async () => {} };
    const engine = createBarterEngine({ ...mode, transport, categories, retry: { pushTimeoutMs: 30 } });
    const reports = [...ring, item('4', 'dan', 'd', 'd')].map((it) => engine.submit(created(it)));
    expect((await reports[3]!).status).toBe('processed');
    const { told } = await reports[2]!;
    expect(told[0]!.people.map(({ pushed, heldBy }) => [pushed, heldBy?.gate])).toEqual(
      Array(3).fill([false, 'transport']),
    );
    expect((await engine.stats()).notificationsPending).toBe(3);
    await engine.close();
  });

  it('hears of items through a bus', async () => {
    const { engine, transport } = setUp(patient);
    const bus = new ItemEventEmitter();
    const stop = engine.listen(bus);
    for (const it of ring) bus.emitItemCreated({ itemId: it.id, userId: it.ownerId, item: it });
    await engine.trigger('3');
    expect(transport.sent).toHaveLength(3);
    stop();
    bus.emitItemDeleted({ itemId: '1', userId: 'ana' });
    expect((await engine.stats()).items).toBe(3);
    await engine.close();
  });
});

describe('gates', () => {
  it('hold pushes back but never the inbox, and let them go when it is time', async () => {
    const { engine, transport, storage, clock } = setUp({
      ...patient,
      policies: { throttle: [{ limit: 1, windowMs: 1_000 }] },
    });
    for (const n of [1, 2, 3]) await engine.submit(created(item(`b${n}`, `user${n}`, 'b', 'a')));
    const { told } = await engine.submit(created(item('x', 'ana', 'a', 'b')));
    expect(told).toHaveLength(3);
    const anas = told.flatMap(({ people }) => people).filter(({ userId }) => userId === 'ana');
    expect(anas.map(({ pushed }) => pushed).sort()).toEqual([false, false, true]);
    expect(anas.find(({ pushed }) => !pushed)!.heldBy).toMatchObject({
      gate: 'throttle',
      retryAt: clock.now() + 1_000,
    });
    expect(await storage.notifications.inbox('ana', { limit: 10 })).toHaveLength(3);
    clock.advance(1_000);
    expect(await engine.deliverDue()).toBe(1);
    clock.advance(1_000);
    expect(await engine.deliverDue()).toBe(1);
    expect(transport.sent.filter(({ userId }) => userId === 'ana')).toHaveLength(3);
    await engine.close();
  });

  it('respect each person’s own minimum, mutes and blocks', async () => {
    const { engine, transport } = setUp(patient);
    const half = item('1', 'ana', 'all', 'b'); // an item vaguely filed scores 0.6 as an answer
    await engine.setPreferences({ userId: 'ben', minScore: 0.9 });
    await engine.submit(created(half));
    const { refused } = await engine.submit(created(item('2', 'ben', 'b', 'a')));
    expect(refused).toEqual([]); // below ben's own floor, so not even searched for
    const { refused: seenByAna } = await engine.trigger('1');
    expect(seenByAna).toMatchObject([{ gate: 'threshold', userId: 'ben' }]);
    await engine.setPreferences({ userId: 'ben', mutedUserIds: ['ana'] });
    expect((await engine.trigger('1')).refused).toMatchObject([{ gate: 'preferences', userId: 'ben' }]);
    await engine.setPreferences({ userId: 'ben' });
    expect(transport.sent).toHaveLength(2);
    await engine.setPreferences({ userId: 'ana', blockedUserIds: ['ben'] });
    expect(transport.sent.filter(({ type }) => type === 'match_withdrawn')).toHaveLength(2);
    expect((await engine.matches({ itemId: '1' })).matches).toEqual([]);
    await engine.close();
  });

  it('give the cooldown to the goods, not to the listing', async () => {
    const { engine, transport, clock } = setUp(patient);
    await engine.submit(created(item('1', 'ana', 'a', 'b')));
    const ben = item('2', 'ben', 'b', 'a', { title: 'Red bike' });
    await engine.submit(created(ben));
    await engine.submit(deleted(ben));
    const { told } = await engine.submit(created({ ...ben, id: '22', title: ' red  BIKE' }));
    expect(told[0]!.people.every(({ heldBy }) => heldBy?.gate === 'cooldown')).toBe(true);
    expect(transport.sent.filter(({ type }) => type === 'new_match')).toHaveLength(2);
    clock.advance(3_600_000);
    expect(await engine.deliverDue()).toBe(2);
    await engine.close();
  });
});

describe('reads', () => {
  it('are cached while nothing around the item changes', async () => {
    const { engine, clock } = setUp(patient);
    for (const it of ring) await engine.submit(created(it));
    await engine.submit(created(item('9', 'zoe', 'd', 'd')));
    const cached = async () => (await engine.matches({ itemId: '1' })).cached;
    expect([await cached(), await cached()]).toEqual([false, true]);
    await engine.submit(created(item('8', 'yan', 'd', 'd')));
    expect(await cached()).toBe(true);
    await engine.submit(created(item('4', 'dan', 'b', 'c')));
    const answer = await engine.matches({ itemId: '1' });
    expect([answer.cached, answer.matches.length]).toEqual([false, 2]);
    clock.advance(300_001);
    expect(await cached()).toBe(false);
    await engine.close();
  });

  it('explain trades and their absence', async () => {
    const { engine } = setUp(patient);
    for (const it of ring) await engine.submit(created(it));
    const [match] = (await engine.matches({ itemId: '1' })).matches;
    const { edges } = await engine.explain(match!.opportunityId!);
    expect(edges.map((edge) => edge!.score)).toEqual([1, 1, 1]);
    expect((await engine.whyNot('1', '2')).obstacles).toEqual(['Category a is not close to the wanted c.']);
    await expect(engine.whyNot('1', 'none')).rejects.toThrow(/"none" is not in the market/);
    const around = await engine.neighbourhood('1', { depth: 1 });
    expect(around.items.map(({ id, ownerId, title, steps }) => [id, ownerId, title, steps])).toEqual([
      ['1', 'ana', expect.any(String), 0],
      [expect.any(String), expect.any(String), expect.any(String), 1],
      [expect.any(String), expect.any(String), expect.any(String), 1],
    ]);
    expect(around).toMatchObject({ isWhole: true, edges: { length: 3 } });
    await expect(engine.neighbourhood('none')).rejects.toMatchObject({ code: 'unknown-item' });
    await expect(engine.neighbourhood('1', { limit: 0 })).rejects.toMatchObject({ code: 'invalid-options' });
    await expect(engine.countAnswers(item('draft', 'ana', 'a', 'b'))).resolves.toEqual({ count: 1, isComplete: true });
    const anything = { ...item('draft', 'zoe', 'a', 'b'), wants: [{ categoryId: 'all' }] };
    await expect(engine.countAnswers(anything, { most: 2 })).resolves.toEqual({ count: 2, isComplete: false });
    await expect(engine.countAnswers(anything, { most: 0 })).rejects.toMatchObject({ code: 'invalid-options' });
    await expect(engine.countAnswers(item('draft', 'zoe', 'a', 'none'))).rejects.toMatchObject({
      code: 'unknown-category',
    });
    await expect(engine.explain('OPP-none')).rejects.toMatchObject({ code: 'unknown-opportunity' });
    await engine.close();
  });
});
