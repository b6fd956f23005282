import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBarterEngine, type Item, memoryStorage, type Net, settle } from '../../src';
import { mode } from '../support/mode';

const people = 'abcdefghijklmnop';
const netsOf = (amounts: number[]): Net[] => amounts.map((net, i) => ({ userId: people[i]!, net }));

/** Up to seven nets that sum to zero, small ones so that parts of them do, too. */
const amounts = fc
  .array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 6 })
  .map((list) => [...list, -list.reduce((sum, net) => sum + net, 0)]);

/** People less the most groups that settle among themselves, over all partitions. */
function fewest(list: number[]): number {
  const open = list.filter((net) => net !== 0);
  let most = 0;
  const place = (i: number, sums: number[]): void => {
    if (i === open.length) {
      if (sums.every((sum) => sum === 0)) most = Math.max(most, sums.length);
      return;
    }
    for (let group = 0; group <= sums.length; group++) {
      const next = [...sums];
      next[group] = (next[group] ?? 0) + open[i]!;
      place(i + 1, next);
    }
  };
  place(0, []);
  return open.length - most;
}

function checkSettled(list: number[]): number {
  const payments = settle(netsOf(list));
  const left = new Map(netsOf(list).map(({ userId, net }) => [userId, net]));
  for (const { from, to, amount } of payments) {
    expect(Number.isSafeInteger(amount) && amount > 0, 'whole and positive').toBe(true);
    expect(list[people.indexOf(from)], 'from those who gain').toBeGreaterThan(0);
    expect(list[people.indexOf(to)], 'to those who lose').toBeLessThan(0);
    left.set(from, left.get(from)! - amount);
    left.set(to, left.get(to)! + amount);
  }
  expect(
    [...left.values()].every((net) => net === 0),
    'every net is made up',
  ).toBe(true);
  return payments.length;
}

describe('settle', () => {
  const check = (list: number[], payments: number) =>
    it(`${JSON.stringify(list)} with ${payments} payments`, () => {
      expect(checkSettled(list)).toBe(payments);
    });
  check([], 0);
  check([0, 0, 0], 0);
  check([5, -5], 1);
  check([5, 0, -5], 1);
  check([5, -2, -3], 2);
  check([5, 5, -5, -5], 2);
  check([3, 4, -3, -4], 2);
  check([1, 2, 3, -1, -2, -3], 3);
  check([7, -3, -4, 5, -5], 3);
  check([1, 1, 1, 1, 1, 1, -6], 6);
  check([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER], 1);
  check(
    Array.from({ length: 16 }, (_, i) => (i < 8 ? i + 1 : -(i - 7))),
    8,
  );

  it('needs the fewest payments there can be', () => {
    fc.assert(
      fc.property(amounts, (list) => {
        expect(checkSettled(list)).toBe(fewest(list));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same every time and leaves its argument alone', () => {
    fc.assert(
      fc.property(amounts, (list) => {
        const nets = netsOf(list);
        const before = structuredClone(nets);
        expect(settle(nets)).toEqual(settle(nets));
        expect(nets).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  it('settles large sums to the unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), { minLength: 2, maxLength: 7 }),
        (values) => {
          checkSettled(values.map((value, i) => value - values[(i + 1) % values.length]!));
        },
      ),
    );
  });
});

describe('a market that balances with cash', () => {
  const item = (id: string, ownerId: string, wanted: string, estimatedValue: number): Item => ({
    id,
    ownerId,
    title: id,
    wants: [{ itemIds: [wanted] }],
    estimatedValue,
    status: 'available',
  });

  it('makes up everybody’s net, value received less value given', async () => {
    const storage = memoryStorage();
    const engine = createBarterEngine({ ...mode, storage, matching: { cash: 'balance' } });
    const ring = [item('1', 'ana', '3', 100), item('2', 'ben', '1', 250), item('3', 'cem', '2', 130)];
    for (const it of ring) await engine.submit({ type: 'item:created', itemId: it.id, userId: it.ownerId, item: it });
    const [opportunity] = await storage.opportunities.byUser('ana', { limit: 1 });
    const nets = Object.fromEntries(opportunity!.participants.map(({ userId, cashNet }) => [userId, cashNet]));
    expect(nets).toEqual({ ana: 30, ben: -150, cem: 120 });
    expect(opportunity!.payments.map(({ from, to, amount }) => `${from} ${to} ${amount}`).sort()).toEqual([
      'ana ben 30',
      'cem ben 120',
    ]);
    const [notification] = await storage.notifications.inbox('ben', { limit: 1 });
    expect(notification!.cashNet).toBe(-150);
    await engine.close();
  });

  it('asks for no payments where cash is off', async () => {
    const storage = memoryStorage();
    const engine = createBarterEngine({ ...mode, storage });
    for (const it of [item('1', 'ana', '2', 100), item('2', 'ben', '1', 250)]) {
      await engine.submit({ type: 'item:created', itemId: it.id, userId: it.ownerId, item: it });
    }
    const [opportunity] = await storage.opportunities.byUser('ana', { limit: 1 });
    expect(opportunity!.payments).toEqual([]);
    expect(opportunity!.participants.map(({ cashNet }) => cashNet)).toEqual([0, 0]);
    await engine.close();
  });
});
