import { type BarterGraph, forEachCycle } from 'barterloop';
import { type ArrayGraph, arrayGraph } from '../support/array-graph';

/** Edges of the longest cycle that barterloop looks for. */
const LONGEST = 16;

/** A cycle as text that does not depend on where it was begun: from its smallest item. */
export function keyOf(cycle: readonly number[]): string {
  const start = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(start), ...cycle.slice(0, start)].join('→');
}

/** The truth: a walk from each item over greater ones that closes where it can. No cleverness at all. */
export function plainCycles(graph: ArrayGraph, maxLength = Number.POSITIVE_INFINITY): Set<string> {
  const keys = new Set<string>();
  const path: number[] = [];
  function walk(node: number): void {
    path.push(node);
    for (const next of graph.receivers[node]!) {
      if (next === path[0]) keys.add(path.join('→'));
      else if (next > path[0]! && path.length < maxLength && !path.includes(next)) walk(next);
    }
    path.pop();
  }
  for (const node of graph.receivers.keys()) walk(node);
  return keys;
}

/** Ours: through each item, those in which it is the smallest. */
export function ourCycles(graph: BarterGraph, nodes: number, maxLength = nodes): number[][] {
  const found: number[][] = [];
  for (let node = 0; node < nodes; node++) {
    forEachCycle(graph, String(node), { maxLength: Math.min(LONGEST, Math.max(2, maxLength)) }, ({ items }) => {
      const cycle = items.map(Number);
      if (cycle.every((item) => item >= node)) found.push(cycle);
    });
  }
  return found;
}

/** The graph of the first `nodes` nodes only. */
export function firstNodes(graph: ArrayGraph, nodes: number): ArrayGraph {
  const edges: [number, number, number][] = [];
  for (let from = 0; from < nodes; from++) {
    graph.receivers[from]!.forEach((to, i) => {
      if (to < nodes) edges.push([from, to, graph.scores[from]![i]!]);
    });
  }
  return arrayGraph(edges, graph.owners.slice(0, nodes));
}

/** The same graph, every item its own owner's: no peer knows owners. */
export function withoutOwners(graph: ArrayGraph): ArrayGraph {
  return { ...graph, owners: graph.owners.map((_, node) => node) };
}
