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
const words = fc.array(fc.constantFrom('red', 'blue', 'steel', 'carbon', 'old', 'rare', 'دراجة', 'قديمة', 'light'), {
  minLength: 1,
  maxLength: 4,
});
const condition = fc.constantFrom(...CONDITIONS);
const value = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 5_000 }));
const place = fc.record({ latitude: fc.integer({ min: 30, max: 31 }), longitude: fc.integer({ min: 31, max: 32 }) });

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
