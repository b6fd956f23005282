import { describe, expect, it } from 'vitest';
import {
  type BarterEngineOptions,
  type BarterTransport,
  createBarterEngine,
  type Item,
  type MemoryTransport,
  memoryStorage,
  memoryTransport,
  type Notification,
  type Opportunity,
} from '../../src';
import { manualClock } from '../../src/testing';
import { mode } from '../support/mode';

const HOUR = 3_600_000;
const categories = [{ id: 'all' }, ...['a', 'b', 'c', 'd'].map((id) => ({ id, parentId: 'all' }))];

/** An item filed in one category whose owner wants something from another. */
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

function setUp(options: BarterEngineOptions & { transport?: MemoryTransport } = {}) {
  const clock = manualClock();
  const storage = memoryStorage();
  const transport = options.transport ?? memoryTransport();
  const engine = createBarterEngine({
    ...mode,
    storage,
    clock,
    categories,
    // Pushes never time out: the clock stands still.
    sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
    ...options,
    transport,
  });
  return {
    engine,
    clock,
    storage,
    transport,
    put: (it: Item) => engine.submit({ type: 'item:updated', itemId: it.id, userId: it.ownerId, item: it }),
    drop: (it: Item) => engine.submit({ type: 'item:deleted', itemId: it.id, userId: it.ownerId }),
    /** All opportunities of a person, oldest attempt first. */
    of: async (userId: string): Promise<Opportunity[]> =>
      (await storage.opportunities.byUser(userId, { limit: 100 })).sort((x, y) => x.attempt - y.attempt),
    /** What a person's inbox says of their only opportunity. */
    row: async (userId: string) => {
      const rows = await storage.notifications.inbox(userId, { limit: 10 });
      expect(rows).toHaveLength(1);
      return rows[0]!;
    },
  };
}

/** Who was sent what, in order. */
function told(transport: MemoryTransport, since = 0): string[] {
  return transport.sent.slice(since).map(({ userId, type }) => `${userId} ${type}`);
}

const everybody = (people: string[], type: Notification['type']) => people.map((userId) => `${userId} ${type}`).sort();
const pair = [item('1', 'ana', 'a', 'b'), item('2', 'ben', 'b', 'a')] as const;
const ring = [item('1', 'ana', 'a', 'b'), item('2', 'ben', 'b', 'c'), item('3', 'cem', 'c', 'a')] as const;

/** Ben's item as Ana sees it: each of twenty words is worth 0.025 of her score. */
const wish = Array.from({ length: 20 }, (_, n) => `wish${n}`);
const anas = item('1', 'ana', 'a', 'b', { wants: [{ categoryId: 'b', keywords: wish }] });
const bens = (words: number, change: Partial<Item> = {}) =>
  item('2', 'ben', 'b', 'a', { title: 'Bike', description: wish.slice(0, words).join(' '), ...change });

describe('the id of an opportunity', () => {
  it('is the same on every node, whatever came first and whatever the terms', async () => {
    const ids = new Set<string>();
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ] as const) {
      const { engine, put, of } = setUp();
      for (const n of order) await put({ ...ring[n], title: `Title ${order.join('')}`, estimatedValue: order[0] + 1 });
      const found = await of('ana');
      expect(found).toHaveLength(1);
      ids.add(found[0]!.id);
      await engine.close();
    }
    expect(ids.size).toBe(1);
  });

  it('is another for each attempt and for each direction', async () => {
    const { engine, put, drop, of } = setUp({ policies: { cooldownMs: 0 } });
    const both = ['1', '2', '3'].map((id) => ({
      ...ring[Number(id) - 1]!,
      wants: [{ categoryId: 'a' }, { categoryId: 'b' }, { categoryId: 'c' }],
    }));
    for (const it of both) await put(it);
    const three = (await of('ana')).filter(({ items }) => items.length === 3);
    expect(three.map(({ cycleKey }) => cycleKey).sort()).toEqual(['["1","2","3"]', '["1","3","2"]']);
    expect(new Set(three.map(({ id }) => id)).size).toBe(2);
    await drop(both[0]!);
    await put(both[0]!);
    const again = (await of('ana')).filter(({ items }) => items.length === 3);
    expect(new Set(again.map(({ id }) => id)).size).toBe(4);
    expect(again.map(({ attempt }) => attempt).sort()).toEqual([0, 0, 1, 1]);
    await engine.close();
  });
});

