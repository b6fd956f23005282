/** What a want states, one bit each, cheapest to judge first. */
export const Says = {
  NAMES: 1,
  VALUE: 2,
  CONDITION: 4,
  CATEGORY: 8,
  KEYWORDS: 16,
  RADIUS: 32,
  RANK: 64,
} as const;

/** All combinations of them. */
export const ALL_SAYS = 128;
