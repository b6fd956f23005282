import { BarterGraph } from '../../../src/graph/barter-graph';
import { packHalfEdge, SCORE_STEPS } from '../../../src/graph/half-edges';
import { BestCandidates } from '../../../src/market/best-candidates';
import { Random } from '../random';
import { atMost, holds, same } from './expect';

const ITEMS = 900;

/** Of all that is offered exactly the best, whatever the order, and little taken in that cannot be among them. */
export function checkBestCandidates(): void {
  const graph = new BarterGraph();
  // Ids in the opposite order of the nodes.
  for (let i = 0; i < ITEMS; i++) graph.addItem(`i${1000 + ITEMS - i}`, 'o');
  // Hashes that are the same: in groups of three, and a few alike in their upper half only.
  for (let node = 0; node < 300; node++) graph.tieOfNode[node] = graph.tieOfNode[node - (node % 3)]!;
  for (let node = 300; node < 360; node++) graph.tieOfNode[node] = 0xffff_fc00 + (node % 7);
  const best = new BestCandidates(graph);
  let takenIn = 0;
  for (let seed = 1; seed <= 40; seed++) takenIn += checkOne(graph, best, new Random(seed));
  atMost(takenIn, TAKEN_IN, 'candidates taken in');
  checkGates(graph);
  checkTies(graph);
}

const TAKEN_IN = 2232;

type Candidate = [node: number, deficit: number];

function checkOne(graph: BarterGraph, best: BestCandidates, random: Random): number {
  const limit = random.pick([1, 2, 3, 20, 31, 32, 33, 100, 400, Infinity]);
  const mayRepeat = random.chance(0.5);
  const spread = random.pick([1, 3, 1001]);
  const offered: Candidate[] = random
    .shuffled(Array.from({ length: ITEMS }, (_, node) => node))
    .slice(0, random.pick([0, 1, limit === Infinity ? 5 : limit, 70, ITEMS]))
    .flatMap((node): Candidate[] => {
      const deficit = random.below(spread);
      const again: Candidate = [node, random.chance(0.5) ? random.below(spread) : deficit];
      return mayRepeat && random.chance(0.3) ? [[node, deficit], again] : [[node, deficit]];
    });
  const least = new Map<number, number>();
  for (const [node, deficit] of offered) least.set(node, Math.min(deficit, least.get(node) ?? Infinity));
  const ranked = [...least].sort((a, b) => a[1] - b[1] || (graph.isNodeBefore(a[0], b[0]) ? -1 : 1));
  const truth = ranked.slice(0, limit);
  const isAmong = new Map(truth);

  best.begin(limit, mayRepeat);
  same([best.isCut, best.most, best.admits(SCORE_STEPS)], [false, SCORE_STEPS, true], 'at the beginning');
  let takenIn = 0;
  for (const [node, deficit] of random.shuffled(offered)) {
    const isAdmitted = best.admitsItem(deficit, node);
    if (isAdmitted) takenIn++;
    if (isAmong.get(node) === deficit)
      holds(isAdmitted && best.admits(deficit) && best.most >= deficit, 'one of the best is admitted');
    if (isAdmitted) holds(best.admits(deficit), 'what is admitted by item is by its deficit');
    same(best.admits(deficit), deficit <= best.most, 'the greatest deficit');
    best.add(node, deficit);
  }
  const words = truth.map(([node, deficit]) => packHalfEdge(deficit, node));
  same([...best.take()], words, 'the best');
  same([...best.take()], words, 'the same again');
  if (least.size > limit) same(best.isCut, true, 'something was left out');
  else if (!mayRepeat) same(best.isCut, false, 'nothing was left out');
  if (ranked.length >= limit) same(best.most, truth.at(-1)![1], 'no worse than the last');
  return takenIn;
}

/**
 * Once as many are known as are kept, no worse ones are let in; once half as many again, and 24 more at least, none that
 * come behind them.
 */
function checkGates(graph: BarterGraph): void {
  const order = Array.from({ length: ITEMS }, (_, node) => node).sort((a, b) => (graph.isNodeBefore(a, b) ? -1 : 1));
  const best = new BestCandidates(graph);
  for (const [limit, settledAt] of [
    [1, 25],
    [10, 34],
    [33, 57],
    [51, 76],
    [100, 150],
  ] as const) {
    best.begin(limit, false);
    for (let i = 0; i < settledAt; i++) {
      same([best.isCut, best.most], [false, i < limit ? SCORE_STEPS : 500], 'not yet');
      same(best.admitsItem(500, order.at(-1)!), true, 'nor by item');
      best.add(order[i]!, 500);
    }
    same([best.isCut, best.most], [true, 500], 'sorted out');
    const [last, next] = [order[limit - 1]!, order[limit + 3]!];
    same([best.admits(500), best.admits(501)], [true, false], 'by deficit');
    same([best.admitsItem(500, last), best.admitsItem(501, last), best.admitsItem(499, next)], [true, false, true], '');
    if (graph.tieOfNode[next] !== graph.tieOfNode[last]) same(best.admitsItem(500, next), false, 'after the last');
    same(best.take().length, limit, 'the best');
  }
  best.begin(0, false);
  same([best.take().length, best.isCut], [0, false], 'none');
  best.begin(Infinity, false);
  for (let i = 0; i < ITEMS; i++) best.add(order[i]!, 3);
  same([best.isCut, best.take().length, best.most], [false, ITEMS, SCORE_STEPS], 'all');
}

/** Hashes that are the same, or nearly. */
function checkTies(graph: BarterGraph): void {
  const best = new BestCandidates(graph);
  const taken = (limit: number, ...candidates: Candidate[]) => {
    best.begin(limit, false);
    for (const [node, deficit] of candidates) best.add(node, deficit);
    return [...best.take()];
  };
  // Node 2 comes before 1, and 1 before 0.
  same(taken(9, [2, 5], [0, 4]), [packHalfEdge(4, 0), packHalfEdge(5, 2)], 'by deficit first');
  same(taken(9, [500, 4], [2, 5]), [packHalfEdge(4, 500), packHalfEdge(5, 2)], 'two');
  same(taken(9, [1, 5]), [packHalfEdge(5, 1)], 'nothing of what was before');
  same(
    taken(9, [0, 5], [1, 5]),
    [1, 0].map((node) => packHalfEdge(5, node)),
    'two alike',
  );
  same(
    taken(9, [0, 5], [1, 5], [2, 5]),
    [2, 1, 0].map((node) => packHalfEdge(5, node)),
    'three alike',
  );
  best.begin(10, false);
  for (let node = 300; node < 360; node++) best.add(node, 500);
  for (let node = 400; node < 404; node++) best.add(node, 900);
  const tie = (node: number) => graph.tieOfNode[node]! - 0xffff_fc00;
  same([tie(309), tie(310)], [1, 2], 'ties');
  same([best.admitsItem(500, 309), best.admitsItem(500, 310)], [true, false], 'by the lower part of the hash');
}
