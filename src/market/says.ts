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

/** Whether words are all that says what is wanted. */
export function saysJustWords(says: number): boolean {
  return (says & (Says.CATEGORY | Says.NAMES | Says.KEYWORDS)) === Says.KEYWORDS;
}
