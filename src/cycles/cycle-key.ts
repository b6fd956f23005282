/**
 * The identity of a trade: its item ids in canonical rotation, smallest id (by code units) first, direction kept.
 * a→b→c and a→c→b are different trades; b→c→a is the same as a→b→c.
 */
export function cycleKey(ids: readonly string[]): string {
  let start = 0;
  for (let i = 1; i < ids.length; i++) if (ids[i]! < ids[start]!) start = i;
  return JSON.stringify([...ids.slice(start), ...ids.slice(0, start)]);
}
