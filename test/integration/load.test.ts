import { describe, expect, it } from 'vitest';
import { type BarterEngineOptions, createBarterEngine, type Item, memoryStorage, memoryTransport } from '../../src';
import { manualClock } from '../../src/testing';
import { mode } from '../support/mode';

const categories = [{ id: 'all' }, ...['a', 'b', 'c'].map((id) => ({ id, parentId: 'all' }))];

/** Item `n` of a market in which each second one wants what the others are. */
function item(n: number, change: Partial<Item> = {}): Item {
  const [gives, wants] = n % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
  return {
    id: `i${String(n).padStart(4, '0')}`,
    ownerId: `u${n}`,
    title: `Item ${n}`,
    categoryId: gives!,
    wants: [{ categoryId: wants! }],
    status: 'available',
    ...change,
  };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => item(n));

function setUp(options: BarterEngineOptions = {}) {
  const storage = memoryStorage();
  const transport = memoryTransport();
  const engine = createBarterEngine({
    ...mode,
    storage,
    transport,
    categories,
    clock: manualClock(),
    policies: { perEvent: 1_000 }, // an event that told enough would leave something to the sweep
    sleep: (ms) => (ms > 0 ? new Promise(() => {}) : new Promise((resolve) => setImmediate(resolve))),
    ...options,
  });
  const put = (it: Item) => engine.submit({ type: 'item:updated', itemId: it.id, userId: it.ownerId, item: it });
  return { engine, storage, transport, put };
}

describe('load', () => {
  it('takes in many items, stores them, and searches none before the sweep', async () => {
    const { engine, storage, transport } = setUp();
    const report = await engine.load(many(200));
    expect(report).toMatchObject({ items: 200, refused: [], refusedCount: 0 });
    expect(await engine.stats()).toMatchObject({ items: 200, edges: 20_000, eventsProcessed: 0, opportunitiesTold: 0 });
    expect(await storage.items.page({ limit: 999 })).toEqual(many(200));
    expect(transport.sent).toEqual([]);
    const { items, told } = await engine.sweep();
    expect(items).toBe(200);
    expect(told).toBeGreaterThan(0);
    await engine.close();
  });

  it('makes the market that events make, on top of what is there', async () => {
    const one = setUp();
    const other = setUp();
    for (const it of many(40)) await one.put(it);
    for (const it of many(10)) await other.put(it);
    await other.engine.load(many(40).reverse());
    for (const { engine } of [one, other]) expect(await engine.stats()).toMatchObject({ items: 40, edges: 800 });
    const found = async ({ engine }: typeof one) =>
      (await engine.matches({ itemId: 'i0003' })).matches.map(({ cycle }) => cycle.key);
    expect(await found(other)).toEqual(await found(one));
    await Promise.all([one.engine.close(), other.engine.close()]);
  });

  it('says which items it refuses, and why, and lists no more than a hundred', async () => {
    const { engine, storage, put } = setUp();
    await put(item(1));
    const wrong = [
      item(2, { title: ' ' }),
      item(3, { categoryId: 'none' }),
      item(1, { ownerId: 'eve' }),
      undefined as unknown as Item,
    ];
    const { items, refused, refusedCount } = await engine.load([item(4), ...wrong, item(5)]);
    expect(items).toBe(2);
    expect(refused.map(({ itemId, code }) => [itemId, code])).toEqual([
      ['i0002', 'invalid-item'],
      ['undefined', 'invalid-item'],
      ['i0003', 'unknown-category'],
      ['i0001', 'owner-mismatch'],
    ]);
    expect(refusedCount).toBe(4);
    expect((await storage.items.page({ limit: 9 })).map(({ id }) => id)).toEqual(['i0001', 'i0004', 'i0005']);
    const worse = await engine.load(many(300).map((it) => ({ ...it, title: '' })));
    expect([worse.items, worse.refused.length, worse.refusedCount]).toEqual([0, 100, 300]);
    await engine.close();
  });

  it('stores nothing where the host has', async () => {
    const { engine, storage } = setUp();
    await engine.load(many(3), { store: false });
    expect(await storage.items.page({ limit: 9 })).toEqual([]);
    expect((await engine.stats()).items).toBe(3);
    await engine.close();
  });

  it('has events wait, and lets the event loop turn', async () => {
    const { engine, put } = setUp();
    await engine.start();
    let turns = 0;
    let isLoading = true;
    const loading = engine.load(many(1_000)).finally(() => {
      isLoading = false;
    });
    const event = put(item(1_000)).then(() => isLoading);
    while (isLoading) {
      turns++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await loading).items).toBe(1_000);
    expect(await event).toBe(false);
    expect(turns).toBeGreaterThan(15);
    expect((await engine.stats()).items).toBe(1_001);
    await engine.close();
  });

  it('keeps of a load that fails what was stored, and nothing else', async () => {
    const { engine, storage } = setUp();
    const { put } = storage.items;
    storage.items.put = async (it) => {
      if (it.id === 'i0070') throw new Error('full');
      return put(it);
    };
    await expect(engine.load(many(200))).rejects.toThrow('full');
    const stored = await storage.items.page({ limit: 999 });
    expect(stored).toHaveLength(127); // two slices of 64, but for the one
    expect((await engine.stats()).items).toBe(127);
    storage.items.put = put;
    expect((await engine.load(many(200))).items).toBe(200);
    expect(await engine.stats()).toMatchObject({ items: 200, edges: 20_000 });
    await engine.close();
  });

  it('ends by the next sweep the trades of items that it takes off', async () => {
    const { engine, storage, put } = setUp();
    for (const n of [0, 1]) await put(item(n));
    await engine.load([item(0, { status: 'traded' })]);
    expect((await engine.sweep()).withdrawn).toBe(1);
    expect((await storage.opportunities.byUser('u1', { limit: 9 })).map(({ state }) => state)).toEqual(['withdrawn']);
    await engine.close();
  });
});

