import { Market } from '../../../src/market/market';
import type { Item } from '../../../src/types';
import { Random } from '../random';
import { atLeast, atMost, holds, same } from './expect';
import { CATEGORIES, randomItem } from './random-items';
import { thing } from './tables';

/** Trades of two and three in markets with lists cut short: the same as in the whole graph. */
export function checkShortCycles(): void {
  const random = new Random(67);
  const tally = { work: 0, found: 0, exact: 0, near: 0 };
  for (let round = 0; round < 16; round++) checkOne(random, round, tally);
  same(tally.found, FOUND, 'trades compared');
  atLeast(tally.exact, EXACT, 'answers exact within a budget');
  atMost(tally.work, WORK, 'pairs looked at');
  atMost(tally.near, NEAR, 'neighbours');
  checkManyRings();
}

const FOUND = 16430;
const EXACT = 2519;
const WORK = 1_241_662;
const NEAR = 8069;

interface Tally {
  work: number;
  found: number;
  exact: number;
  near: number;
}

function checkOne(random: Random, round: number, tally: Tally): void {
  const items = marketItems(random, round % 4 === 0 ? 0.05 : 0.35);
  const openCandidates = 1 + (round % 3);
  const make = (candidatesPerWant: number, list: readonly Item[]) => {
    const market = new Market({ candidatesPerWant, openCandidates }, CATEGORIES);
    for (const [user, others] of blocks) market.setBlocked(user, others);
    for (const item of list) market.put(item);
    return market;
  };
  const blocks = Array.from({ length: round % 3 }, () => {
    const [user, other] = random.shuffled([0, 1, 2, 3, 4, 5, 6]).map((n) => `owner${n}`);
    return [user!, [other!]] as const;
  });
  const [whole, cut] = [make(Infinity, items), make(1, items)];
  const other = make(1, random.shuffled(items));
  holds(cut.graph.cutLists > 0, 'lists are cut');
  for (const id of cut.ids()) {
    for (const [minLength, maxLength] of [
      [2, 3],
      [2, 2],
      [3, 3],
    ] as const) {
      const options = { minLength, maxLength, limit: 100_000 };
      const truth = whole.findCycles(id, options);
      const answer = cut.findCycles(id, options);
      same(answer.cycles, truth.cycles, 'the trades of the whole graph');
      same(answer.exact, true, 'exact');
      tally.work += answer.work;
      tally.found += answer.cycles.length;
      checkBudget(cut, other, id, options, answer, tally);
      const { cycles } = truth;
      if (cycles.length < 2) continue;
      const limit = random.between(1, cycles.length);
      const minScore = random.pick(cycles).score;
      const few = cut.findCycles(id, { ...options, limit });
      same(scores(few.cycles), scores(cycles.slice(0, limit)), 'the best of them');
      same(other.findCycles(id, { ...options, limit }).cycles, few.cycles, 'whatever came first');
      same(
        cut.findCycles(id, { ...options, minScore }).cycles,
        cycles.filter(({ score }) => score >= minScore),
        'those that are good enough',
      );
    }
    checkNeighbours(whole, cut, id, tally);
  }
}

/** Exact within a budget only where it is, and the same whatever came first. */
function checkBudget(
  cut: Market,
  other: Market,
  id: string,
  options: { minLength: number; maxLength: number; limit: number },
  { cycles, work }: ReturnType<Market['findCycles']>,
  tally: Tally,
): void {
  for (const budget of [1, Math.floor(work / 2), work - 1, work, work * 2]) {
    if (budget < 1) continue;
    const answer = cut.findCycles(id, { ...options, budget });
    const { work: _, ...rest } = answer;
    const { work: __, ...others } = other.findCycles(id, { ...options, budget });
    same(others, rest, 'the same within a budget, whatever came first');
    if (answer.exact) {
      tally.exact++;
      same(answer.cycles, cycles, 'exact within a budget');
    }
  }
}

/** Both ends of all edges, and some more. */
function checkNeighbours(whole: Market, cut: Market, id: string, tally: Tally): void {
  const near = cut.neighboursOf(id, Infinity)!;
  const ends = [...whole.graph.receivers(id), ...whole.graph.givers(id)].map((one) => one.id);
  holds(
    ends.every((end) => near.includes(end)),
    'neighbours',
  );
  holds(!near.includes(id), 'its own neighbour');
  same(new Set(near).size, near.length, 'each once');
  if (near.length > 0) same(cut.neighboursOf(id, near.length - 1), undefined, 'more than that');
  same(cut.neighboursOf(id, near.length)?.length, near.length, 'just as many');
  tally.near += near.length;
}

function scores(cycles: readonly { score: number }[]): number[] {
  return cycles.map(({ score }) => score);
}

/** Items that mostly want something, a few of them in groups. */
function marketItems(random: Random, groups: number): Item[] {
  const items = new Map<string, Item>();
  while (items.size < 30) {
    const item = randomItem(random, 45);
    if (item.status !== 'available' || items.has(item.id)) continue;
    if (random.chance(groups)) item.ownerGroup = `group${random.below(6)}`;
    items.set(item.id, item);
  }
  return [...items.values()];
}

/** More rings than are kept while searching. */
function checkManyRings(): void {
  const random = new Random(11);
  const make = (candidatesPerWant: number) => new Market({ candidatesPerWant }, CATEGORIES);
  const [whole, cut] = [make(Infinity), make(1)];
  for (let i = 0; i < 40; i++) {
    const middle = random.between(500, 1500);
    const wants = [{ minValue: middle - 400, maxValue: middle + 400 }];
    const item = thing(`item${i}`, { estimatedValue: random.between(500, 1500), wants });
    if (i % 10 === 9) item.wants.push({ maxValue: 10_000 });
    for (const market of [whole, cut]) market.put(item);
  }
  for (const id of ['item0', 'item9', 'item20']) {
    const all = whole.findCycles(id, { maxLength: 3, limit: 100_000 });
    holds(all.cycles.length > 300, `${all.cycles.length} rings`);
    same(cut.findCycles(id, { maxLength: 3, limit: 100_000 }).cycles, all.cycles, 'all of them');
    for (const limit of [1, 7, 40]) {
      const { cycles } = cut.findCycles(id, { maxLength: 3, limit });
      same(scores(cycles), scores(all.cycles.slice(0, limit)), 'the best of many');
    }
  }
}