describe('an opportunity that has ended', () => {
  it('is never revived: the next one has a greater attempt', async () => {
    const { engine, put, drop, of, clock } = setUp();
    for (const it of pair) await put(it);
    for (let round = 1; round <= 3; round++) {
      clock.advance(1);
      const before = (await of('ana')).at(-1)!;
      await drop(pair[1]);
      const ended = (await of('ana')).at(-1)!;
      expect(ended).toMatchObject({ id: before.id, state: 'withdrawn', endedAt: clock.now() });
      expect(ended.endReason).toMatch(/\w/);
      clock.advance(1);
      const { told: proposed } = await put(pair[1]);
      expect(proposed).toHaveLength(1);
      const all = await of('ana');
      expect(all.map(({ attempt }) => attempt)).toEqual(Array.from({ length: round + 1 }, (_, n) => n));
      expect(all.map(({ state }) => state)).toEqual([...Array(round).fill('withdrawn'), 'proposed']);
      expect(all.at(-2)).toEqual(ended);
      expect(new Set(all.map(({ id }) => id)).size).toBe(round + 1);
    }
    await engine.close();
  });

  it('ends when its time is over, and its people hear of it', async () => {
    const { engine, put, of, clock, transport } = setUp();
    for (const it of pair) await put(it);
    const [{ expiresAt }] = (await of('ana')) as [Opportunity];
    expect(expiresAt).toBe(clock.now() + 48 * HOUR);
    clock.advance(48 * HOUR - 1);
    await engine.sweep();
    expect((await of('ana')).map(({ state }) => state)).toEqual(['proposed']);
    const since = transport.sent.length;
    clock.advance(1);
    await engine.trigger('1');
    expect((await of('ana')).map(({ state }) => state)).toEqual(['expired']); // nobody is asked the same again
    expect(
      told(transport, since)
        .filter((it) => it.endsWith('withdrawn'))
        .sort(),
    ).toEqual(everybody(['ana', 'ben'], 'match_withdrawn'));
    await engine.close();
  });

  const ends = (name: string, change: Partial<Item>) =>
    it(`ends where ${name}`, async () => {
      const { engine, put, of, transport } = setUp();
      for (const it of ring) await put(it);
      const report = await put({ ...ring[1], ...change });
      expect(report.withdrawn).toHaveLength(1);
      expect((await of('ana')).map(({ state }) => state)).toEqual(['withdrawn']);
      expect(told(transport, 3).sort()).toEqual(everybody(['ana', 'ben', 'cem'], 'match_withdrawn'));
      await engine.close();
    });
  ends('an item is locked', { status: 'locked' });
  ends('an item is traded elsewhere', { status: 'traded' });
  ends('an item is something else now', { categoryId: 'd' });
  ends('an owner wants something else', { wants: [{ categoryId: 'd' }] });
  ends('an owner wants nothing any more', { wants: [] });

  it('ends where two of its people are one person, neighbours or not', async () => {
    const { engine, put, of } = setUp();
    const four = [
      item('1', 'ana', 'a', 'b'),
      item('2', 'ben', 'b', 'c'),
      item('3', 'cem', 'c', 'd'),
      item('4', 'dan', 'd', 'a'),
    ];
    for (const it of four) await put(it);
    await put({ ...four[0]!, ownerGroup: 'family' });
    expect((await of('ana')).map(({ state }) => state)).toEqual(['proposed']);
    await put({ ...four[2]!, ownerGroup: 'family' });
    expect((await of('ana')).map(({ state }) => state)).toEqual(['withdrawn']);
    await engine.close();
  });
});

describe('an owner whose items name different groups', () => {
  it('is in no trade twice, neighbours or not', async () => {
    const { engine, put } = setUp();
    await put(item('1', 'ana', 'a', 'b', { ownerGroup: 'family' }));
    await put(item('2', 'ben', 'b', 'c'));
    await put(item('3', 'ana', 'c', 'd'));
    const { found, told: proposed } = await put(item('4', 'dan', 'd', 'a'));
    expect([found, proposed]).toEqual([[], []]);
    await engine.close();
  });
});

