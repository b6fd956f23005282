/** The test runner's own functions, passed in: vitest, jest, node:test and mocha all fit. */
export interface Runner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}

/** Fails the test where two values differ as JSON; key order does not count. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [stable(actual), stable(expected)];
  if (left !== right) throw new Error(`${what}\n  expected ${right}\n  actual   ${left}`);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
