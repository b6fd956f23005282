import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BarterGraph } from '../../src';
import { MarkedItems } from '../../src/market-port/marked-items';

it('marked items are a set of ids, whatever leaves the graph and comes', () => {
  const step = fc.tuple(
    fc.constantFrom('come', 'go', 'mark', 'unmark', 'take'),
    fc.integer({ min: 0, max: 30 }).map((n) => `i${n}`),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const graph = new BarterGraph();
      const marked = new MarkedItems(graph);
      const expected = new Set<string>();
      for (const [what, id] of steps) {
        if (what === 'come') graph.addItem(id, 'x');
        if (what === 'go') {
          marked.beforeLeaving(id);
          graph.removeItem(id);
        }
        if (what === 'mark') {
          marked.add(id);
          expected.add(id);
        }
        if (what === 'unmark') {
          marked.delete(id);
          expected.delete(id);
        }
        if (what === 'take') {
          const taken = marked.take(3);
          expect(taken).toHaveLength(Math.min(3, expected.size));
          for (const one of taken) expect(expected.delete(one)).toBe(true);
        }
        expect(marked.size).toBe(expected.size);
      }
      expect(marked.take(100).sort()).toEqual([...expected].sort());
      expect(marked.size).toBe(0);
    }),
  );
});
