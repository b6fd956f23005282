import { BarterGraph } from '../../../src/graph/barter-graph';
import type { PlainGraph } from '../../support/oracle';
import type { Random } from '../random';

export interface Shape {
  items: number;
  /** Edges per item, about. */
  degree: number;
  owners: number;
  /** Thousandths that scores are drawn from. Few of them make ties. */
  scores?: readonly number[];
}

/** A random graph with item ids `i0`, `i1` …, and the same as plain maps. */
export function randomGraph(
  random: Random,
  { items, degree, owners, scores }: Shape,
): { graph: BarterGraph; plain: PlainGraph } {
  const plain: PlainGraph = { owners: new Map(), edges: new Map() };
  for (let i = 0; i < items; i++) {
    plain.owners.set(`i${i}`, `o${random.below(owners)}`);
    plain.edges.set(`i${i}`, new Map());
  }
  for (let k = 0; k < items * degree; k++) {
    const from = random.below(items);
    const to = random.below(items);
    if (from === to) continue;
    plain.edges.get(`i${from}`)!.set(`i${to}`, scores ? random.pick(scores) : random.below(1001));
  }
  return { graph: graphOf(plain), plain };
}

/** Built in the order that `shuffle` gives. */
export function graphOf({ owners, edges }: PlainGraph, shuffle: <T>(list: T[]) => T[] = (list) => list): BarterGraph {
  const graph = new BarterGraph();
  for (const [id, owner] of shuffle([...owners])) graph.addItem(id, owner);
  for (const [from, row] of shuffle([...edges])) {
    for (const [to, score] of shuffle([...row])) graph.setEdge(from, to, score / 1000);
  }
  return graph;
}
