/** Whether a name is a dummy: it stands for the real items that lead to it, and nobody owns it. */
export function isDummy(name: string): boolean {
  return name.startsWith('%');
}

/**
 * Puts the wants of each dummy in the dummy's place, nested ones too, so that `%D X` with `%D : Y Z` reads `Y Z X`.
 * Each name stays once, at its best place; hence a dummy met again adds nothing, and dummies that lead to each other
 * come to an end.
 *
 * @param wantsOf - What a dummy wants; `undefined` where there is no such dummy.
 * @param maxRead - Most names looked at. Dummies that repeat each other could make a short list cost a long walk.
 * @returns The real names, best first, and the dummies that do not exist; `null` where `maxRead` was not enough.
 */
export function expandDummies(
  wants: readonly string[],
  wantsOf: (dummy: string) => readonly string[] | undefined,
  maxRead: number,
): { names: string[]; unknown: string[] } | null {
  const seen = new Set<string>();
  const names: string[] = [];
  const unknown: string[] = [];
  // An explicit stack: a chain of ten thousand dummies must not exhaust the call stack.
  const stack: { wants: readonly string[]; next: number }[] = [{ wants, next: 0 }];
  let read = 0;
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const name = top.wants[top.next++];
    if (name === undefined) {
      stack.pop();
      continue;
    }
    if (++read > maxRead) return null;
    if (seen.has(name)) continue;
    seen.add(name);
    if (!isDummy(name)) {
      names.push(name);
      continue;
    }
    const inner = wantsOf(name);
    if (inner) stack.push({ wants: inner, next: 0 });
    else unknown.push(name);
  }
  return { names, unknown };
}
