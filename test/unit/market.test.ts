import { describe, expect, it } from 'vitest';
import { type Item, Market, type MarketOptions } from '../../src';

const categories = [{ id: 'all' }, { id: 'toys', parentId: 'all' }, { id: 'bikes', parentId: 'all' }];

function thing(id: string, fields: Partial<Item> = {}): Item {
  return { id, ownerId: `owner of ${id}`, title: 'thing', wants: [], status: 'available', ...fields };
}

function marketOf(options: Partial<MarketOptions>, items: readonly Item[]): Market {
  const market = new Market(options, categories);
  for (const item of items) market.put(item);
  return market;
}

const givers = (market: Market, id: string) => market.graph.givers(id).map((giver) => giver.id);

describe('Market', () => {
  it('does not take an item for its own partner where its own wants fit it', () => {
    const items = Array.from({ length: 6 }, (_, i) =>
      thing(`item${i}`, { categoryId: 'toys', estimatedValue: 10, wants: [{ categoryId: 'toys' }] }),
    );
    const market = marketOf({ candidatesPerWant: 1 }, items);
    const { cycles } = market.findCycles('item0', { minLength: 3, maxLength: 3, limit: 100 });
    expect(cycles.map((cycle) => cycle.items.length)).toEqual(new Array(20).fill(3));
    expect(market.neighboursOf('item0', 100)!.sort()).toEqual(['item1', 'item2', 'item3', 'item4', 'item5']);
  });

  it('takes nobody for a group, whatever they are called', () => {
    const wants = [{ categoryId: 'toys' }];
    const member = { ownerGroup: 'g', categoryId: 'toys', wants };
    const strangers = ['g', '\0g', '\0group g', '\0user g'];
    const items = [
      thing('one', { ...member, ownerId: 'ana' }),
      thing('other', { ...member, ownerId: 'ben' }),
      ...strangers.map((ownerId, i) => thing(`stranger${i}`, { ownerId, categoryId: 'toys', wants })),
    ];
    const market = marketOf({}, items);
    const others = ['stranger0', 'stranger1', 'stranger2', 'stranger3'];
    expect(givers(market, 'one').sort()).toEqual(others);
    expect(givers(market, 'stranger0').sort()).toEqual(['one', 'other', 'stranger1', 'stranger2', 'stranger3']);
    expect(givers(market, 'stranger2').sort()).toEqual(['one', 'other', 'stranger0', 'stranger1', 'stranger3']);
  });

  it('lists an item without words for a want whose keywords say nothing', () => {
    const wants = [{ categoryId: 'toys', minValue: 0, maxValue: 100, keywords: ['the'] }];
    const worse = Array.from({ length: 5 }, (_, i) =>
      thing(`worse${i}`, { categoryId: 'toys', estimatedValue: 70 + i }),
    );
    const best = thing('best', { categoryId: 'toys', estimatedValue: 50, title: 'the' });
    const market = marketOf({ candidatesPerWant: 1 }, [thing('wanting', { wants }), ...worse, best]);
    expect(givers(market, 'wanting')).toEqual(['best']);
  });

  it('finds what is worth nothing for a want of just that, however much there is', () => {
    const wants = [{ categoryId: 'toys', minValue: 0, maxValue: 0 }];
    const items = Array.from({ length: 60 }, (_, i) => thing(`item${i}`, { categoryId: 'toys', estimatedValue: 0 }));
    const market = marketOf({}, [...items, thing('wanting', { wants })]);
    expect(givers(market, 'wanting')).toHaveLength(60);
  });

  it('fills up the lists that lose an item while staged ones are being linked', () => {
    const items = Array.from({ length: 40 }, (_, i) => {
      const wants = [{ categoryId: 'toys', minValue: 0, maxValue: 100 }];
      return thing(`item${i}`, { categoryId: 'toys', estimatedValue: 10 + i, wants });
    });
    const options = { candidatesPerWant: 2 };
    const market = new Market(options, categories);
    for (const item of items) market.stage(item);
    const linking = market.linkStaged();
    for (let i = 0; i < 20; i++) linking.next();
    const taken = [...market.ids()].flatMap((id) => givers(market, id))[0]!;
    market.remove(taken);
    for (const _ of linking);
    const fresh = marketOf(
      options,
      items.filter(({ id }) => id !== taken),
    );
    expect(market.graph.stateHash()).toBe(fresh.graph.stateHash());
  });

  it('gives nobody who is open to anything the same item twice', () => {
    const options = { openCandidates: 3 };
    const before = [thing('open', { estimatedValue: 100, openToAnything: true })].concat(
      [130, 140, 150].map((estimatedValue) => thing(`item${estimatedValue}`, { estimatedValue })),
    );
    const staged = [105, 108, 111].map((estimatedValue) => thing(`item${estimatedValue}`, { estimatedValue }));
    const market = marketOf(options, before);
    for (const item of staged) market.stage(item);
    const linking = market.linkStaged();
    linking.next();
    market.remove('item130'); // and the list is made anew, of the staged ones, too
    for (const _ of linking);
    expect(givers(market, 'open').sort()).toEqual(['item105', 'item108', 'item111']);
  });
});
