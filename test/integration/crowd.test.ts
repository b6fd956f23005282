import { describe, expect, it } from 'vitest';
import { allArrived, apply, expectPushes, gather, send, watch } from '../support/crowd-host';
import { CrowdModel, type ModelPolicies } from '../support/crowd-model';
import { type CrowdEvent, crowdWorkload } from '../support/crowd-workload';
import { startHost } from '../support/host';

/*
 * 200 connected people, 2,000 item events over HTTP, one after the other, on a clock that the test turns by 3 to 12
 * seconds an event. What must arrive where comes from a model that knows nothing of the engine.
 */

const SEED = 3;
const EVENTS = 2_000;
const DELIVER_EVERY = 5;
const HOUR_MS = 3_600_000;
const POLICIES: ModelPolicies = {
  limit: 10,
  perEvent: 5,
  cooldownMs: HOUR_MS,
  throttle: [
    { limit: 8, windowMs: HOUR_MS },
    { limit: 20, windowMs: 24 * HOUR_MS },
  ],
};
/** So that no request of the test is refused: it makes them all from one address within a minute or two. */
const RATE_LIMITS = {
  windowMs: 60_000,
  perAddress: 100_000,
  perUser: 10_000,
  searchesPerUser: 1_000,
  loginsPerAddress: 1_000,
  handshakesPerAddress: 1_000,
};

describe('a crowd', () => {
  it('gets each expected notification once, at the right person, and nothing else', { timeout: 180_000 }, async () => {
    const workload = crowdWorkload(SEED);
    const clock = { time: Date.now(), now: () => clock.time, elapsed: () => performance.now() };
    let made = 0;
    await using t = await startHost({
      clock,
      categories: workload.categories,
      newItemId: () => `item-${String(made++).padStart(5, '0')}`,
      engine: enginePolicies(POLICIES),
      rateLimits: RATE_LIMITS,
      log: { level: 'warn' },
    });
    const crowd = await gather(t, workload, clock.time);
    const engine = watch(t);
    const model = new CrowdModel(workload.categories, POLICIES, (tied, room) =>
      tied.filter((trade) => engine.found().includes(trade)).slice(0, room),
    );
    for (const [userId, preferences] of workload.preferences) {
      model.setPreferences(userId, preferences);
      const { minScore, blocked, muted } = preferences;
      const body = {
        ...(minScore === undefined ? {} : { minScore: minScore / 1000 }),
        ...(blocked === undefined ? {} : { blockedUserIds: blocked }),
        ...(muted === undefined ? {} : { mutedUserIds: muted }),
      };
      const answer = await t.call('PUT', '/api/v1/preferences', { token: crowd.tokens.get(userId)!, body });
      expect(answer.status).toBe(200);
    }

    for (let i = 0; i < EVENTS; i++) {
      clock.time += workload.pause();
      const event = workload.next([...model.items.values()]);
      const expected = apply(model, event, await send(t, crowd, event), clock.time);
      const where = `event ${i}: ${JSON.stringify(event)}`;
      expect(engine.found().sort(), where).toEqual(expected.found.sort());
      expect(engine.told(), where).toEqual(expected.told);
      expect(engine.withdrawn().sort(), where).toEqual(expected.withdrawn.sort());
      if (i % DELIVER_EVERY === DELIVER_EVERY - 1) {
        const sent = await engine.sentBy(() => t.host.engine.deliverDue());
        const delivered = model.deliverDue(clock.time, ({ userId, trade }) => sent.has(`${userId} ${trade}`));
        expect([...sent].sort(), `deliveries after ${where}`).toEqual(
          delivered.map(({ userId, trade }) => `${userId} ${trade}`).sort(),
        );
      }
    }

    await allArrived(t, crowd);
    expectPushes(crowd, model.pushes);
    for (const [userId, token] of crowd.tokens) {
      const { body } = await t.call('GET', '/api/v1/barter/opportunities?limit=200', { token });
      const live = body.data.filter(({ state }: { state: string }) => state === 'proposed');
      const trades = live.map(({ items }: { items: string[] }) => items.join('→'));
      expect(trades.sort(), userId).toEqual(model.liveTradesOf(userId).sort());
    }

    // The run must have been about something: every gate has said no, and much has been told.
    expect(crowd.clients.size).toBe(200);
    expect(model.pushes.length).toBeGreaterThan(1_000);
    for (const count of Object.values({ ...model.heldBack, ...model.refused })) expect(count).toBeGreaterThan(10);
    expect((await t.host.engine.stats()).eventsProcessed).toBeGreaterThanOrEqual(EVENTS);
  });

  it('tells the same in whatever order the requests arrive', { timeout: 180_000 }, async () => {
    const policies = {
      limit: 1_000,
      perEvent: 1_000,
      cooldownMs: 0,
      throttle: [{ limit: 100_000, windowMs: HOUR_MS }],
    };
    const workload = crowdWorkload(SEED);
    let made = 0;
    await using t = await startHost({
      categories: workload.categories,
      newItemId: () => `item-${String(made++).padStart(5, '0')}`,
      engine: enginePolicies(policies),
      rateLimits: RATE_LIMITS,
      log: { level: 'warn' },
    });
    const crowd = await gather(t, workload, Date.now());
    const model = new CrowdModel(workload.categories, policies, () => []);
    const now = Date.now();

    for (let burst = 0; burst < 7; burst++) {
      const items = [...model.items.values()];
      const events: CrowdEvent[] = [];
      while (events.length < 25) {
        const event = workload.next(items);
        if (event.type === 'create') events.push(event);
      }
      const ids = await Promise.all(events.map((event) => send(t, crowd, event)));
      for (const [i, event] of events.entries()) apply(model, event, ids[i]!, now);
    }
    // A trade with two items that go at the same time ends once.
    const going = [...model.items.values()].filter((_, i) => i % 4 === 0);
    const deletions = going.map(({ id, ownerId }) => ({ type: 'delete' as const, itemId: id, userId: ownerId }));
    await Promise.all(deletions.map((event) => send(t, crowd, event)));
    for (const event of deletions) apply(model, event, event.itemId, now);

    await allArrived(t, crowd);
    expectPushes(crowd, model.pushes);
    const kinds = model.pushes.map(({ type }) => type);
    expect(kinds.filter((type) => type === 'new_match').length).toBeGreaterThan(300);
    expect(kinds.filter((type) => type === 'match_withdrawn').length).toBeGreaterThan(100);
  });
});

function enginePolicies({ limit, ...policies }: ModelPolicies) {
  return { matching: { limit }, policies };
}
