import { type BarterGraph, forEachCycle } from 'barterloop';
import { createRandom } from '../random';
import { type ArrayGraph, arrayGraph, toBarterGraph } from './array-graph';
import { bruteTopCycles } from './brute';
import { type FindCircuits, firstNodes, loadPeer, neighbourLists, PEER, runPeerApart } from './elementary-circuits';
import { check, figure, say, timed } from './report';
import { type GoldenGraph, goldenGraphs, readSharedGraph } from './shared-graphs';

interface ComparePeerOptions {
  smoke: boolean;
  seed: number;
}

/**
 * Says where the peer's answers are wrong, how long it takes where they are right, and where it does not finish.
 * The truth is the brute search's; ours must equal it.
 */
export async function comparePeer({ smoke, seed }: ComparePeerOptions): Promise<void> {
  say(`Against npm ${PEER} (all circuits of a whole static graph, any length)`);
  say();
  const findCircuits = await loadPeer();
  if (!findCircuits) {
    say(`SKIPPED: ${PEER} is not installed`);
    return;
  }
  compareOnTinyGraphs(findCircuits, smoke ? 50 : 500, seed);
  const golden = goldenGraphs();
  if (golden) compareOnGrowingGraphs(golden[GROWING]!, smoke);
}

/** Cut down to its first items, so that one can watch it grow. */
const GROWING = 'kidney-100w';

/** How many of its answers are right, and how long it takes for those. */
function compareOnTinyGraphs(findCircuits: FindCircuits, count: number, seed: number): void {
  const random = createRandom(seed, 1);
  const graphs = Array.from({ length: count }, () => randomGraph(() => random.next(), 3 + random.int(5), 0.4));
  let wrong = 0;
  let smallest: ArrayGraph | undefined;
  let peerMs = 0;
  let ourMs = 0;
  let compared = 0;
  for (const graph of graphs) {
    const truth = countByBrute(graph);
    const barterGraph = toBarterGraph(graph);
    const ours = timed(() => countByFinder(barterGraph, graph.owners.length));
    check(ours.result === truth, `${ours.result} cycles of ${truth} on a graph of ${graph.owners.length}`);
    const peer = timed(() => findCircuits(neighbourLists(graph)).length);
    if (peer.result !== truth) {
      wrong++;
      if (!smallest || graph.edgeCount < smallest.edgeCount) smallest = graph;
      continue;
    }
    compared++;
    peerMs += peer.ms;
    ourMs += ours.ms;
  }
  say(
    `Random graphs of 3 to 7 items: ${wrong} of ${graphs.length} of its answers are WRONG (cycles missing); ours all right.`,
  );
  if (smallest) {
    const edges = smallest.receivers.flatMap((list, from) => [...list].map((to) => `${from}→${to}`));
    const truth = countByBrute(smallest);
    const found = findCircuits(neighbourLists(smallest)).length;
    say(`Smallest: ${edges.join(' ')} has ${truth} cycles, it finds ${found}.`);
  }
  say(
    `Where it is right, all cycles: it ${figure(peerMs / compared)} ms a graph, ours ${figure(ourMs / compared)} ms.`,
  );
}

/** Where it stops to finish: the number of cycles of any length grows exponentially. */
function compareOnGrowingGraphs(golden: GoldenGraph, smoke: boolean): void {
  const limitMs = smoke ? 2_000 : 10_000;
  const whole = readSharedGraph(GROWING);
  for (const size of smoke ? [20, 100] : [15, 20, 25, 30, 100]) {
    const graph = firstNodes(whole, size);
    const ms = runPeerApart(graph, limitMs);
    const finder = toBarterGraph(graph);
    const ours = timed(() => countByFinder(finder, size, 5));
    if (size === whole.owners.length) {
      const expected = golden.whole.simple.reduce((sum, cycles) => sum + cycles, 0);
      check(ours.result === expected, `${ours.result} cycles in ${GROWING}, expected ${expected}`);
    }
    say(
      `${GROWING}, first ${size} items (${graph.edgeCount} edges): it ${
        ms === null ? `does not finish in ${limitMs / 1000} s` : `takes ${figure(ms)} ms for all lengths`
      }; ours lists the ${figure(ours.result)} cycles up to length 5 in ${figure(ours.ms)} ms.`,
    );
  }
}

function randomGraph(next: () => number, nodes: number, density: number): ArrayGraph {
  const edges: [number, number, number][] = [];
  for (let from = 0; from < nodes; from++) {
    for (let to = 0; to < nodes; to++) if (from !== to && next() < density) edges.push([from, to, 1000]);
  }
  return arrayGraph(
    edges,
    Int32Array.from({ length: nodes }, (_, node) => node),
  );
}

/** All cycles of the graph, each counted once, at its smallest item. */
function countByFinder(graph: BarterGraph, nodes: number, maxLength = nodes): number {
  let count = 0;
  for (let node = 0; node < nodes; node++) {
    forEachCycle(graph, String(node), { minLength: 2, maxLength: Math.min(16, maxLength), minScore: 0 }, (cycle) => {
      if (cycle.items.every((id) => Number(id) >= node)) count++;
    });
  }
  return count;
}

function countByBrute(graph: ArrayGraph): number {
  const nodes = graph.owners.length;
  let count = 0;
  for (let node = 0; node < nodes; node++) {
    // Without the smaller nodes each cycle is met at its smallest only.
    const rest = arrayGraph(
      graph.receivers.flatMap((list, from) =>
        from < node ? [] : [...list].filter((to) => to >= node).map((to) => [from, to, 1000] as const),
      ),
      graph.owners,
    );
    count += bruteTopCycles(rest, node, { maxLength: nodes, limit: 0, minScore: 0 }).count;
  }
  return count;
}
