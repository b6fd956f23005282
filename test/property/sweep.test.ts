import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BarterEngine,
  createBarterEngine,
  type Item,
  isBarterError,
  memoryStorage,
  type Opportunity,
} from '../../src';
import { manualClock } from '../../src/testing';
import { categories } from '../support/market';
import { mode } from '../support/mode';

type Step =
  | { put: Item }
  | { load: Item[] }
  | { remove: number }
  | { prefer: { user: number; blocked: number[]; minScore: number | undefined } }
  | { flatten: boolean }
  | { wait: number }
  | { sweep: true };

const IDS = 14;
const OWNERS = 7;
const words = fc.array(fc.constantFrom('red', 'blue', 'steel', 'old'), { minLength: 1, maxLength: 3 });
const categoryId = fc.constantFrom('bikes', 'city', 'race', 'child');

/** Items of one small corner of the market, which has many trades and short lists. */
const item: fc.Arbitrary<Item> = fc
  .record({
    n: fc.nat({ max: IDS - 1 }),
    title: words.map((list) => list.join(' ')),
    categoryId,
    wants: fc.array(fc.record({ categoryId, keywords: words }, { requiredKeys: ['categoryId'] }), { maxLength: 2 }),
    isOpen: fc.boolean(),
    status: fc.constantFrom('available' as const, 'available' as const, 'available' as const, 'locked' as const),
    estimatedValue: fc.nat({ max: 30 }),
  })
  .map(({ n, isOpen, ...rest }) => ({
    ...rest,
    id: `item${n}`,
    ownerId: `owner${n % OWNERS}`,
    ...(isOpen && n % 5 === 0 && { openToAnything: true }),
  }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ put: item }) },
  { weight: 1, arbitrary: fc.record({ load: fc.array(item, { maxLength: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ remove: fc.nat({ max: IDS - 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      prefer: fc.record({
        user: fc.nat({ max: OWNERS - 1 }),
        blocked: fc.uniqueArray(fc.nat({ max: OWNERS - 1 }), { maxLength: 2 }),
        minScore: fc.constantFrom(undefined, 0.4, 0.8),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ flatten: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 1_500 }) }) },
  { weight: 2, arbitrary: fc.constant({ sweep: true as const }) },
);

const flatter = categories.map((category) => (category.id === 'child' ? { id: 'child', parentId: 'race' } : category));

interface Market {
  engine: BarterEngine;
  /** How many trades it told of. */
  sweep(): Promise<number>;
  wait(ms: number): void;
  /** Every opportunity there has been, with how it stands. */
  trades(): Promise<Opportunity[]>;
}

function open(isFull: boolean, candidatesPerWant: number, perEvent: number): Market {
  const clock = manualClock();
  const storage = memoryStorage();
  const engine = createBarterEngine({
    ...mode,
    storage,
    clock,
    categories,
    sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
    matching: { limit: 1_000, budget: Infinity, maxLength: 4, notifyFrom: 0.5, openCandidates: 2, candidatesPerWant },
    // Nothing is held back: a deadline runs from when people are told, and who is told first depends on the order.
    policies: { perEvent, acceptanceMs: 2_000, throttle: [], cooldownMs: 0 },
  });
  return {
    engine,
    sweep: async () => (await engine.sweep({ full: isFull })).told,
    wait: clock.advance,
    trades: async () => {
      const found = new Map<string, Opportunity>();
      for (let user = 0; user < OWNERS; user++) {
        for (const trade of await storage.opportunities.byUser(`owner${user}`, { limit: 10_000 }))
          found.set(trade.id, trade);
      }
      return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

async function apply({ engine, sweep, wait }: Market, step: Step): Promise<unknown> {
  if ('put' in step)
    return engine.submit({ type: 'item:updated', itemId: step.put.id, userId: step.put.ownerId, item: step.put });
  if ('load' in step) return engine.load(step.load);
  if ('remove' in step)
    return engine.submit({
      type: 'item:deleted',
      itemId: `item${step.remove}`,
      userId: `owner${step.remove % OWNERS}`,
    });
  if ('prefer' in step) {
    const { user, blocked, minScore } = step.prefer;
    return engine.setPreferences({
      userId: `owner${user}`,
      blockedUserIds: blocked.map((other) => `owner${other}`),
      ...(minScore !== undefined && { minScore }),
    });
  }
  if ('flatten' in step) return engine.setCategories(step.flatten ? flatter : categories);
  if ('wait' in step) return wait(step.wait);
  return sweep();
}

async function grow(market: Market, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    await apply(market, step).catch((error) => {
      if (!isBarterError(error) || error.code === 'event-failed') throw error;
    });
  }
}

const steps = fc.array(step, { minLength: 5, maxLength: 40, size: 'max' });
const numRuns = mode.worker ? 25 : 200;

describe('a sweep of what has changed', () => {
  it('proposes exactly what one of all items does', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (list, candidatesPerWant) => {
        const some = open(false, candidatesPerWant, 1_000);
        const all = open(true, candidatesPerWant, 1_000);
        for (const market of [some, all]) await grow(market, list);
        await some.sweep();
        told += await all.sweep();
        const standing = async ({ trades }: Market) =>
          (await trades()).map(({ id, state, score }) => [id, state, score]);
        expect(await standing(some)).toEqual(await standing(all));
        await Promise.all([some.engine.close(), all.engine.close()]);
      }),
      { numRuns },
    );
    expect(told).toBeGreaterThan(mode.worker ? 0 : 20);
  });

  it('leaves nothing for one of all items, also where an event may tell of one trade only', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (list, candidatesPerWant) => {
        const market = open(false, candidatesPerWant, 1);
        await grow(market, list);
        while ((await market.sweep()) > 0);
        expect(await market.engine.sweep({ full: true })).toMatchObject({ told: 0, left: 0 });
        await market.engine.close();
      }),
      { numRuns },
    );
  });
});
