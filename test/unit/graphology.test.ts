import fc from 'fast-check';
import { DirectedGraph, MultiGraph, UndirectedGraph } from 'graphology';
import { describe, expect, it } from 'vitest';
import { BarterGraph, findCycles, fromGraphology, toGraphology } from '../../src';

interface Plan {
  owners: number[];
  edges: [from: number, to: number, thousandths: number][];
}

const plans: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 12 }).chain((count) => {
  const node = fc.nat({ max: count - 1 });
  return fc.record({
    owners: fc.array(fc.nat({ max: 5 }), { minLength: count, maxLength: count }),
    edges: fc.uniqueArray(fc.tuple(node, node, fc.nat({ max: 1_000 })), {
      maxLength: 30,
      selector: ([from, to]) => `${from} ${to}`,
    }),
  });
});

function graphOf({ owners, edges }: Plan): BarterGraph {
  const graph = new BarterGraph();
  for (const [n, owner] of owners.entries()) graph.addItem(`i${n}`, `o${owner}`);
  for (const [from, to, score] of edges) if (from !== to) graph.setEdge(`i${from}`, `i${to}`, score / 1_000);
  return graph;
}

/** Distance in edges, either direction, by looking at every edge again and again. */
function distances({ owners, edges }: Plan, from: number): number[] {
  const far = owners.map((_, n) => (n === from ? 0 : Infinity));
  for (let pass = 0; pass < owners.length; pass++) {
    for (const [a, b] of edges) {
      if (a === b) continue;
      far[a] = Math.min(far[a]!, far[b]! + 1);
      far[b] = Math.min(far[b]!, far[a]! + 1);
    }
  }
  return far;
}

const chain = (length: number) =>
  graphOf({
    owners: Array.from({ length }, (_, n) => n),
    edges: Array.from({ length: length - 1 }, (_, n) => [n, n + 1, 900]),
  });

describe('toGraphology', () => {
  it('copies every item with its owner and every edge with its score and direction', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const graph = graphOf(plan);
        const copy = toGraphology(graph);
        expect(copy.type).toBe('directed');
        expect([copy.order, copy.size]).toEqual([graph.order, graph.size]);
        for (const [n, owner] of plan.owners.entries())
          expect(copy.getNodeAttributes(`i${n}`)).toEqual({ owner: `o${owner}` });
        for (const [from, to, score] of plan.edges) {
          if (from === to) continue;
          expect(copy.getEdgeAttribute(copy.directedEdge(`i${from}`, `i${to}`), 'score')).toBe(score / 1_000);
        }
      }),
    );
  });

  it('is a copy', () => {
    const graph = chain(3);
    const copy = toGraphology(graph);
    copy.dropNode('i1');
    expect(graph.size).toBe(2);
  });

  it('gives the neighbourhood of an item in either direction, and all edges within it', () => {
    fc.assert(
      fc.property(plans, fc.nat(), fc.nat({ max: 4 }), (plan, pick, depth) => {
        const at = pick % plan.owners.length;
        const near = distances(plan, at).map((distance) => distance <= depth);
        const copy = toGraphology(graphOf(plan), { around: `i${at}`, depth });
        expect(copy.nodes().sort()).toEqual(
          [...near.keys()]
            .filter((n) => near[n])
            .map((n) => `i${n}`)
            .sort(),
        );
        const inside = plan.edges.filter(([from, to]) => from !== to && near[from] && near[to]);
        expect(copy.size).toBe(inside.length);
      }),
    );
  });

  it('looks two edges far, nearest first, where nothing is said', () => {
    const nodes = toGraphology(chain(9), { around: 'i4' }).nodes();
    expect(nodes[0]).toBe('i4');
    expect(nodes.slice(1, 3).sort()).toEqual(['i3', 'i5']);
    expect(nodes.slice(3).sort()).toEqual(['i2', 'i6']);
    expect(toGraphology(chain(9), { around: 'i4', depth: 0 }).nodes()).toEqual(['i4']);
  });

  it('refuses an item that is not there', () => {
    expect(() => toGraphology(chain(2), { around: 'none' })).toThrow(expect.objectContaining({ code: 'unknown-item' }));
  });
});

describe('fromGraphology', () => {
  it('takes back what toGraphology gave, to the bit', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const graph = graphOf(plan);
        expect(fromGraphology(toGraphology(graph)).stateHash()).toBe(graph.stateHash());
      }),
    );
  });

  it('reads any attribute names; a node without an owner owns itself, an edge without a score is perfect', () => {
    const graph = new DirectedGraph();
    graph.addNode('a', { seller: 'ana', owner: 'ignored' });
    graph.addNode('b');
    graph.addDirectedEdge('a', 'b', { weight: 0.25 });
    graph.addDirectedEdge('b', 'a', { score: 0.1 });
    const copy = fromGraphology(graph, { ownerAttribute: 'seller', scoreAttribute: 'weight' });
    expect([copy.ownerOf('a'), copy.ownerOf('b')]).toEqual(['ana', 'b']);
    expect([copy.edgeScore('a', 'b'), copy.edgeScore('b', 'a')]).toEqual([0.25, 1]);
  });

  it('keeps the best of parallel edges, whichever comes first', () => {
    for (const scores of [
      [0.2, 0.9, 0.5],
      [0.9, 0.2],
      [0.1, 0.9],
    ]) {
      const graph = new MultiGraph();
      graph.addNode('a');
      graph.addNode('b');
      for (const score of scores) graph.addDirectedEdge('a', 'b', { score });
      const copy = fromGraphology(graph);
      expect([copy.size, copy.edgeScore('a', 'b'), copy.edgeScore('b', 'a')]).toEqual([1, 0.9, undefined]);
    }
  });

  it('reads undirected edges both ways', () => {
    const graph = new UndirectedGraph();
    graph.mergeEdge('a', 'b', { score: 0.5 });
    const copy = fromGraphology(graph);
    expect([copy.edgeScore('a', 'b'), copy.edgeScore('b', 'a')]).toEqual([0.5, 0.5]);
    const mixed = new MultiGraph();
    mixed.mergeDirectedEdge('a', 'b', { score: 0.9 });
    mixed.addUndirectedEdge('a', 'b', { score: 0.4 });
    expect(fromGraphology(mixed).edgeScore('a', 'b')).toBe(0.9);
    expect(fromGraphology(mixed).edgeScore('b', 'a')).toBe(0.4);
  });

  it('leaves self-loops out, directed or not', () => {
    const graph = new MultiGraph();
    graph.addNode('a');
    graph.addDirectedEdge('a', 'a', { score: 1 });
    graph.addUndirectedEdge('a', 'a', { score: 1 });
    const copy = fromGraphology(graph);
    expect([copy.order, copy.size]).toEqual([1, 0]);
  });

  const refuses = (score: unknown) =>
    it(`refuses the score ${String(score)}`, () => {
      const graph = new DirectedGraph();
      graph.mergeEdge('a', 'b', { score });
      expect(() => fromGraphology(graph)).toThrow(expect.objectContaining({ code: 'invalid-score' }));
    });
  refuses(1.1);
  refuses(-0.1);
  refuses(Number.NaN);
  refuses('0.5');
  refuses({});

  it('makes a graph that trades can be found in', () => {
    const graph = new DirectedGraph();
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['b', 'a'],
    ])
      graph.mergeEdge(from, to, { score: 0.8 });
    const { cycles, exact } = findCycles(fromGraphology(graph), 'a');
    expect(cycles.map(({ items }) => items.join(''))).toEqual(['ab', 'abc']);
    expect(exact).toBe(true);
  });
});