describe('a block', () => {
  it('leaves no trade with both of them, neighbours or not', async () => {
    const { engine, put, of } = setUp();
    const four = [
      item('1', 'ana', 'a', 'b'),
      item('2', 'ben', 'b', 'c'),
      item('3', 'cem', 'c', 'd'),
      item('4', 'dan', 'd', 'a'),
    ];
    for (const it of four) await put(it);
    await engine.setPreferences({ userId: 'ana', blockedUserIds: ['cem'] });
    expect((await of('ben')).map(({ state }) => state)).toEqual(['withdrawn']);
    for (const { id } of four) expect((await engine.trigger(id)).told).toEqual([]);
    for (const { id } of four) expect((await engine.matches({ itemId: id })).matches, id).toEqual([]);
    await engine.close();
  });
});

describe('finding a live opportunity again', () => {
  it('sends nothing and changes nothing', async () => {
    const { engine, put, of, row, transport } = setUp();
    for (const it of ring) await put(it);
    const before = [await of('ana'), await row('ana')];
    await engine.trigger('1');
    await put(ring[2]);
    await put({ ...ring[1], description: undefined as never });
    await engine.sweep();
    expect(await engine.deliverDue()).toBe(0);
    expect([await of('ana'), await row('ana')]).toEqual(before);
    expect(told(transport).sort()).toEqual(everybody(['ana', 'ben', 'cem'], 'new_match'));
    await engine.close();
  });
});

describe('the revision', () => {
  const grows = (
    name: string,
    change: Partial<Item>,
    expected: Partial<Opportunity>,
    cash: 'off' | 'balance' = 'off',
  ) =>
    it(`grows where ${name}`, async () => {
      const { engine, put, of } = setUp({ matching: { cash } });
      const valued = pair.map((it) => ({ ...it, estimatedValue: 100 }));
      for (const it of valued) await put(it);
      const [before] = (await of('ana')) as [Opportunity];
      expect(before.revision).toBe(1);
      const report = await put({ ...valued[1]!, ...change });
      const [after] = (await of('ana')) as [Opportunity];
      expect(after).toMatchObject({ id: before.id, attempt: 0, state: 'proposed', ...expected });
      expect(report.updated.map(({ opportunityId }) => opportunityId)).toEqual(
        expected.revision === 1 ? [] : [before.id],
      );
      expect(report.told).toEqual([]);
      await engine.close();
    });
  grows('a title changes', { title: 'Better bike' }, { revision: 2 });
  grows('a score changes', { wants: [{ categoryId: 'all' }] }, { revision: 2, score: 0.8 });
  grows('a value changes', { estimatedValue: 90 }, { revision: 2 });
  grows(
    'a payment changes',
    { estimatedValue: 90 },
    { revision: 2, payments: [{ from: 'ben', to: 'ana', amount: 10 }] },
    'balance',
  );

  it('stays where nothing that was agreed upon changes', async () => {
    const { engine, put, of } = setUp();
    for (const it of pair) await put(it);
    await put({ ...pair[1], wants: [{ categoryId: 'd' }, { categoryId: 'a' }] });
    expect((await of('ana')).map(({ revision }) => revision)).toEqual([1]);
    await engine.close();
  });
});

