import { describe, expect, it } from 'vitest';
import { manualClock } from '../../../src/testing';
import { startHost, type TestHost } from '../../support/host';
import { item, tradeEngine } from '../../support/trades';

const OPPORTUNITIES = '/api/v1/barter/opportunities';
const HOUR = 3_600_000;

async function pair(options: Parameters<typeof startHost>[0] = {}) {
  const clock = manualClock();
  const t = await startHost({ clock, ...options });
  const [ana, ben] = [await t.login('ana'), await t.login('ben')];
  const offer = (token: string, gives: string, wants: string) =>
    t.call('POST', '/api/v1/items', { token, body: { title: gives, categoryId: gives, desiredCategoryId: wants } });
  await offer(ana, 'phones', 'laptops');
  await offer(ben, 'laptops', 'phones');
  const { body } = await t.call('GET', OPPORTUNITIES, { token: ana });
  const { id } = body.data[0];
  const act = (token: string, action: string, sent: unknown = {}, headers: Record<string, string> = {}) =>
    t.call('POST', `${OPPORTUNITIES}/${id}/${action}`, { token, body: sent, headers });
  /** All that a refused request must leave as it was. */
  const state = async () => [await t.state(), JSON.stringify(await t.host.storage.opportunities.get(id)), JSON.stringify(await t.host.storage.notifications.ofOpportunity(id))]; // biome-ignore format: one line
  return { t, clock, ana, ben, id, act, state };
}

async function unchanged(state: () => Promise<unknown>, attempt: () => Promise<void>): Promise<void> {
  const before = await state();
  await attempt();
  expect(await state()).toEqual(before);
}

const refused = (answer: Awaited<ReturnType<TestHost['call']>>) => [answer.status, answer.body.error?.code];

