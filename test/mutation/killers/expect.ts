/** Assertions without a framework. */

export function same(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return;
  const [left, right] = [text(actual), text(expected)];
  if (left !== right) throw new Error(`${what}: ${left.slice(0, 300)} instead of ${right.slice(0, 300)}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
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