describe('an update', () => {
  /** What Ben's item says, step by step, and the pushes that each step leads to. */
  const check = (name: string, steps: [words: number, pushes: string[]][]) =>
    it(name, async () => {
      const { engine, put, row, transport } = setUp({ policies: { cooldownMs: 0 } });
      await put(anas);
      await put(bens(20));
      for (const [words, pushes] of steps) {
        const since = transport.sent.length;
        await put(bens(words));
        expect(told(transport, since), `${words} words`).toEqual(pushes);
        expect((await row('ana')).averageMatchScore, 'the inbox is current').toBeCloseTo(
          (1 + (1 + words / 20) / 2) / 2,
          3,
        );
        expect((await row('ben')).averageMatchScore).toBeCloseTo((1 + (1 + words / 20) / 2) / 2, 3);
      }
      await engine.close();
    });
  check('is told to whom it concerns, and to nobody else', [[10, ['ana updated_match']]]);
  check('is not told for less than 0.05', [[19, []]]);
  check('is told from 0.05 on', [[18, ['ana updated_match']]]);
  check('is told once small steps have come to 0.05 since the last telling', [
    [19, []],
    [18, ['ana updated_match']],
    [17, []],
    [18, []],
    [16, ['ana updated_match']],
  ]);
  check('is told for the better, too', [
    [10, ['ana updated_match']],
    [12, ['ana updated_match']],
  ]);
  check('is measured from what was last told, not from step to step', [
    [19, []],
    [20, []],
    [19, []],
    [20, []],
  ]);

  it('is told where a payment changes, to those whose it is', async () => {
    const { engine, put, transport } = setUp({ matching: { cash: 'balance' }, policies: { cooldownMs: 0 } });
    for (const it of ring) await put({ ...it, estimatedValue: 100 });
    await put({ ...ring[1], estimatedValue: 101 }); // ben gives it, ana gets it, cem has nothing to do with it
    expect(told(transport, 3).sort()).toEqual(everybody(['ana', 'ben'], 'updated_match'));
    const of = (userId: string) => transport.sent.findLast((sent) => sent.userId === userId)!;
    expect([of('ana').cashNet, of('ben').cashNet, of('cem').cashNet]).toEqual([1, -1, 0]);
    await engine.close();
  });

  it('has an id of its own, so that nobody drops it as a repeat', async () => {
    const { engine, put, transport } = setUp({ policies: { cooldownMs: 0 } });
    await put(anas);
    for (const words of [20, 15, 10, 5]) await put(bens(words));
    const ids = transport.sent.map(({ id }) => id);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
    await engine.close();
  });

  it('waits for the cooldown and then says how things are by then', async () => {
    const { engine, put, row, clock, transport } = setUp();
    await put(anas);
    await put(bens(20));
    const { updated } = await put(bens(10));
    const [person] = updated[0]!.people;
    expect(person).toMatchObject({
      userId: 'ana',
      pushed: false,
      heldBy: { gate: 'cooldown', retryAt: clock.now() + HOUR },
    });
    expect((await row('ana')).type).toBe('updated_match');
    await put(bens(9));
    clock.advance(HOUR - 1);
    expect(await engine.deliverDue()).toBe(0);
    clock.advance(1);
    expect(await engine.deliverDue()).toBe(1);
    expect(told(transport, 2)).toEqual(['ana updated_match']);
    expect(transport.sent.at(-1)!.averageMatchScore).toBeCloseTo((1 + 0.725) / 2, 3);
    await engine.close();
  });

  it('of a trade that somebody has not been told of yet reaches them as a new match, once', async () => {
    const { engine, put, clock, transport } = setUp({
      policies: { cooldownMs: 0, throttle: [{ limit: 1, windowMs: HOUR }] },
    });
    await put(item('9', 'ana', 'c', 'd'));
    await put(item('8', 'dan', 'd', 'c')); // takes Ana's place in this hour
    await put(anas);
    await put(bens(20)); // told to Ben, held back from Ana
    expect(told(transport, 2)).toEqual(['ben new_match']);
    await put(bens(10));
    clock.advance(HOUR);
    await engine.deliverDue();
    clock.advance(HOUR);
    await engine.deliverDue();
    expect(told(transport, 3)).toEqual(['ana new_match']);
    await engine.close();
  });
});

describe('a withdrawal', () => {
  const busyHour = { policies: { throttle: [{ limit: 1, windowMs: HOUR }] } };

  it('goes to those who were told, and to nobody else', async () => {
    const { engine, put, drop, clock, transport, storage } = setUp(busyHour);
    await put(item('9', 'ana', 'd', 'd'));
    await put(item('8', 'dan', 'd', 'd')); // takes Ana's and Dan's place in this hour
    const since = transport.sent.length;
    for (const it of ring) await put(it);
    expect(told(transport, since).sort()).toEqual(everybody(['ben', 'cem'], 'new_match'));
    await drop(ring[2]);
    expect(told(transport, since + 2).sort()).toEqual(everybody(['ben', 'cem'], 'match_withdrawn'));
    clock.advance(48 * HOUR);
    await engine.deliverDue();
    expect(told(transport, since).filter((it) => it.startsWith('ana'))).toEqual([]);
    const inbox = await storage.notifications.inbox('ana', { limit: 10 });
    expect(inbox.map(({ type }) => type).sort()).toEqual(['match_withdrawn', 'new_match']);
    await engine.close();
  });

  it('is not held back by anything', async () => {
    const { engine, put, drop, transport } = setUp(busyHour);
    for (const it of pair) await put(it);
    await drop(pair[0]);
    expect(told(transport, 2).sort()).toEqual(everybody(['ana', 'ben'], 'match_withdrawn'));
    expect(transport.sent.at(-1)!.withdrawnBecause).toMatch(/\w/);
    await engine.close();
  });

  it('goes to who was told of the trade though an update was still held back', async () => {
    const { engine, put, drop, transport } = setUp();
    await put(anas);
    await put(bens(20));
    expect(told(transport).sort()).toEqual(everybody(['ana', 'ben'], 'new_match'));
    await put(bens(10)); // the cooldown holds Ana's update
    await drop(bens(10));
    expect(told(transport, 2).sort()).toEqual(everybody(['ana', 'ben'], 'match_withdrawn'));
    await engine.close();
  });

  it('goes to whom the new match reaches while the trade ends', async () => {
    const inner = memoryTransport();
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow: MemoryTransport = {
      ...inner,
      deliver: async (notification) => {
        if (notification.type === 'new_match') await gate;
        return inner.deliver(notification);
      },
    };
    const { engine, put, drop } = setUp({ transport: slow });
    await put(pair[0]);
    const proposing = put(pair[1]);
    await new Promise((resolve) => setImmediate(resolve)); // both pushes are under way
    const ending = drop(pair[0]);
    await new Promise((resolve) => setImmediate(resolve));
    open();
    await Promise.all([proposing, ending]);
    await engine.deliverDue();
    for (const person of ['ana', 'ben']) {
      const types = inner.sent.filter(({ userId }) => userId === person).map(({ type }) => type);
      expect(types, `${person} must not be left with a match that is none`).toEqual(
        types.includes('new_match') ? ['new_match', 'match_withdrawn'] : [],
      );
    }
    await engine.close();
  });
});

