import { type FindCyclesOptions, findCycles, forEachCycle } from '../../../src/cycles/find-cycles';
import { BarterGraph } from '../../../src/graph/barter-graph';
import { holds, same, throws } from './expect';

/** Options at and beyond their bounds, defaults, and what a search inside a search does. */
export function checkFinderOptions(): void {
  const graph = ring(16);
  const refused: FindCyclesOptions[] = [
    { minLength: 1 },
    { minLength: 17 },
    { minLength: 2.5 },
    { minLength: 4, maxLength: 3 },
    { maxLength: 17 },
    { maxLength: 1 },
    { maxLength: 3.5 },
    { limit: 0 },
    { limit: 1.5 },
    { limit: -Infinity },
    { minScore: -0.001 },
    { minScore: 1.001 },
    { minScore: Number.NaN },
    { budget: 0 },
    { budget: -1 },
    { budget: Number.NaN },
  ];
  for (const options of refused) {
    throws(() => findCycles(graph, 'i0', options), 'invalid-options');
    throws(() => forEachCycle(graph, 'i0', { minLength: 2, ...options }, () => {}), 'invalid-options');
  }
  throws(() => findCycles(graph, 'nothing'), 'unknown-item');
  throws(() => forEachCycle(graph, 'nothing', {}, () => {}), 'unknown-item');
  for (const options of [
    { maxLength: 16 },
    { minLength: 16 },
    { minLength: 16, maxLength: 16, limit: 1, minScore: 1 },
  ]) {
    same(
      findCycles(graph, 'i0', options).cycles.map(({ items }) => items.length),
      [16],
      'the ring of 16',
    );
  }
  same(findCycles(graph, 'i0', { maxLength: 15 }).cycles, [], 'no ring of 15');
  same(findCycles(ring(17), 'i0', { maxLength: 16 }).cycles, [], 'no ring of 16');
  same(findCycles(ring(2), 'i0', { maxLength: 2, minLength: 2 }).cycles.length, 1, 'the ring of 2');
  same(findCycles(ring(5), 'i0').cycles.length, 1, 'lengths to 5 unless told otherwise');
  same(findCycles(ring(6), 'i0').cycles, [], 'not to 6');
  same(findCycles(ring(6), 'i0', { minLength: 6 }).cycles.length, 1, 'the longest is not below the shortest');
  same(findCycles(ring(2), 'i0', { minLength: 2 }).cycles.length, 1, 'pairs count unless told otherwise');
  same(findCycles(ring(4), 'i0', { minLength: 3 }).cycles.length, 1, 'to 5 where the shortest is given');
  checkDefaults();
  checkNesting();
}

function ring(length: number, score = 1): BarterGraph {
  const graph = new BarterGraph();
  for (let i = 0; i < length; i++) graph.addItem(`i${i}`, `o${i}`);
  for (let i = 0; i < length; i++) graph.setEdge(`i${i}`, `i${(i + 1) % length}`, score);
  return graph;
}

/** Twelve pairs, the worst of them at score 0. */
function pairs(): BarterGraph {
  const graph = new BarterGraph().addItem('i0', 'o0');
  for (let i = 1; i <= 12; i++) {
    graph.addItem(`i${i}`, `o${i}`);
    graph.setEdge('i0', `i${i}`, (12 - i) / 20);
    graph.setEdge(`i${i}`, 'i0', (12 - i) / 20);
  }
  return graph;
}

function checkDefaults(): void {
  const graph = pairs();
  same(findCycles(graph, 'i0', { maxLength: 2 }).cycles.length, 10, 'ten unless told otherwise');
  same(findCycles(graph, 'i0', { maxLength: 2, limit: 12 }).cycles.length, 12, 'down to score 0 unless told otherwise');
  same(findCycles(graph, 'i0', { maxLength: 2, limit: Infinity }).cycles.length, 12, 'all');
  same(
    findCycles(graph, 'i0', { maxLength: 2, limit: Infinity, minScore: 0.25 }).cycles.length,
    7,
    'the threshold is included',
  );
  const byLimit = [1, 2, 11].map((limit) => findCycles(graph, 'i0', { maxLength: 2, limit }).cycles.length);
  same(byLimit, [1, 2, 11], 'as many as asked for');
}

function checkNesting(): void {
  const graph = pairs();
  findCycles(graph, 'i0'); // so that there is a search to be borrowed
  const inner: number[] = [];
  const keys = new Set<string>();
  const outer = forEachCycle(graph, 'i0', { maxLength: 2 }, ({ key, items }) => {
    keys.add(key);
    inner.push(findCycles(graph, items[1]!, { maxLength: 2 }).cycles.length);
  });
  same(outer.exact, true, 'exact with searches inside');
  same([keys.size, inner.length], [12, 12], 'each once with searches inside');
  holds(
    inner.every((count) => count === 1 || count === 10),
    'searches inside a search',
  );
  throws(
    () =>
      forEachCycle(graph, 'i0', {}, () => {
        throw Object.assign(new Error('stop'), { code: 'mine' });
      }),
    'mine',
  );
  same(findCycles(graph, 'i3').cycles.length, 1, 'after a visitor that threw');
}
