import { BarterGraph } from 'barterloop';
import type { ArrayGraph } from './array-graph';

/** A graph of any size in four arrays: node u gives to `receivers[starts[u] .. starts[u + 1])`. */
export interface FlatGraph {
  starts: Uint32Array;
  receivers: Uint32Array;
  /** Thousandths of score, edge by edge. */
  scores: Uint16Array;
  owners: Int32Array;
}

export function flatten({ receivers, scores, owners, edgeCount }: ArrayGraph): FlatGraph {
  const flat = emptyFlatGraph(owners, edgeCount);
  receivers.forEach((list, node) => {
    const start = flat.starts[node]!;
    flat.receivers.set(list, start);
    flat.scores.set(scores[node]!, start);
    flat.starts[node + 1] = start + list.length;
  });
  return flat;
}

/** Room for this many edges, none of them set. */
export function emptyFlatGraph(owners: Int32Array, edges: number): FlatGraph {
  return {
    starts: new Uint32Array(owners.length + 1),
    receivers: new Uint32Array(edges),
    scores: new Uint16Array(edges),
    owners,
  };
}

/** The same graph as the library holds it, ids being the node numbers. */
export function flatToBarterGraph({ starts, receivers, scores, owners }: FlatGraph): BarterGraph {
  const graph = new BarterGraph();
  const ids = Array.from(owners, (_, node) => String(node));
  ids.forEach((id, node) => {
    graph.addItem(id, `owner-${owners[node]}`);
  });
  ids.forEach((id, node) => {
    for (let at = starts[node]!; at < starts[node + 1]!; at++) {
      graph.setEdge(id, ids[receivers[at]!]!, scores[at]! / 1000);
    }
  });
  return graph;
}
