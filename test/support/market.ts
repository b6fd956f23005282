import fc from 'fast-check';
import { type Category, CONDITIONS, type Item, type Want } from '../../src/types';

/** Three levels below one root, with siblings at each. */
export const categories: Category[] = [
  { id: 'all' },
  { id: 'toys', parentId: 'all' },
  { id: 'bikes', parentId: 'all' },
  { id: 'city', parentId: 'bikes' },
  { id: 'race', parentId: 'bikes' },
  { id: 'child', parentId: 'city' },
  { id: 'cargo', parentId: 'city' },
];

const categoryId = fc.constantFrom(...categories.map(({ id }) => id));
/** 'the' and 'and' are nothing that can be looked for. */
const word = fc.constantFrom('red', 'blue', 'steel', 'carbon', 'old', 'rare', 'دراجة', 'قديمة', 'light', 'the', 'and');
const words = fc.array(word, { minLength: 1, maxLength: 4 });
const condition = fc.constantFrom(...CONDITIONS);
/** The last ones are not told apart by 32-bit numbers, or lie where a step of value ends. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 22, max: 52 }), fc.integer({ min: -2, max: 2 }))
      .map(([doubling, by]) => 2 ** doubling + by),
  },
  { weight: 1, arbitrary: fc.integer({ min: Number.MAX_SAFE_INTEGER - 3, max: Number.MAX_SAFE_INTEGER }) },
);
/** Near each other; and about the poles and the date line. */
const place = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ latitude: fc.integer({ min: 30, max: 31 }), longitude: fc.integer({ min: 31, max: 32 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      latitude: fc.constantFrom(-90, -89.5, -0.2, 0, 89.5, 90),
      longitude: fc.constantFrom(-180, -179.8, -0.3, 0, 0.3, 179.8, 180),
    }),
  },
);

function want(ids: fc.Arbitrary<string>): fc.Arbitrary<Want> {
  return fc
    .record(
      {
        itemIds: fc.uniqueArray(ids, { minLength: 1, maxLength: 3 }),
        categoryId,
        keywords: words,
        minCondition: condition,
        minValue: value,
        maxValue: value,
        radiusKm: fc.constantFrom(50, 120),
        rank: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: [] },
    )
    .map((w) => {
      // Naming items is rare, and the range the right way round.
      const { minValue, maxValue, itemIds, ...rest } = w;
      const [low, high] = [minValue, maxValue].filter((v) => v !== undefined).sort((a, b) => a - b);
      return {
        ...rest,
        ...(itemIds && itemIds.length < 3 && { itemIds }),
        ...(low !== undefined && high !== undefined
          ? { minValue: low, maxValue: high }
          : low !== undefined && { maxValue: low }),
      };
    });
}

/** Items of a small id space, so that updates and names hit. Each owner has a few ids of their own. */
export function arbitraryItem(ids: number): fc.Arbitrary<Item> {
  const id = fc.nat({ max: ids - 1 });
  return id.chain((n) => {
    // No want for an item of the same owner: those are refused and tested apart.
    const others = fc
      .nat({ max: ids - 1 })
      .filter((m) => m % 7 !== n % 7)
      .map((m) => `item${m}`);
    return fc
      .record(
        {
          title: words.map((list) => list.join(' ')),
          categoryId,
          condition,
          estimatedValue: value,
          location: place,
          wants: fc.array(want(others), { maxLength: 3 }),
          openToAnything: fc.constant(true),
          maxValueLoss: value,
          ownerGroup: fc.constantFrom('g1', 'g2'),
        },
        { requiredKeys: ['title', 'wants'] },
      )
      .map(({ openToAnything, ownerGroup, ...rest }) => ({
        ...rest,
        id: `item${n}`,
        ownerId: `owner${n % 7}`,
        ...(openToAnything && n % 5 === 0 && { openToAnything }),
        ...(ownerGroup && n % 7 < 2 && { ownerGroup: 'g' }),
        status: 'available' as const,
      }));
  });
}
