import { describe, expect, it } from 'vitest';
import { generateMarket, itemId } from '../../bench/market';
import { marketEvents } from '../../bench/market-events';
import { createRandom, mulberry32, zipfSampler } from '../../bench/random';
import { countAnswers, graphStatistics, largestLeafShare, wholeGraph } from '../../bench/support/market-statistics';
import { percentile } from '../../bench/support/report';
import { checkCategories, defaultItemLimits, itemChecker } from '../../src/market/schemas';
import { CONDITIONS, type Item, type Want } from '../../src/types';

const share = <T>(list: readonly T[], holds: (entry: T) => boolean): number => list.filter(holds).length / list.length;

describe('random', () => {
  it('draws the numbers of mulberry32', () => {
    const next = mulberry32(42);
    // Published values of the reference implementation for this seed.
    expect([next(), next(), next()].map((value) => value.toFixed(5))).toEqual(['0.60110', '0.44829', '0.85247']);
  });

  it('draws in bounds and near its distribution', () => {
    const random = createRandom(1, 2);
    const normals = Array.from({ length: 20_000 }, () => random.normal());
    const mean = normals.reduce((sum, value) => sum + value, 0) / normals.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(share(normals, (value) => Math.abs(value) < 1)).toBeCloseTo(0.683, 1);
    expect(normals.every(Number.isFinite)).toBe(true);
    const ints = Array.from({ length: 1000 }, () => random.int(3));
    expect(new Set(ints)).toEqual(new Set([0, 1, 2]));
    expect(random.shuffle([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('samples places by Zipf', () => {
    const random = createRandom(3);
    const sample = zipfSampler(4);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 25_000; i++) counts[sample(random)]!++;
    // 1 : 1/2 : 1/3 : 1/4 of 25/12
    [12_000, 6_000, 4_000, 3_000].forEach((expected, place) => {
      expect(Math.abs(counts[place]! - expected)).toBeLessThan(400);
    });
    expect(() => zipfSampler(0)).toThrow(RangeError);
  });
});

describe('generateMarket', () => {
  const size = 20_000;
  const market = generateMarket({ items: size });
  const items = [...market.items()];
  const wants = items.flatMap((item) => item.wants);
  const indexOf = new Map(items.map((item, index) => [item.id, index]));

  it('makes the same market of the same seed, and another of another', () => {
    expect([...generateMarket({ items: 300 }).items()]).toEqual([...generateMarket({ items: 300, seed: 42 }).items()]);
    expect([...generateMarket({ items: 300, seed: 43 }).items()]).not.toEqual([
      ...generateMarket({ items: 300 }).items(),
    ]);
    expect(generateMarket({ items: 300 }).categories).toEqual(generateMarket({ items: 300 }).categories);
  });

  it('makes each item by itself, in any order and again', () => {
    expect(market.itemAt(12_345)).toEqual(items[12_345]);
    expect([...market.items()].slice(0, 50)).toEqual(items.slice(0, 50));
    expect(market.itemAt(size + 7).id).toBe(itemId(size + 7));
    expect(market.ownerIdAt(777)).toBe(items[777]!.ownerId);
  });

  it('changes an item from revision to revision, but not its owner, kind or name', () => {
    const changed = Array.from({ length: 200 }, (_, index) => market.itemAt(index, 1));
    changed.forEach((item, index) => {
      const before = items[index]!;
      expect([item.id, item.ownerId, item.title, item.categoryId]).toEqual([
        before.id,
        before.ownerId,
        before.title,
        before.categoryId,
      ]);
    });
    expect(share(changed, (item) => JSON.stringify(item) !== JSON.stringify(items[indexOf.get(item.id)!]))).toBe(1);
  });

  it('files items in leaves of a three-level tree', () => {
    const parentOf = new Map(market.categories.map(({ id, parentId }) => [id, parentId]));
    expect(parentOf.size).toBe(market.categories.length);
    const seen = new Set<string>();
    for (const { id, parentId } of market.categories) {
      if (parentId !== undefined) expect(seen.has(parentId)).toBe(true);
      seen.add(id);
    }
    const depth = (id: string): number => (parentOf.get(id) === undefined ? 0 : 1 + depth(parentOf.get(id)!));
    expect(share(items, (item) => depth(item.categoryId!) === 2)).toBe(1);
    for (const { categoryId } of wants) if (categoryId) expect([1, 2]).toContain(depth(categoryId));
    expect(market.categories.filter(({ id }) => depth(id) === 2)).toHaveLength(800);
    expect(generateMarket({ items: 100 }).options.leaves).toBe(40);
    expect(generateMarket({ items: 3_000_000 }).options.leaves).toBe(5000);
  });

  it('fills leaves by Zipf', () => {
    const counts = new Map<string, number>();
    for (const { categoryId } of items) counts.set(categoryId!, (counts.get(categoryId!) ?? 0) + 1);
    const sizes = [...counts.values()].sort((a, b) => b - a);
    // The first of 800 by 1 / r.
    expect(sizes[0]! / size).toBeCloseTo(0.138, 1);
    expect(sizes[0]! / sizes[9]!).toBeGreaterThan(7);
    expect(largestLeafShare(generateMarket({ items: 1_000_000 }), 20_000)).toBeCloseTo(0.11, 1);
  });

  it('stays within the stated limits', () => {
    const isFine = ({ title, description, condition, estimatedValue, wants, location }: Item): boolean =>
      title.length <= 120 &&
      description!.length <= 500 &&
      CONDITIONS.includes(condition!) &&
      Number.isSafeInteger(estimatedValue) &&
      estimatedValue! > 0 &&
      wants.length <= 4 &&
      (!location || (Math.abs(location.latitude) <= 90 && Math.abs(location.longitude) <= 180));
    expect(items.filter((item) => !isFine(item))).toEqual([]);
    const isModest = ({ keywords, itemIds, minValue, maxValue, ...rest }: Want): boolean =>
      (keywords?.length ?? 1) <= 4 &&
      (itemIds?.length ?? 1) <= 3 &&
      (minValue ?? 0) <= (maxValue ?? 0) &&
      Boolean(keywords || itemIds || rest.categoryId);
    expect(wants.filter((want) => !isModest(want))).toEqual([]);
  });

  it('passes the checks that items and categories pass on their way in', () => {
    const checked = itemChecker(defaultItemLimits);
    for (const item of items.slice(0, 2_000)) expect(checked(item)).toEqual(item);
    expect(checkCategories(market.categories)).toEqual(market.categories);
  });

  it('gives each owner one to five items, and one place', () => {
    const owned = new Map<string, Item[]>();
    for (const item of items) owned.set(item.ownerId, [...(owned.get(item.ownerId) ?? []), item]);
    const sizes = [...owned.values()].map((list) => list.length);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([1, 5]);
    for (const list of owned.values()) expect(new Set(list.map((item) => JSON.stringify(item.location))).size).toBe(1);
    expect(share([...owned.values()], (list) => list[0]!.location === undefined)).toBeCloseTo(0.1, 1);
  });

  it('mixes wants as it says', () => {
    expect(share(items, (item) => item.wants.length === 0)).toBeCloseTo(0.05, 2);
    expect(share(items, (item) => item.wants.length > 1)).toBeCloseTo(0.06, 2);
    expect(share(items, (item) => item.openToAnything === true)).toBeCloseTo(0.005, 2);
    for (const item of items) if (item.openToAnything) expect(item.wants).toEqual([]);
    const kind = (want: Want): string =>
      want.itemIds ? 'named' : `${want.categoryId?.split('-')[0] ?? 'none'}${want.keywords ? ' words' : ''}`;
    const of = (name: string): number => share(wants, (want) => kind(want) === name);
    expect(of('leaf')).toBeCloseTo(0.55, 1);
    expect(of('leaf words')).toBeCloseTo(0.18, 1);
    expect(of('mid words')).toBeCloseTo(0.1, 1);
    expect(of('none words')).toBeCloseTo(0.07, 1);
    expect(of('mid')).toBeCloseTo(0.07, 1);
    expect(of('named')).toBeCloseTo(0.03, 1);
    expect(share(wants, (want) => want.radiusKm !== undefined)).toBeCloseTo(0.12, 1);
    expect(share(items, (item) => /\p{Script=Arabic}/u.test(item.title))).toBeGreaterThan(0.03);
  });

  it('names no item of the same owner', () => {
    for (const item of items) {
      for (const id of item.wants.flatMap((want) => want.itemIds ?? [])) {
        expect(market.ownerIdAt(Number(id.slice(5)))).not.toBe(item.ownerId);
      }
    }
  });

  it('has hubs that many name', () => {
    const named = new Map<string, number>();
    for (const id of wants.flatMap((want) => want.itemIds ?? [])) named.set(id, (named.get(id) ?? 0) + 1);
    expect(Math.max(...named.values())).toBeGreaterThan(100);
  });

  it('asks for somewhat better than it gives', () => {
    const ratios = items.flatMap((item) =>
      item.wants.flatMap((want) =>
        want.minValue === undefined ? [] : [Math.log(want.minValue / item.estimatedValue!)],
      ),
    );
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    expect(mean).toBeCloseTo(market.options.gradient, 1);
    expect(share(ratios, (ratio) => ratio < 0)).toBeGreaterThan(0.02);
  });

  it('bounds what the most modest give away', () => {
    const { mostLoss } = market.options;
    // Values are rounded to two digits, each of the two by up to five per cent.
    const least = Math.exp(-mostLoss) * 0.9;
    for (const item of items) {
      for (const { minValue } of item.wants) {
        if (minValue !== undefined) expect(minValue / item.estimatedValue!).toBeGreaterThan(least);
      }
    }
  });

  it('names nothing worth much less than what is given for it', () => {
    for (const item of items) {
      for (const id of item.wants.flatMap((want) => want.itemIds ?? [])) {
        if (!indexOf.has(id)) continue;
        expect(items[indexOf.get(id)!]!.estimatedValue! / item.estimatedValue!).toBeGreaterThan(0.8);
      }
    }
  });

  it('makes markets of any size', () => {
    expect([...generateMarket({ items: 0 }).items()]).toEqual([]);
    expect([...generateMarket({ items: 1 }).items()]).toHaveLength(1);
    const alone = generateMarket({
      items: 1,
      wantKinds: { leafRange: 0, leafKeywords: 0, middleKeywords: 0, keywords: 0, middleRange: 0 },
    });
    for (const want of alone.itemAt(0).wants) expect(want.itemIds).not.toContain(itemId(0));
    expect(() => generateMarket({ items: -1 })).toThrow(RangeError);
    expect(() => generateMarket({ items: 10, leaves: 6000 })).toThrow(RangeError);
  });
});

describe('the generated market as a graph', () => {
  const median = (values: number[]): number => percentile(values, 0.5);

  it('answers wants more often the larger it is', () => {
    const small = countAnswers(generateMarket({ items: 10_000 }), { wants: 200 });
    expect(median(small.map(({ answers }) => answers))).toBeGreaterThan(15);
    expect(median(small.map(({ answers }) => answers))).toBeLessThan(80);
    // One item in fifty answers for all.
    const large = countAnswers(generateMarket({ items: 1_000_000 }), { wants: 200, every: 50 });
    expect(median(large.map(({ answers }) => answers))).toBeGreaterThan(300);
    expect(new Set(large.map(({ kind }) => kind)).size).toBe(6);
  });

  it('is nearly layered, as real trades are', () => {
    const market = generateMarket({ items: 3_000 });
    const ids = Array.from(market.items(), ({ id }) => id);
    const { onCycle, undecided, reciprocity, accepts, takers, edges } = graphStatistics(wholeGraph(market), ids, 500);
    // Of the real ones 32 to 58 % of the items are on a cycle of at most five, and 0.1 to 0.3 % of the edges go both ways.
    expect(undecided).toBe(0);
    expect(onCycle).toBeGreaterThan(0.25);
    expect(onCycle).toBeLessThan(0.6);
    expect(reciprocity).toBeLessThan(0.02);
    expect(accepts.reduce((sum, count) => sum + count, 0)).toBe(edges);
    expect(takers.reduce((sum, count) => sum + count, 0)).toBe(edges);
  });
});

describe('marketEvents', () => {
  const market = generateMarket({ items: 500 });
  const events = [...marketEvents({ market, events: 2000 })];

  it('is the same stream for the same seed', () => {
    expect([...marketEvents({ market, events: 2000 })]).toEqual(events);
    expect([...marketEvents({ market, events: 2000, seed: 8 })]).not.toEqual(events);
  });

  it('mixes creations, changes and deletions', () => {
    expect(share(events, (event) => event.type === 'item:created')).toBeCloseTo(0.7, 1);
    expect(share(events, (event) => event.type === 'item:updated')).toBeCloseTo(0.2, 1);
    expect(share(events, (event) => event.type === 'item:deleted')).toBeCloseTo(0.1, 1);
  });

  it('creates what is new, and changes and deletes what is there', () => {
    const there = new Map([...market.items()].map((item) => [item.id, item]));
    for (const event of events) {
      expect(there.has(event.itemId)).toBe(event.type !== 'item:created');
      if (event.type === 'item:deleted') {
        expect(event.userId).toBe(there.get(event.itemId)!.ownerId);
        there.delete(event.itemId);
        continue;
      }
      expect(event.item).toMatchObject({ id: event.itemId, ownerId: event.userId });
      expect(event.item).not.toEqual(there.get(event.itemId));
      expect(event.hasBarterPreferences).toBe(event.item!.wants.length > 0);
      there.set(event.itemId, event.item!);
    }
  });

  it('goes on when everything is deleted', () => {
    const kinds = [...marketEvents({ market: generateMarket({ items: 2 }), events: 20, create: 0, update: 0 })].map(
      (e) => e.type,
    );
    expect(kinds.slice(0, 4)).toEqual(['item:deleted', 'item:deleted', 'item:created', 'item:deleted']);
  });
});
