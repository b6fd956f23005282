/** Values in steps of a sixteenth of a doubling, so that what is near in value is kept together. */
export const STEPS_PER_DOUBLING = 16;

/** Step of what has no value: above all others. */
export const UNVALUED = 60 * STEPS_PER_DOUBLING;

/** Values are filed as 32-bit numbers, which are off by less than this part of them. */
const ROUGHLY = 1e-7;

/** The value as it is filed. */
export const roughly = Math.fround;

/** 0 and up; {@link UNVALUED} below 0. Never falls with the value. */
export function valueStep(value: number): number {
  return value < 0 ? UNVALUED : Math.floor(Math.log2(roughly(value) + 1) * STEPS_PER_DOUBLING);
}

/** Values in a step are not below this; a little less than exact, so that rounding cannot matter. */
export function leastValueIn(step: number): number {
  return (2 ** (step / STEPS_PER_DOUBLING) - 1) * (1 - ROUGHLY) - 1;
}

/** Values in a step are not above this. */
export function mostValueIn(step: number): number {
  return (2 ** ((step + 1) / STEPS_PER_DOUBLING) - 1) * (1 + ROUGHLY) + 1;
}
