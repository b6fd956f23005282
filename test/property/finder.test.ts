import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycles, forEachCycle } from '../../src/cycles/find-cycles';
import { build, randomGraph } from '../support/graphs';
import { allCycles, canonical, compareMeans } from '../support/oracle';

const lengths = fc
  .tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 }))
  .map(([a, b]) => ({ minLength: Math.min(a, b), maxLength: Math.max(a, b) }))
  .map(({ minLength, maxLength }) => ({ minLength: maxLength > 4 ? Math.min(minLength, 4) : minLength, maxLength }));

/** Long cycles are enumerated in small graphs only: brute force has to finish. */
const cases = fc.oneof(
  fc.record({ graph: randomGraph(30), lengths: lengths.filter(({ maxLength }) => maxLength <= 4) }),
  fc.record({ graph: randomGraph(12), lengths }),
);

describe('findCycles', () => {
  it('returns the true top k by mean score (ties, owners, lengths, thresholds)', () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(0, 0.35, 0.6, 2 / 3, 0.9, 1),
        ({ graph: random, lengths: { minLength, maxLength } }, limit, minScore) => {
          const { graph, plain } = build(random);
          const truth = allCycles(plain, 'i0', minLength, maxLength)
            .filter(({ items, total }) => total >= items.length * minScore * 1000 - 1e-6)
            .sort(compareMeans);
          const answer = findCycles(graph, 'i0', { minLength, maxLength, limit, minScore });
          expect(answer.exact).toBe(true);
          expect(answer.cycles.map(({ score }) => score)).toEqual(
            truth.slice(0, limit).map(({ items, total }) => total / (items.length * 1000)),
          );
          const known = new Set(truth.map(({ items }) => canonical(items)));
          expect(answer.cycles.every(({ key }) => known.has(key))).toBe(true);
          expect(new Set(answer.cycles.map(({ key }) => key)).size).toBe(answer.cycles.length);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('enumerates exactly the cycles there are, each once, with its scores and owners', () => {
    fc.assert(
      fc.property(cases, ({ graph: random, lengths: { minLength, maxLength } }) => {
        const { graph, plain } = build(random);
        const truth = allCycles(plain, 'i0', minLength, maxLength)
          .map(({ items }) => canonical(items))
          .sort();
        const all = findCycles(graph, 'i0', { minLength, maxLength, limit: Infinity });
        expect(all.cycles.map(({ key }) => key).sort()).toEqual(truth);
        const visited: string[] = [];
        forEachCycle(graph, 'i0', { minLength, maxLength }, ({ key }) => void visited.push(key));
        expect(visited.sort()).toEqual(truth);
        for (const { items, owners, edgeScores, score } of all.cycles) {
          expect(items.map((item) => graph.ownerOf(item))).toEqual(owners);
          expect(items.map((item, i) => graph.edgeScore(item, items[(i + 1) % items.length]!))).toEqual(edgeScores);
          expect(score).toBeCloseTo(edgeScores.reduce((sum, s) => sum + s, 0) / items.length, 12);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('lists by score, then shorter, then key', () => {
    fc.assert(
      fc.property(cases, ({ graph: random, lengths: { maxLength } }) => {
        const { cycles } = findCycles(build(random).graph, 'i0', { maxLength, limit: 20 });
        const sorted = [...cycles].sort(
          (a, b) => b.score - a.score || a.items.length - b.items.length || (a.key < b.key ? -1 : 1),
        );
        expect(cycles).toEqual(sorted);
      }),
      { numRuns: 300 },
    );
  });

  it('answers the same on the same market grown in another order, with a past', () => {
    fc.assert(
      fc.property(
        randomGraph(16),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        (random, dice, limit) => {
          const { graph, plain } = build(random);
          const roll = (below: number) => (dice.next().value as number) % below;
          const shuffled = <T>(list: T[]): T[] =>
            list
              .map((x) => [roll(1e6), x] as const)
              .sort((a, b) => a[0] - b[0])
              .map(([, x]) => x);
          const other = build({ n: 5, owners: [0, 0, 1, 2, 3], edges: [[0, 2, 900], [2, 3, 100], [4, 1, 3]] }).graph; // biome-ignore format: a past on a line
          for (let i = 4; i >= 0; i--) other.removeItem(`i${i}`);
          for (const [id, owner] of shuffled([...plain.owners])) other.addItem(id, owner);
          for (const [from, row] of shuffled([...plain.edges])) {
            for (const [to, score] of shuffled([...row])) other.setEdge(from, to, score / 1000);
          }
          expect(other.stateHash()).toBe(graph.stateHash());
          for (const maxLength of [3, 5, 7]) {
            expect(findCycles(other, 'i0', { maxLength, limit })).toEqual(
              findCycles(graph, 'i0', { maxLength, limit }),
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('under a budget never claims more than it proves, and never invents', () => {
    fc.assert(
      fc.property(
        randomGraph(14),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 10 }),
        (random, budget, limit) => {
          const { graph, plain } = build(random);
          const truth = allCycles(plain, 'i0', 2, 6).sort(compareMeans);
          const answer = findCycles(graph, 'i0', { maxLength: 6, limit, budget });
          const known = new Map(truth.map(({ items, total }) => [canonical(items), total / (items.length * 1000)]));
          for (const { key, score } of answer.cycles) expect(known.get(key)).toBe(score);
          const scores = answer.cycles.map(({ score }) => score);
          const best = truth.slice(0, limit).map(({ items, total }) => total / (items.length * 1000));
          if (answer.exact) expect(scores).toEqual(best);
          if (answer.certified) {
            const { maxLength, minScore } = answer.certified;
            const promised = truth
              .filter(({ items, total }) => items.length <= maxLength && total >= items.length * minScore * 1000 - 1e-6)
              .slice(0, limit);
            promised.forEach(({ items, total }, i) =>
              expect(scores[i]).toBeGreaterThanOrEqual(total / (items.length * 1000)),
            );
          }
        },
      ),
      { numRuns: 800 },
    );
  });
});
