/** Assertions without a framework. */

export function same(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return;
  const [left, right] = [text(actual), text(expected)];
  if (left !== right) throw new Error(`${what}: ${left.slice(0, 300)} instead of ${right.slice(0, 300)}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** No more than was recorded. With KILLER_FIGURES set it says what there is, to be recorded anew. */
export function atMost(actual: number, recorded: number, what: string): void {
  compareFigures(actual, recorded, actual <= recorded, what);
}

/** No less than was recorded. */
export function atLeast(actual: number, recorded: number, what: string): void {
  compareFigures(actual, recorded, actual >= recorded, what);
}

function compareFigures(actual: number, recorded: number, isGood: boolean, what: string): void {
  if (process.env.KILLER_FIGURES) console.error(`${what}: ${actual}, recorded ${recorded}`);
  else holds(isGood, `${what}: ${actual}, recorded ${recorded}`);
}

/** The `code` of what `action` throws. */
export function throws(action: () => unknown, code: string): void {
  try {
    action();
  } catch (error) {
    same((error as { code?: string }).code, code, 'the code of the error');
    return;
  }
  throw new Error(`${code} was not thrown`);
}

function text(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
    ) ?? 'undefined'
  );
}
