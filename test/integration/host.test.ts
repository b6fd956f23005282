import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../examples/express-host/src/logging';
import { goodClaims, signed, startHost, type TestHost } from '../support/host';

const ITEMS = '/api/v1/items';
const PHONE = { title: 'Phone', categoryId: 'phones', condition: 'GOOD', desiredCategoryId: 'laptops' };
const LAPTOP = { title: 'Laptop', categoryId: 'laptops', condition: 'LIKE_NEW', desiredCategoryId: 'phones' };

let t: TestHost;
let ana: string;
let ben: string;
beforeEach(async () => {
  t = await startHost();
  [ana, ben] = [await t.login('ana'), await t.login('ben')];
});
afterEach(() => t.close());

describe('a match', () => {
  it('reaches a connected person the moment somebody else offers what they want', async () => {
    const client = await t.connect(ana);
    const offered = await t.call('POST', ITEMS, { token: ana, body: PHONE });
    expect(offered.status).toBe(201);
    expect(offered.body.data).toMatchObject({
      ownerId: 'ana',
      title: 'Phone',
      status: 'available',
      wants: [{ categoryId: 'laptops' }],
    });
    const matching = await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    await client.until(1);

    const [phone, laptop] = [offered.body.data.id, matching.body.data.id];
    expect(matching.body.message).toBe('Found 1 matches, sent 1 notifications');
    expect(client.received).toHaveLength(1);
    const { event, payload } = client.received[0]!;
    expect(event).toBe('match:found');
    expect(payload).toMatchObject({
      type: 'new_match',
      opportunityId: expect.stringMatching(/^OPP-/),
      participantCount: 2,
      averageMatchScore: 1,
      userItems: [{ itemId: phone, itemTitle: 'Phone' }],
      gives: { itemId: phone, itemTitle: 'Phone' },
      gets: { itemId: laptop, itemTitle: 'Laptop' },
      getsFrom: 'ben',
      givesTo: 'ben',
      cashNet: 0,
    });
    expect(payload.participants).toHaveLength(2);
    expect(payload.reasons.length).toBeGreaterThan(0);
    expect(payload.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('reads as a story in the log', async () => {
    const { socket } = await t.connect(ana);
    const offered = await t.call('POST', ITEMS, { token: ana, body: PHONE });
    const { body } = await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const { body: inbox } = await t.call('GET', '/api/v1/notifications', { token: ana });
    const opportunity = inbox.data[0].opportunityId;

    const told = t.log.map(({ msg }) => msg);
    const story = [
      `[RealTimeMatching] Client connected: ${socket.id}`,
      '[RealTimeMatching] User ana joined their notification room',
      `[RealTimeMatching] Processing new item: ${offered.body.data.id} by user ana`,
      '[RealTimeMatching] Found 0 potential matches',
      '[RealTimeMatching] Sent 0 notifications',
      `[RealTimeMatching] Processing new item: ${body.data.id} by user ben`,
      '[RealTimeMatching] Found 1 potential matches',
      '[RealTimeMatching] Sent 1 notifications',
      ...['ana', 'ben'].map((name) => `[RealTimeMatching] Sent notification to user ${name}: ${opportunity}`),
    ];
    expect(told.slice(0, 8)).toEqual(story.slice(0, 8));
    expect(told.slice(8).sort()).toEqual(story.slice(8));
  });

  it('is withdrawn when the item goes', async () => {
    const client = await t.connect(ana);
    await t.call('POST', ITEMS, { token: ana, body: PHONE });
    const { body } = await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    await t.call('DELETE', `${ITEMS}/${body.data.id}`, { token: ben });
    await client.until(2);
    expect(client.received.map(({ event }) => event)).toEqual(['match:found', 'match:withdrawn']);
    expect(client.received[1]!.payload.opportunityId).toBe(client.received[0]!.payload.opportunityId);
  });

  it('is told of again when it has changed, as soon as the cooldown allows', async () => {
    const clock = { time: Date.now(), now: () => clock.time, elapsed: () => performance.now() };
    await using later = await startHost({ clock });
    const exp = Math.floor(clock.time / 1000) + 12 * 3600;
    const [pia, quin] = ['pia', 'quin'].map((name) => signed({ ...goodClaims(name), exp })) as [string, string];
    const client = await later.connect(pia);
    const wanted = { ...PHONE, desiredCategoryId: undefined, desiredKeywords: 'carbon laptop' };
    await later.call('POST', ITEMS, { token: pia, body: wanted });
    const offered = { ...LAPTOP, description: 'made of carbon' };
    const { id } = (await later.call('POST', ITEMS, { token: quin, body: offered })).body.data;
    await later.call('PATCH', `${ITEMS}/${id}`, { token: quin, body: { description: 'made of plastic' } });

    const inbox = await later.call('GET', '/api/v1/notifications', { token: pia });
    expect(inbox.body.data[0]).toMatchObject({ type: 'updated_match', heldBy: 'cooldown' });
    await later.host.engine.deliverDue();
    clock.time += 59 * 60_000;
    await later.host.engine.deliverDue();
    clock.time += 2 * 60_000;
    await later.host.engine.deliverDue();
    await client.until(2);
    const told = client.received.map(({ event, payload }) => [event, payload.type]);
    expect(told).toEqual([
      ['match:found', 'new_match'],
      ['match:found', 'updated_match'],
    ]);
    expect(client.received[1]!.payload.opportunityId).toBe(client.received[0]!.payload.opportunityId);
    expect(client.received[1]!.payload.averageMatchScore).toBeLessThan(1);
  });

  it('waits in the inbox of somebody who is away, and can be read there', async () => {
    await t.call('POST', ITEMS, { token: ana, body: PHONE });
    await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const inbox = await t.call('GET', '/api/v1/notifications?limit=10', { token: ana });
    expect(inbox.body.data).toHaveLength(1);
    const { id, readAt } = inbox.body.data[0];
    expect(readAt).toBeNull();
    expect((await t.call('POST', `/api/v1/notifications/${id}/read`, { token: ana })).status).toBe(200);
    const after = await t.call('GET', '/api/v1/notifications', { token: ana });
    expect(after.body.data[0].readAt).toMatch(/Z$/);
  });

  it('comes to who was away once they connect, until they have read it', async () => {
    await t.call('POST', ITEMS, { token: ana, body: PHONE });
    await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const client = await t.connect(ana);
    await client.until(1);
    const { notificationId } = client.received[0]!.payload;
    const again = await t.connect(ana);
    await again.until(1);
    expect(again.received[0]!.payload.notificationId).toBe(notificationId); // for clients to drop
    await t.call('POST', `/api/v1/notifications/${notificationId}/read`, { token: ana });
    const later = await t.connect(ana);
    await t.call('POST', ITEMS, { token: ben, body: { ...LAPTOP, title: 'Another laptop' } });
    await later.until(1);
    expect(later.received.map(({ payload }) => payload.notificationId)).not.toContain(notificationId);
  });

  it('can be asked for from where one has read to', async () => {
    const news = async (after: number) => {
      const { body } = await t.call('GET', `/api/v1/notifications?after=${after}`, { token: ana });
      return body.data as { notifications: { type: string }[]; cursor: number };
    };
    expect(await news(0)).toEqual({ notifications: [], cursor: 0 });
    await t.call('POST', ITEMS, { token: ana, body: PHONE });
    const { body } = await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const { notifications, cursor } = await news(0);
    expect(notifications.map(({ type }) => type)).toEqual(['new_match']);
    expect(await news(cursor)).toEqual({ notifications: [], cursor });
    await t.call('DELETE', `${ITEMS}/${body.data.id}`, { token: ben });
    expect((await news(cursor)).notifications.map(({ type }) => type)).toEqual(['match_withdrawn']);
    const refused = await t.call('GET', '/api/v1/notifications?after=-1', { token: ana });
    expect(refused.status).toBe(400);
  });

  it('shows in the match list, and as an opportunity', async () => {
    const offered = await t.call('POST', ITEMS, { token: ana, body: PHONE });
    await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const { body } = await t.call('GET', `/api/v1/barter/matches/${offered.body.data.id}`, { token: ana });
    expect(body.data).toMatchObject({ exact: true, cached: false });
    expect(body.data.matches).toHaveLength(1);
    const { opportunityId, steps, score } = body.data.matches[0];
    expect(score).toBe(1);
    expect(steps.map(({ itemTitle }: { itemTitle: string }) => itemTitle).sort()).toEqual(['Laptop', 'Phone']);
    const again = await t.call('GET', `/api/v1/barter/matches/${offered.body.data.id}`, { token: ana });
    expect(again.body.data.cached).toBe(true);
    const opportunity = await t.call('GET', `/api/v1/barter/opportunities/${opportunityId}`, { token: ana });
    expect(opportunity.body.data).toMatchObject({ id: opportunityId, state: 'proposed', revision: expect.any(Number) });
    const [own, other] = ['ana', 'ben'].map((name) =>
      opportunity.body.data.participants.find(({ userId }: { userId: string }) => userId === name),
    );
    expect(own).toMatchObject({ givesTitle: 'Phone', getsTitle: 'Laptop', givesTo: 'ben', score: 1 });
    expect(other).not.toHaveProperty('score');
    expect(other).not.toHaveProperty('reasons');
    const all = await t.call('GET', '/api/v1/barter/opportunities', { token: ben });
    expect(all.body.data.map(({ id }: { id: string }) => id)).toEqual([opportunityId]);
  });
});

describe('the API', () => {
  it('triggers a search, and says what came of it', async () => {
    const offered = await t.call('POST', ITEMS, { token: ana, body: PHONE });
    const path = `/api/v1/barter/realtime/trigger/${offered.body.data.id}`;
    const nothing = await t.call('POST', path, { token: ana });
    expect(nothing.body).toMatchObject({
      success: true,
      data: { matchCount: 0, notificationsSent: 0, peopleNotified: 0, refused: [] },
      message: 'Found 0 matches, sent 0 notifications',
    });
    await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const live = await t.call('POST', path, { token: ana });
    expect(live.body.data).toMatchObject({ matchCount: 1, notificationsSent: 0, peopleNotified: 0 });
    expect(live.body.message).toBe('Found 1 matches, sent 0 notifications');
  });

  it('does not tell one participant what another one has set', async () => {
    await t.call('PUT', '/api/v1/preferences', { token: ben, body: { blockedUserIds: ['ana'] } });
    const offered = await t.call('POST', ITEMS, { token: ana, body: PHONE });
    await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const path = `/api/v1/barter/realtime/trigger/${offered.body.data.id}`;
    const asked = await t.call('POST', path, { token: ana });
    expect(asked.body.data.notificationsSent).toBe(0);
    expect(JSON.stringify(asked.body)).not.toContain('"ben"');
    expect(JSON.stringify(asked.body)).not.toMatch(/block/i);
    const operator = await t.call('POST', path, { token: await t.login('olga', 'operator') });
    expect(operator.status).toBe(200);
  });

  it('keeps, changes and clears the fields of an item', async () => {
    const body = { ...PHONE, description: 'Blue', estimatedValue: 120, location: { latitude: 30, longitude: 31.2 } };
    const { id } = (await t.call('POST', ITEMS, { token: ana, body })).body.data;
    const change = { title: 'Old phone', description: null, estimatedValue: 90, desiredKeywords: 'bike, fast' };
    const changed = await t.call('PATCH', `${ITEMS}/${id}`, { token: ana, body: change });
    expect(changed.status).toBe(200);
    const { data } = (await t.call('GET', `${ITEMS}/${id}`, { token: ana })).body;
    expect(data).toEqual({
      id,
      ownerId: 'ana',
      title: 'Old phone',
      categoryId: 'phones',
      condition: 'GOOD',
      estimatedValue: 90,
      location: { latitude: 30, longitude: 31.2 },
      wants: [{ keywords: ['bike', 'fast'] }],
      status: 'available',
    });
    expect((await t.call('PATCH', `${ITEMS}/${id}`, { token: ana, body: {} })).status).toBe(400);
    expect((await t.call('DELETE', `${ITEMS}/${id}`, { token: ana })).status).toBe(200);
    expect((await t.call('GET', `${ITEMS}/${id}`, { token: ana })).status).toBe(404);
    expect((await t.call('DELETE', `${ITEMS}/${id}`, { token: ana })).status).toBe(404);
  });

  it('loses none of several changes made at once', async () => {
    const { id } = (await t.call('POST', ITEMS, { token: ana, body: PHONE })).body.data;
    const changes = [{ title: 'New title' }, { description: 'New text' }, { estimatedValue: 7 }, { condition: 'FAIR' }];
    await Promise.all(changes.map((body) => t.call('PATCH', `${ITEMS}/${id}`, { token: ana, body })));
    const { data } = (await t.call('GET', `${ITEMS}/${id}`, { token: ana })).body;
    expect(data).toMatchObject(Object.assign({}, ...changes));
  });

  it('lists own items page by page', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push((await t.call('POST', ITEMS, { token: ana, body: PHONE })).body.data.id);
    await t.call('POST', ITEMS, { token: ben, body: LAPTOP });
    const seen: string[] = [];
    for (let after = ''; ; after = seen.at(-1)!) {
      const query = after ? `?limit=2&after=${after}` : '?limit=2';
      const { body } = await t.call('GET', ITEMS + query, { token: ana });
      if (body.data.length === 0) break;
      seen.push(...body.data.map(({ id }: { id: string }) => id));
    }
    expect(seen).toEqual(made.sort());
  });

  it('keeps preferences', async () => {
    const preferences = { minScore: 0.7, mutedUserIds: ['ben'], mutedCategoryIds: ['bikes'] };
    await t.call('PUT', '/api/v1/preferences', { token: ana, body: preferences });
    const { body } = await t.call('GET', '/api/v1/preferences', { token: ana });
    expect(body.data).toEqual({ userId: 'ana', ...preferences });
  });

  it('says how it is doing', async () => {
    await t.connect(ana);
    const { id } = (await t.call('POST', ITEMS, { token: ana, body: PHONE })).body.data;
    const before = await t.call('GET', '/api/v1/barter/realtime/stats', { token: ana });
    expect(before.body.data).toMatchObject({ cacheValid: false, cacheHitRate: 0 });
    for (let i = 0; i < 2; i++) await t.call('GET', `/api/v1/barter/matches/${id}`, { token: ana });
    const { body } = await t.call('GET', '/api/v1/barter/realtime/stats', { token: ana });
    expect(body).toMatchObject({
      success: true,
      data: {
        isRunning: true,
        isProcessing: false,
        cacheValid: true,
        cacheHitRate: 0.5,
        websocketConnected: true,
        connectedClients: 1,
        items: 1,
        queueLength: 0,
        you: { sockets: 1, room: 'user:ana' },
      },
    });
    const other = await t.call('GET', '/api/v1/barter/realtime/stats', { token: ben });
    expect(other.body.data.you).toEqual({ sockets: 0, room: 'user:ben' });
  });

  it('has health, readiness, metrics and a description of itself', async () => {
    await t.call('POST', ITEMS, { token: ana, body: PHONE });
    expect((await t.call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await t.call('GET', '/readyz')).body).toEqual({ status: 'ready' });
    const { body: metrics } = await t.call('GET', '/metrics');
    for (const line of [
      'barterloop_event_processing_seconds_count 1',
      'barterloop_graph_items 1',
      'barterloop_queue_length 0',
      'barterloop_connected_clients 0',
      'barterloop_events_processed_total 1',
      'barterloop_cache_hit_ratio 0',
      'barterloop_searches_truncated_total{reason="budget"} 0',
    ]) {
      expect(metrics).toContain(line);
    }
    expect(metrics).toMatch(/barterloop_event_processing_p99_seconds \d/);
    expect(metrics).toMatch(/barterloop_listeners [1-9]/);
    const { body: description } = await t.call('GET', '/api/v1/openapi.json');
    expect(description.openapi).toBe('3.1.0');
    expect(Object.keys(description.paths)).toContain('/api/v1/barter/realtime/trigger/{itemId}');
  });

  it('answers 404 in its own words for what is not there', async () => {
    for (const path of ['/', '/nothing', '/api/v1/nothing', '/api/v2/items']) {
      const answer = await t.call('GET', path, { token: ana });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ success: false, error: { code: 'not-found' } });
    }
  });
});

