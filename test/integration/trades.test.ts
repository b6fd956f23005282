import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/testing';
import { startHost, type TestHost } from '../support/host';

const OPPORTUNITIES = '/api/v1/barter/opportunities';
const HOUR = 3_600_000;
const LEAVES = ['a', 'b', 'c', 'd', 'e'];

/** Categories of several markets that have nothing to do with each other. */
function forest(groups: number) {
  const leaves = Array.from({ length: groups }, (_, g) =>
    LEAVES.map((leaf) => ({ id: `${leaf}${g}`, parentId: 'all' })),
  );
  return [{ id: 'all' }, ...leaves.flat()];
}

async function offer(
  t: TestHost,
  userId: string,
  gives: string,
  wants: string,
  change: object = {},
): Promise<{ token: string; itemId: string }> {
  const token = await t.login(userId);
  const body = { title: `${userId}'s`, categoryId: gives, desiredCategoryId: wants, ...change };
  const { body: answer, status } = await t.call('POST', '/api/v1/items', { token, body });
  if (status !== 201) throw new Error(JSON.stringify(answer));
  return { token, itemId: answer.data.id };
}

async function ringOfThree(options: Parameters<typeof startHost>[0] = {}) {
  const clock = manualClock();
  const t = await startHost({ clock, categories: forest(1), ...options });
  const [ana, ben, cem] = [
    await offer(t, 'ana', 'a0', 'b0'),
    await offer(t, 'ben', 'b0', 'c0'),
    await offer(t, 'cem', 'c0', 'a0'),
  ];
  const list = await t.call('GET', OPPORTUNITIES, { token: ana.token });
  const { id } = list.body.data[0];
  const act = (who: { token: string }, action: string, body: object = {}, headers = {}) =>
    t.call('POST', `${OPPORTUNITIES}/${id}/${action}`, { token: who.token, body, headers });
  const state = async () => JSON.stringify(await t.host.storage.opportunities.get(id));
  return { t, clock, ana, ben, cem, id, act, state };
}

describe('100 acceptances at once of 20 opportunities that share items', () => {
  it.each([1, 2, 3])(
    'commit one of each that compete and answer the others with 409 and why (order %i)',
    async (seed) => {
      await using t = await startHost({ categories: forest(4), engine: { policies: { throttle: [] } } });
      // In each of four groups five rings of five people, who differ in one person.
      const tokens = new Map<string, string>();
      for (let g = 0; g < 4; g++) {
        for (let n = 0; n < 5; n++) tokens.set(`a${g}-${n}`, (await offer(t, `a${g}-${n}`, `a${g}`, `b${g}`)).token);
        for (const [i, leaf] of LEAVES.slice(1).entries())
          tokens.set(`${leaf}${g}`, (await offer(t, `${leaf}${g}`, `${leaf}${g}`, `${LEAVES[(i + 2) % 5]}${g}`)).token);
      }
      const all = await Promise.all(
        [0, 1, 2, 3].map((g) => t.host.storage.opportunities.byUser(`e${g}`, { limit: 50 })),
      );
      const opportunities = all.flat();
      expect(opportunities).toHaveLength(20);
      const acceptances = opportunities.flatMap(({ id, participants }) =>
        participants.map(({ userId }) => ({ id, userId })),
      );
      expect(acceptances).toHaveLength(100);

      const answers = await Promise.all(
        shuffled(acceptances, seed).map(async ({ id, userId }) => {
          const answer = await t.call('POST', `${OPPORTUNITIES}/${id}/accept`, {
            token: tokens.get(userId)!,
            body: { revision: 1 },
          });
          return { id, userId, ...answer };
        }),
      );

      const after = await Promise.all(
        opportunities.map(async ({ id }) => (await t.host.storage.opportunities.get(id))!),
      );
      const committed = after.filter(({ state }) => state === 'committed');
      const withdrawn = after.filter(({ state }) => state === 'withdrawn');
      expect([committed.length, withdrawn.length]).toEqual([4, 16]);
      const items = committed.flatMap((one) => one.items);
      expect(new Set(items).size).toBe(items.length);
      for (const { participants } of committed)
        expect(participants.every(({ acceptedAt }) => acceptedAt !== null)).toBe(true);
      const locks = await t.host.storage.opportunities.hardLocks({ limit: 100 });
      expect(locks.map(({ itemId }) => itemId)).toEqual([...items].sort());
      expect((await t.host.engine.stats()).locks).toEqual({ soft: 0, hard: 20 });

      const winners = new Set(committed.map(({ id }) => id));
      const lost = answers.filter(({ status }) => status !== 200);
      for (const { id, status } of answers) if (winners.has(id)) expect(status).toBe(200);
      expect(lost.length).toBeGreaterThan(0);
      for (const { status, body } of lost) {
        expect([status, body.error.code]).toEqual([409, 'wrong-state']);
        expect(body.error.details).toEqual({ state: 'withdrawn', reason: expect.stringContaining('another trade') });
      }
      const late = await Promise.all(withdrawn.map(({ id, participants }) => t.call('POST', `${OPPORTUNITIES}/${id}/accept`, { token: tokens.get(participants[0]!.userId)!, body: { revision: 1 } }))); // biome-ignore format: one line
      expect(late.every(({ status }) => status === 409)).toBe(true);
    },
  );
});

