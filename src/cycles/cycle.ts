import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Cycle } from '../types';

/** A cycle as the search knows it: node numbers, and the deficit of the edge that leaves each of them. */
export interface FoundCycle {
  nodes: number[];
  edgeDeficits: number[];
  /** Sum of `edgeDeficits`. */
  deficit: number;
}

export function toCycle(graph: BarterGraph, { nodes, edgeDeficits, deficit }: FoundCycle): Cycle {
  const length = nodes.length;
  let start = 0;
  let first = graph.idOfNode(nodes[0]!);
  for (let i = 1; i < length; i++) {
    const id = graph.idOfNode(nodes[i]!);
    if (id >= first) continue;
    first = id;
    start = i;
  }
  const items: string[] = new Array(length);
  const owners: string[] = new Array(length);
  const edgeScores: number[] = new Array(length);
  for (let i = 0; i < length; i++) {
    const at = start + i < length ? start + i : start + i - length;
    items[i] = graph.idOfNode(nodes[at]!);
    owners[i] = graph.ownerName(nodes[at]!);
    edgeScores[i] = (SCORE_STEPS - edgeDeficits[at]!) / SCORE_STEPS;
  }
  const whole = SCORE_STEPS * length;
  return { key: JSON.stringify(items), items, owners, score: (whole - deficit) / whole, edgeScores };
}

/** The order in which cycles are listed: best score, then shorter, then key. */
export function compareCycles(a: Cycle, b: Cycle): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.items.length !== b.items.length) return a.items.length - b.items.length;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
