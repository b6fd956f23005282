import { describe, expect, it } from 'vitest';
import { createBarterEngine, type Preferences } from '../../src';
import { memoryTransport } from '../../src/transport/memory-transport';
import { HOUR, item, tradeEngine } from '../support/trades';

const night = { timeZone: 'UTC', quietHours: { from: '22:00', to: '07:00' } };
/** The clock begins on 2026-01-01. */
const at = (hour: number) => Date.UTC(2026, 0, 1) + hour * HOUR;

function nightEngine(options: Parameters<typeof tradeEngine>[0] = {}) {
  const t = tradeEngine(options);
  return {
    ...t,
    goTo: (hour: number) => t.clock.advance(at(hour) - t.clock.now()),
    quiet: (...people: string[]) => Promise.all(people.map((userId) => t.engine.setPreferences({ userId, ...night }))),
    /** A swap of ana's x and ben's y. */
    swap: async () => {
      await t.put(item('x', 'ana', 'a', 'b'));
      return t.put(item('y', 'ben', 'b', 'a'));
    },
    sent: () => t.transport.sent.map(({ userId, type }) => `${userId} ${type}`),
  };
}

describe('quiet hours', () => {
  it('are refused unless they make sense', async () => {
    const { engine } = tradeEngine();
    const set = (own: object) => engine.setPreferences({ userId: 'ana', ...own } as Preferences);
    const { quietHours } = night;
    for (const [wrong, said] of [
      [{ quietHours }, 'timeZone: local times need a time zone'],
      [{ quietHours, timeZone: 'Mars/Olympus' }, 'timeZone: give the name'],
      [{ quietHours, timeZone: '+02:00' }, 'timeZone: give the name'],
      [{ timeZone: 'UTC', quietHours: { from: '22:00', to: '22:00' } }, 'quietHours: they begin when they end'],
      [{ timeZone: 'UTC', quietHours: { from: '24:00', to: '07:00' } }, 'quietHours.from: give a time'],
      [{ timeZone: 'UTC', quietHours: { from: '9:00', to: '07:00' } }, 'quietHours.from: give a time'],
    ] as const) {
      await expect(set(wrong)).rejects.toThrow(said);
    }
    await set({ timeZone: 'Africa/Cairo', quietHours });
  });

  it('hold news back, of which the inbox knows, and send it when they end', async () => {
    const t = nightEngine();
    await t.quiet('ana');
    t.goTo(23);
    const { told } = await t.swap();
    expect(told[0]!.people.find(({ userId }) => userId === 'ana')).toMatchObject({
      pushed: false,
      heldBy: { gate: 'quiet-hours', retryAt: at(31) },
    });
    expect(t.sent()).toEqual(['ben new_match']);
    expect(await t.storage.notifications.inbox('ana', { limit: 9 })).toMatchObject([
      { type: 'new_match', heldBy: 'quiet-hours', deliverAt: at(31), deliveredAt: null },
    ]);
    expect((await t.open('ana')).expiresAt).toBe(at(31 + 48));
    t.goTo(30);
    expect(await t.engine.deliverDue()).toBe(0);
    t.goTo(31);
    expect(await t.engine.deliverDue()).toBe(1);
    expect(t.sent()).toEqual(['ben new_match', 'ana new_match']);
    expect((await t.engine.stats()).suppressedByGate).toEqual({ 'quiet-hours': 1 });
  });

  it('hold back again what another gate had held, and the deadline runs from the last of it', async () => {
    const t = nightEngine({ policies: { throttle: [{ limit: 1, windowMs: 2 * HOUR }], cooldownMs: 0 } });
    await t.quiet('ana');
    t.goTo(20.5);
    await t.swap();
    await t.put(item('p', 'ana', 'c', 'd'));
    await t.put(item('q', 'cem', 'd', 'c'));
    const second = (await t.of('ana')).find(({ items }) => items.includes('p'))!;
    expect(second.expiresAt).toBe(at(22.5 + 48)); // the throttle
    t.goTo(22.5);
    await t.engine.deliverDue();
    expect((await t.storage.opportunities.get(second.id))!.expiresAt).toBe(at(31 + 48));
    t.goTo(31);
    expect(await t.engine.deliverDue()).toBe(1);
  });

  it('let what is moot by then fall, and the inbox says so', async () => {
    const t = nightEngine();
    await t.quiet('ana');
    t.goTo(23);
    await t.swap();
    await t.drop(item('y', 'ben', 'b', 'a'));
    expect(await t.storage.notifications.inbox('ana', { limit: 9 })).toMatchObject([{ type: 'match_withdrawn' }]);
    t.goTo(31);
    expect(await t.engine.deliverDue()).toBe(0);
    expect(t.sent()).toEqual(['ben new_match', 'ben match_withdrawn']);
  });

  it('push no trade whose time is over, though no cleanup has come yet', async () => {
    const t = nightEngine();
    await t.quiet('ana');
    t.goTo(23);
    await t.swap();
    t.goTo(31 + 48);
    expect(await t.engine.deliverDue()).toBe(0);
    await t.engine.cleanup();
    t.goTo(31 + 49);
    await t.engine.deliverDue();
    expect(t.sent()).toEqual(['ben new_match', 'ben match_withdrawn']);
  });

  it('let acceptances wait, and commitments, ends and warnings pass', async () => {
    const t = nightEngine({ policies: { warnBeforeMs: 25 * HOUR } });
    await t.quiet('ana', 'ben', 'cem');
    t.goTo(21);
    await t.put(item('x', 'ana', 'a', 'b'));
    await t.put(item('y', 'ben', 'b', 'c'));
    await t.put(item('z', 'cem', 'c', 'a'));
    const { id } = await t.open('ana');
    t.transport.sent.length = 0;
    const accept = (userId: string) => t.engine.opportunities.accept(id, userId, { revision: 1 });
    t.goTo(23);
    await accept('ana');
    expect(t.sent()).toEqual([]);
    t.goTo(46);
    await t.engine.cleanup();
    expect(t.sent().sort()).toEqual(['ben match_deadline', 'cem match_deadline']);
    t.transport.sent.length = 0;
    await accept('ben');
    await accept('cem');
    expect(t.sent().sort()).toEqual(['ana match_committed', 'ben match_committed', 'cem match_committed']);
  });
});

