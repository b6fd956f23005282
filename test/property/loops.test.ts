import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearLoops } from '../../src/clearing/clear-loops';
import { verifyLoops } from '../../src/clearing/verify-loops';
import { bestLoops, loopItems } from '../support/loops';

const cases = fc.oneof(loopItems(7, 0), loopItems(7, 3), loopItems(9, 40));

describe('clearLoops', () => {
  it('has the most trades at the least cost, as trying everything shows, and proves it', () => {
    fc.assert(
      fc.property(cases, (items) => {
        const clearing = clearLoops(items);
        const { trades, cost } = clearing;
        expect({ trades, cost }).toEqual(bestLoops(items));
        expect(verifyLoops(items, clearing)).toEqual({ valid: true, problems: [], bound: { trades, cost } });
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps the most trades, and its proof, whatever else it looks for', () => {
    const options = fc.record({
      favour: fc.constantFrom('cost', 'users'),
      rounds: fc.integer({ min: 1, max: 6 }),
      splitAbove: fc.constantFrom(2, 4, Infinity),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, options, (items, chosen) => {
        const plain = clearLoops(items);
        const clearing = clearLoops(items, chosen);
        expect(clearing.trades).toBe(plain.trades);
        expect(verifyLoops(items, clearing).problems).toEqual([]);
        expect(clearLoops(items, chosen)).toEqual(clearing);
        if (chosen.favour === 'users') expect(clearing.users).toBeGreaterThanOrEqual(plain.users);
        else if (chosen.splitAbove === Infinity) expect(clearing.sumOfSquares).toBeLessThanOrEqual(plain.sumOfSquares);
      }),
      { numRuns: 500 },
    );
  });

  it('never has a certificate believed that proves less', () => {
    fc.assert(
      fc.property(cases, fc.nat(), fc.integer({ min: 1, max: 3 }), (items, place, by) => {
        const clearing = clearLoops(items);
        const problemsOf = (change: Partial<typeof clearing>) =>
          verifyLoops(items, { ...clearing, ...change }).problems;
        expect(problemsOf({ upperBound: clearing.upperBound - by })).not.toEqual([]);
        expect(problemsOf({ leastCost: clearing.leastCost + by })).not.toEqual([]);
        for (const name of ['trades', 'users', 'cost', 'sumOfSquares'] as const) {
          expect(problemsOf({ [name]: clearing[name] + by })).not.toEqual([]);
        }
        const loop = clearing.loops[place % Math.max(1, clearing.loops.length)];
        if (loop) {
          expect(problemsOf({ loops: [...clearing.loops, loop] })).not.toEqual([]);
          expect(problemsOf({ loops: clearing.loops.filter((one) => one !== loop) })).not.toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never proves more than there is, whatever the prices', () => {
    fc.assert(
      fc.property(
        cases,
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 9, maxLength: 9 }),
        (items, changes) => {
          const clearing = clearLoops(items);
          const { certificate } = clearing;
          const prices = certificate.prices.map((price, i) => price + changes[i]!);
          const { bound } = verifyLoops(items, { ...clearing, certificate: { ...certificate, prices } });
          const best = bestLoops(items);
          expect(bound.trades).toBeGreaterThanOrEqual(best.trades);
          if (bound.trades === best.trades) expect(bound.cost).toBeLessThanOrEqual(best.cost);
        },
      ),
      { numRuns: 500 },
    );
  });
});
