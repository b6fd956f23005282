import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CycleSearchResult, ExtraCriterion, Scorer } from '../../src';
import { Market, type MarketOptions } from '../../src/market/market';
import type { Item } from '../../src/types';
import { arbitraryItem, categories } from '../support/market';

type Step = { put: Item } | { remove: string } | { block: [string, string[]] } | { weigh: true };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: arbitraryItem(24).map((put) => ({ put })) },
    { weight: 4, arbitrary: fc.nat({ max: 23 }).map((n) => ({ remove: `item${n}` })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat({ max: 6 }), fc.array(fc.nat({ max: 6 }), { maxLength: 2 }))
        .map(([a, list]): Step => ({ block: [`owner${a}`, list.filter((b) => b !== a).map((b) => `owner${b}`)] })),
    },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);

/** The market after the steps, and one made at once of what is left, in reverse order. */
function grow(list: Step[], options: Partial<MarketOptions>): { market: Market; rebuilt: Market } {
  const market = new Market(options, categories);
  const items = new Map<string, Item>();
  const blocks = new Map<string, string[]>();
  for (const step of list) {
    if ('put' in step) {
      market.put(step.put);
      items.set(step.put.id, step.put);
    } else if ('remove' in step) {
      expect(market.remove(step.remove)).toBe(items.delete(step.remove));
    } else if ('block' in step) {
      market.setBlocked(...step.block);
      blocks.set(...step.block);
    } else market.refreshWordWeights();
  }
  const rebuilt = new Market(options, categories);
  for (const [user, others] of blocks) rebuilt.setBlocked(user, others);
  for (const item of [...items.values()].reverse()) rebuilt.put(item);
  return { market, rebuilt };
}

/** Every edge there should be, found by looking at every pair: by receiver, best first is not implied. */
function pairs(market: Market): Map<string, number> {
  const edges = new Map<string, number>();
  for (const from of market.ids()) {
    for (const to of market.ids()) {
      const { score } = market.explain(from, to);
      if (score !== undefined && from !== to) edges.set(`${from}→${to}`, score);
    }
  }
  return edges;
}

function edgesOf(market: Market): Map<string, number> {
  const edges = new Map<string, number>();
  for (const from of market.graph.items()) {
    for (const { id, score } of market.graph.receivers(from)) edges.set(`${from}→${id}`, score);
  }
  return edges;
}

/** Many items of nearly the same value in two categories, so that a search need not look at all of them. */
const crowd: fc.Arbitrary<Item[]> = fc
  .array(arbitraryItem(400), { minLength: 150, maxLength: 250, size: 'max' })
  .map((items) =>
    items.map((item, i) => {
      const near = (value: number) => 1_000 + (value % 1_000);
      const value = near(item.estimatedValue ?? i * 37);
      const wants = item.wants.map(({ minValue, maxValue, ...want }) => {
        if (minValue === undefined || maxValue === undefined) return want;
        const [low, high] = [near(minValue), near(maxValue)].sort((a, b) => a - b) as [number, number];
        return { ...want, minValue: low, maxValue: high };
      });
      return { ...item, categoryId: i % 3 > 0 ? 'city' : 'child', estimatedValue: value, wants };
    }),
  );

const weight = fc.constantFrom(0, 0.5, 1, 3);
const byTitle: ExtraCriterion = {
  name: 'title',
  weight: 2,
  score: ({ title }) => (title.length % 3 === 0 ? undefined : { score: (title.length % 5) / 4, reason: 'its title' }),
};
const byHost: Scorer = {
  score: ({ title }) => (title.length % 4 === 0 ? undefined : { score: (title.length % 7) / 6, reason: 'its title' }),
};
const scoring = fc.record({
  weights: fc.record({
    category: weight,
    keywords: weight,
    value: weight,
    condition: weight,
    distance: weight,
    rank: weight,
  }),
  edgeFloor: fc.constantFrom(0, 0.35, 0.7),
  extraCriteria: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.constant([byTitle]) }),
  scorer: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(byHost) }),
}) as fc.Arbitrary<Partial<MarketOptions>>;