describe('a warning of a deadline', () => {
  it('is not kept back by an update that waits', async () => {
    const t = nightEngine({ policies: { cooldownMs: 60 * HOUR, warnBeforeMs: 6 * HOUR } });
    await t.swap();
    await t.put(item('y', 'ben', 'b', 'a', { wants: [{ categoryId: 'a' }, { categoryId: 'all' }], title: 'Other' }));
    await t.put(item('x', 'ana', 'a', 'b', { wants: [{ categoryId: 'all' }] }));
    expect(await t.storage.notifications.inbox('ana', { limit: 9 })).toMatchObject([
      { type: 'updated_match', heldBy: 'cooldown' },
    ]);
    t.goTo(42);
    await t.engine.cleanup();
    expect(t.sent()).toContain('ana match_deadline');
  });
});

describe('a push that nobody knows the outcome of', () => {
  it('counts as told when the trade ends, and is followed by that', async () => {
    const t = nightEngine();
    await t.quiet('ana');
    t.goTo(23);
    await t.swap();
    t.goTo(31);
    const [row] = await t.storage.notifications.inbox('ana', { limit: 1 });
    await t.storage.notifications.take(row!.id, at(31), at(31) + 10_000); // by a process that is killed
    await t.drop(item('y', 'ben', 'b', 'a'));
    expect(t.sent()).not.toContain('ana match_withdrawn');
    t.clock.advance(10_000);
    await t.engine.deliverDue();
    expect(t.sent()).toContain('ana match_withdrawn');
  });
});

describe('two senders on one storage', () => {
  it('send each row once', async () => {
    const t = nightEngine({ policies: { cooldownMs: 0 } });
    await t.quiet('ana', 'ben');
    t.goTo(23);
    for (let n = 0; n < 20; n++) {
      await t.put(item(`x${n}`, 'ana', 'a', 'b', { wants: [{ itemIds: [`y${n}`] }] }));
      await t.put(item(`y${n}`, 'ben', 'b', 'a', { wants: [{ itemIds: [`x${n}`] }] }));
    }
    t.goTo(31);
    const transport = memoryTransport();
    const other = createBarterEngine({ storage: t.storage, transport, clock: t.clock, policies: { throttle: [] } });
    const counts = await Promise.all([t.engine.deliverDue(), other.deliverDue()]);
    expect(counts[0]! + counts[1]!).toBe(40);
    const ids = [...t.transport.sent, ...transport.sent].map(({ id }) => id);
    expect(new Set(ids).size).toBe(40);
    expect(ids).toHaveLength(40);
    await other.close();
  });
});