/** The same order for the same seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return list
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

describe('a trade over HTTP', () => {
  it('goes from proposal to completion, and each step reaches the sockets of the others', async () => {
    const { t, ana, ben, cem, id, act } = await ringOfThree();
    await t.call('PUT', '/api/v1/me', { token: ben.token, body: { contact: 'ben@example.org' } });
    const socket = await t.connect(ana.token);
    await socket.until(1);
    expect(socket.received.splice(0)).toMatchObject([{ payload: { type: 'new_match' } }]); // told while she was away
    await act(ben, 'accept', { revision: 1 });
    await socket.until(1);
    expect(socket.received[0]).toMatchObject({ event: 'match:accepted', payload: { opportunityId: id, acceptedBy: ['ben'], state: 'accepting' } }); // biome-ignore format: one line
    const before = await t.call('GET', `${OPPORTUNITIES}/${id}`, { token: ana.token });
    expect(JSON.stringify(before.body)).not.toContain('example.org');
    await act(cem, 'accept', { revision: 1 });
    const { body } = await act(ana, 'accept', { revision: 1 });
    expect(body.data).toMatchObject({ state: 'committed', contacts: { ben: 'ben@example.org', cem: null } });
    await socket.until(3);
    expect(socket.received.slice(1).map(({ event }) => event)).toEqual(['match:accepted', 'match:committed']);
    for (const who of [ben, cem, ana]) expect((await act(who, 'confirm')).status).toBe(200);
    await socket.until(4);
    expect(socket.received[3]).toMatchObject({ event: 'match:completed', payload: { opportunityId: id } });
    const item = await t.call('GET', `/api/v1/items/${ana.itemId}`, { token: ana.token });
    expect(item.body.data.status).toBe('traded');
    expect(item.body.data).not.toHaveProperty('locks');
    await t.close();
  });

  it('tells of a withdrawal and of a repair', async () => {
    const { t, ana, ben, cem, act } = await ringOfThree({ engine: { policies: { cooldownMs: 0 } } });
    await act(ana, 'accept', { revision: 1 });
    await act(cem, 'accept', { revision: 1 });
    await offer(t, 'dan', 'b0', 'c0');
    const [a, b] = [await t.connect(ana.token), await t.connect(ben.token)];
    await Promise.all([a.until(1), b.until(1)]);
    for (const { received } of [a, b]) expect(received.splice(0)).toMatchObject([{ event: 'match:accepted' }]);
    const { body } = await act(ben, 'decline', { note: 'Sold it.' });
    expect(body.data).toMatchObject({ state: 'declined', repairedBy: expect.stringMatching(/^OPP-/) });
    expect(JSON.stringify(body)).not.toContain('Sold it.');
    await Promise.all([a.until(1), b.until(1)]);
    expect(a.received[0]).toMatchObject({ event: 'match:found', payload: { type: 'updated_match', opportunityId: body.data.repairedBy, repairs: body.data.id } }); // biome-ignore format: one line
    expect(b.received[0]).toMatchObject({ event: 'match:withdrawn', payload: { opportunityId: body.data.id } });
    await t.close();
  });

  it('has an item that nobody changes or deletes while it is committed', async () => {
    const { t, ana, ben, cem, act } = await ringOfThree();
    for (const who of [ana, ben, cem]) await act(who, 'accept', { revision: 1 });
    const path = `/api/v1/items/${ana.itemId}`;
    const item = await t.call('GET', path, { token: ana.token });
    expect(item.body.data.locks).toMatchObject([{ kind: 'hard' }]);
    for (const [method, body] of [
      ['PATCH', { title: 'Other' }],
      ['DELETE', undefined],
    ] as const) {
      // biome-ignore format: pairs
      const answer = await t.call(method, path, { token: ana.token, ...(body && { body }) });
      expect([answer.status, answer.body.error.code], method).toEqual([409, 'item-locked']);
    }
    expect((await t.call('DELETE', '/api/v1/me', { token: ana.token })).status).toBe(409);
    expect((await t.call('GET', path, { token: ana.token })).body).toEqual(item.body);
    expect((await act(ben, 'dispute')).body.data.state).toBe('broken');
    expect((await t.call('PATCH', path, { token: ana.token, body: { title: 'Other' } })).status).toBe(200);
    await t.close();
  });

  it('shows its deadlines to a cleanup job', async () => {
    const { t, clock, id, ana, act } = await ringOfThree();
    clock.advance(48 * HOUR);
    expect((await act(ana, 'accept', { revision: 1 })).body.error.code).toBe('unauthorized'); // tokens live a day
    const token = await t.login('ana');
    const late = await t.call('POST', `${OPPORTUNITIES}/${id}/accept`, { token, body: { revision: 1 } });
    expect([late.status, late.body.error.code]).toEqual([409, 'too-late']);
    await t.host.engine.cleanup();
    const { body } = await t.call('GET', `${OPPORTUNITIES}/${id}`, { token });
    expect(body.data).toMatchObject({ state: 'expired', endReason: 'Not everybody answered in time.' });
    await t.close();
  });
});

describe('the API page', () => {
  it('has every command, with the body that its schema takes and its conflicts', async () => {
    await using t = await startHost();
    const { body } = await t.call('GET', '/api/v1/openapi.json');
    for (const action of ['accept', 'decline', 'confirm', 'dispute']) {
      const { post } = body.paths[`${OPPORTUNITIES}/{id}/${action}`];
      expect(post.responses['409'].description).toContain('stale-revision');
      expect(post.parameters.map(({ name }: { name: string }) => name)).toEqual(['id', 'Idempotency-Key']);
      expect(post.requestBody.content['application/json'].schema).toMatchObject({
        type: 'object',
        additionalProperties: false,
      });
    }
    const { schema } = body.paths[`${OPPORTUNITIES}/{id}/accept`].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({ properties: { revision: { type: 'integer', minimum: 1 } }, required: ['revision'] });
  });
});
