import { describe, expect, it } from 'vitest';
import type { EventReport } from '../../src/api';
import { CrowdModel, type ModelItem, type ModelPolicies } from '../support/crowd-model';
import { type CrowdEvent, type CrowdWorkload, crowdWorkload } from '../support/crowd-workload';
import { type Client, goodClaims, signed, startHost, type TestHost } from '../support/host';

/*
 * 200 connected people, 2,000 item events over HTTP, one after the other, on a clock that the test turns by 3 to 12
 * seconds an event. What must arrive where comes from a model that knows nothing of the engine.
 */

const SEED = 3;
const EVENTS = 2_000;
const DELIVER_EVERY = 5;
const HOUR_MS = 3_600_000;
const POLICIES: ModelPolicies = {
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
      engine: { policies: POLICIES },
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
    for (const [userId, { received }] of crowd.clients) {
      const expected = model.pushes
        .filter((push) => push.userId === userId)
        .map(({ type, trade }) => `${type} ${trade}`);
      const messages = received.filter(({ event }) => event !== 'fence');
      const actual = messages.map(({ payload }) => `${payload.type} ${tradeOf(payload.participants)}`);
      expect(actual.sort(), userId).toEqual(expected.sort());
      const ids = messages.map(({ payload }) => payload.notificationId);
      expect(new Set(ids).size, userId).toBe(ids.length);
    }
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
});

interface Crowd {
  tokens: Map<string, string>;
  clients: Map<string, Client>;
}

async function gather(t: TestHost, workload: CrowdWorkload, now: number): Promise<Crowd> {
  const people = [...workload.traders, ...workload.bystanders];
  // The test's clock runs for hours, longer than a token of the dev login lives.
  const exp = Math.floor(now / 1000) + 12 * 3600;
  const tokens = new Map(people.map((userId) => [userId, signed({ ...goodClaims(userId, now), exp })]));
  const clients = new Map<string, Client>();
  for (const [userId, token] of tokens) clients.set(userId, await t.connect(token));
  return { tokens, clients };
}

/** What the engine itself says of the last event. */
function watch(t: TestHost) {
  const trades = new Map<string, string>();
  let report: EventReport | undefined;
  let sent = new Set<string>();
  t.host.engine.on('opportunity:proposed', ({ id, items }) => trades.set(id, items.join('→')));
  t.host.engine.on('event:processed', (processed) => {
    report = processed;
  });
  t.host.engine.on('notification:sent', ({ userId, opportunityId }) =>
    sent.add(`${userId} ${trades.get(opportunityId)}`),
  );
  return {
    found: () => report!.found.map(({ items }) => items.join('→')),
    told: () => report!.told.map(({ opportunityId }) => trades.get(opportunityId)),
    withdrawn: () => report!.withdrawn.map(({ opportunityId }) => trades.get(opportunityId)),
    async sentBy(work: () => Promise<unknown>): Promise<Set<string>> {
      sent = new Set();
      await work();
      return sent;
    },
  };
}

/** Sends an event as its owner and returns the id of the item. */
async function send(t: TestHost, { tokens }: Crowd, event: CrowdEvent): Promise<string> {
  const token = tokens.get(event.userId)!;
  if (event.type === 'create') {
    const answer = await t.call('POST', '/api/v1/items', { token, body: event.body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.data.id;
  }
  const path = `/api/v1/items/${event.itemId}`;
  const answer =
    event.type === 'update'
      ? await t.call('PATCH', path, { token, body: event.change })
      : await t.call('DELETE', path, { token });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return event.itemId;
}

function apply(model: CrowdModel, event: CrowdEvent, id: string, now: number) {
  if (event.type === 'delete') return model.remove(id);
  const item: ModelItem =
    event.type === 'create'
      ? { id, ownerId: event.userId, ...event.body }
      : { ...model.items.get(id)!, ...event.change };
  return model.put(item, now);
}

/** Each socket is in order: once the fence is there, so is all that was sent before. */
async function allArrived(t: TestHost, { clients }: Crowd): Promise<void> {
  const fences = [...clients.values()].map(({ socket }) => new Promise((resolve) => socket.once('fence', resolve)));
  t.host.io.emit('fence');
  await Promise.all(fences);
}

/** `a→b→c`, smallest id first, from who gives what to whom. */
function tradeOf(participants: { userId: string; gives: { itemId: string }; givesTo: string }[]): string {
  const byUser = new Map(participants.map((participant) => [participant.userId, participant]));
  const items: string[] = [];
  let current = participants.reduce((least, other) => (other.gives.itemId < least.gives.itemId ? other : least));
  for (let i = 0; i < participants.length; i++) {
    items.push(current.gives.itemId);
    current = byUser.get(current.givesTo)!;
  }
  return items.join('→');
}
