import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventReport, type Item, isActive, type RetentionOptions, type UserId } from '../../src';
import { HOUR, item, tradeEngine } from '../support/trades';

const PEOPLE = ['ana', 'ben', 'cem', 'dia'];
const DAY = 24 * HOUR;

type Deed =
  | { do: 'put'; who: number; gives: number; wants: number }
  | { do: 'change' | 'drop'; which: number }
  | { do: 'accept' | 'decline' | 'confirm' | 'dispute'; who: number; which: number }
  | { do: 'wait'; hours: number };

const who = fc.nat({ max: PEOPLE.length - 1 });
const leaf = fc.nat({ max: 2 });
const which = fc.nat({ max: 9 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), who, gives: leaf, wants: fc.nat({ max: 1 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('change' as const, 'drop' as const), which }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('accept' as const), who, which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('decline' as const, 'confirm' as const, 'dispute' as const), who, which }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 30, 60) }) },
); // biome-ignore format: one line each

/** A market with what its people can see of it. */
function marketWith(retention: Partial<RetentionOptions>) {
  const market = tradeEngine({ retention, policies: { throttle: [{ limit: 4, windowMs: 6 * HOUR }] } });
  const { engine, clock, storage, transport } = market;
  const items: Item[] = [];
  const there = new Set<string>();
  const answers: unknown[] = [];

  const said = ({ found, told, updated, repaired, withdrawn, refused }: EventReport) => ({
    found: found.map(({ key }) => key),
    told,
    updated,
    repaired,
    withdrawn,
    refused,
  });
  const chosen = (n: number) => {
    const left = items.filter(({ id }) => there.has(id));
    return left[n % Math.max(1, left.length)];
  };
  const active = async (userId: UserId) => (await market.of(userId)).filter(isActive);
  const act: Record<Deed['do'], (deed: never) => Promise<unknown>> = {
    put: async ({ who: n, gives, wants }: Deed & { do: 'put' }) => {
      const it = item(`item-${items.length}`, PEOPLE[n]!, 'abc'[gives]!, 'abc'[(gives + 1 + wants) % 3]!);
      items.push(it);
      there.add(it.id);
      return said(await market.put(it));
    },
    change: async ({ which: n }: Deed & { do: 'change' }) => {
      const it = chosen(n);
      if (!it) return 'none';
      return said(await market.put({ ...it, title: `${it.title} as of ${clock.now() % 3}` }));
    },
    drop: async ({ which: n }: Deed & { do: 'drop' }) => {
      const it = chosen(n);
      if (!it) return 'none';
      const report = said(await market.drop(it));
      there.delete(it.id);
      return report;
    },
    accept: async ({ who: n, which: at }: Deed & { do: 'accept' }) => {
      const mine = await active(PEOPLE[n]!);
      const one = mine[at % Math.max(1, mine.length)];
      return one ? engine.opportunities.accept(one.id, PEOPLE[n]!, { revision: one.revision }) : 'none';
    },
    ...(Object.fromEntries(
      (['decline', 'confirm', 'dispute'] as const).map((verb) => [
        verb,
        async ({ who: n, which: at }: Deed & { do: 'decline' }) => {
          const mine = await active(PEOPLE[n]!);
          const one = mine[at % Math.max(1, mine.length)];
          return one ? engine.opportunities[verb](one.id, PEOPLE[n]!) : 'none';
        },
      ]),
    ) as unknown as Record<'decline' | 'confirm' | 'dispute', (deed: never) => Promise<unknown>>),
    wait: async ({ hours }: Deed & { do: 'wait' }) => {
      clock.advance(hours * HOUR);
      const { pruned: _, ...report } = await engine.cleanup();
      await engine.deliverDue();
      const { told, withdrawn, cycles } = await engine.sweep();
      return { report, told, withdrawn, cycles };
    },
  };

  return {
    ...market,
    items,
    there,
    answers,
    async run(deeds: readonly Deed[]) {
      for (const one of deeds) {
        const answer = await act[one.do](one as never).catch((error: { code?: string }) => error.code ?? error);
        answers.push([one, structuredClone(answer)]);
      }
    },
    /** All that is live, and all that anybody was sent. */
    async present() {
      const live = await storage.opportunities.active({ limit: 1_000 });
      return {
        live,
        rows: await Promise.all(live.map(({ id }) => storage.notifications.ofOpportunity(id))),
        open: await Promise.all(PEOPLE.map((userId) => storage.opportunities.countOpen(userId))),
        locks: await storage.opportunities.countLocks(clock.now()),
        pending: await storage.notifications.pending(),
        sent: transport.sent,
        items: await storage.items.page({ limit: 1_000 }),
      };
    },
  };
}

describe('taking away what is over', () => {
  it('changes no answer, and nothing that is live', async () => {
    let kept = 0;
    let removed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 30, maxLength: 80, size: 'max' }), async (deeds) => {
        const keeps = marketWith({ rowsPerCleanup: 0 });
        const prunes = marketWith({ inboxMs: 0, opportunitiesMs: 0 });
        await keeps.run(deeds);
        await prunes.run(deeds);
        expect(prunes.answers).toEqual(keeps.answers);
        expect(await prunes.present()).toEqual(await keeps.present());
        const [all, left] = await Promise.all(
          [keeps, prunes].map(({ storage }) => storage.opportunities.ended({ before: Infinity, limit: 1_000 })),
        );
        kept += left!.length;
        removed += all!.length - left!.length;
        await keeps.engine.close();
        await prunes.engine.close();
      }),
      { numRuns: 60 },
    );
    expect(removed).toBeGreaterThan(20);
    expect(kept).toBeGreaterThan(20);
  });

  it('leaves nothing once everything is over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 20, maxLength: 40, size: 'max' }), async (deeds) => {
        const { engine, storage, clock, drop, run, items, there, present } = marketWith({ rowsPerCleanup: 3 });
        await run(deeds);
        for (let days = 0; days < 5; days++) await run([{ do: 'wait', hours: 24 }]); // no trade is under way any more
        for (const it of items) if (there.has(it.id)) await drop(it).catch(() => {});
        await run([{ do: 'wait', hours: 24 }]);
        clock.advance(400 * DAY);
        let rounds = 0;
        while ((await engine.cleanup()).pruned > 0) expect(++rounds).toBeLessThan(1_000);
        // A round may pass over some, so that the next one begins with the first.
        await engine.cleanup();
        expect(await storage.opportunities.ended({ before: Infinity, limit: 9 })).toEqual([]);
        expect(await Promise.all(PEOPLE.map((userId) => storage.notifications.inbox(userId, { limit: 9 })))).toEqual([[], [], [], []]); // biome-ignore format: one line
        expect(await storage.claims.prune(clock.now(), 9)).toBe(0);
        expect(await storage.counters.prune(clock.now(), 9)).toBe(0);
        expect((await present()).live).toEqual([]);
        await engine.close();
      }),
      { numRuns: 30 },
    );
  });
});
