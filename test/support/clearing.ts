import fc from 'fast-check';
import type { ClearingRules, EdgeWays } from '../../src/clearing/rules';
import { build, type RandomGraph, randomGraph } from './graphs';
import { allCycles, canonical, type PlainGraph } from './oracle';

/** Rules of every kind, and their mixtures. */
export function clearingRules({ n, edges }: RandomGraph): fc.Arbitrary<ClearingRules> {
  const item = fc.nat({ max: n - 1 }).map((i) => `i${i}`);
  const group = fc.constantFrom('g0', 'g1', 'g2');
  const way = fc.uniqueArray(group, { maxLength: 2 });
  const real = edges.filter(([from, to]) => from !== to);
  const edgeWays: fc.Arbitrary<EdgeWays[]> =
    real.length === 0
      ? fc.constant([])
      : fc
          .uniqueArray(fc.nat({ max: real.length - 1 }), { maxLength: 8, selector: (i) => real[i]!.slice(0, 2).join() })
          .chain((chosen) =>
            fc.tuple(
              ...chosen.map((i) =>
                fc.array(way, { minLength: 1, maxLength: 2 }).map((ways) => {
                  const [from, to] = real[i]!;
                  return { giver: `i${from}`, receiver: `i${to}`, ways };
                }),
              ),
            ),
          );
  return fc.record(
    {
      minLength: fc.constantFrom(2, 2, 3),
      maxLength: fc.integer({ min: 3, max: 5 }),
      minScore: fc.constantFrom(0, 0.4, 2 / 3, 0.9),
      objective: fc.constantFrom<NonNullable<ClearingRules['objective']>>(
        { items: 1 },
        { items: 1, users: 2 },
        { users: 1 },
        { items: 0.5, users: 0.25, score: 1 },
        { score: 1 },
        ['items', 'users', 'score'],
        ['users', 'items'],
        ['score', 'users'],
      ),
      cyclesPerOwner: fc.integer({ min: 1, max: 2 }),
      atMostOne: fc.array(fc.uniqueArray(item, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
      edgeWays,
      locked: fc.uniqueArray(item, { maxLength: 2 }),
    },
    { requiredKeys: ['maxLength'] },
  );
}

/** A small market and rules for it. */
export function clearingCases(maxItems: number) {
  return randomGraph(maxItems).chain((random) => clearingRules(random).map((rules) => ({ ...build(random), rules })));
}

interface Figures {
  items: number;
  users: number;
  score: number;
}

/** The best by the rules, trying every set of cycles. Values compare by weights, or thing by thing where they are ordered. */
export function bestClearing(plain: PlainGraph, rules: ClearingRules): Figures {
  const {
    minLength = 2,
    excluded = [],
    maxLength = 5,
    minScore = 0,
    cyclesPerOwner = Infinity,
    atMostOne = [],
    edgeWays = [],
    locked = [],
  } = rules;
  const cycles = new Map<string, { items: string[]; total: number }>();
  for (const root of plain.owners.keys()) {
    for (const cycle of allCycles(plain, root, minLength, maxLength)) {
      if (cycle.items.some((id) => locked.includes(id)) || cycle.total < cycle.items.length * minScore * 1000 - 1e-6)
        continue;
      if (!excluded.includes(canonical(cycle.items))) cycles.set(canonical(cycle.items), cycle);
    }
  }
  const waysOf = new Map(edgeWays.map((edge) => [`${edge.giver} ${edge.receiver}`, edge.ways]));
  const all = [...cycles.values()];
  const used = {
    items: new Set<string>(),
    sets: new Set<number>(),
    groups: new Set<string>(),
    owners: new Map<string, number>(),
  };
  let best: Figures = { items: 0, users: 0, score: 0 };
  const choose = (at: number, items: number, score: number): void => {
    const now = { items, users: used.owners.size, score };
    if (isBetter(now, best, rules.objective)) best = now;
    for (let i = at; i < all.length; i++) {
      const cycle = all[i]!;
      const owners = cycle.items.map((id) => plain.owners.get(id)!);
      const sets = atMostOne.flatMap((set, s) => cycle.items.filter((id) => set.includes(id)).map(() => s));
      const fits =
        cycle.items.every((id) => !used.items.has(id)) &&
        owners.every((owner) => (used.owners.get(owner) ?? 0) < cyclesPerOwner) &&
        sets.every((set, s) => !used.sets.has(set) && sets.indexOf(set) === s);
      if (!fits) continue;
      for (const id of cycle.items) used.items.add(id);
      for (const set of sets) used.sets.add(set);
      for (const owner of owners) used.owners.set(owner, (used.owners.get(owner) ?? 0) + 1);
      const takeEdge = (edge: number): void => {
        if (edge === cycle.items.length) {
          choose(i + 1, items + cycle.items.length, score + cycle.total);
          return;
        }
        const name = `${cycle.items[edge]} ${cycle.items[(edge + 1) % cycle.items.length]}`;
        for (const way of waysOf.get(name) ?? [[]]) {
          if (way.some((group) => used.groups.has(group))) continue;
          for (const group of way) used.groups.add(group);
          takeEdge(edge + 1);
          for (const group of way) used.groups.delete(group);
        }
      };
      takeEdge(0);
      for (const id of cycle.items) used.items.delete(id);
      for (const set of sets) used.sets.delete(set);
      for (const owner of owners) {
        const count = used.owners.get(owner)! - 1;
        if (count === 0) used.owners.delete(owner);
        else used.owners.set(owner, count);
      }
    }
  };
  choose(0, 0, 0);
  return best;
}

export function worth(
  { items, users, score }: Figures,
  objective: ClearingRules['objective'] = { items: 1 },
): number[] {
  const figures = { items, users, score };
  if (Array.isArray(objective)) return objective.map((name: keyof Figures) => figures[name]);
  const { items: perItem = 0, users: perUser = 0, score: perScore = 0 } = objective as Partial<Figures>;
  return [perItem * items + perUser * users + (perScore * score) / 1000];
}

function isBetter(a: Figures, b: Figures, objective: ClearingRules['objective']): boolean {
  const [left, right] = [worth(a, objective), worth(b, objective)];
  const at = left.findIndex((one, i) => Math.abs(one - right[i]!) > 1e-9);
  return at >= 0 && left[at]! > right[at]!;
}
