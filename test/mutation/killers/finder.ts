import { cycleKey } from '../../../src/cycles/cycle-key';
import { findCycles, forEachCycle } from '../../../src/cycles/find-cycles';
import type { BarterGraph } from '../../../src/graph/barter-graph';
import { allCycles, canonical, compareMeans, type PlainGraph } from '../../support/oracle';
import { Random } from '../random';
import { holds, same } from './expect';
import { graphOf, randomGraph, type Shape } from './random-graph';

const TIES = [400, 500, 600, 800, 900, 999, 1000];
const FEW = [0, 500, 1000];

const SHAPES: { shape: Shape; longest: number }[] = [
  { shape: { items: 5, degree: 3, owners: 12 }, longest: 7 },
  { shape: { items: 7, degree: 4, owners: 20, scores: TIES }, longest: 7 },
  { shape: { items: 9, degree: 3, owners: 9, scores: TIES }, longest: 7 },
  { shape: { items: 9, degree: 2, owners: 40 }, longest: 9 },
  { shape: { items: 12, degree: 2, owners: 40, scores: FEW }, longest: 7 },
  { shape: { items: 14, degree: 4, owners: 30, scores: TIES }, longest: 4 },
  { shape: { items: 25, degree: 8, owners: 25, scores: TIES }, longest: 3 },
  { shape: { items: 16, degree: 3, owners: 60, scores: [1000, 999, 850, 300] }, longest: 6 },
];

/** The finder against brute force. */
export function checkFinder(): void {
  const random = new Random(11);
  checkKeys();
  for (let round = 0; round < 160; round++) {
    const { shape, longest } = SHAPES[round % SHAPES.length]!;
    const { graph, plain } = randomGraph(random, shape);
    const maxLength = random.between(2, longest);
    const minLength = random.chance(0.5) ? 2 : random.between(2, maxLength);
    const root = `i${random.below(shape.items)}`;
    const asked: Asked = { graph, plain, root, minLength, maxLength };
    checkBest(asked, random.pick([1, 2, 3, 5, 9]), random.pick([0, 0, 0.35, 0.6, 2 / 3, 0.9, 1]));
    if (round % 2 === 0) checkAll(asked);
    if (round % 4 === 0) checkOrderOfGrowth(asked, random);
  }
}

function checkKeys(): void {
  same(cycleKey(['b', 'c', 'a']), '["a","b","c"]', 'key');
  same(cycleKey(['c', 'a', 'b']), '["a","b","c"]', 'key');
  same(cycleKey(['c', 'b', 'a']), '["a","c","b"]', 'key of the other direction');
  same(cycleKey(['b', 'a']), '["a","b"]', 'key of two');
  same(cycleKey(['c', 'd', 'a', 'b']), '["a","b","c","d"]', 'key of four');
}

interface Asked {
  graph: BarterGraph;
  plain: PlainGraph;
  root: string;
  minLength: number;
  maxLength: number;
}

function checkBest({ graph, plain, root, minLength, maxLength }: Asked, limit: number, minScore: number): void {
  const truth = allCycles(plain, root, minLength, maxLength)
    .filter(({ items, total }) => total >= items.length * minScore * 1000 - 1e-6)
    .sort(compareMeans);
  const answer = findCycles(graph, root, { minLength, maxLength, limit, minScore });
  same(answer.exact, true, 'exact without a budget');
  same('reason' in answer || 'certified' in answer, false, 'an exact answer says no more');
  const scores = truth.slice(0, limit).map(({ items, total }) => total / (items.length * 1000));
  same(
    answer.cycles.map(({ score }) => score),
    scores,
    `best ${limit} of ${minLength}..${maxLength}`,
  );
  const known = new Set(truth.map(({ items }) => canonical(items)));
  holds(
    answer.cycles.every(({ key }) => known.has(key)),
    'a cycle that is none',
  );
  same(new Set(answer.cycles.map(({ key }) => key)).size, answer.cycles.length, 'each once');
  checkListing(graph, answer.cycles);
}

export function checkListing(graph: BarterGraph, cycles: ReturnType<typeof findCycles>['cycles']): void {
  const sorted = [...cycles].sort(
    (a, b) => b.score - a.score || a.items.length - b.items.length || (a.key < b.key ? -1 : 1),
  );
  same(cycles, sorted, 'by score, then shorter, then key');
  for (const { key, items, owners, edgeScores, score } of cycles) {
    same(key, cycleKey(items), 'key');
    same(items, JSON.parse(key), 'items in the order of the key');
    same(
      owners,
      items.map((id) => graph.ownerOf(id)),
      'owners',
    );
    same(
      edgeScores,
      items.map((id, i) => graph.edgeScore(id, items[(i + 1) % items.length]!)),
      'scores of the edges',
    );
    const mean = edgeScores.reduce((sum, s) => sum + s, 0) / items.length;
    holds(Math.abs(mean - score) < 1e-12, 'score is the mean');
  }
}

function checkAll({ graph, plain, root, minLength, maxLength }: Asked): void {
  const truth = allCycles(plain, root, minLength, maxLength)
    .map(({ items }) => canonical(items))
    .sort();
  const all = findCycles(graph, root, { minLength, maxLength, limit: Infinity });
  same(all.exact, true, 'all is exact');
  same(all.cycles.map(({ key }) => key).sort(), truth, 'all cycles');
  checkListing(graph, all.cycles);
  const visited: string[] = [];
  const ended = forEachCycle(graph, root, { minLength, maxLength }, ({ key }) => void visited.push(key));
  same(visited.sort(), truth, 'visited');
  same(ended, { exact: true, work: all.work }, 'visiting all');
  for (const most of [1, 2, 3, 5, 8, 13]) {
    if (truth.length < most) break;
    let seen = 0;
    const stopped = forEachCycle(graph, root, { minLength, maxLength }, () => ++seen < most);
    same([seen, stopped.exact], [most, false], 'visits until told to end');
    holds(stopped.work <= all.work, 'ending early reads no more');
  }
}

/** Another order of building, another past: the same answer to the last detail. */
function checkOrderOfGrowth({ graph, plain, root, maxLength }: Asked, random: Random): void {
  const other = graphOf(plain, (list) => random.shuffled(list));
  same(other.stateHash(), graph.stateHash(), 'state hash');
  for (const limit of [1, 3, Infinity]) {
    const options = { maxLength, limit };
    same(findCycles(other, root, options), findCycles(graph, root, options), 'answer of the same graph');
  }
}
