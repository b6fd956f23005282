import { describe, expect, it } from 'vitest';
import type { ClearingOptions } from '../../src';
import { item, tradeEngine } from '../support/trades';

/** Ben and Cem could swap, and so could Ana and Ben, and Cem and Dan: the last two together move twice as much. */
const ana = item('1', 'ana', 'a', 'b');
const ben = item('2', 'ben', 'b', 'a', { wants: [{ categoryId: 'a' }, { categoryId: 'c' }] });
const cem = item('3', 'cem', 'c', 'b', { wants: [{ categoryId: 'b' }, { categoryId: 'd' }] });
const dan = item('4', 'dan', 'd', 'c');
const BEST = ['["1","2"]', '["3","4"]'];

async function market(propose: ClearingOptions['propose']) {
  const t = tradeEngine({ clearing: { propose } });
  await t.engine.load([ana, ben, cem, dan]);
  const proposed: string[] = [];
  t.engine.on('opportunity:proposed', ({ cycleKey }) => proposed.push(cycleKey));
  return { ...t, proposed };
}

describe('sweeps that clear the market', () => {
  it('do not, unless they are asked to: every trade is told', async () => {
    const { engine, proposed } = await market('events');
    const report = await engine.sweep();
    expect(report.clearing).toBeUndefined();
    expect(proposed.sort()).toEqual([BEST[0], '["2","3"]', BEST[1]]);
    await engine.close();
  });

  it('propose the best set, and nothing that competes with it', async () => {
    const { engine, proposed, put } = await market('both');
    const report = await engine.sweep();
    expect(report).toMatchObject({ told: 2, clearing: { items: 4, users: 4, proposed: 2, proven: true, refused: [] } });
    expect(proposed.sort()).toEqual(BEST);
    const late = await put({ ...cem, title: 'Item 3, cleaned' });
    expect(late.refused.map(({ gate, cycleKey }) => `${gate} ${cycleKey}`).sort()).toEqual([
      `already-live ${BEST[1]}`,
      'clearing ["2","3"]',
    ]);
    const again = await engine.sweep();
    expect(again.clearing).toMatchObject({ items: 4, proposed: 0 });
    expect(proposed).toHaveLength(2);
    await engine.close();
  });

  it('say of an opportunity whether it is part of the clearing', async () => {
    const { engine, open } = await market('both');
    await engine.sweep();
    const mine = await open('ana');
    expect((await engine.opportunities.get(mine.id, 'ana')).inClearing).toBe(true);
    expect((await engine.opportunities.list('dan')).map(({ inClearing }) => inClearing)).toEqual([true]);
    await engine.close();
  });

  it('leave room again where a chosen trade has ended', async () => {
    const { engine, open, of } = await market('both');
    await engine.sweep();
    await engine.opportunities.decline((await open('ana')).id, 'ana');
    await engine.opportunities.decline((await open('dan')).id, 'dan');
    await engine.trigger('2');
    const now = (await of('ben')).filter(({ state }) => state === 'proposed').map(({ cycleKey }) => cycleKey);
    expect(now).toEqual(['["2","3"]']);
    await engine.close();
  });

  it('are alone in proposing, if that is what the host wants', async () => {
    const { engine, proposed, put } = await market('sweeps');
    const report = await put({ ...ben, title: 'Item 2, cleaned' });
    expect(report.found.map(({ key }) => key).sort()).toEqual([BEST[0], '["2","3"]']);
    expect(report.refused.map(({ gate }) => gate)).toEqual(['sweeps-only', 'sweeps-only']);
    expect(proposed).toEqual([]);
    await engine.sweep();
    expect(proposed.sort()).toEqual(BEST);
    await engine.close();
  });

  it('choose the best of what gates let pass', async () => {
    const { engine, proposed } = await market('sweeps');
    await engine.setPreferences({ userId: 'dan', minScore: 1 });
    await engine.setPreferences({ userId: 'ana', blockedUserIds: ['ben'] });
    const { clearing } = await engine.sweep();
    expect(proposed).toContain('["2","3"]');
    expect(clearing!.proposed).toBe(proposed.length);
    await engine.close();
  });

  it('show what they would propose, and do nothing', async () => {
    const { engine, proposed, transport } = await market('both');
    const report = await engine.sweep({ dryRun: true });
    expect(report.clearing).toMatchObject({ items: 4, proposed: 0, proven: true });
    expect(report.clearing!.cycles.map(({ key }) => key).sort()).toEqual(BEST);
    expect(proposed).toEqual([]);
    expect(transport.sent).toEqual([]);
    expect((await engine.sweep()).clearing).toMatchObject({ proposed: 2 });
    await engine.close();
  });

  it('go on where there are too many cycles to choose among', async () => {
    const t = tradeEngine({ clearing: { propose: 'both', maxCycles: 1 } });
    await t.engine.load([ana, ben, cem, dan]);
    const report = await t.engine.sweep();
    expect(report.clearing).toBeUndefined();
    expect(report.told).toBe(3);
    await t.engine.close();
  });
});
