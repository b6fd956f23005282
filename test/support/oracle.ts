/** Plain and slow on purpose: what the fast code is held against. Shares no code with it. */

export interface PlainGraph {
  /** Owner by item. */
  owners: Map<string, string>;
  /** Thousandths by giver, then receiver. */
  edges: Map<string, Map<string, number>>;
}

export interface PlainCycle {
  items: string[];
  /** Sum of the edges' thousandths. */
  total: number;
}

/** Every simple cycle through `root` with distinct owners, by exhaustive depth-first search. */
export function allCycles(graph: PlainGraph, root: string, minLength: number, maxLength: number): PlainCycle[] {
  const cycles: PlainCycle[] = [];
  const extend = (path: string[], total: number): void => {
    for (const [next, score] of graph.edges.get(path.at(-1)!) ?? []) {
      if (next === root && path.length >= minLength) cycles.push({ items: [...path], total: total + score });
      if (path.length === maxLength) continue;
      if (path.some((item) => item === next || graph.owners.get(item) === graph.owners.get(next))) continue;
      extend([...path, next], total + score);
    }
  };
  extend([root], 0);
  // A cycle of two items of one owner, or through the root's own owner, cannot close: the last item is checked above,
  // the closing edge needs no check of its own.
  return cycles;
}

/** a.total / a.items.length against b's, without rounding. */
export function compareMeans(a: PlainCycle, b: PlainCycle): number {
  return b.total * a.items.length - a.total * b.items.length;
}

export function canonical(items: string[]): string {
  const rotations = items.map((_, i) => [...items.slice(i), ...items.slice(0, i)]);
  const smallest = rotations.reduce((best, r) => (r[0]! < best[0]! ? r : best));
  return JSON.stringify(smallest);
}
