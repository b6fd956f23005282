import {
  type BarterEngineOptions,
  createBarterEngine,
  type Item,
  memoryStorage,
  memoryTransport,
  type Opportunity,
} from '../../src';
import { manualClock } from '../../src/testing';
import { mode } from './mode';

export const HOUR = 3_600_000;
const LEAVES = ['a', 'b', 'c', 'd', 'e', 'f'];
export const categories = [{ id: 'all' }, ...LEAVES.map((id) => ({ id, parentId: 'all' }))];

/** An item filed in one category whose owner wants something from another. */
export function item(id: string, ownerId: string, gives: string, wants: string, change: Partial<Item> = {}): Item {
  return {
    id,
    ownerId,
    title: `Item ${id}`,
    categoryId: gives,
    wants: [{ categoryId: wants }],
    status: 'available',
    ...change,
  };
}

/** An engine on a clock that stands still, with what a test of trades asks of it. */
export function tradeEngine(options: BarterEngineOptions = {}) {
  const clock = manualClock();
  const storage = options.storage ?? memoryStorage();
  const transport = memoryTransport();
  const engine = createBarterEngine({
    ...mode,
    clock,
    categories,
    // Pushes never time out: the clock stands still.
    sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
    ...options,
    policies: { throttle: [], ...options.policies },
    storage,
    transport,
  });
  const of = async (userId: string): Promise<Opportunity[]> =>
    (await storage.opportunities.byUser(userId, { limit: 1_000 })).sort(
      (x, y) => x.createdAt - y.createdAt || (x.id < y.id ? -1 : 1),
    );
  return {
    engine,
    clock,
    storage,
    transport,
    put: (it: Item) => engine.submit({ type: 'item:updated', itemId: it.id, userId: it.ownerId, item: it }),
    drop: (it: Item) => engine.submit({ type: 'item:deleted', itemId: it.id, userId: it.ownerId }),
    of,
    /** The only open one of a person. */
    open: async (userId: string): Promise<Opportunity> => {
      const open = (await of(userId)).filter(({ state }) => state === 'proposed' || state === 'accepting');
      if (open.length !== 1) throw new Error(`${userId} has ${open.length} open opportunities.`);
      return open[0]!;
    },
    /** Says yes to what is open now. */
    accept: async (id: string, ...people: string[]): Promise<Opportunity> => {
      let present = (await storage.opportunities.get(id))!;
      for (const userId of people)
        present = await engine.opportunities.accept(id, userId, { revision: present.revision });
      return present;
    },
    /** Who was sent what about this opportunity, in order of name. */
    told: (id: string, type: string): string[] =>
      transport.sent
        .filter((one) => one.opportunityId === id && one.type === type)
        .map(({ userId }) => userId)
        .sort(),
  };
}

export const ring = [item('1', 'ana', 'a', 'b'), item('2', 'ben', 'b', 'c'), item('3', 'cem', 'c', 'a')] as const;