describe('the cooldown', () => {
  const relisted = (change: Partial<Item>) => async () => {
    const { engine, put, drop, transport, row, clock } = setUp();
    await put(pair[0]);
    await put({ ...pair[1], title: 'Red Bike' });
    await drop(pair[1]);
    const since = transport.sent.length;
    const { told: proposed } = await put({ ...pair[1], id: '22', title: 'Red Bike', ...change });
    expect(proposed).toHaveLength(1);
    const pushed = told(transport, since);
    clock.advance(HOUR);
    const late = await engine.deliverDue();
    expect((await engine.matches({ itemId: '1' })).matches).toHaveLength(1);
    await engine.close();
    return { pushed, late, row };
  };
  const held = (name: string, change: Partial<Item>) =>
    it(`is not reset by listing the same goods anew: ${name}`, async () => {
      const { pushed, late } = await relisted(change)();
      expect(pushed).toEqual([]);
      expect(late).toBe(2);
    });
  const isFree = (name: string, change: Partial<Item>) =>
    it(`does not touch other goods: ${name}`, async () => {
      const { pushed } = await relisted(change)();
      expect(pushed.sort()).toEqual(everybody(['ana', 'ben'], 'new_match'));
    });
  held('under another id', {});
  held('under the same id', { id: '2' });
  held('with another spelling', { title: '  red   BIKE ' });
  held('with another text and value', { description: 'New!', estimatedValue: 5 });
  isFree('another title', { title: 'Blue bike' });

  it('does not mix up people: the same goods of another owner are another trade', async () => {
    const { engine, put, drop, transport } = setUp();
    for (const it of pair) await put(it);
    await drop(pair[1]);
    const since = transport.sent.length;
    await put({ ...pair[1], id: '22', ownerId: 'dan' });
    expect(told(transport, since).sort()).toEqual(everybody(['ana', 'dan'], 'new_match'));
    await engine.close();
  });

  it('knows accounts of one group as one owner', async () => {
    const { engine, put, drop, transport } = setUp();
    await put(pair[0]);
    await put({ ...pair[1], ownerGroup: 'family' });
    await drop(pair[1]);
    const since = transport.sent.length;
    await put({ ...pair[1], id: '22', ownerId: 'ben2', ownerGroup: 'family', title: pair[1].title });
    expect(told(transport, since)).not.toContain('ana new_match');
    await engine.close();
  });

  it('hides nothing from the inbox', async () => {
    const { engine, put, drop, storage } = setUp();
    for (const it of pair) await put(it);
    await drop(pair[1]);
    await put(pair[1]);
    const inbox = await storage.notifications.inbox('ana', { limit: 10 });
    expect(inbox.map(({ type }) => type).sort()).toEqual(['match_withdrawn', 'new_match']);
    await engine.close();
  });
});

describe('the deadline', () => {
  it('runs from when the last participant was due to be told', async () => {
    const wait = 10 * HOUR;
    const { engine, put, of, clock } = setUp({ policies: { throttle: [{ limit: 1, windowMs: wait }] } });
    await put(item('9', 'ana', 'd', 'd'));
    await put(item('8', 'dan', 'd', 'd')); // takes Ana's place for ten hours
    for (const it of pair) await put(it);
    const [live] = await of('ben');
    expect(live!.expiresAt).toBe(clock.now() + wait + 48 * HOUR);
    await engine.close();
  });
});

