import { DirectedGraph, UndirectedGraph } from 'graphology';
import { bfsFromNode } from 'graphology-traversal';
import type { AbstractGraph, Attributes } from 'graphology-types';
import { BarterError } from '../errors';
import { BarterGraph } from './barter-graph';

/** What of the graph to hand out. */
export interface ToGraphologyOptions {
  /** Only the neighbourhood of this item. */
  around?: string;
  /** How many edges away, in either direction. @defaultValue 2 */
  depth?: number;
}

export interface FromGraphologyOptions {
  /** Node attribute that names the owner. Nodes without it own themselves. @defaultValue 'owner' */
  ownerAttribute?: string;
  /** Edge attribute with the score, [0,1]. Edges without it score 1. @defaultValue 'score' */
  scoreAttribute?: string;
}

/**
 * A graphology copy of the graph, or of the neighbourhood of one item: nodes with `owner`, edges with `score`. For
 * drawing, exporting, and every algorithm of that library.
 * @throws BarterError `unknown-item`.
 */
export function toGraphology(
  graph: BarterGraph,
  options: ToGraphologyOptions = {},
): AbstractGraph<{ owner: string }, { score: number }> {
  const { around, depth = 2 } = options;
  const copy = new DirectedGraph<{ owner: string }, { score: number }>();
  const ids = around === undefined ? [...graph.items()] : within(graph, around, depth);
  for (const id of ids) copy.addNode(id, { owner: graph.ownerOf(id) });
  for (const id of ids) {
    for (const { id: receiver, score } of graph.receivers(id)) {
      if (copy.hasNode(receiver)) copy.addDirectedEdge(id, receiver, { score });
    }
  }
  return copy;
}

/**
 * A barter graph with the nodes and directed edges of any graphology graph, so that `findCycles` can be asked of it.
 * Of parallel edges the best counts; self-loops, which are no trades, are left out; undirected edges go both ways.
 * @throws BarterError `invalid-score`.
 */
export function fromGraphology(graph: AbstractGraph, options: FromGraphologyOptions = {}): BarterGraph {
  const { ownerAttribute = 'owner', scoreAttribute = 'score' } = options;
  const copy = new BarterGraph();
  graph.forEachNode((node: string, attributes: Attributes) => copy.addItem(node, attributes[ownerAttribute] ?? node));
  const keepBest = (from: string, to: string, score: number) => {
    if ((copy.edgeScore(from, to) ?? -1) < score || Number.isNaN(score)) copy.setEdge(from, to, score);
  };
  graph.forEachEdge((edge: string, attributes: Attributes, source: string, target: string) => {
    if (source === target) return;
    const score = attributes[scoreAttribute] ?? 1;
    if (typeof score !== 'number') {
      throw new BarterError(
        'invalid-score',
        `Edge ${edge} has the ${scoreAttribute} ${String(score)}: give a number from 0 to 1.`,
      );
    }
    keepBest(source, target, score);
    if (graph.isUndirected(edge)) keepBest(target, source, score);
  });
  return copy;
}

/**
 * The ids within `depth` edges of `id`, either direction, nearest first. The ball is grown edge by edge and handed to
 * graphology's breadth-first traversal, which gives the order.
 */
function within(graph: BarterGraph, id: string, depth: number): string[] {
  const ball = new UndirectedGraph();
  ball.addNode(id);
  graph.nodeOf(id);
  let rim = [id];
  for (let step = 0; step < depth && rim.length > 0; step++) {
    const next: string[] = [];
    for (const from of rim) {
      for (const { id: to } of [...graph.receivers(from), ...graph.givers(from)]) {
        if (!ball.hasNode(to)) {
          ball.addNode(to);
          next.push(to);
        }
        if (!ball.hasEdge(from, to)) ball.addEdge(from, to);
      }
    }
    rim = next;
  }
  const ids: string[] = [];
  bfsFromNode(ball, id, (node: string) => {
    ids.push(node);
  });
  return ids;
}
