import { findCycles, forEachCycle } from '../../../src/cycles/find-cycles';
import { Random } from '../random';
import { same } from './expect';
import { randomGraph } from './random-graph';

/** One search after the other takes no new memory from the second on; a visitor's limits are its own. */
export function checkFinderMemory(): void {
  const { graph } = randomGraph(new Random(43), { items: 20, degree: 3, owners: 20 });
  const best = () => findCycles(graph, 'i0', { limit: 5 });
  best();
  same(arraysMadeBy(best), 0, 'arrays of a second search');
  same(arraysMadeBy(best), 0, 'arrays of a third search');
  const all = () => forEachCycle(graph, 'i0', {}, () => true);
  same(arraysMadeBy(all), 1, 'arrays of a visit');
  same(arraysMadeBy(all), 1, 'arrays of a second visit');
}

function arraysMadeBy(action: () => void): number {
  const original = globalThis.Int32Array;
  let made = 0;
  globalThis.Int32Array = new Proxy(original, {
    construct(target, args) {
      made++;
      return Reflect.construct(target, args);
    },
  });
  try {
    action();
  } finally {
    globalThis.Int32Array = original;
  }
  return made;
}