describe('a notification', () => {
  it('is sent once, whoever sends what is due meanwhile', async () => {
    const sent: string[] = [];
    const transport: BarterTransport = {
      deliver: async ({ id }) => {
        await new Promise((resolve) => setImmediate(resolve));
        sent.push(id);
        return { receivers: 1 };
      },
      close: async () => {},
    };
    const clock = manualClock();
    const engine = createBarterEngine({
      ...mode,
      transport,
      clock,
      categories,
      policies: { throttle: [] },
      sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
    });
    const crowd = Array.from({ length: 8 }, (_, n) => item(`b${n}`, `user${n}`, 'b', 'a'));
    const events = [...crowd, item('x', 'ana', 'a', 'b')].map((it) =>
      engine.submit({ type: 'item:created', itemId: it.id, userId: it.ownerId, item: it }),
    );
    let isBusy = true;
    const others = (async () => {
      while (isBusy) {
        await engine.deliverDue();
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await Promise.all(events);
    isBusy = false;
    await others;
    await engine.deliverDue();
    expect(sent).toHaveLength(10);
    expect(new Set(sent).size).toBe(10);
    await engine.close();
  });

  it('is not sent again because its row was brought up to date while it was on its way', async () => {
    const inner = memoryTransport();
    let deliver: () => void = () => {};
    let store: () => void = () => {};
    const onItsWay = new Promise<void>((resolve) => {
      deliver = resolve;
    });
    const stored = new Promise<void>((resolve) => {
      store = resolve;
    });
    const transport: MemoryTransport = {
      ...inner,
      deliver: async (notification) => {
        await onItsWay;
        return inner.deliver(notification);
      },
    };
    const { engine, put, storage } = setUp({ transport });
    const { change } = storage.opportunities;
    storage.opportunities.change = async (...args) => {
      await stored;
      return change(...args);
    };
    await put(pair[0]);
    const events = [put(pair[1]), put({ ...pair[1], id: '22', ownerId: 'dan', wants: [] })];
    await new Promise((resolve) => setImmediate(resolve));
    const renaming = put({ ...pair[1], title: 'Renamed' }); // a new revision that concerns nobody
    await new Promise((resolve) => setImmediate(resolve));
    deliver(); // both are told while the revision is being stored
    await Promise.all(events);
    store();
    await renaming;
    await engine.deliverDue();
    expect(told(inner).sort()).toEqual(everybody(['ana', 'ben'], 'new_match'));
    await engine.close();
  });

  it('is not sent from a list of what was due that is out of date', async () => {
    const { engine, put, drop, transport, storage } = setUp();
    for (const it of pair) await put(it);
    const stale = await storage.notifications.inbox('ana', { limit: 1 });
    const { due } = storage.notifications;
    const outOfDate = () => {
      storage.notifications.due = async () => {
        storage.notifications.due = due;
        return stale.map((row) => ({ ...row, deliveredAt: null }));
      };
    };
    outOfDate(); // it has been sent since
    expect(await engine.deliverDue()).toBe(0);
    await drop(pair[0]);
    outOfDate(); // the trade has ended since
    expect(await engine.deliverDue()).toBe(0);
    expect(told(transport).filter((it) => it === 'ana new_match')).toHaveLength(1);
    await engine.close();
  });

  it('is in every participant’s inbox or in nobody’s', async () => {
    const { engine, put, storage, transport } = setUp();
    await engine.setPreferences({ userId: 'cem', minScore: 0.95 });
    await put({ ...ring[0], wants: [{ categoryId: 'b', keywords: ['red', 'bike'] }] });
    await put({ ...ring[1], title: 'Bike' }); // 0.75 for Ana, 0.917 for the trade
    await put(ring[2]);
    const { refused } = await engine.trigger('1');
    expect(refused).toMatchObject([{ gate: 'threshold', userId: 'cem' }]);
    for (const person of ['ana', 'ben', 'cem'])
      expect(await storage.notifications.inbox(person, { limit: 9 })).toEqual([]);
    expect(transport.sent).toEqual([]);
    await engine.setPreferences({ userId: 'cem' });
    expect(told(transport).sort()).toEqual(everybody(['ana', 'ben', 'cem'], 'new_match'));
    await engine.close();
  });
});
