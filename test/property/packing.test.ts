import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { improveByBlocks } from '../../src/clearing/blocks';
import { dive } from '../../src/clearing/dive';
import type { Packing } from '../../src/clearing/packing';
import { findPrices, priceBound } from '../../src/clearing/prices';
import { coreOf, Relaxation } from '../../src/clearing/relaxation';
import { Selection } from '../../src/clearing/selection';

interface Case {
  /** Rows and weight of each column; columns of a bundle share its row, which comes first. */
  columns: { bundle: number; rows: number[]; weight: number }[];
  rows: { capacity: number; penalty: number }[];
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 2, max: 6 }).chain((bundles) =>
  fc.record({
    columns: fc.array(
      fc.record({
        bundle: fc.nat({ max: bundles - 1 }),
        rows: fc.uniqueArray(fc.integer({ min: bundles, max: bundles + 5 }), { maxLength: 3 }),
        weight: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    rows: fc.array(
      fc.record({
        capacity: fc.integer({ min: 1, max: 2 }),
        penalty: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 3 })),
      }),
      { minLength: bundles + 6, maxLength: bundles + 6 },
    ),
  }),
);

function packingOf({ columns, rows }: Case): Packing {
  const sorted = [...columns].sort((a, b) => a.bundle - b.bundle);
  const starts = [0];
  const entries: number[] = [];
  const bundles: number[] = [];
  for (const [i, { bundle, rows: others }] of sorted.entries()) {
    if (i === 0 || sorted[i - 1]!.bundle !== bundle) bundles.push(i);
    entries.push(bundle, ...others);
    starts.push(entries.length);
  }
  const isRoot = (row: number) => columns.some(({ bundle }) => bundle === row);
  return {
    starts: Int32Array.from(starts),
    rows: Int32Array.from(entries),
    weights: Float64Array.from(sorted, ({ weight }) => weight),
    bundles: Int32Array.from([...bundles, sorted.length]),
    // The row that a bundle shares is an item: hard, with one place.
    capacities: Int32Array.from(rows, ({ capacity }, row) => (isRoot(row) ? 1 : capacity)),
    penalties: Float64Array.from(rows, ({ penalty }, row) => (isRoot(row) ? Infinity : penalty)),
  };
}

/** What a choice is worth, by its definition; undefined where a hard row has no place for it. */
function worth({ starts, rows, weights, capacities, penalties }: Packing, columns: Iterable<number>) {
  const used = new Map<number, number>();
  let value = 0;
  for (const column of columns) {
    value += weights[column]!;
    for (const row of rows.subarray(starts[column], starts[column + 1])) used.set(row, (used.get(row) ?? 0) + 1);
  }
  for (const [row, count] of used) {
    const over = Math.max(0, count - capacities[row]!);
    if (over > 0 && penalties[row] === Infinity) return undefined;
    if (over > 0) value -= over * penalties[row]!;
  }
  return value;
}

function best(packing: Packing): number {
  let most = 0;
  for (let choice = 0; choice < 2 ** packing.weights.length; choice++) {
    const columns = [...packing.weights.keys()].filter((column) => choice & (1 << column));
    most = Math.max(most, worth(packing, columns) ?? 0);
  }
  return most;
}

describe('the relaxation of a packing', () => {
  it('bounds what any choice is worth, at whatever prices', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 12, maxLength: 12 }), (one, at) => {
        const packing = packingOf(one);
        const prices = Float64Array.from(packing.penalties, (penalty, row) => Math.min(penalty, at[row % at.length]!));
        const most = best(packing);
        expect(priceBound(packing, prices).bound).toBeGreaterThanOrEqual(most - 1e-9);
        const relaxation = new Relaxation(packing, prices.slice());
        const core = coreOf(packing, () => true);
        for (let step = 0; step < 20; step++) {
          const bound = relaxation.pick(core, packing.capacities);
          expect(bound).toBeCloseTo(priceBound(packing, relaxation.prices).bound, 9);
          if (!relaxation.move(Math.max(0.1, bound - most))) break;
          for (const [row, price] of relaxation.prices.entries()) {
            expect(price).toBeGreaterThanOrEqual(0);
            expect(price).toBeLessThanOrEqual(packing.penalties[row]!);
          }
        }
      }),
      { numRuns: 300 },
    ); // biome-ignore format: one line
  });

  it('has prices that bound the best choice, and a choice on the way that is one', () => {
    let tight = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const packing = packingOf(one);
        const most = best(packing);
        const { prices, bound, better } = findPrices(packing, 0, 3, 200_000);
        expect(bound).toBeGreaterThanOrEqual(most - 1e-9);
        expect(priceBound(packing, prices).bound).toBeCloseTo(bound, 9);
        if (better) expect(worth(packing, better.columns())).toBeCloseTo(better.value, 9);
        if (Math.floor(bound + 1e-6) === most) tight++;
      }),
      { numRuns: 300 },
    );
    expect(tight).toBeGreaterThan(250);
  });
});

describe('a dive', () => {
  it('chooses columns that go together, mostly the best, and the same ones again', () => {
    let optimal = 0;
    fc.assert(
      fc.property(cases, fc.constantFrom(1_000_000, 1_000_000, 10), (one, budget) => {
        const packing = packingOf(one);
        const { prices } = findPrices(packing, 0, 3, 100_000);
        const { selection } = dive(packing, prices, 3, budget);
        const columns = selection.columns();
        expect(worth(packing, columns)).toBeCloseTo(selection.value, 9);
        const most = best(packing);
        expect(selection.value).toBeLessThanOrEqual(most + 1e-9);
        if (selection.value === most) optimal++;
        expect(dive(packing, prices, 3, budget).selection.columns()).toEqual(columns);
      }),
      { numRuns: 400 },
    );
    expect(optimal).toBeGreaterThan(320);
  });
});

describe('a search by blocks', () => {
  it('never loses, never takes what does not go together, and finds the same again', () => {
    let improved = 0;
    let optimal = 0;
    fc.assert(
      fc.property(cases, fc.nat(), fc.constantFrom(20_000, 20_000, 500, 100), (one, seed, budget) => {
        const packing = packingOf(one);
        const start = new Selection(packing);
        for (const column of packing.weights.keys()) {
          if (start.fits(column) && start.gain(column) > 0) start.add(column);
        }
        const options = { unit: 3, budget, seed, target: Infinity };
        const { columns, value } = improveByBlocks(packing, start.columns(), options);
        expect(worth(packing, columns)).toBeCloseTo(value, 9);
        expect(value).toBeGreaterThanOrEqual(start.value - 1e-9);
        expect(improveByBlocks(packing, start.columns(), options).columns).toEqual(columns);
        if (value > start.value) improved++;
        if (value === best(packing)) optimal++;
      }),
      { numRuns: 300 },
    );
    expect(improved).toBeGreaterThan(60);
    expect(optimal).toBeGreaterThan(120);
  });
});
