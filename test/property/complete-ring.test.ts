import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarterGraph, type Cycle, forEachCycle } from '../../src';
import { completeRing } from '../../src/cycles/complete-ring';
import { SCORE_STEPS } from '../../src/graph/half-edges';

interface Case {
  edges: [from: number, to: number, score: number][];
  owners: number[];
  chain: number[];
  without: number[];
}

const ITEMS = 9;
const node = fc.nat({ max: ITEMS - 1 });
const cases: fc.Arbitrary<Case> = fc.record({
  edges: fc.array(
    fc.tuple(node, node, fc.integer({ min: 350, max: 1000 }).map((n) => n / SCORE_STEPS)),
    { minLength: 10, maxLength: 60 },
  ),
  owners: fc.array(fc.nat({ max: 7 }), { minLength: ITEMS, maxLength: ITEMS }),
  chain: fc.uniqueArray(node, { minLength: 1, maxLength: 3 }),
  without: fc.uniqueArray(node, { maxLength: 2 }),
}); // biome-ignore format: a record

function graphOf({ edges, owners }: Case): BarterGraph {
  const graph = new BarterGraph();
  for (const [i, owner] of owners.entries()) graph.addItem(`${i}`, `owner${owner}`);
  for (const [from, to, score] of edges) {
    if (from !== to && owners[from] !== owners[to]) graph.setEdge(`${from}`, `${to}`, score);
  }
  return graph;
}

/** Whether the items of the chain stand in the cycle one after the other. */
function holds({ items }: Cycle, chain: readonly string[]): boolean {
  const start = items.indexOf(chain[0]!);
  return start >= 0 && chain.every((id, i) => items[(start + i) % items.length] === id);
}

describe('rings that hold a chain', () => {
  it('are the best of all cycles that hold it, and of nobody who is not to be in them', () => {
    let found = 0;
    fc.assert(
      fc.property(cases, fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 4 }), (of, maxLength, limit) => {
        const graph = graphOf(of);
        const chain = of.chain.map(String);
        const deficits = chain.slice(1).map((id, i) => graph.deficitBetween(graph.nodeOf(chain[i]!), graph.nodeOf(id)));
        const areOwnersApart = new Set(of.chain.map((i) => of.owners[i])).size === chain.length;
        fc.pre(areOwnersApart && deficits.every((deficit) => deficit >= 0) && chain.length <= maxLength);
        const without = new Set(of.without.map(String).filter((id) => !chain.includes(id)));

        const all: Cycle[] = [];
        forEachCycle(graph, chain[0]!, { maxLength }, (cycle) => void all.push(cycle));
        const expected = all
          .filter((cycle) => holds(cycle, chain) && !cycle.items.some((id) => without.has(id)))
          .map(({ score }) => score)
          .sort((a, b) => b - a);

        const { rings, isComplete } = completeRing(
          graph,
          { nodes: chain.map((id) => graph.nodeOf(id)), edgeDeficits: deficits },
          { minLength: 2, maxLength, maxMeanDeficit: SCORE_STEPS },
          limit,
          Infinity,
          (at) => !without.has(graph.idOfNode(at)),
        );
        const scores = rings.map(
          ({ deficit, nodes }) => (SCORE_STEPS * nodes.length - deficit) / (SCORE_STEPS * nodes.length),
        );
        expect(isComplete).toBe(true);
        expect(scores).toEqual(expected.slice(0, limit));
        for (const { nodes } of rings) {
          expect(nodes.slice(0, chain.length).map((at) => graph.idOfNode(at))).toEqual(chain);
          expect(new Set(nodes.map((at) => graph.ownerOfNode[at])).size).toBe(nodes.length);
        }
        found += rings.length;
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('say where the budget ended the search', () => {
    const graph = new BarterGraph();
    for (let i = 0; i < 12; i++) graph.addItem(`${i}`, `owner${i}`);
    for (let a = 0; a < 12; a++) for (let b = 0; b < 12; b++) if (a !== b) graph.setEdge(`${a}`, `${b}`, 0.9);
    const chain = { nodes: [graph.nodeOf('0'), graph.nodeOf('1')], edgeDeficits: [100] };
    const bounds = { minLength: 2, maxLength: 5, maxMeanDeficit: SCORE_STEPS };
    const search = (budget: number) => completeRing(graph, chain, bounds, 1_000, budget, () => true);
    const whole = search(Infinity);
    expect([whole.isComplete, whole.rings.length]).toEqual([true, 1 + 10 + 10 * 9 + 10 * 9 * 8]);
    const part = search(whole.work - 1);
    expect(part.isComplete).toBe(false);
    expect(part.rings.length).toBeLessThanOrEqual(whole.rings.length);
  });
});