describe('the process', () => {
  it('closes once, drops its sockets, and takes no more requests', async () => {
    const { socket } = await t.connect(ana);
    const dropped = new Promise((resolve) => socket.once('disconnect', resolve));
    await Promise.all([t.close(), t.close()]);
    await dropped;
    await expect(fetch(`${t.url}/healthz`)).rejects.toThrow();
    await expect(t.host.engine.submit({ type: 'item:deleted', itemId: 'x', userId: 'ana' })).rejects.toMatchObject({
      code: 'closed',
    });
  });

  it('finishes what it has begun before it closes', async () => {
    await using busy = await startHost({ closeWithinMs: 5_000 });
    const token = await busy.login('ana');
    const asked = Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        busy.call('POST', ITEMS, { token, body: { ...PHONE, title: `Phone ${i}` } }),
      ),
    );
    // The first of them is in the engine's hands.
    await new Promise<void>((resolve) => busy.host.engine.on('event:received', () => resolve()));
    const started = performance.now();
    const closing = busy.close();
    const answers = await asked.catch(() => []);
    await closing;
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const { status } of answers) expect(status).toBe(201);
    const { isRunning, queueLength } = await busy.host.engine.stats();
    expect({ isRunning, queueLength }).toEqual({ isRunning: false, queueLength: 0 });
  });

  it('starts with a market, whose owners can ask for their matches', async () => {
    await using market = await startHost({
      items: [
        { id: 'p', ownerId: 'pia', title: 'Phone', wants: [{ itemIds: ['q'] }], status: 'available' },
        { id: 'q', ownerId: 'quin', title: 'Quilt', wants: [{ itemIds: ['p'] }], status: 'available' },
      ],
    });
    const pia = await market.login('pia');
    const { body } = await market.call('GET', '/api/v1/barter/matches/p', { token: pia });
    expect(body.data.matches).toHaveLength(1);
    const triggered = await market.call('POST', '/api/v1/barter/realtime/trigger/p', { token: pia });
    expect(triggered.body.message).toBe('Found 1 matches, sent 1 notifications');
  });

  it('writes readable lines without line breaks of other people', () => {
    let text = '';
    const destination = {
      write(line: string) {
        text += line;
      },
    };
    createLogger({ level: 'info', pretty: true, destination }).info('User ana\n12:00:00 ERROR forged\u202e');
    expect(text).toMatch(/^\d\d:\d\d:\d\d INFO {2}User ana\\u000a12:00:00 ERROR forged\\u202e\n$/);
  });
});
