import fc from 'fast-check';
import type { LoopItem } from '../../src/clearing/loop-network';

/** Markets of a few owners with dummies, nested ones too, and costs with many ties. */
export function loopItems(maxItems: number, dearest: number): fc.Arbitrary<LoopItem[]> {
  return fc
    .tuple(
      fc.array(fc.record({ owner: fc.nat({ max: 4 }), isDummy: fc.boolean(), isReal: fc.boolean() }), {
        minLength: 2,
        maxLength: maxItems,
      }),
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: dearest })), { maxLength: maxItems * 5, size: 'max' }),
    )
    .map(([nodes, pairs]) => {
      const items = nodes.map(({ owner, isDummy, isReal }, i) => ({
        id: `i${i}`,
        ownerId: `o${owner}`,
        wants: [] as { itemId: string; cost: number }[],
        isDummy: isDummy && !isReal, // one in four
      }));
      for (const [from, to, cost] of pairs) {
        const [taker, taken] = [items[from % items.length]!, items[to % items.length]!];
        const isOwn = taker.ownerId === taken.ownerId;
        if (taker === taken || isOwn !== taken.isDummy || taker.wants.some(({ itemId }) => itemId === taken.id))
          continue;
        taker.wants.push({ itemId: taken.id, cost });
      }
      return items;
    });
}

/** The most trades, and the least cost of as many, by trying everything. */
export function bestLoops(items: readonly LoopItem[]): { trades: number; cost: number } {
  const isTaken = new Set<string>();
  const best = { trades: 0, cost: 0 };
  const choose = (at: number, trades: number, cost: number): void => {
    const item = items[at];
    if (!item) {
      if (trades > best.trades || (trades === best.trades && cost < best.cost)) Object.assign(best, { trades, cost });
      return;
    }
    const weight = item.isDummy ? 0 : 1;
    const take = (id: string, more: number, paid: number): void => {
      if (isTaken.has(id)) return;
      isTaken.add(id);
      choose(at + 1, trades + more, cost + paid);
      isTaken.delete(id);
    };
    take(item.id, 0, 0); // keeps it
    for (const want of item.wants) take(want.itemId, weight, weight * (want.cost ?? 1));
  };
  choose(0, 0, 0);
  return best;
}
