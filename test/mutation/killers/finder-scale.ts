import { findCycles } from '../../../src/cycles/find-cycles';
import { BarterGraph } from '../../../src/graph/barter-graph';
import { allCycles, canonical, compareMeans } from '../../support/oracle';
import { Random } from '../random';
import { holds, same } from './expect';
import { checkListing } from './finder';
import { randomGraph } from './random-graph';

/** Long cycles, and graphs that outgrow every array the search starts with. */
export function checkFinderAtScale(): void {
  checkLong();
  checkWide();
  checkMiddling();
}

function checkLong(): void {
  const random = new Random(37);
  for (const [items, degree, maxLength] of [
    [16, 2, 16],
    [20, 2, 12],
    [14, 2, 9],
    [18, 1.7, 16],
    [11, 2, 10],
  ] as const) {
    for (let round = 0; round < 3; round++) {
      const { graph, plain } = randomGraph(random, { items, degree, owners: 200 });
      // A ring through all of them, so that the longest there may be exist.
      for (let i = 0; i < items; i++) {
        const score = 900 + random.below(101);
        graph.setEdge(`i${i}`, `i${(i + 1) % items}`, score / 1000);
        plain.edges.get(`i${i}`)!.set(`i${(i + 1) % items}`, score);
      }
      const minLength = round === 0 ? 2 : maxLength - round;
      const truth = allCycles(plain, 'i0', minLength, maxLength).sort(compareMeans);
      const means = truth.map((cycle) => cycle.total / (cycle.items.length * 1000));
      same(
        findCycles(graph, 'i0', { minLength, maxLength, limit: 4 }).cycles.map(({ score }) => score),
        means.slice(0, 4),
        'long cycles',
      );
      const all = findCycles(graph, 'i0', { minLength, maxLength, limit: Infinity }).cycles;
      same(all.map(({ key }) => key).sort(), truth.map((cycle) => canonical(cycle.items)).sort(), 'all long cycles');
      checkListing(graph, all);
    }
  }
}

/** Root → `width` items → `width` items → root, in pairs: as many cycles of three, and nothing shorter. */
function checkWide(): void {
  for (const [width, maxLength] of [
    [2300, 3],
    [1200, 9],
  ] as const) {
    const graph = new BarterGraph().addItem('root', 'me');
    for (let i = 0; i < width; i++) graph.addItem(`a${i}`, `oa${i}`).addItem(`b${i}`, `ob${i}`);
    for (let i = 0; i < width; i++) {
      graph.setEdge('root', `a${i}`, 1 - (i % 7) / 1000);
      graph.setEdge(`a${i}`, `b${i}`, ((i * 3) % 900) / 1000);
      graph.setEdge(`b${i}`, 'root', 1 - (i % 5) / 1000);
      // Twice as many recorded hops as items.
      for (let k = 1; k <= 4; k++) graph.setEdge(`a${i}`, `b${(i + k * 17) % width}`, 0);
    }
    const best = Array.from({ length: width }, (_, i) => 2000 - (i % 7) - (i % 5) + ((i * 3) % 900)).sort(
      (a, b) => b - a,
    );
    const answer = findCycles(graph, 'root', { maxLength, limit: 50 });
    same(
      answer.cycles.map(({ score }) => Math.round(score * 3000)),
      best.slice(0, 50),
      'the best of many',
    );
    const threes = findCycles(graph, 'root', { maxLength: 3, limit: Infinity });
    same(threes.cycles.length, width * 5, 'all of many');
    same(new Set(threes.cycles.map(({ key }) => key)).size, width * 5, 'all of many, each once');
    if (maxLength === 3) continue;
    const all = findCycles(graph, 'root', { maxLength, limit: Infinity });
    same([all.cycles.length, all.exact], [width * 5, true], 'all of many, with room for longer ones');
  }
}

/** Big enough for the search's bounds to matter: it may not read more edges than it did when these were recorded. */
function checkMiddling(): void {
  const random = new Random(41);
  const { graph, plain } = randomGraph(random, { items: 260, degree: 9, owners: 200 });
  const read: number[] = [];
  for (const [maxLength, limit, minScore] of [
    [3, 5, 0],
    [4, 10, 0],
    [5, 10, 0.5],
    [6, 5, 0.6],
    [7, 3, 0.8],
    [5, Infinity, 0.9],
  ] as const) {
    let work = 0;
    for (const root of ['i0', 'i1', 'i2', 'i3']) {
      const answer = findCycles(graph, root, { maxLength, limit, minScore });
      same(answer.exact, true, 'exact without a budget');
      work += answer.work;
      if (maxLength > 4) continue;
      const truth = allCycles(plain, root, 2, maxLength).sort(compareMeans).slice(0, limit);
      same(
        answer.cycles.map(({ score }) => score),
        truth.map(({ items, total }) => total / (items.length * 1000)),
        'best of a larger graph',
      );
    }
    read.push(work);
  }
  read.forEach((work, i) =>
    holds(work <= (RECORDED[i] ?? 0), `${read.join(', ')} edges read, recorded ${RECORDED.join(', ')}`),
  );
}

const RECORDED = [372, 1067, 3579, 3846, 3512, 76];
