import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Cycle } from '../types';
import { canonicalStart, rotate } from './cycle-key';

/** A cycle as the search knows it: node numbers, and the deficit of the edge that leaves each of them. */
export interface FoundCycle {
  nodes: number[];
  edgeDeficits: number[];
  /** Sum of `edgeDeficits`. */
  deficit: number;
}

export function toCycle(graph: BarterGraph, found: FoundCycle): Cycle {
  const ids = found.nodes.map((node) => graph.idOfNode(node));
  const start = canonicalStart(ids);
  const items = rotate(ids, start);
  const whole = SCORE_STEPS * ids.length;
  return {
    key: JSON.stringify(items),
    items,
    owners: rotate(found.nodes, start).map((node) => graph.ownerName(node)),
    score: (whole - found.deficit) / whole,
    edgeScores: rotate(found.edgeDeficits, start).map((deficit) => (SCORE_STEPS - deficit) / SCORE_STEPS),
  };
}

/** The order in which cycles are listed: best score, then shorter, then key. */
export function compareCycles(a: Cycle, b: Cycle): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.items.length !== b.items.length) return a.items.length - b.items.length;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
