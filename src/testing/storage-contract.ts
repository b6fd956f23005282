import type { BarterStorage } from '../storage/storage';
import { type Runner, same } from './runner';
import { sampleItem, sampleOpportunity, sampleRow } from './samples';

/**
 * What every storage must do. Call it in a test file of your adapter with your runner and a way to make a fresh, empty
 * store for each case.
 *
 * @example
 * storageContract({ describe, it }, async () => myStorage(await emptyDatabase()));
 */
export function storageContract({ describe, it }: Runner, fresh: () => Promise<BarterStorage>): void {
  describe('items', () => {
    it('keeps an item whole, replaces it, removes it', async () => {
      const { items } = await fresh();
      const item = sampleItem();
      await items.put(item);
      same(await items.get(item.id), item, 'the item comes back as it was put');
      await items.put({ ...item, title: 'Other', wants: [] });
      same(await items.get(item.id), { ...item, title: 'Other', wants: [] }, 'put replaces');
      await items.remove(item.id);
      await items.remove(item.id);
      same(await items.get(item.id), null, 'removed, twice without complaint');
    });

    it('hands out copies', async () => {
      const { items } = await fresh();
      const item = sampleItem();
      await items.put(item);
      item.title = 'changed by the caller';
      (await items.get(item.id))!.title = 'changed by a reader';
      same((await items.get(item.id))!.title, sampleItem().title, 'what is stored is the caller’s no more');
    });

    it('pages by id in code unit order', async () => {
      const { items } = await fresh();
      for (const id of ['b', 'a', 'C', 'ä', '10', '9']) await items.put(sampleItem({ id }));
      const ids = async (query: { after?: string; limit: number }) => (await items.page(query)).map(({ id }) => id);
      same(await ids({ limit: 4 }), ['10', '9', 'C', 'a'], 'first page');
      same(await ids({ after: 'a', limit: 4 }), ['b', 'ä'], 'after a');
      same(await ids({ after: 'ä', limit: 4 }), [], 'after the last');
    });
  });

  describe('opportunities', () => {
    it('proposes once: a replay adds nothing', async () => {
      const { opportunities, notifications } = await fresh();
      const opportunity = sampleOpportunity();
      same(await opportunities.propose(opportunity, [sampleRow()]), true, 'the first wins');
      same(
        await opportunities.propose({ ...opportunity, score: 0.1 }, [sampleRow({ id: 'NTF-9' })]),
        false,
        'the second does not',
      );
      same(await opportunities.get('OPP-1'), opportunity, 'the first is kept');
      same(await notifications.get('NTF-9'), null, 'no row of the second');
      same((await notifications.inbox('ana', { limit: 10 })).length, 1, 'one row');
    });

    it('lets one of many racing proposals win', async () => {
      const { opportunities } = await fresh();
      const won = await Promise.all(Array.from({ length: 20 }, () => opportunities.propose(sampleOpportunity(), [])));
      same(won.filter(Boolean).length, 1, 'one winner');
    });

    it('revises from the revision named, once, while it is live', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(sampleOpportunity(), []);
      const next = sampleOpportunity({ revision: 2, score: 0.9 });
      const won = await Promise.all(Array.from({ length: 20 }, () => opportunities.revise(1, next, [])));
      same(won.filter(Boolean).length, 1, 'one winner');
      same(await opportunities.get('OPP-1'), next, 'its terms stand');
      const over = sampleOpportunity({ revision: 3, state: 'withdrawn', endedAt: 5, endReason: 'gone' });
      same(await opportunities.revise(2, over, []), true, 'it can end');
      same(await opportunities.revise(3, { ...next, revision: 4 }, []), false, 'an ended one is never revived');
      same(await opportunities.revise(1, { ...next, id: 'OPP-none' }, []), false, 'nor one that never was');
    });

    it('finds live ones by item, and the latest attempt by cycle', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(sampleOpportunity({ id: 'OPP-2' }), []);
      await opportunities.propose(sampleOpportunity({ id: 'OPP-3', cycleKey: '["b","c"]', items: ['b', 'c'] }), []);
      const live = async (item: string) => (await opportunities.liveByItem(item)).map(({ id }) => id);
      same(await live('b'), ['OPP-2', 'OPP-3'], 'both hold b');
      await opportunities.revise(1, sampleOpportunity({ id: 'OPP-2', revision: 2, state: 'withdrawn' }), []);
      same(await live('b'), ['OPP-3'], 'an ended one is not live');
      same(await live('a'), [], 'nor through its other item');
      same((await opportunities.latest('["a","b"]'))?.id, 'OPP-2', 'latest, though ended');
      await opportunities.propose(sampleOpportunity({ id: 'OPP-4', attempt: 1 }), []);
      same((await opportunities.latest('["a","b"]'))?.id, 'OPP-4', 'the later attempt');
      same(await opportunities.latest('["x","y"]'), null, 'none');
    });

    it('lists live ones whose time is over, oldest end first', async () => {
      const { opportunities } = await fresh();
      const ends: [id: string, expiresAt: number][] = [['OPP-1', 50], ['OPP-2', 20], ['OPP-3', 20], ['OPP-4', 51], ['OPP-5', 10]]; // biome-ignore format: pairs on a line
      for (const [id, expiresAt] of ends)
        await opportunities.propose(sampleOpportunity({ id, expiresAt, cycleKey: id }), []);
      await opportunities.revise(1, sampleOpportunity({ id: 'OPP-5', cycleKey: 'OPP-5', expiresAt: 10, revision: 2, state: 'expired' }), []); // biome-ignore format: one line
      const due = async (now: number, limit = 10) => (await opportunities.dueBefore(now, limit)).map(({ id }) => id);
      same(await due(50), ['OPP-2', 'OPP-3', 'OPP-1'], 'its end counts, then the id; an ended one is none');
      same(await due(50, 1), ['OPP-2'], 'at most one');
      await opportunities.extend('OPP-2', 60);
      same(await due(50), ['OPP-3', 'OPP-1'], 'put off');
      same(await due(19), [], 'none yet');
    });

    it('lists a person’s own, newest first', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(sampleOpportunity({ id: 'OPP-2', createdAt: 5 }), []);
      await opportunities.propose(sampleOpportunity({ id: 'OPP-1', createdAt: 5, cycleKey: 'k' }), []);
      await opportunities.propose(sampleOpportunity({ id: 'OPP-3', createdAt: 9, cycleKey: 'l' }), []);
      const ids = (await opportunities.byUser('ana', { limit: 2 })).map(({ id }) => id);
      same(ids, ['OPP-3', 'OPP-1'], 'newest, then by id, at most two');
      same(await opportunities.byUser('zoe', { limit: 2 }), [], 'a stranger has none');
    });
  });

  describe('notifications', () => {
    it('keeps one row for a person and an opportunity: the latest', async () => {
      const { opportunities, notifications } = await fresh();
      await opportunities.propose(sampleOpportunity(), [sampleRow(), sampleRow({ id: 'NTF-2', userId: 'ben' })]);
      await opportunities.revise(1, sampleOpportunity({ revision: 2 }), [
        sampleRow({ id: 'NTF-3', type: 'updated_match' }),
      ]);
      same(
        (await notifications.inbox('ana', { limit: 10 })).map(({ id }) => id),
        ['NTF-3'],
        'replaced',
      );
      same(
        (await notifications.ofOpportunity('OPP-1')).map(({ id }) => id),
        ['NTF-3', 'NTF-2'],
        'by user; the other row stays',
      );
      same(await notifications.get('NTF-1'), null, 'the old row is gone');
    });

    it('lists the inbox newest first and marks read for its owner only', async () => {
      const { opportunities, notifications } = await fresh();
      for (const [n, timestamp] of [
        [1, 5],
        [2, 9],
        [3, 5],
      ] as const) {
        // biome-ignore format: pairs on a line
        const rows = [sampleRow({ id: `NTF-${n}`, opportunityId: `OPP-${n}`, timestamp })];
        await opportunities.propose(sampleOpportunity({ id: `OPP-${n}`, cycleKey: `${n}` }), rows);
      }
      same(
        (await notifications.inbox('ana', { limit: 2 })).map(({ id }) => id),
        ['NTF-2', 'NTF-1'],
        'newest, then by id',
      );
      same(await notifications.inbox('ben', { limit: 2 }), [], 'nobody else’s');
      same(await notifications.markRead('NTF-2', 'ben', 10), false, 'not ben’s to read');
      same(await notifications.markRead('NTF-9', 'ana', 10), false, 'not there');
      same(await notifications.markRead('NTF-2', 'ana', 10), true, 'hers');
      same(await notifications.markRead('NTF-2', 'ana', 20), true, 'twice is no error');
      same((await notifications.get('NTF-2'))?.readAt, 10, 'the first time counts');
    });

    it('hands out what is due, in order, until delivered; one delivery wins', async () => {
      const { opportunities, notifications } = await fresh();
      const rows: [id: string, deliverAt: number | null][] = [['NTF-1', 50], ['NTF-2', 20], ['NTF-3', 20], ['NTF-4', 99], ['NTF-5', null]]; // biome-ignore format: pairs on a line
      for (const [id, deliverAt] of rows) {
        await opportunities.propose(sampleOpportunity({ id: `O${id}`, cycleKey: id }), [
          sampleRow({ id, opportunityId: `O${id}`, deliverAt }),
        ]);
      }
      const due = async (now: number, limit = 10) => (await notifications.due(now, limit)).map(({ id }) => id);
      same(await due(50), ['NTF-2', 'NTF-3', 'NTF-1'], 'oldest first, then by id');
      same(await due(50, 1), ['NTF-2'], 'at most one');
      same(await notifications.pending(), 4, 'four wait; one is never pushed');
      const won = await Promise.all(Array.from({ length: 10 }, () => notifications.markDelivered('NTF-2', 60)));
      same(won.filter(Boolean).length, 1, 'one winner');
      await notifications.postpone('NTF-3', { deliverAt: 80, heldBy: 'throttle', attempted: false });
      await notifications.postpone('NTF-1', { deliverAt: 81, heldBy: 'transport', attempted: true });
      await notifications.postpone('NTF-2', { deliverAt: 82, heldBy: 'transport', attempted: true });
      same(await due(79), [], 'put off');
      same(await due(85), ['NTF-3', 'NTF-1'], 'due again; what is delivered is not');
      const { heldBy, attempts } = (await notifications.get('NTF-1'))!;
      same([heldBy, attempts], ['transport', 1], 'says by what, and counts the attempt');
      same((await notifications.get('NTF-3'))?.attempts, 0, 'a gate is no attempt');
    });
  });

  describe('claims', () => {
    it('has one winner, until it ends or is released by its holder', async () => {
      const { claims } = await fresh();
      const takes = await Promise.all(Array.from({ length: 20 }, (_, i) => claims.take('k', `h${i}`, 0, 100)));
      same(takes.filter(({ taken }) => taken).length, 1, 'one winner');
      same(
        takes.find(({ taken }) => !taken),
        { taken: false, until: 100 },
        'losers learn until when',
      );
      const holder = `h${takes.findIndex(({ taken }) => taken)}`;
      same(await claims.take('k', holder, 50, 500), { taken: true }, 'the holder may ask again');
      same(await claims.take('k', 'x', 99, 500), { taken: false, until: 100 }, 'and keeps the first end');
      await claims.release('k', 'x');
      same(await claims.take('k', 'y', 99, 500), { taken: false, until: 100 }, 'only the holder releases');
      same(await claims.take('k', 'y', 100, 500), { taken: true }, 'free at its end');
      await claims.release('k', 'y');
      same(await claims.take('k', 'z', 101, 500), { taken: true }, 'free when released');
    });
  });

  describe('counters', () => {
    it('never lets more than the limit into any window', async () => {
      const { counters } = await fresh();
      const takes = await Promise.all(Array.from({ length: 20 }, (_, i) => counters.take('k', `e${i}`, 3, 100, 0)));
      same(takes.filter(({ taken }) => taken).length, 3, 'three places');
      same(
        takes.find(({ taken }) => !taken),
        { taken: false, freeAt: 100 },
        'losers learn when one comes free',
      );
      same(await counters.take('other', 'e', 3, 100, 0), { taken: true }, 'keys are apart');
      same((await counters.take('k', 'late', 3, 100, 99)).taken, false, 'still full');
      same((await counters.take('k', 'late', 3, 100, 100)).taken, true, 'the window slides');
    });

    it('counts an entry once and gives its place back', async () => {
      const { counters } = await fresh();
      same(await counters.take('k', 'a', 1, 100, 0), { taken: true }, 'taken');
      same(await counters.take('k', 'a', 1, 100, 10), { taken: true }, 'the same entry again takes no second place');
      same((await counters.take('k', 'b', 1, 100, 10)).taken, false, 'full');
      await counters.release('k', 'a');
      same(await counters.take('k', 'b', 1, 100, 10), { taken: true }, 'given back');
    });
  });

  describe('preferences', () => {
    it('keeps, replaces and lists them', async () => {
      const { preferences } = await fresh();
      same(await preferences.get('ana'), null, 'none');
      await preferences.put({ userId: 'ben', minScore: 0.7 });
      await preferences.put({ userId: 'ana', blockedUserIds: ['ben'], mutedCategoryIds: ['x'] });
      await preferences.put({ userId: 'ben', mutedUserIds: ['zoe'] });
      same(await preferences.get('ben'), { userId: 'ben', mutedUserIds: ['zoe'] }, 'put replaces the whole');
      same(
        (await preferences.all()).map(({ userId }) => userId),
        ['ana', 'ben'],
        'all, by user',
      );
    });
  });
}
