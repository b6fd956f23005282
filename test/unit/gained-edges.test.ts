import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BarterGraph } from '../../src';
import { watchGains } from '../../src/market-port/gained-edges';

const ids = ['a', 'b', 'c', 'd', 'e'];
const pairs = ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => [from, to] as const));

it('names who got a new or better edge, other than from or for the changed item', () => {
  const change = fc.tuple(fc.constantFrom(...pairs), fc.constantFrom(undefined, 0.2, 0.5, 0.8));
  const changes = fc.array(change, { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(changes, changes, fc.constantFrom(undefined, ...ids), (earlier, later, own) => {
      const graph = new BarterGraph();
      for (const id of ids) graph.addItem(id, `owner of ${id}`);
      const apply = (all: typeof earlier) => {
        for (const [[from, to], score] of all) {
          if (score === undefined) graph.removeEdge(from, to);
          else graph.setEdge(from, to, score);
        }
      };
      apply(earlier);
      const before = new Map(pairs.map((pair) => [pair, graph.edgeScore(...pair) ?? -1]));
      const gained = watchGains(graph, own);
      apply(later);
      const expected = pairs.filter(
        (pair) => !pair.includes(own as string) && (graph.edgeScore(...pair) ?? -1) > before.get(pair)!,
      );
      expect(gained().sort()).toEqual([...new Set(expected.map(([, to]) => to))].sort());
      expect(graph.onEdge).toBe(undefined);
    }),
  );
});

it('names nobody for the edges of the changed item where it leaves the graph again', () => {
  const graph = new BarterGraph().addItem('a', 'x').addItem('b', 'y');
  const gained = watchGains(graph, 'c');
  graph.addItem('c', 'z').setEdge('a', 'c', 0.5).setEdge('c', 'b', 0.5).removeItem('c');
  expect(gained()).toEqual([]);
});
