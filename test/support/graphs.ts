import fc from 'fast-check';
import { BarterGraph } from '../../src/graph/barter-graph';
import type { PlainGraph } from './oracle';

/** Edges as text: `trades('a→b b→c:0.5 c→a')`; each item is its own owner unless `owners` says otherwise. */
export function trades(text: string, owners: Record<string, string> = {}): BarterGraph {
  const graph = new BarterGraph();
  const own = (id: string) => graph.hasItem(id) || graph.addItem(id, owners[id] ?? `owner of ${id}`);
  for (const edge of text.split(' ')) {
    const [, from, to, score] = /^(.+?)→(.+?)(?::(.+))?$/.exec(edge)!;
    own(from!);
    own(to!);
    graph.setEdge(from!, to!, score === undefined ? 1 : Number(score));
  }
  return graph;
}

export interface RandomGraph {
  n: number;
  owners: number[];
  edges: [from: number, to: number, thousandths: number][];
}

/** Random graphs from sparse to complete; few distinct scores on purpose, so that ties are frequent. */
export function randomGraph(maxItems: number): fc.Arbitrary<RandomGraph> {
  return fc
    .record({
      n: fc.integer({ min: 2, max: maxItems }),
      density: fc.integer({ min: 1, max: 10 }),
      ownerShare: fc.integer({ min: 1, max: 3 }),
    })
    .chain(({ n, density, ownerShare }) =>
      fc.record({
        n: fc.constant(n),
        owners: fc.array(fc.nat({ max: Math.max(1, Math.floor((n * 2) / ownerShare)) }), {
          minLength: n,
          maxLength: n,
        }),
        edges: fc.array(
          fc.tuple(
            fc.nat({ max: n - 1 }),
            fc.nat({ max: n - 1 }),
            fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constantFrom(0, 400, 500, 600, 700, 800, 900, 999, 1000)),
          ),
          { minLength: 0, maxLength: Math.ceil((n * Math.min(n - 1, 12) * density) / 10), size: 'max' },
        ),
      }),
    );
}

export function build({ n, owners, edges }: RandomGraph): { graph: BarterGraph; plain: PlainGraph } {
  const graph = new BarterGraph();
  const plain: PlainGraph = { owners: new Map(), edges: new Map() };
  for (let i = 0; i < n; i++) {
    graph.addItem(`i${i}`, `o${owners[i]}`);
    plain.owners.set(`i${i}`, `o${owners[i]}`);
    plain.edges.set(`i${i}`, new Map());
  }
  for (const [from, to, score] of edges) {
    if (from === to) continue;
    graph.setEdge(`i${from}`, `i${to}`, score / 1000);
    plain.edges.get(`i${from}`)!.set(`i${to}`, score);
  }
  return { graph, plain };
}
