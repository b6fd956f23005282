/** Runs tasks of the same key one after the other, and tasks of different keys side by side. */
export type Turns = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/**
 * Read, change, write needs its turn: two PATCHes of one item at the same time would each start from the same state,
 * and one of them would be lost.
 */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task);
    const settled = turn.then(
      () => {},
      () => {},
    );
    last.set(key, settled);
    settled.then(() => {
      if (last.get(key) === settled) last.delete(key);
    });
    return turn;
  };
}