describe('attacks on trades', () => {
  it('14 a stranger gets 404 whatever they send, in every state', async () => {
    const { t, ana, ben, act, state, id } = await pair();
    const mal = await t.login('mal');
    const stages = [async () => {}, () => act(ana, 'accept', { revision: 1 }), () => act(ben, 'accept', { revision: 1 }), () => act(ana, 'dispute')]; // biome-ignore format: one line
    for (const stage of stages) {
      await stage();
      await unchanged(state, async () => {
        for (const action of ['accept', 'decline', 'confirm', 'dispute']) {
          for (const body of [{}, { revision: 1 }, { revision: -1 }, { note: 'x' }, { userId: 'ana', revision: 1 }]) {
            expect(refused(await act(mal, action, body)), action).toEqual([404, 'not-found']);
          }
        }
        const read = await t.call('GET', `${OPPORTUNITIES}/${id}`, { token: mal });
        const none = await t.call('GET', `${OPPORTUNITIES}/OPP-none`, { token: mal });
        expect(refused(read)).toEqual(refused(none));
        expect(read.body).toEqual(none.body);
      });
    }
    await t.close();
  });

  it('14 nobody speaks for another, and an operator reads without deciding', async () => {
    const { t, ana, act, state, id } = await pair();
    const operator = await t.login('olga', 'operator');
    await unchanged(state, async () => {
      for (const body of [
        { revision: 1, userId: 'ben' },
        { revision: 1, onBehalfOf: 'ben' },
      ])
        expect(refused(await act(ana, 'accept', body))).toEqual([400, 'invalid-request']);
      expect((await t.call('GET', `${OPPORTUNITIES}/${id}`, { token: operator })).status).toBe(200);
      for (const action of ['accept', 'decline', 'confirm', 'dispute'])
        expect((await act(operator, action, { revision: 1 })).status, action).toBe(404);
      expect((await t.call('POST', `${OPPORTUNITIES}/${id}/accept`, { body: { revision: 1 } })).status).toBe(401);
    });
    await t.close();
  });

  it('29 accounts of one person do not trade in circles, nor accept for each other', async () => {
    const t = tradeEngine();
    await t.put(item('1', 'ana', 'a', 'b', { ownerGroup: 'ana and her other account' }));
    const { found } = await t.put(item('2', 'ana2', 'b', 'a', { ownerGroup: 'ana and her other account' }));
    expect(found).toEqual([]);
    await t.put(item('3', 'ben', 'b', 'c'));
    await t.put(item('4', 'cem', 'c', 'a'));
    const ring = await t.open('ana');
    await t.accept(ring.id, 'ana', 'cem');
    await expect(t.engine.opportunities.accept(ring.id, 'ana2', { revision: 1 })).rejects.toMatchObject({ code: 'unknown-opportunity' }); // biome-ignore format: one line
    // Her other account does not stand in for Ben when he declines: it is she.
    await t.put(item('5', 'ana3', 'b', 'c', { ownerGroup: 'ana and her other account' }));
    expect(await t.engine.opportunities.decline(ring.id, 'ben')).not.toHaveProperty('repairedBy');
    // A link that the host finds out later ends what is open.
    const late = tradeEngine();
    await late.put(item('1', 'ana', 'a', 'b'));
    const friend = item('2', 'eve', 'b', 'a');
    await late.put(friend);
    const open = await late.open('ana');
    await late.accept(open.id, 'ana');
    await late.put({ ...item('1', 'ana', 'a', 'b'), ownerGroup: 'g' });
    await late.put({ ...friend, ownerGroup: 'g' });
    expect((await late.storage.opportunities.get(open.id))?.state).toBe('withdrawn');
    await t.engine.close();
    await late.engine.close();
  });

  it('30 absurd values make no trade absurd, and no acceptance binds to another value', async () => {
    const t = tradeEngine({ matching: { cash: 'balance' } });
    const most = Number.MAX_SAFE_INTEGER;
    await t.put(item('1', 'ana', 'a', 'b', { estimatedValue: 100, cash: { maxPay: 50 } }));
    const bens = item('2', 'ben', 'b', 'a', { estimatedValue: 120 });
    await t.put(bens);
    const { id } = await t.open('ana');
    await t.accept(id, 'ana');
    for (const estimatedValue of [most, 151]) {
      await t.put({ ...bens, estimatedValue });
      expect((await t.storage.opportunities.get(id))?.state, `${estimatedValue}`).toBe('withdrawn'); // Ana pays 50, no more
    }
    for (const estimatedValue of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
      await expect(t.put({ ...bens, estimatedValue }), `${estimatedValue}`).rejects.toMatchObject({
        code: 'invalid-item',
      });
    }
    // Without limits the largest values settle to the unit.
    const free = tradeEngine({ matching: { cash: 'balance' } });
    await free.put(item('1', 'ana', 'a', 'b', { estimatedValue: 1 }));
    await free.put(item('2', 'ben', 'b', 'c', { estimatedValue: most }));
    await free.put(item('3', 'cem', 'c', 'a', { estimatedValue: 0 }));
    const { participants, payments } = await free.open('ana');
    expect(participants.reduce((sum, { cashNet }) => sum + cashNet, 0)).toBe(0);
    expect(payments.every(({ amount }) => Number.isSafeInteger(amount) && amount > 0)).toBe(true);
    await t.engine.close();
    await free.engine.close();
  });

  it('32 an acceptance sent again, and two tabs at once, count once', async () => {
    const { t, ana, ben, act, state } = await pair();
    const tabs = await Promise.all(Array.from({ length: 10 }, () => act(ana, 'accept', { revision: 1 })));
    expect(tabs.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await unchanged(state, async () => {
      expect((await act(ana, 'accept', { revision: 1 })).status).toBe(200);
    });
    await act(ben, 'accept', { revision: 1 });
    await unchanged(state, async () => {
      expect((await act(ana, 'accept', { revision: 1 })).body.data.state).toBe('committed');
      expect(refused(await act(ana, 'decline'))).toEqual([409, 'wrong-state']);
    });
    const both = await Promise.all([
      act(ana, 'confirm'),
      act(ana, 'confirm'),
      act(ben, 'confirm'),
      act(ben, 'confirm'),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await unchanged(state, async () => {
      expect((await act(ben, 'confirm')).body.data.state).toBe('completed');
      expect(refused(await act(ben, 'dispute'))).toEqual([409, 'wrong-state']);
    });
    await t.close();
  });

  it('32 accepting and declining at once leave one of the two', async () => {
    for (const first of ['accept', 'decline']) {
      const { t, ana, act, id } = await pair();
      const second = first === 'accept' ? 'decline' : 'accept';
      const sent = [first, second].map((action) => act(ana, action, action === 'accept' ? { revision: 1 } : {}));
      const answers = await Promise.all(sent);
      expect((await t.host.storage.opportunities.get(id))?.state).toBe('declined');
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
      await t.close();
    }
  });

  it('32 an acceptance of other terms, or after the deadline, is refused with what holds now', async () => {
    const { t, clock, ana, act, state } = await pair();
    const own = await t.call('GET', '/api/v1/items', { token: ana });
    await t.call('PATCH', `/api/v1/items/${own.body.data[0].id}`, { token: ana, body: { title: 'Renamed' } });
    await unchanged(state, async () => {
      for (const revision of [1, 3, 1_000_000]) {
        const answer = await act(ana, 'accept', { revision });
        expect(refused(answer)).toEqual([409, 'stale-revision']);
        expect(answer.body.error.details.opportunity).toMatchObject({ revision: 2, state: 'proposed' });
      }
      for (const body of [{}, { revision: '2' }, { revision: 2.5 }, { revision: 0 }, { revision: 2, extra: 1 }, []])
        expect(refused(await act(ana, 'accept', body)), JSON.stringify(body)).toEqual([400, 'invalid-request']);
    });
    clock.advance(48 * HOUR);
    const token = await t.login('ana');
    await unchanged(state, async () => {
      expect(refused(await act(token, 'accept', { revision: 2 }))).toEqual([409, 'too-late']);
      expect(refused(await act(token, 'decline'))).toEqual([409, 'too-late']);
    });
    await t.host.engine.cleanup();
    await unchanged(state, async () => {
      const answer = await act(token, 'accept', { revision: 2 });
      expect(refused(answer)).toEqual([409, 'wrong-state']);
      expect(answer.body.error.details).toMatchObject({ state: 'expired', reason: 'Not everybody answered in time.' });
    });
    await t.close();
  });

  it('32 an idempotency key answers the same request again, and refuses another one', async () => {
    const { t, ana, ben, act, state } = await pair();
    const key = { 'Idempotency-Key': 'a-key-of-ana' };
    const first = await act(ana, 'accept', { revision: 1 }, key);
    await act(ben, 'accept', { revision: 1 });
    await unchanged(state, async () => {
      const again = await act(ana, 'accept', { revision: 1 }, key);
      expect([again.status, again.body]).toEqual([200, first.body]); // as it was then, not as it is now
      for (const [action, body] of [
        ['accept', { revision: 2 }],
        ['confirm', {}],
        ['decline', {}],
      ] as const) {
        // biome-ignore format: pairs
        expect(refused(await act(ana, action, body, key)), action).toEqual([409, 'idempotency-key-reused']);
      }
      for (const bad of ['', ' ', 'with space', 'x'.repeat(201)])
        expect((await act(ana, 'confirm', {}, { 'Idempotency-Key': bad })).status, bad).toBe(400);
    });
    expect((await act(ben, 'confirm', {}, key)).status).toBe(200); // keys are each user's own
    const strange = await act(ana, 'confirm', { revision: 1 }, { 'Idempotency-Key': 'two' });
    expect(refused(strange)).toEqual([400, 'invalid-request']);
    await t.close();
  });

  it('what may not be done has its status in every state, and changes nothing', async () => {
    const table: [state: string, to: (p: Awaited<ReturnType<typeof pair>>) => Promise<unknown>, refusals: string[]][] =
      [
        ['proposed', async () => {}, ['confirm', 'dispute']],
        ['accepting', (p) => p.act(p.ben, 'accept', { revision: 1 }), ['confirm', 'dispute']],
        ['committed', (p) => both(p, 'accept'), ['decline']],
        ['completed', (p) => both(p, 'accept').then(() => both(p, 'confirm')), ['decline', 'dispute']],
        ['declined', (p) => p.act(p.ben, 'decline'), ['accept', 'decline', 'confirm', 'dispute']],
        ['broken', (p) => both(p, 'accept').then(() => p.act(p.ben, 'dispute')), ['accept', 'decline', 'confirm', 'dispute']], // biome-ignore format: one line
      ];
    for (const [state, to, refusals] of table) {
      const p = await pair();
      await to(p);
      expect((await p.t.host.storage.opportunities.get(p.id))?.state).toBe(state);
      await unchanged(p.state, async () => {
        for (const action of refusals) {
          const answer = await p.act(p.ana, action, action === 'accept' ? { revision: 1 } : {});
          expect(refused(answer), `${state} ${action}`).toEqual([409, 'wrong-state']);
          expect(answer.body.error.details.state).toBe(state);
        }
      });
      await p.t.close();
    }
  });
});

async function both({ act, ana, ben }: Awaited<ReturnType<typeof pair>>, action: string): Promise<unknown> {
  const body = action === 'accept' ? { revision: 1 } : {};
  return [await act(ana, action, body), await act(ben, action, body)];
}
