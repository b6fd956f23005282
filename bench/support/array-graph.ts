import { BarterGraph } from 'barterloop';

/** A graph as plain arrays of node numbers; edges point where goods go. Thousandths of score, as the files hold them. */
export interface ArrayGraph {
  /** By giver. */
  receivers: Int32Array[];
  /** `scores[u][i]` belongs to `receivers[u][i]`. */
  scores: Int32Array[];
  owners: Int32Array;
  edgeCount: number;
}

/** Builds the arrays from `[from, to, thousandths]`. */
export function arrayGraph(edges: readonly (readonly [number, number, number])[], owners: Int32Array): ArrayGraph {
  const receivers: number[][] = Array.from(owners, () => []);
  const scores: number[][] = Array.from(owners, () => []);
  for (const [from, to, score] of edges) {
    receivers[from]!.push(to);
    scores[from]!.push(score);
  }
  return {
    receivers: receivers.map((list) => Int32Array.from(list)),
    scores: scores.map((list) => Int32Array.from(list)),
    owners,
    edgeCount: edges.length,
  };
}

/** The same graph as the library holds it, ids being the node numbers. */
export function toBarterGraph({ receivers, scores, owners }: ArrayGraph): BarterGraph {
  const graph = new BarterGraph();
  owners.forEach((owner, node) => {
    graph.addItem(String(node), `owner-${owner}`);
  });
  receivers.forEach((list, from) => {
    list.forEach((to, i) => {
      graph.setEdge(String(from), String(to), scores[from]![i]! / 1000);
    });
  });
  return graph;
}
