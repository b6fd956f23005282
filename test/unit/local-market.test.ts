import { expect, it } from 'vitest';
import type { Item } from '../../src';
import { openLocalMarket } from '../../src/market-port/local-market';
import { resolveOptions } from '../../src/options';

const thing = (id: string, fields: Partial<Item> = {}): Item => ({
  id,
  ownerId: `owner of ${id}`,
  title: 'thing',
  wants: [],
  status: 'available',
  ...fields,
});

async function marketOf(...items: Item[]) {
  const { matching, cacheMs } = resolveOptions({});
  const market = await openLocalMarket({ matching, cacheMs, categories: [] }, async () => {});
  await market.stage(items);
  await market.link();
  await market.takeDirty(items.length);
  return market;
}

it('what awaits a search still does once it has left, and whoever comes in its place does not', async () => {
  const market = await marketOf(thing('a'), thing('b'));
  await market.markDirty(['a', 'b']);
  await market.drop(['a']);
  await market.turn({ itemId: 'c', change: { item: thing('c') }, review: [] });
  expect(await market.countDirty()).toBe(2);
  expect(await market.takeDirty(10)).toEqual(['a', 'b']);
  expect(await market.countDirty()).toBe(0);
});

it('an item that is loaded again and is no longer available awaits one search', async () => {
  const market = await marketOf(thing('a'), thing('b'));
  await market.markDirty(['a']);
  await market.stage([thing('a', { status: 'traded' })]);
  await market.link();
  expect(await market.countDirty()).toBe(1);
  expect(await market.takeDirty(10)).toEqual(['a']);
});
