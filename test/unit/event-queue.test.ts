import { describe, expect, it } from 'vitest';
import {
  type BarterEngineOptions,
  createBarterEngine,
  type Item,
  ItemEventEmitter,
  Market,
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
const ana = item('1', 'ana', 'a', 'b');
const ben = item('2', 'ben', 'b', 'a');
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp(options: BarterEngineOptions = {}) {
  const clock = manualClock();
  const storage = options.storage ?? memoryStorage();
  const transport = memoryTransport();
  const engine = createBarterEngine({
    ...mode,
    storage,
    transport,
    clock,
    categories,
    // Pushes never time out, and nothing is waited for between two tries.
    sleep: (ms) => (ms >= 5_000 ? new Promise(() => {}) : turn()),
    ...options,
  });
  return { engine, storage, clock, transport };
}

describe('an event', () => {
  it('reaches the engine though another listener on the bus throws', async () => {
    const { engine } = setUp();
    const bus = new ItemEventEmitter();
    bus.on('item:created', () => {
      throw new Error('a bug elsewhere');
    });
    engine.listen(bus);
    expect(() => bus.emitItemCreated({ itemId: '1', userId: 'ana', item: ana })).not.toThrow();
    await turn();
    await engine.sweep();
    expect((await engine.stats()).items).toBe(1);
    await engine.close();
  });

  it('that carries its item is not lost to a later one that does not', async () => {
    const { engine, storage } = setUp();
    await holdFor(engine, 2);
    const reports = await Promise.all([
      engine.submit(created(ana)),
      engine.submit({ type: 'item:updated', itemId: '1', userId: 'ana' }),
    ]);
    expect(reports.map(({ status }) => status)).toEqual(['merged', 'processed']);
    expect(await storage.items.get('1')).toEqual(ana);
    expect((await engine.stats()).items).toBe(1);
    await engine.close();
  });

  it('of somebody else does not take the place of the owner’s that still waits', async () => {
    const { engine, storage } = setUp();
    await holdFor(engine, 1); // theirs is refused on its arrival
    const [mine, theirs] = await Promise.allSettled([
      engine.submit(created(ana)),
      engine.submit({ type: 'item:deleted', itemId: '1', userId: 'eve' }),
    ]);
    expect(theirs).toMatchObject({ status: 'rejected', reason: { code: 'owner-mismatch' } });
    expect(mine).toMatchObject({ status: 'fulfilled', value: { status: 'processed' } });
    expect((await storage.items.get('1'))?.ownerId).toBe('ana');
    await engine.close();
  });

  it('of somebody else is refused though the engine has not loaded its items yet', async () => {
    const { engine, storage } = setUp();
    await storage.items.put(ana);
    await expect(engine.submit({ type: 'item:deleted', itemId: '1', userId: 'eve' })).rejects.toMatchObject({
      code: 'owner-mismatch',
    });
    expect(await storage.items.get('1')).toEqual(ana);
    await engine.close();
  });

  it('of somebody else is refused though the item is not on offer now', async () => {
    const { engine, storage } = setUp();
    await engine.submit(created({ ...ana, status: 'locked' }));
    const stolen = { ...created({ ...ana, ownerId: 'eve' }), userId: 'eve' };
    await expect(engine.submit(stolen)).rejects.toMatchObject({ code: 'owner-mismatch' });
    expect((await storage.items.get('1'))?.ownerId).toBe('ana');
    await engine.close();
  });

  it('tells of an item that has changed hands in the host’s tables', async () => {
    const { engine, storage } = setUp();
    for (const it of [ana, ben]) await engine.submit(created(it));
    await storage.items.put({ ...ben, ownerId: 'dan' });
    await engine.submit({ type: 'item:updated', itemId: '2', userId: 'dan' });
    expect((await storage.opportunities.byUser('ben', { limit: 9 })).map(({ state }) => state)).toEqual(['withdrawn']);
    await engine.close();
  });

  it('that failed half-way reports all it did in the end, and tells no more than five', async () => {
    const { engine, storage, transport } = setUp({ policies: { throttle: [], perEvent: 5 } });
    for (let n = 0; n < 8; n++) await engine.submit(created(item(`b${n}`, `user${n}`, 'b', 'a')));
    const { propose } = storage.opportunities;
    let calls = 0;
    storage.opportunities.propose = async (...args) => {
      if (++calls === 4) throw new Error('the connection broke');
      return propose(...args);
    };
    const { told } = await engine.submit(created(ana));
    expect(told).toHaveLength(5);
    expect(await storage.opportunities.byUser('ana', { limit: 99 })).toHaveLength(5);
    expect(transport.sent.filter(({ userId }) => userId === 'ana')).toHaveLength(5);
    await engine.close();
  });

  it('fails for as long as the storage does, and works again after that', async () => {
    const { engine, storage } = setUp();
    await storage.items.put(ana);
    const { page } = storage.items;
    storage.items.page = async () => Promise.reject(new Error('not up yet'));
    await expect(engine.submit(created(ben))).rejects.toMatchObject({ code: 'event-failed' });
    storage.items.page = page;
    const { told } = await engine.submit({ ...created(ben), type: 'item:updated' });
    expect(told).toHaveLength(1);
    await engine.close();
  });
});

describe('changed categories', () => {
  it('withdraw the trades that they leave no ground for', async () => {
    const { engine, storage } = setUp();
    const more = [...categories, { id: 'a1', parentId: 'a' }];
    await engine.setCategories(more);
    for (const it of [{ ...ana, categoryId: 'a1' }, ben]) await engine.submit(created(it));
    expect(await storage.opportunities.byUser('ana', { limit: 9 })).toHaveLength(1);
    await engine.setCategories([...categories, { id: 'a1', parentId: 'c' }]); // no longer an answer to Ben's want
    expect((await storage.opportunities.byUser('ana', { limit: 9 })).map(({ state }) => state)).toEqual(['withdrawn']);
    await engine.close();
  });
});

describe('a cached answer', () => {
  it('goes with a change that lets a waiting candidate back into a list that was cut', async () => {
    const { engine } = setUp({ matching: { candidatesPerWant: 1, maxLength: 4 } });
    await engine.submit(created(item('4', 'dan', 'c', 'd')));
    await engine.submit(created(item('5', 'eve', 'd', 'a')));
    await engine.submit(created({ ...ana, wants: [{ categoryId: 'b', keywords: ['red', 'bike'] }] }));
    await engine.submit(created(item('2', 'ben', 'b', 'c', { title: 'Bike' })));
    const better = item('3', 'cem', 'b', 'c', { title: 'Red bike' });
    await engine.submit(created(better)); // takes Ben's place in Ana's list
    expect((await engine.matches({ itemId: '2' })).matches).toEqual([]);
    await engine.submit({ type: 'item:deleted', itemId: '3', userId: 'cem' });
    expect((await engine.trigger('2')).found).toHaveLength(1);
    expect((await engine.matches({ itemId: '2' })).matches).toHaveLength(1);
    await engine.close();
  });
});

describe('a closed engine', () => {
  it('has handed nothing to the transport after closing it', async () => {
    let isDown = true;
    let isClosed = false;
    let late = 0;
    const transport = {
      deliver: async () => {
        if (isDown) throw new Error('down');
        if (isClosed) late++;
        await turn();
        return { receivers: 1 };
      },
      close: async () => {
        isClosed = true;
      },
    };
    const { engine, clock } = setUp({ transport, policies: { throttle: [] } });
    for (let n = 0; n < 6; n++) await engine.submit(created(item(`b${n}`, `user${n}`, 'b', 'a')));
    await engine.submit(created(ana));
    isDown = false;
    clock.advance(1_000); // ten pushes are due
    const draining = engine.deliverDue().catch(() => {});
    const sweeping = engine.sweep().catch(() => {});
    const triggering = engine.trigger('b5').catch(() => {});
    await turn();
    await engine.close();
    await Promise.all([draining, sweeping, triggering, engine.deliverDue().catch(() => {})]);
    expect(late).toBe(0);
  });
});

describe('a scorer of the host’s own that throws', () => {
  it('leaves the market as it was', () => {
    let isBroken = false;
    const market = new Market({
      extraCriteria: [
        {
          name: 'broken',
          weight: 1,
          score: () => {
            if (isBroken) throw new Error('a bug elsewhere');
            return { score: 1, reason: 'Fine.' };
          },
        },
      ],
    });
    const one: Item = { id: '1', ownerId: 'ana', title: 'x', wants: [{}], status: 'available' };
    market.put(one);
    const before = market.graph.stateHash();
    isBroken = true;
    expect(() => market.put({ ...one, id: '2', ownerId: 'ben' })).toThrow('a bug elsewhere');
    expect(market.graph.stateHash()).toBe(before);
    expect(market.get('2')).toBeUndefined();
  });
});

describe('what a second look found', () => {
  it('a load that fails half-way and is tried again makes the same market', async () => {
    const items = Array.from({ length: 1_500 }, (_, n) =>
      item(`i${String(n).padStart(4, '0')}`, `u${n}`, n % 2 ? 'a' : 'b', n % 2 ? 'b' : 'a', {
        wants: [{ itemIds: [`i${String((n + 1) % 1_500).padStart(4, '0')}`] }],
      }),
    );
    const { engine, storage } = setUp();
    for (const it of items) await storage.items.put(it);
    const { page } = storage.items;
    let calls = 0;
    storage.items.page = async (query) => {
      if (++calls === 2) throw new Error('the connection broke');
      return page(query);
    };
    await expect(engine.start()).rejects.toThrow('the connection broke');
    await storage.items.remove('i0005'); // of the page that was read
    await engine.start();
    expect(await engine.stats()).toMatchObject({ items: 1_499, edges: 1_498 });
    await engine.close();
  });

  it('an item that could not be stored is not lost to a later event without it', async () => {
    const { engine, storage } = setUp({ retry: { attempts: 1 } });
    await engine.start();
    const { put } = storage.items;
    storage.items.put = async () => Promise.reject(new Error('full'));
    await expect(engine.submit(created(ana))).rejects.toMatchObject({ code: 'event-failed' });
    storage.items.put = put;
    await engine.submit({ type: 'item:updated', itemId: '1', userId: 'ana' });
    expect(await storage.items.get('1')).toEqual(ana);
    expect((await engine.stats()).items).toBe(1);
    await engine.close();
  });

  it('an item that was stored though the storage said no is taken up by a trigger', async () => {
    const { engine, storage } = setUp({ retry: { attempts: 2 } });
    const { put } = storage.items;
    storage.items.put = async (it) => {
      await put.call(storage.items, it);
      throw new Error('the connection broke before the answer came');
    };
    await engine.submit(created(ben)).catch(() => {});
    await expect(engine.submit(created(ana))).rejects.toMatchObject({ code: 'event-failed' });
    expect((await engine.stats()).items).toBe(0);
    storage.items.put = put;
    expect((await engine.trigger('2')).told).toHaveLength(0);
    expect((await engine.trigger('1')).told).toHaveLength(1);
    await expect(engine.trigger('3')).rejects.toMatchObject({ code: 'unknown-item' });
    await engine.close();
  });

  it('categories changed while a sweep runs are looked at by one of their own', async () => {
    const { engine, storage } = setUp();
    await engine.setCategories([...categories, { id: 'a1', parentId: 'a' }]);
    for (const it of [{ ...ana, categoryId: 'a1' }, ben]) await engine.submit(created(it));
    for (let n = 0; n < 200; n++) await engine.submit(created(item(`z${n}`, `z${n}`, 'c', 'c')));
    const isPast = new Promise<void>((resolve) => {
      engine.on('event:processed', ({ itemId }) => itemId === 'z10' && resolve());
    });
    const running = engine.sweep({ full: true });
    await isPast; // the items of the trade come before
    await engine.setCategories([...categories, { id: 'a1', parentId: 'c' }]);
    await running;
    expect((await storage.opportunities.byUser('ana', { limit: 9 })).map(({ state }) => state)).toEqual(['withdrawn']);
    await engine.close();
  });

  it('a sweep that weighs words anew does so in slices', async () => {
    let slept = 0;
    const { engine } = setUp({
      sleep: async (ms) => {
        if (ms >= 5_000) return new Promise(() => {});
        slept++;
        return turn();
      },
    });
    const wish = (n: number) =>
      item(`w${n}`, `w${n}`, 'a', 'b', {
        title: 'Steel bike',
        wants: [{ categoryId: 'b', keywords: ['steel', 'rare'] }],
      });
    for (let n = 0; n < 300; n++) await engine.submit(created(wish(n)));
    let before: number | undefined;
    slept = 0;
    engine.on('event:processed', () => {
      before ??= slept;
    });
    await engine.sweep();
    expect(before).toBeGreaterThanOrEqual(4); // "steel" is in 300 items: as many wants are scored again, 64 at a time
    expect((await engine.stats()).items).toBe(300);
    await engine.close();
  });

  it('preferences are kept though a search after them fails', async () => {
    const { engine, storage } = setUp({ retry: { attempts: 1 } });
    await engine.submit(created(ana));
    const { activeByItem } = storage.opportunities;
    storage.opportunities.activeByItem = async () => Promise.reject(new Error('down'));
    await engine.setPreferences({ userId: 'ana', minScore: 0.7 });
    storage.opportunities.activeByItem = activeByItem;
    expect(await storage.preferences.get('ana')).toEqual({ userId: 'ana', minScore: 0.7 });
    expect((await engine.stats()).eventsFailed).toBe(1);
    await engine.close();
  });

  it('whoever changes an answer does not change the next one', async () => {
    const { engine } = setUp();
    for (const it of [ana, ben]) await engine.submit(created(it));
    const first = await engine.matches({ itemId: '1' });
    first.matches[0]!.cycle.items.length = 0;
    expect((await engine.matches({ itemId: '1' })).matches[0]!.cycle.items).toEqual(['1', '2']);
    await engine.close();
  });

  it('a closed engine rejects and does not throw', async () => {
    const { engine } = setUp();
    await engine.close();
    const started = engine.start();
    await expect(started).rejects.toMatchObject({ code: 'closed' });
  });
});
