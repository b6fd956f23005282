import { describe, expect, it } from 'vitest';
import { generateMarket } from '../../bench/market';
import { marketEvents } from '../../bench/market-events';
import { type Item, Market } from '../../src';

describe('a market with short lists', () => {
  it('keeps the same lists through changes as one that scored every pair, values and words included', () => {
    const generated = generateMarket({ items: 600, seed: 5, leaves: 6, openToAnything: 0 });
    const cut = new Market({ candidatesPerWant: 3 }, generated.categories);
    const whole = new Market({ candidatesPerWant: Infinity }, generated.categories);
    const both = [cut, whole];
    for (const item of generated.items()) for (const market of both) market.put(item);
    for (const event of marketEvents({ market: generated, events: 600, create: 0.3, update: 0.3 })) {
      for (const market of both) {
        if (event.item) market.put(event.item);
        else market.remove(event.itemId);
      }
    }
    let compared = 0;
    for (const id of cut.ids()) {
      const item = cut.get(id)!;
      const named = new Set(item.wants.flatMap(({ itemIds }) => itemIds ?? []));
      const all = whole.graph.givers(id);
      const best = all.filter((giver) => !named.has(giver.id)).slice(0, 3 * item.wants.length);
      expect(cut.graph.givers(id)).toEqual(all.filter((giver) => named.has(giver.id) || best.includes(giver)));
      if (best.length < all.length) compared++;
    }
    expect(compared).toBeGreaterThan(300);
  });

  it('calls a list cut just where something is missing, when those that waited have left, too', () => {
    const market = new Market({ candidatesPerWant: 1 });
    const item = (id: string, wants: { minCondition: 'NEW' }[] = []) =>
      ({ id, ownerId: id, title: id, status: 'available', condition: 'NEW', wants }) as const;
    for (const id of ['a', 'b', 'c', 'd', 'e']) market.put(item(id));
    market.put(item('wanting', [{ minCondition: 'NEW' }]));
    const listed = market.graph.givers('wanting').map(({ id }) => id);
    expect(listed).toHaveLength(1);
    const others = ['a', 'b', 'c', 'd', 'e'].filter((id) => !listed.includes(id));
    for (const id of others) {
      expect(market.graph.cutLists, `before ${id} leaves`).toBe(1);
      market.remove(id);
    }
    expect(market.graph.cutLists).toBe(0);
    expect(market.graph.givers('wanting').map(({ id }) => id)).toEqual(listed);
  });

  it('finds the best of many of just the wanted value in a category that is less close', () => {
    const categories = [{ id: 'all' }, { id: 'bikes', parentId: 'all' }, { id: 'city', parentId: 'bikes' }];
    const item = (id: string, categoryId: string, condition: 'NEW' | 'POOR'): Item => {
      return { id, ownerId: id, title: id, status: 'available', categoryId, condition, wants: [] };
    };
    for (const value of [0, 2_000, 2 ** 40]) {
      const market = new Market({ candidatesPerWant: 1 }, categories);
      for (let i = 0; i < 2; i++) market.put({ ...item(`worn${i}`, 'bikes', 'POOR'), estimatedValue: value });
      for (let i = 0; i < 60; i++) market.put({ ...item(`new${i}`, 'city', 'NEW'), estimatedValue: value });
      const want = { categoryId: 'bikes', minValue: value, maxValue: value, minCondition: 'POOR' as const };
      market.put({ ...item('wanting', 'all', 'NEW'), wants: [want] });
      expect(
        market.graph.givers('wanting').map(({ id }) => id.slice(0, 3)),
        `${value}`,
      ).toEqual(['new']);
    }
  });

  it('certifies nothing that a list cut short has lost, whatever the budget', () => {
    const generated = generateMarket({ items: 600, seed: 5, leaves: 6, openToAnything: 0 });
    const cut = new Market({ candidatesPerWant: 8 }, generated.categories);
    const whole = new Market({ candidatesPerWant: Infinity }, generated.categories);
    for (const item of generated.items()) for (const market of [cut, whole]) market.put(item);
    let certified = 0;
    for (const id of [...cut.ids()].slice(0, 150)) {
      for (const budget of [300, 1_000, 3_000, 10_000]) {
        const answer = cut.findCycles(id, { maxLength: 6, limit: 10, minScore: 0.6, budget });
        if (!answer.certified) continue;
        certified++;
        const { maxLength, minScore } = answer.certified;
        const truth = whole.findCycles(id, { maxLength, limit: 10, minScore }).cycles;
        const last = answer.cycles.length === 10 ? answer.cycles[9]!.score : minScore;
        const found = answer.cycles.map(({ score }) => score.toFixed(9));
        for (const { score } of truth) if (score > last + 1e-9) expect(found).toContain(score.toFixed(9));
      }
    }
    expect(certified).toBeGreaterThan(100);
  });
});
