import { describe, expect, it } from 'vitest';
import type { Opportunity } from '../../src';
import { HOUR, item, ring, tradeEngine } from '../support/trades';

const others = (opportunity: Opportunity) => opportunity.participants.filter(({ acceptedAt }) => acceptedAt !== null).map(({ userId }) => userId).sort(); // biome-ignore format: one line

/** Ana, Ben and Cem in a ring; Dan could stand in for Ben, and is not asked while the others' items are locked. */
async function withSubstitute() {
  const t = tradeEngine();
  for (const it of ring) await t.put(it);
  const first = await t.open('ana');
  await t.accept(first.id, 'ana', 'cem');
  await t.put(item('4', 'dan', 'b', 'c'));
  return { ...t, first };
}

describe('repair', () => {
  it('replaces who declines, keeps the acceptances that stand, and asks the new ones and those whose deal changed', async () => {
    const t = await withSubstitute();
    const since = t.transport.sent.length;
    const over = await t.engine.opportunities.decline(t.first.id, 'ben');
    const next = (await t.storage.opportunities.get(over.repairedBy!))!;
    expect(over).toMatchObject({ state: 'declined', repairedBy: next.id });
    expect(next).toMatchObject({ repairs: t.first.id, repairCount: 1, leftOut: ['ben'], state: 'accepting' });
    expect(next.cycleKey).toBe('["1","3","4"]');
    // Cem gets Ana's item as before; Ana would get Dan's instead of Ben's.
    expect(others(next)).toEqual(['cem']);
    const news = t.transport.sent.slice(since).map(({ userId, type, opportunityId }) => `${userId} ${type} ${opportunityId === next.id ? 'new' : 'old'}`); // biome-ignore format: one line
    expect(news.sort()).toEqual(['ana updated_match new', 'ben match_withdrawn old', 'cem updated_match new', 'dan new_match new']); // biome-ignore format: one line
    const update = t.transport.sent.findLast(({ userId }) => userId === 'ana')!;
    expect(update).toMatchObject({ opportunityId: next.id, repairs: t.first.id });
    const done = await t.accept(next.id, 'ana', 'dan');
    expect(done.state).toBe('committed');
    await t.engine.close();
  });

  it('leaves the old inbox rows saying so, and tells nobody of the end twice', async () => {
    const t = await withSubstitute();
    await t.engine.opportunities.decline(t.first.id, 'ben');
    const rows = await t.storage.notifications.ofOpportunity(t.first.id);
    expect(rows.map(({ type }) => type)).toEqual(['match_withdrawn', 'match_withdrawn', 'match_withdrawn']);
    expect(t.told(t.first.id, 'match_withdrawn')).toEqual(['ben']);
    await t.engine.deliverDue();
    expect(t.told(t.first.id, 'match_withdrawn')).toEqual(['ben']);
    await t.engine.close();
  });

  it('replaces whose item goes, where somebody else’s acceptance stands', async () => {
    const t = await withSubstitute();
    const report = await t.drop(ring[1]);
    expect(report.withdrawn).toMatchObject([{ opportunityId: t.first.id }]);
    expect(report.repaired).toHaveLength(1);
    expect(report.repaired[0]!.people.map(({ userId }) => userId).sort()).toEqual(['ana', 'cem', 'dan']);
    await t.engine.close();
  });

  it('replaces who says nothing until the deadline', async () => {
    const t = await withSubstitute();
    t.clock.advance(48 * HOUR);
    expect(await t.engine.cleanup()).toMatchObject({ ended: 1, repaired: 1 });
    const old = (await t.storage.opportunities.get(t.first.id))!;
    const next = (await t.storage.opportunities.get(old.repairedBy!))!;
    expect([old.state, next.leftOut, others(next)]).toEqual(['expired', ['ben'], ['cem']]);
    expect(next.expiresAt).toBe(t.clock.now() + 48 * HOUR);
    await t.engine.close();
  });

  it('closes the gap with nobody where the neighbours fit', async () => {
    const t = tradeEngine({ policies: { perEvent: 1 } });
    const [favourite, second] = [
      { categoryId: 'c', rank: 1 },
      { categoryId: 'd', rank: 2 },
    ];
    await t.put(item('1', 'ana', 'a', 'b'));
    await t.put(item('2', 'ben', 'b', 'c', { wants: [favourite!, second!] }));
    await t.put(item('4', 'dan', 'c', 'd'));
    await t.put(item('3', 'eve', 'd', 'a'));
    const first = await t.open('ana');
    expect(first.items).toHaveLength(4); // with dan's, ben's favourite; without him ben would get eve's
    await t.accept(first.id, 'ana', 'ben', 'eve');
    const over = await t.engine.opportunities.decline(first.id, 'dan');
    const next = (await t.storage.opportunities.get(over.repairedBy!))!;
    expect([next.cycleKey, others(next)]).toEqual(['["1","3","2"]', ['ana', 'eve']]);
    expect((await t.accept(next.id, 'ben')).state).toBe('committed');
    await t.engine.close();
  });

  it('is bounded, and never asks again who left', async () => {
    const t = tradeEngine({ policies: { perEvent: 1, maxRepairs: 2 } });
    for (const it of ring) await t.put(it);
    const first = await t.open('ana');
    await t.accept(first.id, 'ana', 'cem');
    for (const n of [4, 5, 6, 7]) await t.put(item(`${n}`, `sub${n}`, 'b', 'c'));
    let id = first.id;
    const asked: string[] = [];
    for (let round = 0; ; round++) {
      const now = (await t.storage.opportunities.get(id))!;
      const who = now.participants.find(({ userId }) => userId === 'ben' || userId.startsWith('sub'))!.userId;
      asked.push(who);
      const over = await t.engine.opportunities.decline(id, who);
      if (over.repairedBy === undefined) {
        expect(round).toBe(2);
        break;
      }
      id = over.repairedBy;
      expect((await t.storage.opportunities.get(id))!.leftOut).toEqual(asked);
    }
    expect(new Set(asked).size).toBe(3);
    await t.engine.close();
  });

  it('goes through the same gates', async () => {
    const t = await withSubstitute();
    await t.engine.setPreferences({ userId: 'dan', mutedUserIds: ['cem'] });
    expect(await t.engine.opportunities.decline(t.first.id, 'ben')).not.toHaveProperty('repairedBy');
    await t.engine.close();
  });

  it('does not take an item that its owner has just promised elsewhere', async () => {
    const t = await withSubstitute();
    await t.put(item('8', 'gil', 'c', 'b'));
    const withDan = (await t.of('dan')).find(({ items }) => items.includes('8') && items.includes('4'))!;
    await t.accept(withDan.id, 'dan');
    expect(await t.engine.opportunities.decline(t.first.id, 'ben')).not.toHaveProperty('repairedBy');
    await t.engine.close();
  });
});
