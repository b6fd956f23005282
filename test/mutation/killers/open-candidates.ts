import { Market } from '../../../src/market/market';
import type { Item } from '../../../src/types';
import { hashText } from '../../../src/util/hash';
import { Random } from '../random';
import { same } from './expect';

/** Owners who are open to anything: the closest by value, then in the order of the graph's lists, whatever the history. */
export function checkOpenCandidates(): void {
  for (const openCandidates of [1, 2, 5]) {
    const random = new Random(openCandidates);
    const market = new Market({ openCandidates }, []);
    const items = new Map<string, Item>();
    for (let step = 0; step < 260; step++) {
      const n = random.below(40);
      const id = `item${n}`;
      if (random.chance(0.35)) {
        same(market.remove(id), items.delete(id), 'removed');
      } else {
        const item: Item = { id, ownerId: `owner${n % 9}`, title: 'thing', wants: [], status: 'available' };
        if (n % 4 === 0) item.openToAnything = true;
        if (n % 8 === 0) item.maxValueLoss = 30;
        if (random.chance(0.85)) item.estimatedValue = random.chance(0.6) ? random.below(6) * 10 : random.below(10_000);
        market.put(item);
        items.set(id, item);
      }
      if (step % 2 === 0) check(market, [...items.values()], openCandidates);
    }
  }
}

function check(market: Market, items: Item[], most: number): void {
  for (const taker of items) {
    const closest = items
      .filter((given) => taker.openToAnything && given.ownerId !== taker.ownerId && isFair(given, taker))
      .sort((a, b) => compare(distance(a, taker), distance(b, taker)) || hashText(a.id) - hashText(b.id))
      .slice(0, most);
    same(
      market.graph
        .givers(taker.id)
        .map(({ id }) => id)
        .sort(),
      closest.map(({ id }) => id).sort(),
      'the closest',
    );
  }
}

function isFair(given: Item, taker: Item): boolean {
  const { maxValueLoss } = taker;
  if (maxValueLoss === undefined) return true;
  if (given.estimatedValue === undefined || taker.estimatedValue === undefined) return false;
  return taker.estimatedValue - given.estimatedValue <= maxValueLoss;
}

function distance(a: Item, b: Item): number {
  return a.estimatedValue === undefined || b.estimatedValue === undefined
    ? Infinity
    : Math.abs(a.estimatedValue - b.estimatedValue);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
