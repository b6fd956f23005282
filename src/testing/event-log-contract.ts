import type { EventLog } from '../storage/event-log';
import type { BarterStorage } from '../storage/storage';
import { type Runner, same } from './runner';
import { sampleItem, sampleOpportunity, sampleRow } from './samples';

/** A log, the storage that its events' effects go to, and a way to append. */
export interface EventLogUnderTest {
  log: EventLog;
  storage: BarterStorage;
  append(itemId: string, userId: string): Promise<void>;
}

/** What every log of item events must do; `fresh` makes an empty one for each case. */
export function eventLogContract({ describe, it }: Runner, fresh: () => Promise<EventLogUnderTest>): void {
  describe('the event log', () => {
    it('hands events out in order, each until it is done', async () => {
      const { log, append } = await fresh();
      for (const id of ['b', 'a', 'c']) await append(id, `owner of ${id}`);
      const ids = async (limit = 10) => (await log.next(limit)).map(({ itemId }) => itemId);
      same(await ids(), ['b', 'a', 'c'], 'in the order of their commits');
      same(await ids(2), ['b', 'a'], 'at most two');
      const [first] = await log.next(1);
      same(first!.userId, 'owner of b', 'with its owner');
      same(await log.handle(first!, async () => 'answer'), 'answer', 'what the work answers');
      same(await ids(), ['a', 'c'], 'done');
      await append('b', 'owner of b');
      same(await ids(), ['a', 'c', 'b'], 'another one of the same item');
    });

    it('stores the effects of an event with its being done, or neither', async () => {
      const { log, storage, append } = await fresh();
      await append('a', 'ana');
      const [event] = await log.next(1);
      const effects = async ({ items, opportunities }: BarterStorage) => {
        await items.put(sampleItem());
        await opportunities.propose(sampleOpportunity(), [sampleRow()]);
      };
      const failed = await log
        .handle(event!, async (within) => {
          await effects(within);
          throw new Error('cut off');
        })
        .catch((error: Error) => error.message);
      same(failed, 'cut off', 'the failure is told');
      same(await log.next(1), [event], 'it is not done');
      same(await storage.items.get(sampleItem().id), null, 'and has no effects');
      same(await storage.opportunities.get('OPP-1'), null, 'none at all');
      await log.handle(event!, effects);
      same(await log.next(1), [], 'then it is done');
      same((await storage.opportunities.get('OPP-1'))?.state, 'proposed', 'with its effects');
      same((await storage.notifications.get('NTF-1'))?.userId, 'ana', 'and its rows');
    });

    it('takes away what is done and nothing else', async () => {
      const { log, append } = await fresh();
      same(await log.prune(9), 0, 'nothing yet');
      for (const id of ['a', 'b', 'c', 'd']) await append(id, 'ana');
      same(await log.prune(9), 0, 'nothing is done');
      for (const _ of ['a', 'b', 'c']) await log.handle((await log.next(1))[0]!, async () => {});
      same(await log.prune(2), 2, 'at most two');
      same(await log.prune(2), 1, 'the rest of what is done');
      const left = await log.next(9);
      same(left.map(({ itemId }) => itemId), ['d'], 'what is not done stays'); // biome-ignore format: one line
      await log.handle(left[0]!, async () => {});
      same(await log.prune(9), 1, 'until it is');
      await append('e', 'ana');
      same((await log.next(9)).map(({ itemId }) => itemId), ['e'], 'and the log goes on'); // biome-ignore format: one line
    });

    it('undoes one step of an event and keeps the others', async () => {
      const { log, storage, append } = await fresh();
      await append('a', 'ana');
      const [event] = await log.next(1);
      await log.handle(event!, async ({ opportunities }) => {
        const over = sampleOpportunity({ version: 2, state: 'declined' });
        const successor = { opportunity: sampleOpportunity({ id: 'OPP-2', cycleKey: 'k' }), rows: [] };
        const step = { fromVersion: 1, opportunity: over, rows: [] };
        same(await opportunities.change(step, { successor }), false, 'what is not there does not change');
        same(await opportunities.propose(sampleOpportunity(), [sampleRow()]), true, 'the first wins');
        same(await opportunities.propose(sampleOpportunity(), [sampleRow({ id: 'NTF-2' })]), false, 'once');
      });
      same(await storage.opportunities.get('OPP-2'), null, 'no successor');
      same((await storage.opportunities.get('OPP-1'))?.state, 'proposed', 'the step that won is there');
      same(await storage.notifications.get('NTF-2'), null, 'the other one is not');
    });
  });
}
