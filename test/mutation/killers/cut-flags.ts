import { findCycles, forEachCycle } from '../../../src/cycles/find-cycles';
import type { BarterGraph } from '../../../src/graph/barter-graph';
import { allCycles, compareMeans, type PlainGraph } from '../../support/oracle';
import { Random } from '../random';
import { holds, same } from './expect';
import { graphOf, randomGraph } from './random-graph';

const SHAPES = [
  { items: 10, degree: 3, owners: 30 },
  { items: 16, degree: 3, owners: 40, scores: [1000, 990, 900, 700, 500, 300] },
  { items: 9, degree: 4, owners: 9 },
  { items: 30, degree: 2, owners: 60, scores: [1000, 800, 600, 400] },
  { items: 12, degree: 3, owners: 40, scores: [1000, 1000, 999] },
];

/** Graphs whose lists were cut: what is called exact is the truth of the whole graph, and enough is called exact. */
export function checkCutFlags(): void {
  const random = new Random(53);
  let exact = 0;
  for (let round = 0; round < 240; round++) {
    const { graph: whole, plain } = randomGraph(random, SHAPES[round % SHAPES.length]!);
    const cut = cutGraph(plain, whole, random.between(1, 3), random);
    const maxLength = random.between(2, 6);
    const limit = random.pick([1, 2, 5]);
    const minScore = random.pick([0, 0.3, 0.6, 0.8, 0.9, 1]);
    const answer = findCycles(cut, 'i0', { maxLength, limit, minScore });
    const truth = allCycles(plain, 'i0', 2, maxLength)
      .filter(({ items, total }) => total >= items.length * minScore * 1000 - 1e-6)
      .sort(compareMeans);
    const scores = truth.slice(0, limit).map(({ items, total }) => total / (items.length * 1000));
    if (answer.exact) {
      exact++;
      same(
        answer.cycles.map(({ score }) => score),
        scores,
        'called exact on a graph that was cut',
      );
    } else same(answer.reason, 'cap', 'why not exact');
    if (cut.cutLists === 0) same(answer.exact, true, 'exact where nothing is cut');
    let seen = 0;
    const all = forEachCycle(cut, 'i0', { maxLength, minScore }, () => void seen++);
    if (all.exact) same(seen, truth.length, 'all of a graph that was cut');
    if (all.exact) exact++;
    const listed = findCycles(cut, 'i0', { maxLength, minScore, limit: Infinity });
    same([listed.exact, listed.reason], all.exact ? [true, undefined] : [false, 'cap'], 'flags of a list of all');
    checkAnotherRoot(cut, random);
    checkUnderBudget(cut, maxLength, limit, minScore, scores, answer.work);
  }
  holds(exact >= RECORDED, `${exact} answers called exact, recorded ${RECORDED}`);
}

const RECORDED = 213;

/** An answer does not depend on what was asked before. */
function checkAnotherRoot(cut: BarterGraph, random: Random): void {
  const options = { maxLength: 3, limit: 2, minScore: 0.7 };
  const ask = (id: string) => findCycles(cut, id, options);
  const others = random.shuffled([...cut.items()]).slice(0, 3);
  const before = others.map(ask);
  same(others.toReversed().map(ask).toReversed(), before, 'the same answers in another order');
}

function checkUnderBudget(
  cut: BarterGraph,
  maxLength: number,
  limit: number,
  minScore: number,
  scores: number[],
  work: number,
): void {
  for (const share of [0.5, 0.9, 1.1]) {
    const answer = findCycles(cut, 'i0', { maxLength, limit, minScore, budget: Math.max(1, work * share) });
    if (answer.exact)
      same(
        answer.cycles.map(({ score }) => score),
        scores,
        'called exact, cut and under a budget',
      );
  }
}

/** Keeps the best `most` of some incoming lists, and marks them. */
function cutGraph(plain: PlainGraph, whole: BarterGraph, most: number, random: Random): BarterGraph {
  const cut = graphOf(plain);
  for (const id of plain.owners.keys()) {
    const givers = whole.givers(id);
    if (givers.length <= most || random.chance(0.5)) continue;
    for (const giver of givers.slice(most)) cut.removeEdge(giver.id, id);
    cut.setCut(cut.nodeOf(id), 1000 - Math.round(givers[most - 1]!.score * 1000));
  }
  return cut;
}