const cash = fc.constantFrom('off' as const, 'balance' as const);
const lengths = fc.constantFrom([2, 2] as const, [2, 3] as const, [3, 3] as const);

describe('Market', () => {
  it('has exactly the edges that scoring every pair gives, after any changes', () => {
    fc.assert(
      fc.property(steps, cash, (list, cash) => {
        const { market, rebuilt } = grow(list, { candidatesPerWant: Infinity, openCandidates: 100, cash });
        const sorted = (edges: Map<string, number>) => [...edges].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(edgesOf(market))).toEqual(sorted(pairs(market)));
        expect(market.graph.stateHash()).toBe(rebuilt.graph.stateHash());
      }),
      { numRuns: 400 },
    );
  });

  it('counts who would answer a draft as looking at every item does, and leaves no trace of it', () => {
    let answered = 0;
    fc.assert(
      fc.property(steps, arbitraryItem(24), fc.boolean(), cash, (list, draft, isKnown, cash) => {
        const options = { candidatesPerWant: 2, openCandidates: 2, cash };
        const { market } = grow(list, options);
        const before = [market.graph.stateHash(), [...pairs(market)]];
        // A draft may be of an item that is there, or of none.
        const asked = isKnown ? draft : { ...draft, id: 'draft' };
        const { count, isComplete } = market.countAnswers(asked, 1_000);
        const few = market.countAnswers(asked, 2);
        expect([market.graph.stateHash(), [...pairs(market)]]).toEqual(before);
        const { market: probe } = grow(list, options);
        probe.put({ ...asked, status: 'available' });
        const answers = [...probe.ids()].filter(
          (id) => id !== asked.id && probe.explain(id, asked.id).score !== undefined,
        );
        answered += answers.length;
        expect({ count, isComplete }).toEqual({ count: answers.length, isComplete: true });
        expect(few).toEqual({ count: Math.min(2, answers.length), isComplete: answers.length < 2 });
        market.put({ ...asked, status: 'available' });
        expect(market.graph.stateHash()).toBe(probe.graph.stateHash());
      }),
      { numRuns: 400 },
    );
    expect(answered).toBeGreaterThan(100);
  });

  it('keeps exactly the best of the candidates where lists are cut, whatever its history', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3 }), (list, candidatesPerWant) => {
        const options = { candidatesPerWant, openCandidates: 2 };
        const { market, rebuilt } = grow(list, options);
        expect(market.graph.stateHash()).toBe(rebuilt.graph.stateHash());
        expect(market.graph.cutLists).toBe(rebuilt.graph.cutLists);
        const { market: whole } = grow(list, { candidatesPerWant: Infinity, openCandidates: 2 });
        for (const id of market.ids()) {
          const item = market.get(id)!;
          if (item.openToAnything) continue;
          const named = new Set(item.wants.flatMap(({ itemIds }) => itemIds ?? []));
          const all = whole.graph.givers(id);
          const unnamed = all.filter((giver) => !named.has(giver.id)).slice(0, candidatesPerWant * item.wants.length);
          const kept = all.filter((giver) => named.has(giver.id) || unnamed.includes(giver));
          expect(market.graph.givers(id)).toEqual(kept);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps exactly the best of many alike, whatever counts how much', () => {
    let cut = 0;
    fc.assert(
      fc.property(crowd, scoring, fc.integer({ min: 1, max: 8 }), (items, scoring, candidatesPerWant) => {
        const market = new Market({ ...scoring, candidatesPerWant, openCandidates: 2 }, categories);
        for (const item of items) market.stage(item);
        market.refreshWordWeights();
        for (const _ of market.linkStaged());
        for (const id of [...market.ids()].slice(0, 40)) {
          const item = market.get(id)!;
          if (item.openToAnything) continue;
          const named = new Set(item.wants.flatMap(({ itemIds }) => itemIds ?? []));
          const all = [...market.ids()].flatMap((from) => {
            const { score } = market.explain(from, id);
            return score === undefined || named.has(from) ? [] : [score];
          });
          const kept = market.graph.givers(id).flatMap((giver) => (named.has(giver.id) ? [] : [giver.score]));
          const most = candidatesPerWant * item.wants.length;
          expect(kept).toEqual(all.sort((a, b) => b - a).slice(0, most));
          if (all.length > most) cut++;
        }
      }),
      { numRuns: 40 },
    );
    expect(cut).toBeGreaterThan(60);
  });

  it('finds the best trades of two and three people whatever was cut', () => {
    let found = 0;
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 2 }), lengths, (list, perWant, [minLength, maxLength]) => {
        const { market } = grow(list, { candidatesPerWant: perWant, openCandidates: 2 });
        const { market: whole } = grow(list, { candidatesPerWant: Infinity, openCandidates: 2 });
        for (const id of market.ids()) {
          const answer = market.findCycles(id, { minLength, maxLength, limit: 10, minScore: 0.4 });
          const truth = whole.findCycles(id, { minLength, maxLength, limit: 10, minScore: 0.4 });
          found += truth.cycles.length;
          expect(answer.exact).toBe(true);
          expect(answer.cycles.map(({ score }) => score)).toEqual(truth.cycles.map(({ score }) => score));
          for (const { items, edgeScores } of answer.cycles) {
            const edges = items.map((item, i) => whole.graph.edgeScore(item, items[(i + 1) % items.length]!));
            expect(edgeScores).toEqual(edges);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(30);
  });

  it('finds the same within a budget, whatever its history', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 3_000 }), (list, budget) => {
        const { market, rebuilt } = grow(list, { candidatesPerWant: 1, openCandidates: 2 });
        for (const id of market.ids()) {
          const [{ work: _, ...answer }, { work: __, ...other }] = [market, rebuilt].map((one) =>
            one.findCycles(id, { maxLength: 3, limit: 10, budget }),
          ) as [CycleSearchResult, CycleSearchResult];
          expect(answer).toEqual(other);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never calls an answer exact that a cut list could have spoilt', () => {
    let certified = 0;
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 2, max: 6 }),
        (list, candidatesPerWant, maxLength) => {
          const { market } = grow(list, { candidatesPerWant, openCandidates: 100 });
          const { market: whole } = grow(list, { candidatesPerWant: Infinity, openCandidates: 100 });
          for (const id of market.ids()) {
            const answer = market.findCycles(id, { maxLength, limit: 3, minScore: 0.5 });
            if (!answer.exact) continue;
            certified++;
            const truth = whole.findCycles(id, { maxLength, limit: 3, minScore: 0.5 });
            expect(answer.cycles.map(({ score }) => score)).toEqual(truth.cycles.map(({ score }) => score));
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(certified).toBeGreaterThan(500);
  });

  it('after words are weighed anew equals a market made at once and weighed once', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat({ max: 59 }), { maxLength: 3 }), (list, at) => {
        const withWeighing = [...list];
        for (const i of at) withWeighing.splice(i, 0, { weigh: true });
        const { market, rebuilt } = grow(withWeighing, {});
        market.refreshWordWeights();
        rebuilt.refreshWordWeights();
        expect(market.graph.stateHash()).toBe(rebuilt.graph.stateHash());
      }),
      { numRuns: 200 },
    );
  });

  it('weighed anew in steps, with changes in between, leaves nothing behind', () => {
    fc.assert(
      fc.property(steps, steps, fc.nat({ max: 12 }), (list, more, pause) => {
        const { market } = grow(list, { candidatesPerWant: 2 });
        const weighing = market.reweighWords();
        for (let i = 0; i < pause; i++) weighing.next();
        for (const step of more) {
          if ('put' in step) market.put(step.put);
          else if ('remove' in step) market.remove(step.remove);
        }
        for (const _ of weighing);
        market.refreshWordWeights();
        const fresh = new Market({ candidatesPerWant: 2 }, categories);
        for (const step of list) if ('block' in step) fresh.setBlocked(...step.block);
        for (const id of market.ids()) fresh.put(market.get(id)!);
        fresh.refreshWordWeights();
        expect(market.graph.stateHash()).toBe(fresh.graph.stateHash());
      }),
      { numRuns: 200 },
    );
  });

  it('staged at once equals put one by one, words weighed or not', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), fc.integer({ min: 1, max: 4 }), (list, weighed, candidatesPerWant) => {
        const { market } = grow(list, { candidatesPerWant });
        const staged = new Market({ candidatesPerWant }, categories);
        for (const step of list) if ('block' in step) staged.setBlocked(...step.block);
        for (const id of market.ids()) staged.stage(market.get(id)!);
        if (weighed) {
          market.refreshWordWeights();
          staged.refreshWordWeights();
        }
        const [first, ...others] = [...market.ids()];
        if (first) staged.stage(market.get(first)!); // once more, as if it had been read twice
        for (const id of others.slice(0, 3)) {
          market.remove(id);
          staged.remove(id);
        }
        for (const _ of staged.linkStaged());
        expect(staged.graph.size).toBe(market.graph.size);
        expect(staged.graph.stateHash()).toBe(market.graph.stateHash());
      }),
      { numRuns: 200 },
    );
  });

  it('changed while staged items are being linked equals a market made at once', () => {
    fc.assert(
      fc.property(steps, steps, steps, fc.nat({ max: 24 }), (before, list, more, pause) => {
        const options = { candidatesPerWant: 2, openCandidates: 3 };
        const { market } = grow(before, options);
        for (const step of list) if ('put' in step) market.stage(step.put);
        const linking = market.linkStaged();
        for (let i = 0; i < pause; i++) linking.next();
        for (const step of more) {
          if ('put' in step) market.put(step.put);
          else if ('remove' in step) market.remove(step.remove);
          linking.next();
        }
        for (const _ of linking);
        const fresh = new Market(options, categories);
        for (const step of before) if ('block' in step) fresh.setBlocked(...step.block);
        for (const id of market.ids()) fresh.put(market.get(id)!);
        expect(market.graph.stateHash()).toBe(fresh.graph.stateHash());
      }),
      { numRuns: 200 },
    );
  });

  it('answers in full while staged items are being linked', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 24 }), (list, pause) => {
        const market = new Market({ candidatesPerWant: Infinity }, categories);
        for (const step of list) if ('put' in step) market.stage(step.put);
        const linking = market.linkStaged();
        for (let i = 0; i < pause; i++) linking.next();
        const found = new Map(
          Array.from(market.ids(), (id) => [id, market.findCycles(id, { maxLength: 3, limit: 1_000 }).cycles]),
        );
        for (const [id, cycles] of found) {
          for (const { key, items } of cycles) {
            for (const item of items) expect(found.get(item)!.map((cycle) => cycle.key)).toContain(key);
          }
          for (const { id: receiver } of market.graph.receivers(id)) {
            expect(market.graph.givers(receiver).map((giver) => giver.id)).toContain(id);
          }
        }
        for (const id of market.ids()) {
          for (const { id: giver } of market.graph.givers(id)) {
            expect(market.graph.receivers(giver).map((receiver) => receiver.id)).toContain(id);
          }
        }
        for (const _ of linking);
      }),
      { numRuns: 100 },
    );
  });

  it('replacing the categories equals starting with them', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { market } = grow(list, {});
        const flatter = categories.map(({ id }) =>
          id === 'child' ? { id, parentId: 'race' } : categories.find((c) => c.id === id)!,
        );
        market.setCategories(flatter);
        const fresh = new Market({}, flatter);
        for (const step of list) if ('block' in step) fresh.setBlocked(...step.block);
        for (const id of market.ids()) fresh.put(market.get(id)!);
        expect(market.graph.stateHash()).toBe(fresh.graph.stateHash());
      }),
      { numRuns: 100 },
    );
  });
});
