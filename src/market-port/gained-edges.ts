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
  /** By edge: its deficits before it was first touched, and since it was last. */
  const changes = new Map<number, { before: number; after: number }>();
  graph.onEdge = (giver, receiver, before, after) => {
    // Asked now: an item that cannot be linked leaves the graph again, and its node tells no id any more.
    if (graph.idOfNode(giver) === own || graph.idOfNode(receiver) === own) return;
    const edge = receiver * EDGE + giver;
    const known = changes.get(edge);
    if (known) known.after = after;
    else changes.set(edge, { before, after });
  };
  return () => {
    graph.onEdge = undefined;
    const gained = new Set<ItemId>();
    for (const [edge, { before, after }] of changes) {
      if (after < 0 || (before >= 0 && after >= before)) continue;
      gained.add(graph.idOfNode(Math.floor(edge / EDGE)));
    }
    return [...gained];
  };
}
