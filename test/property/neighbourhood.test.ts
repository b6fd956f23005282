import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarterGraph } from '../../src/graph/barter-graph';
import { neighbourhood } from '../../src/graph/neighbourhood';

const edge = fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 }), fc.integer({ min: 350, max: 1_000 }));
const edges = fc.uniqueArray(edge, { maxLength: 40, selector: ([from, to]) => `${from} ${to}` });

function grow(list: readonly [number, number, number][]): BarterGraph {
  const graph = new BarterGraph();
  for (let i = 0; i < 12; i++) graph.addItem(`i${i}`, `owner${i}`);
  for (const [from, to, score] of list) if (from !== to) graph.setEdge(`i${from}`, `i${to}`, score / 1_000);
  return graph;
}

/** Edges between each item and i0, whichever way they point, by widening a circle. */
function distances(graph: BarterGraph): Map<string, number> {
  const steps = new Map([['i0', 0]]);
  for (let step = 0; step < 12; step++) {
    for (const from of graph.items()) {
      for (const { id: to } of graph.receivers(from)) {
        for (const [a, b] of [
          [from, to],
          [to, from],
        ] as const)
          if (steps.get(a) === step && !steps.has(b)) steps.set(b, step + 1);
      }
    }
  }
  return steps;
}

describe('neighbourhood', () => {
  it('holds the nearest items, all of them where there is room, with the best edges among them', () => {
    let cut = 0;
    fc.assert(
      fc.property(
        edges,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (list, limit, depth, edgesPerItem) => {
          const graph = grow(list);
          const part = neighbourhood(graph, 'i0', { limit, depth, edgesPerItem });
          const truth = [...distances(graph)].filter(([, steps]) => steps <= depth);
          const nearest = truth.map(([, steps]) => steps).sort((a, b) => a - b);
          expect(part.items.map(({ steps }) => steps)).toEqual(nearest.slice(0, limit));
          for (const { id, steps } of part.items) expect(distances(graph).get(id)).toBe(steps);
          const ids = new Set(part.items.map(({ id }) => id));
          expect(ids.size).toBe(part.items.length);
          let further = 0;
          let isWhole = part.items.length === truth.length;
          for (const from of ids) {
            const among = graph.receivers(from).filter(({ id }) => ids.has(id));
            const kept = part.edges.filter((one) => one.from === from);
            const all = among.map(({ id, score }) => ({ from, to: id, score }));
            expect(kept.slice(0, edgesPerItem)).toEqual(all.slice(0, edgesPerItem));
            expect(all).toEqual(expect.arrayContaining(kept));
            if (kept.length < all.length) isWhole = false;
            further += Math.max(0, kept.length - edgesPerItem);
          }
          // No more edges than it takes to hang together.
          expect(further).toBeLessThan(Math.max(1, ids.size));
          const drawn = new BarterGraph();
          for (const id of ids) drawn.addItem(id, id);
          for (const { from, to, score } of part.edges) drawn.setEdge(from, to, score);
          expect(distances(drawn).size).toBe(ids.size);
          expect(part.isWhole).toBe(isWhole);
          if (!isWhole) cut++;
          // Grown in another order, it is the same.
          expect(neighbourhood(grow([...list].reverse()), 'i0', { limit, depth, edgesPerItem })).toEqual(part);
        },
      ),
      { numRuns: 500 },
    );
    expect(cut).toBeGreaterThan(50);
  });

  it('is asked about an item that is there', () => {
    expect(() => neighbourhood(new BarterGraph(), 'none')).toThrow(expect.objectContaining({ code: 'unknown-item' }));
  });
});
