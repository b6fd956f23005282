import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCycles, forEachCycle } from '../../src/cycles/find-cycles';
import { BarterGraph } from '../../src/graph/barter-graph';
import { sharedData } from '../support/data';

interface Golden {
  n: number;
  max_len_through: number;
  whole: { simple: number[]; owner_distinct?: number[] };
  through: Record<string, { simple: number[]; owner_distinct: number[]; top10_means: number[] }>;
}

const data = sharedData();
if (!data) console.warn('SKIPPED golden counts: no market data at ../shared/data; set BARTERLOOP_DATA to its folder.');

/** Lengths whose count is beyond this are not enumerated here. */
const MOST_CYCLES = 2_000_000;

describe.skipIf(!data)('golden counts of the shared graphs', () => {
  const golden = data ? readGolden(data) : {};
  if (!data) it('needs market data at ../shared/data', () => {});

  for (const [name, entry] of Object.entries(golden)) {
    it(`${name}: cycles through each node, owner rule off and on, and the ten best`, () => {
      for (const rule of ['simple', 'owner_distinct'] as const) {
        const graph = load(name, entry.n, rule === 'owner_distinct');
        for (const [node, expected] of Object.entries(entry.through)) {
          const counts = feasible(expected[rule]);
          expect(countThrough(graph, node, counts.length + 1), `${name} ${rule} ${node}`).toEqual(counts);
        }
      }
      const graph = load(name, entry.n, true);
      for (const [node, { top10_means }] of Object.entries(entry.through)) {
        const { cycles, exact } = findCycles(graph, node, {
          limit: 10,
          minScore: 0.6,
          maxLength: entry.max_len_through,
        });
        expect(exact).toBe(true);
        expect(cycles.length).toBe(top10_means.length);
        cycles.forEach(({ score }, i) => expect(score).toBeCloseTo(top10_means[i]!, 5));
      }
    });

    it(`${name}: cycles of the whole graph, item by item, each removed once counted`, () => {
      for (const rule of ['simple', 'owner_distinct'] as const) {
        const expected = entry.whole[rule];
        if (!expected) continue;
        const counts = feasible(expected);
        const graph = load(name, entry.n, rule === 'owner_distinct');
        const total = counts.map(() => 0);
        for (const id of [...graph.items()]) {
          countThrough(graph, id, counts.length + 1).forEach((count, i) => {
            total[i]! += count;
          });
          graph.removeItem(id);
        }
        expect(total).toEqual(counts);
        expect(graph.size).toBe(0);
      }
    });
  }
});

function readGolden(folder: string): Record<string, Golden> {
  return JSON.parse(readFileSync(join(folder, 'graphs', 'counts.json'), 'utf8')).graphs;
}

function feasible(counts: number[]): number[] {
  const end = counts.findIndex((count) => count > MOST_CYCLES);
  return end < 0 ? counts : counts.slice(0, end);
}

function countThrough(graph: BarterGraph, id: string, maxLength: number): number[] {
  const counts = new Array<number>(maxLength - 1).fill(0);
  forEachCycle(graph, id, { maxLength }, ({ items }) => {
    counts[items.length - 2]!++;
  });
  return counts;
}

/** A line `u v q` says that the owner of u would take v: goods move from v to u. */
function load(name: string, n: number, withOwners: boolean): BarterGraph {
  const file = (ending: string) =>
    readFileSync(join(data!, 'graphs', `${name}.${ending}`), 'utf8')
      .trim()
      .split('\n');
  let owners: string[] = [];
  try {
    if (withOwners) owners = file('owners');
  } catch {
    // No owners file: every node owns itself.
  }
  const graph = new BarterGraph();
  const add = (node: number) => graph.addItem(node, `owner ${owners[node] ?? `of ${node}`}`);
  for (let node = 0; node < n; node++) add(node);
  for (const line of file('edges')) {
    const [u, v, q] = line.split(' ').map(Number) as [number, number, number];
    for (const node of [u, v]) if (!graph.hasItem(node)) add(node);
    graph.setEdge(v, u, q / 1000);
  }
  return graph;
}
