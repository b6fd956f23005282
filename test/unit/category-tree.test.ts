import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Category, CategoryTree } from '../../src';

/** Parents by child, each with a smaller number; -1 for a root. Ids are shuffled so that the order of the list tells nothing. */
const forest = fc
  .array(fc.integer({ min: -1, max: 30 }), { minLength: 1, maxLength: 30 })
  .map((picks) => picks.map((pick, n) => (n === 0 ? -1 : Math.min(pick, n - 1))))
  .chain((parents) =>
    fc
      .shuffledSubarray(
        parents.map((_, n) => n),
        { minLength: parents.length },
      )
      .map((order) => ({ parents, order })),
  );

function listOf(parents: number[], order: number[]): Category[] {
  return order.map((n) => ({ id: `c${n}`, ...(parents[n]! >= 0 && { parentId: `c${parents[n]}` }) }));
}

function ancestors(parents: number[], n: number): number[] {
  const above: number[] = [];
  for (let at = parents[n]!; at >= 0; at = parents[at]!) above.push(at);
  return above;
}

/** The rule as the contract words it. */
function expected(parents: number[], wanted: number, actual: number): number {
  const depth = (n: number) => ancestors(parents, n).length;
  const deepest = Math.max(...parents.map((_, n) => depth(n)));
  if (wanted === actual) return 1;
  if (ancestors(parents, actual).includes(wanted)) return 0.6 + (0.4 * depth(wanted)) / deepest;
  if (ancestors(parents, wanted).includes(actual)) return 0.6;
  const parent = parents[wanted]!;
  return parent >= 0 && parent === parents[actual] && depth(parent) > 0 ? 0.4 : 0;
}

describe('CategoryTree', () => {
  it('is as close as the contract says, for any forest in any order', () => {
    fc.assert(
      fc.property(forest, ({ parents, order }) => {
        const tree = new CategoryTree(listOf(parents, order));
        expect(tree.size).toBe(parents.length);
        for (const wanted of parents.keys()) {
          for (const actual of parents.keys()) {
            const close = tree.closeness(tree.numberOf(`c${wanted}`), tree.numberOf(`c${actual}`));
            expect(close, `c${wanted} wanted, c${actual} given`).toBeCloseTo(expected(parents, wanted, actual), 12);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lists exactly what is close, each once', () => {
    fc.assert(
      fc.property(forest, ({ parents, order }) => {
        const tree = new CategoryTree(listOf(parents, order));
        for (const wanted of parents.keys()) {
          const listed = [...tree.closeTo(tree.numberOf(`c${wanted}`))].flatMap(({ closeness, categories }) =>
            Array.from(categories, (number) => `${tree.idOf(number)} ${closeness.toFixed(9)}`),
          );
          const close = [...parents.keys()]
            .map((actual) => ({ actual, closeness: expected(parents, wanted, actual) }))
            .filter(({ closeness }) => closeness > 0);
          expect(listed.sort()).toEqual(close.map((n) => `c${n.actual} ${n.closeness.toFixed(9)}`).sort());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lists exactly whose wants an item is close to, each once', () => {
    fc.assert(
      fc.property(forest, ({ parents, order }) => {
        const tree = new CategoryTree(listOf(parents, order));
        for (const actual of parents.keys()) {
          const listed = [...tree.wantedFrom(tree.numberOf(`c${actual}`))].flatMap(({ closeness, categories }) =>
            Array.from(categories, (number) => `${tree.idOf(number)} ${closeness.toFixed(9)}`),
          );
          const close = [...parents.keys()]
            .map((wanted) => ({ wanted, closeness: expected(parents, wanted, actual) }))
            .filter(({ closeness }) => closeness > 0);
          expect(listed.sort()).toEqual(close.map((n) => `c${n.wanted} ${n.closeness.toFixed(9)}`).sort());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('knows the root and the branch of each', () => {
    fc.assert(
      fc.property(forest, ({ parents, order }) => {
        const tree = new CategoryTree(listOf(parents, order));
        const numberOf = (n: number) => tree.numberOf(`c${n}`);
        for (const n of parents.keys()) {
          const way = [n, ...ancestors(parents, n)];
          expect(tree.hasBranches(numberOf(n))).toBe(way.length === 1 && parents.includes(n));
          expect(tree.rootOf(numberOf(n))).toBe(numberOf(way.at(-1)!));
          expect(tree.branchOf(numberOf(n))).toBe(numberOf(way.at(-2) ?? n));
          for (const other of parents.keys()) {
            if (expected(parents, n, other) === 0) continue;
            const [mine, theirs] = [tree.branchOf(numberOf(n)), tree.branchOf(numberOf(other))];
            const isRootOfOther = tree.rootOf(numberOf(other)) === numberOf(n);
            expect(mine === theirs || isRootOfOther || tree.rootOf(numberOf(n)) === numberOf(other)).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('knows what it holds', () => {
    const tree = new CategoryTree([{ id: 'b', parentId: 'a' }, { id: 'a' }]);
    expect([tree.has('a'), tree.has('b'), tree.has('c')]).toEqual([true, true, false]);
    expect(tree.idOf(tree.numberOf('b'))).toBe('b');
    expect(() => tree.numberOf('c')).toThrow(expect.objectContaining({ code: 'unknown-category' }));
    expect(new CategoryTree().size).toBe(0);
  });

  const refuses = (name: string, categories: Category[]) =>
    it(`refuses ${name}, and says which category`, () => {
      expect(() => new CategoryTree(categories)).toThrow(
        expect.objectContaining({ code: 'invalid-category', message: expect.stringMatching(/\bbad\w*\b|100001/) }),
      );
    });
  refuses('an id listed twice', [{ id: 'bad' }, { id: 'bad' }]);
  refuses('an unknown parent', [{ id: 'a' }, { id: 'bad', parentId: 'none' }]);
  refuses('a category that is its own parent', [{ id: 'a' }, { id: 'bad', parentId: 'bad' }]);
  refuses('a circle', [
    { id: 'bad1', parentId: 'bad2' },
    { id: 'bad2', parentId: 'bad3' },
    { id: 'bad3', parentId: 'bad1' },
  ]);
  refuses(
    'more than it can hold',
    Array.from({ length: 100_001 }, (_, n) => ({ id: `c${n}` })),
  );
  refuses(
    'a chain that is too deep',
    Array.from({ length: 5_000 }, (_, n) => ({ id: `bad${n}`, ...(n > 0 && { parentId: `bad${n - 1}` }) })),
  );

  it('takes very wide trees', () => {
    const tree = new CategoryTree([
      { id: 'root' },
      ...Array.from({ length: 99_999 }, (_, n) => ({ id: `c${n}`, parentId: 'root' })),
    ]);
    expect(tree.closeness(tree.numberOf('root'), tree.numberOf('c99998'))).toBe(0.6);
    expect(tree.closeness(tree.numberOf('c1'), tree.numberOf('c2'))).toBe(0);
  });
});
