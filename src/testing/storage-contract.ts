import type { BarterStorage, CommitAnswer, OpportunityStore, Step, StoredNotification } from '../storage/storage';
import type { Opportunity, Participant } from '../types';
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

    it('lists those of one person, whatever their status', async () => {
      const { items } = await fresh();
      for (const id of ['b', 'a', 'C'])
        await items.put(sampleItem({ id, status: id === 'a' ? 'traded' : 'available' }));
      await items.put(sampleItem({ id: 'd', ownerId: 'ben' }));
      const ids = async (userId: string) => (await items.ownedBy(userId)).map(({ id }) => id);
      same(await ids('ana'), ['C', 'a', 'b'], 'in order of id');
      await items.put(sampleItem({ id: 'b', ownerId: 'ben' }));
      await items.remove('C');
      same([await ids('ana'), await ids('ben')], [['a'], ['b', 'd']], 'as they are now');
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
    it('rewrites one that has ended, with its rows, and takes one person’s away', async () => {
      const { opportunities, notifications } = await fresh();
      const rows = [sampleRow(), sampleRow({ id: 'NTF-2', userId: 'ben' })];
      await opportunities.propose(sampleOpportunity(), rows);
      const over = sampleOpportunity({ version: 2, state: 'withdrawn', endedAt: 5 });
      const participants = over.participants.map((one) => (one.userId === 'ben' ? { ...one, userId: 'nobody' } : one));
      const next = { ...over, participants, version: 3 };
      const told = sampleRow({ getsFrom: 'nobody', deliverAt: null });
      same(await opportunities.rewrite(step(1, next, [told]), 'ben'), false, 'not while it is active');
      await opportunities.change(step(1, over));
      await notifications.markDelivered('NTF-1', 7, false);
      same(await opportunities.rewrite(step(1, next, [told]), 'ben'), false, 'not from another version');
      same((await notifications.ofOpportunity('OPP-1')).length, 2, 'then nothing changes');
      const won = await Promise.all(
        Array.from({ length: 9 }, () => opportunities.rewrite(step(2, next, [told]), 'ben')),
      );
      same(won.filter(Boolean).length, 1, 'one winner');
      same(await opportunities.get('OPP-1'), next, 'it is what was given');
      same(await opportunities.byUser('ben', { limit: 9 }), [], 'the one before is in it no more');
      same((await opportunities.byUser('nobody', { limit: 9 })).length, 1, 'the other one is');
      const kept = { ...told, deliverAt: 1_000, deliveredAt: 7 };
      same(await notifications.ofOpportunity('OPP-1'), [kept], 'a row says what it is given and keeps what delivery knows'); // biome-ignore format: one line
      same(
        await opportunities.rewrite(step(1, sampleOpportunity({ id: 'OPP-none' }))),
        false,
        'nor one that never was',
      );
    });

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

    it('proposes nothing with an item that a commitment holds', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(agreed(), []);
      await commit(opportunities, agreed());
      same(await opportunities.propose(other({ id: 'OPP-9' }), [sampleRow({ id: 'NTF-9' })]), false, 'b is held');
      same(await opportunities.get('OPP-9'), null, 'nothing stored');
      const apart = other({ id: 'OPP-8', cycleKey: '["c","d"]', items: ['c', 'd'] });
      same(await opportunities.propose(apart, []), true, 'others are free');
    });

    it('changes from the version named, once, while it is active', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(sampleOpportunity(), []);
      const steps = Array.from({ length: 20 }, (_, i) => sampleOpportunity({ version: 2, score: i / 100 }));
      const won = await Promise.all(steps.map((opportunity) => opportunities.change(step(1, opportunity))));
      same(won.filter(Boolean).length, 1, 'one winner');
      same(await opportunities.get('OPP-1'), steps[won.indexOf(true)], 'its state stands');
      const over = sampleOpportunity({ version: 3, state: 'withdrawn', endedAt: 5, endReason: 'gone' });
      same(await opportunities.change(step(2, over)), true, 'it can end');
      same(
        await opportunities.change(step(3, { ...over, version: 4, state: 'proposed' })),
        false,
        'and is never revived',
      );
      same(await opportunities.get('OPP-1'), over, 'it stays as it ended');
      same(await opportunities.change(step(1, sampleOpportunity({ id: 'OPP-none' }))), false, 'nor one that never was');
    });

    it('stores the rows of a step with it, or neither', async () => {
      const { opportunities, notifications } = await fresh();
      await opportunities.propose(sampleOpportunity(), [sampleRow()]);
      const next = sampleOpportunity({ version: 2 });
      await opportunities.change(step(1, next, [sampleRow({ id: 'NTF-2', type: 'match_accepted' })]));
      same((await notifications.get('NTF-2'))?.type, 'match_accepted', 'stored');
      await opportunities.change(step(1, next, [sampleRow({ id: 'NTF-3' })]));
      same(await notifications.get('NTF-3'), null, 'the loser’s row is not');
    });

    it('ends one and proposes its successor in one step, or neither', async () => {
      const { opportunities, notifications } = await fresh();
      await opportunities.propose(sampleOpportunity(), [sampleRow()]);
      const over = (n: number) =>
        step(1, sampleOpportunity({ version: 2, state: 'declined', endedBy: `user ${n}`, repairedBy: 'OPP-2' }));
      const successor = {
        opportunity: other({ repairs: 'OPP-1' }),
        rows: [sampleRow({ id: 'NTF-2', opportunityId: 'OPP-2' })],
      };
      const races = Array.from({ length: 20 }, (_, n) =>
        opportunities.change(over(n), { successor, refused: [`deal ${n}`, 'the deal'] }),
      );
      const won = await Promise.all(races);
      same(won.filter(Boolean).length, 1, 'one winner');
      same((await opportunities.get('OPP-1'))?.endedBy, `user ${won.indexOf(true)}`, 'it says who ended it');
      same(await opportunities.get('OPP-2'), successor.opportunity, 'the successor is there');
      same((await opportunities.latest(successor.opportunity.cycleKey))?.id, 'OPP-2', 'and found by its cycle');
      same((await notifications.get('NTF-2'))?.opportunityId, 'OPP-2', 'with its row');
      const deals = ['the deal', ...won.map((_, n) => `deal ${n}`)];
      same(
        await opportunities.refused(deals),
        ['the deal', `deal ${won.indexOf(true)}`],
        'the winner’s refusals are kept',
      );

      await opportunities.propose(sampleOpportunity({ id: 'OPP-3', cycleKey: 'k' }), []);
      const late = sampleOpportunity({ id: 'OPP-3', cycleKey: 'k', version: 2, state: 'declined' });
      same(
        await opportunities.change(step(1, late), { successor, refused: ['x'] }),
        false,
        'a successor that is there already',
      );
      same((await opportunities.get('OPP-3'))?.state, 'proposed', 'then nothing is stored');
      same(await opportunities.refused(['x']), [], 'nothing at all');
    });

    it('commits one of many that share an item, and ends the others in the same step', async () => {
      const { opportunities, notifications } = await fresh();
      const rivals = Array.from({ length: 12 }, (_, n) =>
        agreed({ id: `OPP-${n}`, cycleKey: `k${n}`, items: ['shared', `item ${n}`] }),
      );
      for (const rival of rivals) await opportunities.propose(rival, []);
      const race = async (mine: Opportunity, n: number) => {
        const rows = [sampleRow({ id: `NTF-${n}`, opportunityId: mine.id, type: 'match_committed' })];
        const competing = rivals.filter(({ id }) => id !== mine.id).map((one) => step(1, { ...one, version: 2, state: 'withdrawn', endedAt: 9 })); // biome-ignore format: one line
        return opportunities.commit(step(1, { ...mine, version: 2, state: 'committed' }, rows), competing);
      };
      const answers = await Promise.all(rivals.map(race));
      const winner = answers.findIndex(({ committed }) => committed);
      same(answers.filter(({ committed }) => committed).length, 1, 'one winner');
      for (const [n, answer] of answers.entries()) {
        const { id } = rivals[n]!;
        const { state } = (await opportunities.get(id))!;
        same(state, n === winner ? 'committed' : 'withdrawn', `${id} is one or the other`);
        if (n !== winner) same(answer, { committed: false, because: 'stale' }, 'the losers had ended by then');
        same((await notifications.get(`NTF-${n}`)) !== null, n === winner, 'only the winner’s rows are stored');
      }
      const held = (await opportunities.hardLocks({ limit: 10 })).map(({ itemId, opportunityId }) => [
        itemId,
        opportunityId,
      ]);
      same(
        held,
        [
          [`item ${winner}`, `OPP-${winner}`],
          ['shared', `OPP-${winner}`],
        ],
        'its items are held, no others',
      );
    });

    it('commits all items or none', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(agreed(), []);
      await opportunities.propose(other(), []);
      same(
        await commit(opportunities, agreed(), []),
        { committed: false, because: 'competing' },
        'OPP-2 is open as well',
      );
      const wrong = step(7, other({ version: 8, state: 'withdrawn' }));
      same(
        await commit(opportunities, agreed(), [wrong]),
        { committed: false, because: 'competing' },
        'in another version',
      );
      same(await opportunities.get('OPP-1'), agreed(), 'unchanged');
      same((await opportunities.get('OPP-2'))?.state, 'proposed', 'so is the other');
      same(await opportunities.hardLocks({ limit: 10 }), [], 'nothing is held');
      same((await commit(opportunities, agreed(), [withdrawn()])).committed, true, 'with all of them it commits');
      same((await opportunities.get('OPP-2'))?.state, 'withdrawn', 'which ends the other');
      same(await commit(opportunities, agreed(), []), { committed: false, because: 'stale' }, 'once');
    });

    it('gives each commitment a greater fence, and frees the items when it ends', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(agreed(), []);
      const first = await commit(opportunities, agreed());
      if (!first.committed) throw new Error('the first commits');
      const stored = (await opportunities.get('OPP-1'))!;
      same([stored.state, stored.fence], ['committed', first.fence], 'the fence is in what is stored');
      const lock = { kind: 'hard', opportunityId: 'OPP-1', until: stored.expiresAt };
      same(
        await opportunities.locks(['b', 'a', 'z'], 0),
        [
          { itemId: 'a', ...lock },
          { itemId: 'b', ...lock },
        ],
        'its locks',
      );
      same(await opportunities.locks(['a'], 1e15), [{ itemId: 'a', ...lock }], 'which time alone does not end');
      same(await opportunities.countLocks(0), { soft: 0, hard: 2 }, 'two are hard');
      same(
        (await opportunities.hardLocks({ after: 'a', limit: 9 })).map(({ itemId }) => itemId),
        ['b'],
        'by item, in pages',
      );
      const broken = { ...stored, version: 3, state: 'broken' as const, endedAt: 5 };
      const won = await Promise.all(Array.from({ length: 20 }, () => opportunities.change(step(2, broken))));
      same(won.filter(Boolean).length, 1, 'one ends it');
      same(await opportunities.hardLocks({ limit: 10 }), [], 'no lock outlives it');
      const again = agreed({ id: 'OPP-7', attempt: 1 });
      await opportunities.propose(again, []);
      const second = await commit(opportunities, again);
      same(second.committed && second.fence > first.fence, true, 'greater');
    });

    it('has soft locks as long as acceptances say and their opportunity is open', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(sampleOpportunity(), []);
      const [ana, ben] = sampleOpportunity().participants as [Participant, Participant];
      const accepting = sampleOpportunity({ version: 2, state: 'accepting', participants: [{ ...ana, acceptedAt: 5, lockedUntil: 60 }, ben] }); // biome-ignore format: one line
      await opportunities.change(step(1, accepting));
      same(await opportunities.locks(['a', 'b'], 59), [{ itemId: 'a', opportunityId: 'OPP-1', kind: 'soft', until: 60 }], 'ana’s own item, nobody else’s'); // biome-ignore format: one line
      same(await opportunities.countLocks(59), { soft: 1, hard: 0 }, 'one is soft');
      same(await opportunities.locks(['a', 'b'], 60), [], 'it lapses');
      same((await opportunities.get('OPP-1'))?.participants[0]?.acceptedAt, 5, 'the acceptance stands');
      await opportunities.change(step(2, { ...accepting, version: 3, state: 'withdrawn' }));
      same(await opportunities.locks(['a', 'b'], 59), [], 'it does not outlive its opportunity');
    });

    it('finds active ones by item, and the latest attempt by cycle', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(sampleOpportunity({ id: 'OPP-2' }), []);
      await opportunities.propose(agreed({ id: 'OPP-3', cycleKey: '["b","c"]', items: ['b', 'c'] }), []);
      const active = async (item: string) => (await opportunities.activeByItem(item)).map(({ id }) => id);
      same(await active('b'), ['OPP-2', 'OPP-3'], 'both hold b');
      await opportunities.change(step(1, sampleOpportunity({ id: 'OPP-2', version: 2, state: 'withdrawn' })));
      same(await active('b'), ['OPP-3'], 'an ended one is not active');
      same(await active('a'), [], 'nor through its other item');
      await commit(opportunities, agreed({ id: 'OPP-3', cycleKey: '["b","c"]', items: ['b', 'c'] }));
      same(await active('c'), ['OPP-3'], 'a committed one is');
      same((await opportunities.latest('["a","b"]'))?.id, 'OPP-2', 'latest, though ended');
      await opportunities.change(step(2, agreed({ id: 'OPP-3', cycleKey: '["b","c"]', items: ['b', 'c'], version: 3, state: 'broken' }))); // biome-ignore format: one line
      await opportunities.propose(sampleOpportunity({ id: 'OPP-4', attempt: 1 }), []);
      same((await opportunities.latest('["a","b"]'))?.id, 'OPP-4', 'the later attempt');
      same(await opportunities.latest('["x","y"]'), null, 'none');
    });

    it('pages through active ones by id', async () => {
      const { opportunities } = await fresh();
      for (const id of ['b', 'a', 'C', 'd']) await opportunities.propose(sampleOpportunity({ id, cycleKey: id }), []);
      await opportunities.change(
        step(1, sampleOpportunity({ id: 'd', cycleKey: 'd', version: 2, state: 'withdrawn' })),
      );
      const ids = async (query: { after?: string; limit: number }) =>
        (await opportunities.active(query)).map(({ id }) => id);
      same(await ids({ limit: 2 }), ['C', 'a'], 'first page');
      same(await ids({ after: 'a', limit: 2 }), ['b'], 'the rest; an ended one is not active');
    });

    it('lists what time asks something of, oldest deadline first', async () => {
      const { opportunities } = await fresh();
      const ends: [id: string, expiresAt: number][] = [['OPP-1', 50], ['OPP-2', 20], ['OPP-3', 20], ['OPP-4', 51], ['OPP-5', 10]]; // biome-ignore format: pairs on a line
      for (const [id, expiresAt] of ends)
        await opportunities.propose(sampleOpportunity({ id, expiresAt, cycleKey: id }), []);
      await opportunities.change(step(1, sampleOpportunity({ id: 'OPP-5', cycleKey: 'OPP-5', expiresAt: 10, version: 2, state: 'expired' }))); // biome-ignore format: one line
      const due = async (now: number, limit = 10) => (await opportunities.due(now, limit)).map(({ id }) => id);
      same(await due(50), ['OPP-2', 'OPP-3', 'OPP-1'], 'its deadline counts, then the id; an ended one asks nothing');
      same(await due(50, 1), ['OPP-2'], 'at most one');
      await opportunities.extend('OPP-2', 60, null);
      same(await due(50), ['OPP-3', 'OPP-1'], 'put off');
      same(await due(19), [], 'none yet');
      const toWarn = { id: 'OPP-6', cycleKey: 'w', expiresAt: 900, warnAt: 15 };
      await opportunities.propose(sampleOpportunity(toWarn), []);
      same(await due(15), ['OPP-6'], 'a warning is due');
      await opportunities.extend('OPP-6', 950, 18);
      same(await due(17), [], 'put off with the deadline');
      await opportunities.change(step(1, sampleOpportunity({ ...toWarn, version: 2, expiresAt: 950, warnAt: null })));
      await opportunities.extend('OPP-6', 990, 19);
      same(await due(19), [], 'given once');
    });

    it('lists a completed one until it is settled', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(agreed(), []);
      await commit(opportunities, agreed());
      const done = { ...agreed(), version: 3, state: 'completed' as const, endedAt: 7, expiresAt: 9_000 };
      const won = await Promise.all(Array.from({ length: 20 }, () => opportunities.change(step(2, done))));
      same(won.filter(Boolean).length, 1, 'one completes it');
      same(
        (await opportunities.due(0, 9)).map(({ id }) => id),
        ['OPP-1'],
        'at once, whatever the time',
      );
      await opportunities.settle('OPP-1', 8);
      await opportunities.settle('OPP-1', 9);
      same(await opportunities.due(1e15, 9), [], 'settled');
      same((await opportunities.get('OPP-1'))?.settledAt, 8, 'the first time counts');
      same(await opportunities.hardLocks({ limit: 9 }), [], 'its items are held no more');
    });

    it('never lets deadlines of an open one go back, and sets that of a committed one', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(agreed({ expiresAt: 100, warnAt: 80 }), []);
      await opportunities.extend('OPP-1', 200, 180);
      await opportunities.extend('OPP-1', 150, 130);
      const deadlines = async () => {
        const { expiresAt, warnAt } = (await opportunities.get('OPP-1'))!;
        return [expiresAt, warnAt];
      };
      same(await deadlines(), [200, 180], 'an earlier one is ignored');
      await opportunities.change(step(1, agreed({ version: 2, expiresAt: 100, warnAt: 80 })));
      same(await deadlines(), [200, 180], 'also where a step was made before it was put off');
      await opportunities.commit(step(2, agreed({ version: 3, state: 'committed', expiresAt: 90, warnAt: 70 })), []);
      same(await deadlines(), [90, 70], 'the hand-overs have their own');
      await opportunities.extend('OPP-1', 300, 280);
      same(await deadlines(), [90, 70], 'which nobody puts off');
    });

    it('loses neither a step nor a deadline put off at the same time', async () => {
      const { opportunities } = await fresh();
      for (const id of ['OPP-1', 'OPP-2', 'OPP-3', 'OPP-4', 'OPP-5']) {
        const opportunity = sampleOpportunity({ id, cycleKey: id });
        await opportunities.propose(opportunity, []);
        const putOff = opportunities.extend(id, 3_000, null);
        const won = await opportunities.change(step(1, { ...opportunity, version: 2, score: 0.5 }));
        await putOff;
        const { version, score, expiresAt } = (await opportunities.get(id))!;
        same([won, version, score, expiresAt], [true, 2, 0.5, 3_000], 'both are there');
      }
    });

    it('counts the open ones of a person', async () => {
      const { opportunities } = await fresh();
      await opportunities.propose(agreed(), []);
      await opportunities.propose(sampleOpportunity({ id: 'OPP-5', cycleKey: 'k', items: ['y', 'z'] }), []);
      same(await opportunities.countOpen('ana'), 2, 'proposed and accepting');
      same(await opportunities.countOpen('zoe'), 0, 'a stranger has none');
      await commit(opportunities, agreed());
      same(await opportunities.countOpen('ana'), 1, 'a committed one is not open');
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

  describe('opportunities that are over', () => {
    it('lists those that have ended, by deadline and id', async () => {
      const { opportunities } = await fresh();
      const over: [id: string, expiresAt: number][] = [['b', 50], ['a', 50], ['C', 51], ['d', 20], ['e', 20]]; // biome-ignore format: pairs on a line
      for (const [id, expiresAt] of over) {
        const one = agreed({ id, cycleKey: id, items: [`1 ${id}`, `2 ${id}`], expiresAt });
        await opportunities.propose(one, []);
        if (id === 'e') continue;
        await commit(opportunities, one);
        if (id === 'd') continue;
        const state = id === 'a' ? 'completed' : 'broken';
        await opportunities.change(step(2, { ...one, version: 3, state, endedAt: 9 }));
      }
      const ids = async (query: { before: number; after?: string; limit: number }) =>
        (await opportunities.ended(query)).map(({ id }) => id);
      same(await ids({ before: 1e15, limit: 9 }), ['C', 'b'], 'not an open one, a committed one, one to be settled');
      await opportunities.settle('a', 9);
      same(await ids({ before: 50, limit: 9 }), ['a', 'b'], 'settled; by deadline');
      same(await ids({ before: 49, limit: 9 }), [], 'none yet');
      same(await ids({ before: 51, limit: 2 }), ['C', 'a'], 'in pages');
      same(await ids({ before: 51, after: 'a', limit: 2 }), ['b'], 'after a');
      same(await opportunities.remove(['a', 'd', 'e', 'none']), 1, 'only what has ended goes');
      same(await opportunities.get('a'), null, 'gone');
      same((await opportunities.get('d'))?.state, 'committed', 'not this one');
      same(
        (await opportunities.hardLocks({ limit: 9 })).map(({ itemId }) => itemId),
        ['1 d', '2 d'],
        'nor its locks',
      );
      same((await opportunities.get('e'))?.state, 'accepting', 'nor this one');
    });

    it('takes each away with all that is its own, and nothing else', async () => {
      const { opportunities, notifications } = await fresh();
      const rows = [sampleRow(), sampleRow({ id: 'NTF-2', userId: 'ben' })];
      await opportunities.propose(sampleOpportunity(), rows);
      await opportunities.propose(other(), [sampleRow({ id: 'NTF-3', opportunityId: 'OPP-2' })]);
      const end = (id: string, cycleKey: string, refused: string[]) =>
        opportunities.change(step(1, sampleOpportunity({ id, cycleKey, version: 2, state: 'declined' })), { refused });
      await end('OPP-1', '["a","b"]', ['the deal', 'the question']);
      await opportunities.propose(sampleOpportunity({ id: 'OPP-3', attempt: 1 }), []);
      await end('OPP-3', '["a","b"]', ['the deal', 'another']);
      await notifications.markDelivered('NTF-1', 5, true);
      same(await opportunities.remove(['OPP-1']), 0, 'a row of it awaits delivery');
      same((await notifications.inbox('ben', { limit: 9 })).length, 1, 'and is there');
      await notifications.markDelivered('NTF-2', 5, true);
      same(await opportunities.remove(['OPP-1', 'OPP-1']), 1, 'gone');
      same(await opportunities.remove(['OPP-1']), 0, 'once');
      same(await opportunities.get('OPP-1'), null, 'it');
      same(await notifications.ofOpportunity('OPP-1'), [], 'its rows');
      same((await notifications.news('ben', { after: 0, limit: 9 })).rows, [], 'from the inbox, too');
      same(await opportunities.refused(['the deal', 'the question', 'another']), ['another'], 'and what came with it');
      same((await opportunities.latest('["a","b"]'))?.id, 'OPP-3', 'not the later attempt');
      same((await notifications.get('NTF-3'))?.userId, 'ana', 'nor what is said of another');
      same(await opportunities.remove(['OPP-3']), 1, 'the last of its cycle');
      same(await opportunities.latest('["a","b"]'), null, 'then none is known');
      await opportunities.propose(agreed(), []);
      same((await commit(opportunities, agreed(), [withdrawn()])).committed, true, 'items can be promised as ever');
    });

    it('loses no proposal that comes at the same time', async () => {
      const { opportunities } = await fresh();
      for (let n = 0; n < 10; n++) {
        const [old, next] = [0, 1].map((attempt) => agreed({ id: `OPP-${n}.${attempt}`, cycleKey: `${n}`, items: [`x${n}`, `y${n}`], attempt })) as [Opportunity, Opportunity]; // biome-ignore format: one line
        await opportunities.propose(old, []);
        await opportunities.change(step(1, { ...old, version: 2, state: 'withdrawn' }));
        const both = [opportunities.remove([old.id]), opportunities.propose(next, [])];
        same(await Promise.all(both), [1, true], 'both are done');
        same((await commit(opportunities, next)).committed, true, 'and its items can be promised');
      }
    });
  });

  describe('notifications', () => {
    it('keeps one row for a person and an opportunity: the latest', async () => {
      const { opportunities, notifications } = await fresh();
      await opportunities.propose(sampleOpportunity(), [sampleRow(), sampleRow({ id: 'NTF-2', userId: 'ben' })]);
      const updated = sampleRow({ id: 'NTF-3', type: 'updated_match' });
      await opportunities.change(step(1, sampleOpportunity({ version: 2 }), [updated]));
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

    it('tells what is new since a cursor, in the order in which it was stored', async () => {
      const { opportunities, notifications } = await fresh();
      const news = async (after: number, limit = 10) => {
        const { rows, cursor } = await notifications.news('ana', { after, limit });
        return { ids: rows.map(({ id }) => id), cursor };
      };
      same(await news(0), { ids: [], cursor: 0 }, 'nothing yet');
      for (const n of [3, 1, 2]) {
        const rows = [sampleRow({ id: `NTF-${n}`, opportunityId: `OPP-${n}`, timestamp: 5 })];
        await opportunities.propose(sampleOpportunity({ id: `OPP-${n}`, cycleKey: `${n}` }), rows);
      }
      const first = await news(0, 2);
      same(first.ids, ['NTF-3', 'NTF-1'], 'oldest first, at most two');
      const second = await news(first.cursor);
      same(second.ids, ['NTF-2'], 'the rest');
      same(await news(second.cursor), { ids: [], cursor: second.cursor }, 'then nothing');
      const over = sampleOpportunity({ id: 'OPP-3', cycleKey: '3', version: 2, state: 'withdrawn' });
      await opportunities.change(step(1, over, [sampleRow({ id: 'NTF-4', opportunityId: 'OPP-3', timestamp: 1 })]));
      const said = sampleOpportunity({ id: 'OPP-1', cycleKey: '1', version: 2 });
      await opportunities.change(step(1, said, [sampleRow({ id: 'NTF-1', opportunityId: 'OPP-1', reasons: ['new'] })]));
      same((await news(second.cursor)).ids, ['NTF-4', 'NTF-1'], 'what replaces a row is news, and what changes one');
      same((await news(0)).ids, ['NTF-2', 'NTF-4', 'NTF-1'], 'each row once');
      same((await notifications.news('zoe', { after: 0, limit: 10 })).rows, [], 'nobody else’s');
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
      const won = await Promise.all(Array.from({ length: 10 }, () => notifications.markDelivered('NTF-2', 60, true)));
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

  describe('notifications under way', () => {
    it('gives a row that is due to one sender, until its time with it is over', async () => {
      const { opportunities, notifications } = await fresh();
      const silent = sampleRow({ id: 'NTF-2', userId: 'ben', deliverAt: null });
      await opportunities.propose(sampleOpportunity(), [sampleRow({ deliverAt: 50, heldBy: 'cooldown' }), silent]);
      same(await notifications.take('NTF-1', 49, 60), false, 'not due');
      same(await notifications.take('NTF-2', 99, 110), false, 'not to be sent');
      same(await notifications.take('NTF-9', 99, 110), false, 'not there');
      const taken = await Promise.all(Array.from({ length: 8 }, () => notifications.take('NTF-1', 50, 60)));
      same(taken.filter((isMine) => isMine).length, 1, 'one of many has it');
      const { deliverAt, deliveredAt, attempts, heldBy } = (await notifications.get('NTF-1'))!;
      same({ deliverAt, deliveredAt, attempts, heldBy }, { deliverAt: 60, deliveredAt: null, attempts: 0, heldBy: 'sender' }, 'and the row says so'); // biome-ignore format: one line
      same((await notifications.due(59, 9)).length, 0, 'it is not due to others');
      same(await notifications.take('NTF-1', 59, 70), false, 'nor to be had');
      same(await notifications.take('NTF-1', 60, 70), true, 'who had it has not come back');
      same(await notifications.markDelivered('NTF-1', 61, true), true, 'it was slow, and sent it');
      same(await notifications.take('NTF-1', 99, 110), false, 'then nobody has to');
      same((await notifications.get('NTF-1'))?.heldBy, null, 'and nothing holds it');
      same(await notifications.pending(), 0, 'nothing waits');
    });
  });

  describe('notifications for a digest', () => {
    it('are those that no device has shown and nobody has read, until they are shown', async () => {
      const { opportunities, notifications } = await fresh();
      const rows: [id: string, timestamp: number, deliverAt: number | null][] = [['held', 5, 90], ['away', 9, 10], ['read', 8, 90], ['shown', 7, 10], ['silent', 6, null], ['sent', 4, 10]]; // biome-ignore format: one line
      for (const [id, timestamp, deliverAt] of rows) {
        const opportunityId = `O ${id}`;
        const row = sampleRow({ id, opportunityId, timestamp, deliverAt, heldBy: id === 'held' ? 'throttle' : null });
        await opportunities.propose(sampleOpportunity({ id: opportunityId, cycleKey: id }), [row]);
      }
      await notifications.markDelivered('away', 20, false);
      await notifications.markDelivered('shown', 20, true);
      await notifications.markRead('read', 'ana', 20);
      await notifications.take('sent', 20, 60);
      const missed = async (limit = 9) => (await notifications.missed('ana', limit)).map(({ id }) => id);
      same(await missed(), ['away', 'held'], 'newest first');
      same(await missed(1), ['away'], 'at most one');
      same(await notifications.missed('ben', 9), [], 'nobody else’s');
      const marked = await Promise.all(['away', 'held', 'none'].map((id) => notifications.markShown(id, 30)));
      same(marked, [true, true, false], 'if they are there');
      same(await notifications.markShown('held', 40), true, 'twice is no error');
      same(await missed(), [], 'then no more');
      const now = await Promise.all(['away', 'held'].map((id) => notifications.get(id)));
      same(now.map((row) => [row!.deliveredAt, row!.shownAt, row!.heldBy]), [[20, 30, null], [30, 30, null]], 'the first time counts'); // biome-ignore format: one line
      same(
        await notifications.due(99, 9).then((due) => due.map(({ id }) => id)),
        ['sent', 'read'],
        'nor are they pushed',
      );
    });
  });

  describe('notifications replaced while under way', () => {
    it('say that their person was told, and a withdrawal is due then', async () => {
      const { opportunities, notifications } = await fresh();
      const people = ['ana', 'ben', 'cem', 'dan'];
      const rows = people.map((userId, i) => {
        const isEnd = userId !== 'dan';
        const deliverAt = { ana: null, ben: 90, cem: 20, dan: null }[userId] ?? null;
        return sampleRow({ id: `NTF-${i}`, userId, type: isEnd ? 'match_withdrawn' : 'updated_match', deliverAt });
      });
      await opportunities.propose(sampleOpportunity(), rows);
      for (const userId of people) await notifications.markTold('OPP-1', userId, 30);
      await notifications.markTold('OPP-1', 'zoe', 30);
      const now = (await notifications.ofOpportunity('OPP-1')).map(({ toldAt, deliverAt }) => [toldAt, deliverAt]);
      same(now, [[30, 30], [30, 30], [30, 20], [30, null]], 'those that waited are due, and no other kind of row'); // biome-ignore format: one line
      await notifications.markTold('OPP-1', 'ana', 40);
      same((await notifications.get('NTF-0'))?.toldAt, 30, 'the first time counts');
    });
  });

  describe('notifications that are over', () => {
    it('takes away old rows of trades that have ended and have been told', async () => {
      const { opportunities, notifications } = await fresh();
      const rows: [id: string, change: Partial<StoredNotification>][] = [
        ['live', {}],
        ['withdrawn', { type: 'match_withdrawn' }],
        ['completed', { type: 'match_completed' }],
        ['young', { type: 'match_withdrawn', timestamp: 11 }],
        ['silent', { type: 'match_withdrawn', deliverAt: null }],
        ['waiting', { type: 'match_withdrawn' }],
      ];
      for (const [id, change] of rows) {
        const row = sampleRow({ id, opportunityId: `of ${id}`, timestamp: 10, ...change });
        await opportunities.propose(sampleOpportunity({ id: `of ${id}`, cycleKey: id }), [row]);
        if (id !== 'waiting' && id !== 'silent') await notifications.markDelivered(id, 10, true);
      }
      const { cursor } = await notifications.news('ana', { after: 0, limit: 9 });
      same(await notifications.prune(9, 9), 0, 'nothing is that old');
      same(await notifications.prune(10, 2), 2, 'at most two');
      same(await notifications.prune(10, 2), 1, 'the rest');
      const inbox = (await notifications.inbox('ana', { limit: 9 })).map(({ id }) => id);
      same(inbox, ['young', 'live', 'waiting'], 'what is live, young or to be sent stays');
      same((await opportunities.get('of silent'))?.id, 'of silent', 'of the opportunities nothing goes');
      const row = sampleRow({ id: 'later', opportunityId: 'of later' });
      await opportunities.propose(sampleOpportunity({ id: 'of later', cycleKey: 'l' }), [row]);
      const news = await notifications.news('ana', { after: cursor, limit: 9 });
      same(news.rows.map(({ id }) => id), ['later'], 'a cursor from before is good'); // biome-ignore format: one line
    });
  });

  describe('claims', () => {
    it('takes away those that have ended', async () => {
      const { claims } = await fresh();
      for (const [key, until] of [['a', 10], ['b', 11], ['c', 9]] as const) await claims.take(key, 'x', 0, until); // biome-ignore format: one line
      same(await claims.prune(10, 1), 1, 'at most one');
      same(await claims.prune(10, 9), 1, 'the rest');
      same(await claims.prune(10, 9), 0, 'no more');
      same(await claims.take('b', 'y', 10, 99), { taken: false, until: 11 }, 'who holds one goes on holding it');
      same(await claims.take('a', 'y', 10, 99), { taken: true }, 'what has ended is free');
    });

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
    it('takes away those that no window reaches back to', async () => {
      const { counters } = await fresh();
      for (const [key, at] of [['a', 10], ['b', 11], ['c', 9], ['b', 5]] as const) await counters.take(key, `${at}`, 2, 100, at); // biome-ignore format: one line
      await counters.release('c', '9');
      same((await counters.prune(10, 1)) + (await counters.prune(10, 9)) > 0, true, 'some go');
      same(await counters.prune(10, 9), 0, 'no more');
      same((await counters.take('b', 'more', 2, 100, 50)).taken, false, 'the places of the others count');
      same((await counters.take('a', 'more', 1, 100, 50)).taken, true, 'those that went do not');
    });

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

  describe('digests', () => {
    it('are taken by one sender a day, until they are sent or its time is over', async () => {
      const { preferences } = await fresh();
      same(await preferences.takeDigest('ana', 5, 10, 20), 'done', 'of nobody who is known');
      await preferences.put({ userId: 'ana', minScore: 0.5 });
      const answers = await Promise.all(Array.from({ length: 8 }, () => preferences.takeDigest('ana', 5, 10, 20)));
      same(answers.sort(), [...Array(7).fill('held'), 'taken'], 'one winner');
      same(await preferences.takeDigest('ana', 5, 19, 30), 'held', 'still');
      same(await preferences.takeDigest('ana', 5, 20, 30), 'taken', 'who had it has not come back');
      await preferences.put({ userId: 'ana', minScore: 0.6 });
      same(await preferences.takeDigest('ana', 5, 29, 40), 'held', 'whatever the preferences are now');
      await preferences.digestSent('ana', 5);
      same(await preferences.takeDigest('ana', 5, 99, 110), 'done', 'once');
      same(await preferences.takeDigest('ana', 4, 99, 110), 'done', 'and none of a day before');
      same(await preferences.takeDigest('ana', 6, 21, 30), 'taken', 'the next day at once');
      await preferences.digestSent('ana', 5);
      same(await preferences.takeDigest('ana', 6, 21, 30), 'held', 'an old one changes nothing');
      same(await preferences.get('ana'), { userId: 'ana', minScore: 0.6 }, 'preferences are what they were');
      same(await preferences.all(), [{ userId: 'ana', minScore: 0.6 }], 'all of them');
    });

    it('leave nothing of who has gone while theirs was being sent', async () => {
      const { preferences } = await fresh();
      await preferences.put({ userId: 'ana' });
      await preferences.takeDigest('ana', 5, 10, 20);
      await preferences.remove('ana');
      await preferences.digestSent('ana', 5);
      await preferences.put({ userId: 'ana' });
      same(await preferences.takeDigest('ana', 5, 10, 20), 'taken', 'who comes back begins anew');
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
      await preferences.remove('ben');
      await preferences.remove('ben');
      same(
        [await preferences.get('ben'), (await preferences.all()).length],
        [null, 1],
        'removed, twice without complaint',
      );
    });
  });
}

function step(fromVersion: number, opportunity: Opportunity, rows: StoredNotification[] = []): Step {
  return { fromVersion, opportunity, rows };
}

/** Everybody has accepted it. */
function agreed(change: Partial<Opportunity> = {}): Opportunity {
  const participants = sampleOpportunity().participants.map((one) => ({ ...one, acceptedAt: 5 }));
  return sampleOpportunity({ state: 'accepting', participants, ...change });
}

/** Another one with item b. */
function other(change: Partial<Opportunity> = {}): Opportunity {
  return sampleOpportunity({ id: 'OPP-2', cycleKey: '["b","c"]', items: ['b', 'c'], ...change });
}

function withdrawn(): Step {
  return step(1, other({ version: 2, state: 'withdrawn' }));
}

function commit(
  opportunities: OpportunityStore,
  opportunity: Opportunity,
  competing: readonly Step[] = [],
): Promise<CommitAnswer> {
  const { version } = opportunity;
  return opportunities.commit(step(version, { ...opportunity, version: version + 1, state: 'committed' }), competing);
}
