import { BarterGraph, type EdgeWays, type LoopItem } from 'barterloop';

/**
 * A math trade as a graph, to be cleared in cycles of limited length: an edge wherever an owner would take an item, and
 * for edges through dummies the ways that there are, each taking the one place of every dummy on it.
 */
export function cappedTrade(items: readonly LoopItem[]): { graph: BarterGraph; edgeWays: EdgeWays[] } {
  const byId = new Map(items.map((item) => [item.id, item]));
  const graph = new BarterGraph();
  for (const { id, ownerId, isDummy } of items) if (!isDummy) graph.addItem(id, ownerId);
  const edgeWays: EdgeWays[] = [];
  for (const taker of items) {
    if (taker.isDummy) continue;
    const waysTo = new Map<string, string[][]>();
    const follow = (item: LoopItem, dummies: string[]): void => {
      for (const { itemId } of item.wants) {
        const wanted = byId.get(itemId)!;
        if (!wanted.isDummy) waysTo.set(itemId, [...(waysTo.get(itemId) ?? []), dummies]);
        else if (!dummies.includes(itemId)) follow(wanted, [...dummies, itemId]);
      }
    };
    follow(taker, []);
    for (const [giver, ways] of waysTo) {
      graph.setEdge(giver, taker.id, 1);
      // A way that needs no dummy leaves nothing to choose.
      if (ways.every((way) => way.length > 0)) edgeWays.push({ giver, receiver: taker.id, ways });
    }
  }
  return { graph, edgeWays };
}
