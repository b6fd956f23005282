import type { Item, Want } from 'barterloop';

/** Somebody to sign in as while trying things out. */
export interface DemoUser {
  userId: string;
  /** A line about them, for the sign-in page. */
  about: string;
  role?: 'operator';
}

export const DEMO_USERS: readonly DemoUser[] = [
  { userId: 'maya', about: 'Offers a guitar, would like a bicycle' },
  { userId: 'jonas', about: 'Offers a bicycle, would like a phone' },
  { userId: 'layla', about: 'تعرض هاتفًا وتريد جيتارًا' },
  { userId: 'rosa', about: 'Offers a blender, would like a sofa' },
  { userId: 'omar', about: 'يعرض كنبة ويريد خلاطًا' },
  { userId: 'dina', about: 'Has nothing listed yet' },
  { userId: 'olga', about: 'Looks after the market', role: 'operator' },
];

/** What the demo users offer: a ring of three and a swap of two, for the first sweep to find. */
export function demoItems(): Item[] {
  return [
    offer('maya', 'Acoustic guitar with a spruce top', 'leaf-music-guitar-classic', 'GOOD', 24_000, [
      { categoryId: 'leaf-sports-bicycle-classic', minValue: 18_000, maxValue: 34_000 },
      { categoryId: 'mid-electronics-phone', keywords: ['fairphone'], minCondition: 'GOOD' },
    ]),
    offer('jonas', 'Steel touring bicycle, 56 cm', 'leaf-sports-bicycle-classic', 'GOOD', 26_000, [
      { categoryId: 'leaf-electronics-phone-compact', minCondition: 'GOOD', minValue: 18_000, maxValue: 32_000 },
    ]),
    offer('layla', 'هاتف صغير بحالة ممتازة', 'leaf-electronics-phone-compact', 'LIKE_NEW', 25_000, [
      { categoryId: 'leaf-music-guitar-classic', minValue: 18_000, maxValue: 30_000 },
    ]),
    offer('rosa', 'Professional blender with two jars', 'leaf-kitchen-blender-professional', 'LIKE_NEW', 38_000, [
      { categoryId: 'leaf-home-sofa-vintage', minValue: 30_000, maxValue: 50_000 },
    ]),
    offer('omar', 'كنبة خشب زان قديمة ومريحة', 'leaf-home-sofa-vintage', 'FAIR', 40_000, [
      { categoryId: 'leaf-kitchen-blender-professional', minValue: 30_000, maxValue: 46_000 },
    ]),
  ];
}

function offer(
  ownerId: string,
  title: string,
  categoryId: string,
  condition: NonNullable<Item['condition']>,
  estimatedValue: number,
  wants: Want[],
): Item {
  return {
    id: `demo-${ownerId}`,
    ownerId,
    title,
    categoryId,
    condition,
    estimatedValue,
    location: { latitude: 30.04, longitude: 31.24 },
    wants,
    status: 'available',
  };
}
