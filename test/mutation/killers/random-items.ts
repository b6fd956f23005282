import { type Category, CONDITIONS, type Item, type Want } from '../../../src/types';
import type { Random } from '../random';

/** A root, then two levels with siblings at each. */
export const CATEGORIES: Category[] = [
  { id: 'all' },
  { id: 'toys', parentId: 'all' },
  { id: 'bikes', parentId: 'all' },
  { id: 'city', parentId: 'bikes' },
  { id: 'race', parentId: 'bikes' },
  { id: 'child', parentId: 'city' },
  { id: 'cargo', parentId: 'city' },
];

const WORDS = ['red', 'blue', 'steel', 'carbon', 'rare', 'light', 'fold', 'brake'];
const OWNERS = 7;

/** An item of a small id space, so that updates and names hit. */
export function randomItem(random: Random, ids: number): Item {
  const n = random.below(ids);
  const maybe = <T>(share: number, value: () => T): T | undefined => (random.chance(share) ? value() : undefined);
  const item: Item = {
    id: `item${n}`,
    ownerId: `owner${n % OWNERS}`,
    title: words(random),
    wants: Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () => randomWant(random, ids, n)),
    status: random.chance(0.97) ? 'available' : 'locked',
  };
  const categoryId = maybe(0.75, () => random.pick(CATEGORIES).id);
  const condition = maybe(0.6, () => random.pick(CONDITIONS));
  const estimatedValue = maybe(0.8, () => value(random));
  const location = maybe(0.5, () => ({ latitude: random.between(30, 31), longitude: random.between(31, 32) }));
  if (categoryId !== undefined) item.categoryId = categoryId;
  if (condition !== undefined) item.condition = condition;
  if (estimatedValue !== undefined) item.estimatedValue = estimatedValue;
  if (location !== undefined) item.location = location;
  if (n % 5 === 0 && random.chance(0.6)) item.openToAnything = true;
  if (random.chance(0.15)) item.maxValueLoss = value(random);
  return item;
}

function randomWant(random: Random, ids: number, self: number): Want {
  const want: Want = {};
  if (random.chance(0.2)) {
    const others = Array.from({ length: random.between(1, 2) }, () => random.below(ids)).filter(
      (n) => n % OWNERS !== self % OWNERS,
    );
    if (others.length > 0) want.itemIds = [...new Set(others)].map((n) => `item${n}`);
  }
  if (random.chance(0.45)) want.categoryId = random.pick(CATEGORIES).id;
  // 'the' says nothing: a want of such words only is answered by nothing.
  if (random.chance(0.4)) want.keywords = random.chance(0.1) ? ['the'] : words(random).split(' ');
  if (random.chance(0.15)) want.minCondition = random.pick(CONDITIONS);
  if (random.chance(0.4)) {
    const [low, high] = [value(random), value(random)].sort((a, b) => a - b) as [number, number];
    if (random.chance(0.6)) want.minValue = low;
    if (random.chance(0.9) || want.minValue === undefined) want.maxValue = high;
  }
  if (random.chance(0.1)) want.radiusKm = 120;
  if (random.chance(0.2)) want.rank = random.between(1, 3);
  return want;
}

function words(random: Random): string {
  return Array.from({ length: random.between(1, 4) }, () => random.pick(WORDS)).join(' ');
}

function value(random: Random): number {
  return random.chance(0.5) ? random.below(12) * 10 : random.below(5000);
}
