import type { BarterGraph } from '../graph/barter-graph';
import { NODE_MASK } from '../graph/half-edges';
import type { ItemId } from '../types';

/** Two nodes as one number. */
const EDGE = NODE_MASK + 1;

/**
 * Watches whom a change gives something new. The function it returns ends that and names the items which received a new
 * or better edge in the meantime: a cycle that the change has made and that does not pass through the changed item
 * itself passes through one of them.
 *
 * @param own Edges of this item do not count: its own search sees them.
 */
export function watchGains(graph: BarterGraph, own: ItemId | undefined): () => ItemId[] {
  /** The deficit of each edge that was touched, as it was before. */
  const before = new Map<number, number>();
  graph.onEdge = (giver, receiver, deficit) => {
    if (graph.idOfNode(giver) === own || graph.idOfNode(receiver) === own) return;
    const edge = receiver * EDGE + giver;
    if (!before.has(edge)) before.set(edge, deficit);
  };
  return () => {
    graph.onEdge = undefined;
    const gained = new Set<number>();
    for (const [edge, deficit] of before) {
      const now = graph.deficitBetween(edge % EDGE, Math.floor(edge / EDGE));
      if (now >= 0 && (deficit < 0 || now < deficit)) gained.add(Math.floor(edge / EDGE));
    }
    return Array.from(gained, (node) => graph.idOfNode(node));
  };
}
