import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBarterEngine, type Item, memoryStorage } from '../../src';
import { mode } from '../support/mode';

const CATEGORIES = ['a', 'b', 'c'].map((id) => ({ id }));

function thing(id: string, categoryId: string, wanted: string, status: Item['status'] = 'available'): Item {
  return { id, ownerId: `owner of ${id}`, title: id, categoryId, wants: [{ categoryId: wanted }], status };
}

it('brings the market up to whatever was changed in the storage past the engine', async () => {
  const category = fc.constantFrom('a', 'b', 'c');
  const change = fc.oneof(
    fc.record({ id: fc.nat(8), categoryId: category, wanted: category, status: fc.constantFrom('available' as const, 'withdrawn' as const) }),
    fc.record({ id: fc.nat(8), gone: fc.constant(true) }),
  ); // biome-ignore format: a list
  const runs = mode.worker ? 5 : 50;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), fc.array(change, { maxLength: 12 }), async (first, then) => {
      const storage = memoryStorage();
      const write = async (changes: typeof first) => {
        for (const one of changes) {
          const id = `item-${one.id}`;
          if ('gone' in one) await storage.items.remove(id);
          else await storage.items.put(thing(id, one.categoryId, one.wanted, one.status));
        }
      };
      await write(first);
      await using engine = createBarterEngine({ storage, categories: CATEGORIES, ...mode });
      await engine.start();
      const before = new Map((await storage.items.page({ limit: 99 })).filter(isThere).map((item) => [item.id, item]));
      await write(then);
      const after = new Map((await storage.items.page({ limit: 99 })).filter(isThere).map((item) => [item.id, item]));
      const ids = new Set([...before.keys(), ...after.keys()]);
      const changed = [...ids].filter((id) => JSON.stringify(before.get(id)) !== JSON.stringify(after.get(id)));

      expect((await engine.sweep({ reconcile: true })).differences).toBe(changed.length);
      expect((await engine.sweep({ reconcile: true })).differences).toBe(0);
      await using fresh = createBarterEngine({
        storage: { ...memoryStorage(), items: storage.items },
        categories: CATEGORIES,
      });
      await fresh.start();
      const [mine, theirs] = [await engine.stats(), await fresh.stats()];
      expect([mine.items, mine.edges]).toEqual([theirs.items, theirs.edges]);
      for (const id of after.keys()) {
        const keys = async (of: typeof engine) =>
          (await of.matches({ itemId: id })).matches.map(({ cycle }) => cycle.key);
        expect(await keys(engine)).toEqual(await keys(fresh));
      }
    }),
    { numRuns: runs },
  );
});

it('leaves items of committed trades alone', async () => {
  const storage = memoryStorage();
  await using engine = createBarterEngine({ storage, categories: CATEGORIES, ...mode });
  for (const item of [thing('x', 'a', 'b'), thing('y', 'b', 'a')])
    await engine.submit({ type: 'item:created', itemId: item.id, userId: item.ownerId, item });
  const [trade] = await engine.opportunities.list('owner of x');
  for (const user of ['owner of x', 'owner of y']) await engine.opportunities.accept(trade!.id, user, { revision: 1 });
  expect((await engine.sweep({ reconcile: true })).differences).toBe(0);
  expect((await engine.stats()).items).toBe(0);
});

function isThere({ status }: Item): boolean {
  return status === 'available';
}