describe('a sweep', () => {
  it('looks at nothing where nothing has changed', async () => {
    const { engine, put } = setUp();
    for (const it of many(6)) await put(it);
    expect(await engine.sweep()).toMatchObject({ items: 0, left: 0 });
    await engine.close();
  });

  it('of all goes on where its budget ended it', async () => {
    const { engine, put } = setUp();
    for (const it of many(100)) await put(it);
    const seen: string[] = [];
    engine.on('event:processed', ({ itemId }) => seen.push(itemId));
    expect(await engine.sweep({ full: true, budget: 70 })).toMatchObject({ items: 70, left: 30 });
    await engine.submit({ type: 'item:deleted', itemId: 'i0099', userId: 'u99' });
    expect(await engine.sweep({ full: true, budget: 70 })).toMatchObject({ items: 29, left: 0 });
    expect(new Set(seen).size).toBe(100);
    expect(await engine.sweep({ full: true, budget: 10 })).toMatchObject({ items: 10, left: 89 });
    expect(await engine.sweep({ full: true })).toMatchObject({ items: 99, left: 0 });
    await engine.close();
  });

  it('that is ended early leaves the rest to the next', async () => {
    const { engine } = setUp();
    await engine.load(many(100));
    const ending = new AbortController();
    engine.on('event:processed', ({ itemId }) => itemId === 'i0009' && ending.abort());
    expect(await engine.sweep({ signal: ending.signal })).toMatchObject({ items: 10, left: 90 });
    expect(await engine.sweep()).toMatchObject({ items: 90, left: 0 });
    await engine.close();
  });

  it('ends trades whose time is over, without looking at every item', async () => {
    const clock = manualClock();
    const { engine, storage, put } = setUp({ clock });
    for (const it of many(2)) await put(it);
    for (let n = 2; n < 50; n++) await put(item(n, { categoryId: 'c', wants: [] }));
    clock.advance(48 * 3_600_000);
    expect(await engine.sweep()).toMatchObject({ items: 0, told: 0, withdrawn: 1 });
    const states = (await storage.opportunities.byUser('u0', { limit: 9 })).map(({ state }) => state);
    expect(states).toEqual(['expired']); // and its people are not asked the same again
    await engine.close();
  });

  it('of all is not answered by one of some that runs already', async () => {
    const { engine, put } = setUp();
    for (const it of many(20)) await put(it);
    const [some, all, allToo] = await Promise.all([
      engine.sweep(),
      engine.sweep({ full: true }),
      engine.sweep({ full: true }),
    ]);
    expect([some.items, all.items]).toEqual([0, 20]);
    expect(allToo).toEqual(all);
    await engine.close();
  });
});
