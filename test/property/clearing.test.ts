import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearMarket, type MarketClearing } from '../../src/clearing/clear-market';
import { highsSolver } from '../../src/clearing/highs-solver';
import { verifyClearing } from '../../src/clearing/verify-clearing';
import { bestClearing, clearingCases, worth } from '../support/clearing';

const solver = await highsSolver();
const figures = ({ items, users, cycles }: MarketClearing) => ({
  items,
  users,
  score: Math.round(cycles.reduce((sum, one) => sum + one.score * one.items.length, 0) * 1000),
});

describe('clearMarket', () => {
  it('is as good as trying everything, under every kind of rule, and proves it', () => {
    fc.assert(
      fc.property(clearingCases(8), ({ graph, plain, rules }) => {
        const clearing = clearMarket(graph, { ...rules, solver });
        const best = bestClearing(plain, rules);
        expect(worth(figures(clearing), rules.objective)).toEqual(worth(best, rules.objective));
        expect(clearing.proven).toBe(true);
        expect(verifyClearing(graph, clearing).problems).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('leaves out what is excluded, and is the best of the rest', () => {
    fc.assert(
      fc.property(clearingCases(8), ({ graph, plain, rules }) => {
        const excluded = clearMarket(graph, { ...rules, solver }).cycles.map(({ key }) => key);
        const rest = { ...rules, excluded };
        const clearing = clearMarket(graph, { ...rest, solver });
        expect(worth(figures(clearing), rules.objective)).toEqual(worth(bestClearing(plain, rest), rules.objective));
        expect(clearing.cycles.some(({ key }) => excluded.includes(key))).toBe(false);
        expect(verifyClearing(graph, clearing).problems).toEqual([]);
        const relapse = { ...clearMarket(graph, { ...rules, solver }), rules: rest };
        expect(verifyClearing(graph, relapse).valid).toBe(excluded.length === 0);
      }),
      { numRuns: 300 },
    );
  });

  it('without a solver is never beyond its bound, and mostly at it', () => {
    let optimal = 0;
    let all = 0;
    fc.assert(
      fc.property(clearingCases(9), ({ graph, plain, rules }) => {
        const clearing = clearMarket(graph, { ...rules, budget: 200_000 });
        const verified = verifyClearing(graph, clearing);
        expect(verified).toMatchObject({ problems: [], restsOnSolver: false });
        const [best, mine] = [
          worth(bestClearing(plain, rules), rules.objective),
          worth(figures(clearing), rules.objective),
        ];
        all++;
        if (best.every((one, i) => Math.abs(one - mine[i]!) < 1e-9)) optimal++;
        // One number to compare with the bound, where the objective is one.
        if (best.length === 1) expect(verified.bound).toBeGreaterThanOrEqual(best[0]! - 1e-9);
      }),
      { numRuns: 700 },
    );
    expect(optimal / all).toBeGreaterThan(0.97);
  });

  it('answers the same again, and whatever way the graph grew', () => {
    fc.assert(
      fc.property(clearingCases(9), fc.nat(), ({ graph, rules }, seed) => {
        const options = { ...rules, seed, budget: 50_000 };
        const clearing = clearMarket(graph, options);
        for (const id of [...graph.items()].reverse()) {
          const owner = graph.ownerOf(id);
          const [to, from] = [graph.receivers(id), graph.givers(id)];
          graph.removeItem(id);
          graph.addItem(id, owner);
          for (const { id: receiver, score } of to) graph.setEdge(id, receiver, score);
          for (const { id: giver, score } of from) graph.setEdge(giver, id, score);
        }
        expect(clearMarket(graph, options)).toEqual(clearing);
      }),
      { numRuns: 300 },
    );
  });
});

describe('verifyClearing', () => {
  it('catches every planted error', () => {
    const change = fc.constantFrom(
      'value',
      'upperBound',
      'bound',
      'items',
      'users',
      'twice',
      'gone',
      'edge',
      'turned',
      'proven',
    );
    fc.assert(
      fc.property(clearingCases(9), change, fc.nat(), ({ graph, rules }, what, place) => {
        const clearing = clearMarket(graph, { ...rules, budget: 50_000 });
        fc.pre(clearing.cycles.length > 0);
        const bad = structuredClone(clearing);
        const at = place % bad.cycles.length;
        const cycle = bad.cycles[at]!;
        if (what === 'value') bad.value += clearing.value / 4;
        else if (what === 'upperBound') bad.upperBound -= clearing.value / 8;
        else if (what === 'bound') bad.certificate.bound -= clearing.value / 8;
        else if (what === 'items' || what === 'users') bad[what]++;
        else if (what === 'proven') bad.proven = !bad.proven;
        else if (what === 'twice') {
          bad.cycles.push(cycle);
          bad.certificate.groups.push(bad.certificate.groups[at]!);
        } else if (what === 'gone') {
          bad.cycles.splice(at, 1);
          bad.certificate.groups.splice(at, 1);
        } else if (what === 'edge') cycle.edgeScores[0] = cycle.edgeScores[0]! - 0.001;
        else graph.removeEdge(cycle.items[0]!, cycle.items[1]!);
        expect(verifyClearing(graph, bad).valid).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  it('proves nothing that is not so, whatever prices and parts it is given', () => {
    fc.assert(
      fc.property(
        clearingCases(8),
        fc.array(fc.double({ min: -1, max: 3, noNaN: false }), { minLength: 12, maxLength: 12 }),
        fc.boolean(),
        ({ graph, plain, rules }, prices, cut) => {
          const clearing = clearMarket(graph, { ...rules, budget: 50_000 });
          const best = worth(bestClearing(plain, rules), rules.objective);
          fc.pre(best.length === 1);
          const bad = structuredClone(clearing);
          for (const [i, id] of [...graph.items()].entries()) {
            bad.certificate.prices.items[id] = prices[i % prices.length]!;
            if (cut) bad.certificate.parts[id] = i % 2;
          }
          const { bound, problems } = verifyClearing(graph, bad);
          if (problems.every((problem) => !problem.includes('parts')))
            expect(bound).toBeGreaterThanOrEqual(best[0]! - 1e-9);
        },
      ),
      { numRuns: 500 },
    );
  });
});
