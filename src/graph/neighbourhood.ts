import type { BarterGraph } from './barter-graph';

/** How much of the graph around an item to look at. */
export interface NeighbourhoodOptions {
  /** Items at most, the item itself counted; 1..10,000. @defaultValue 300 */
  limit?: number;
  /** Edges away at most, in either direction; 1..100. @defaultValue 3 */
  depth?: number;
  /**
   * Of each item only its best edges to receivers among the others, and those by which others were reached; 1..100.
   * @defaultValue 8
   */
  edgesPerItem?: number;
}

/** Some items and the edges among them. */
export interface GraphPart {
  /** The nearest first, with how many edges each is away; the first is the item itself. */
  items: { id: string; steps: number }[];
  edges: { from: string; to: string; score: number }[];
  /** False where more items are as near, or more edges lie between these. */
  isWhole: boolean;
}

/**
 * The surroundings of an item, breadth first in either direction, of what is as near the better edges first. It
 * hangs together. Answers depend on the graph alone.
 * @throws BarterError `unknown-item`.
 */
export function neighbourhood(
  graph: BarterGraph,
  id: string,
  { limit = 300, depth = 3, edgesPerItem = 8 }: NeighbourhoodOptions = {},
): GraphPart {
  graph.nodeOf(id);
  const steps = new Map([[id, 0]]);
  /** By giver: receivers of the edges by which items were reached, kept so that nothing lies about unconnected. */
  const ways = new Map<string, Set<string>>();
  let isWhole = true;
  // A map is read in the order of its entries, those added meanwhile included: the queue of the search.
  for (const [here, step] of steps) {
    if (step === depth) break;
    const near = [
      ...graph.receivers(here).map((there) => ({ there, from: here, to: there.id })),
      ...graph.givers(here).map((there) => ({ there, from: there.id, to: here })),
    ].sort((a, b) => b.there.score - a.there.score);
    for (const { there, from, to } of near) {
      if (steps.has(there.id)) continue;
      if (steps.size === limit) {
        isWhole = false;
        break;
      }
      steps.set(there.id, step + 1);
      ways.set(from, (ways.get(from) ?? new Set()).add(to));
    }
  }
  const edges: GraphPart['edges'] = [];
  for (const from of steps.keys()) {
    const among = graph.receivers(from).filter((receiver) => steps.has(receiver.id));
    const kept = among.filter(({ id: to }, i) => i < edgesPerItem || ways.get(from)?.has(to));
    if (kept.length < among.length) isWhole = false;
    for (const { id: to, score } of kept) edges.push({ from, to, score });
  }
  return { items: Array.from(steps, ([item, step]) => ({ id: item, steps: step })), edges, isWhole };
}
