import { createRandom, type Random } from '../random';
import { type ArrayGraph, arrayGraph, toBarterGraph } from '../support/array-graph';
import { check, figure, say, table, timed } from '../support/report';
import { goldenGraphs, readSharedGraph } from '../support/shared-graphs';
import { firstNodes, keyOf, ourCycles, plainCycles } from './all-cycles';
import { middleOfThree } from './middle';
import { PEERS, PeerThread } from './peer-thread';

const SEED = 42;
/** Cut down to its first items, so that one can watch the work grow. */
const GROWING = 'kidney-100w';

/** Every cycle of any length of graphs so small that a plain walk knows them all. */
export async function compareOnTinyGraphs(smoke: boolean): Promise<void> {
  const random = createRandom(SEED, 1);
  const graphs = Array.from({ length: smoke ? 50 : 500 }, () => randomGraph(random, 3 + random.int(5)));
  const truths = graphs.map((graph) => plainCycles(graph));
  say(`All cycles of ${graphs.length} random graphs of 3 to 7 items (seed ${SEED}), by the keys of a plain walk`);
  say();
  const rows: string[][] = [];
  const failures: string[] = [];
  for (const peer of PEERS) {
    await using thread = new PeerThread(peer, 10_000);
    let ms = 0;
    let right = 0;
    let smallest: { graph: ArrayGraph; found: Set<string>; truth: Set<string> } | undefined;
    for (const [i, graph] of graphs.entries()) {
      await thread.load(graph);
      const answer = await thread.ask({ withCycles: true });
      check(typeof answer !== 'string', `${peer} did not finish on a graph of ${graph.edgeCount} edges`);
      const found = new Set(answer.cycles!.map(keyOf));
      if (isSame(found, truths[i]!)) {
        right++;
        ms += answer.ms;
      } else if (!smallest || graph.edgeCount < smallest.graph.edgeCount)
        smallest = { graph, found, truth: truths[i]! };
    }
    rows.push([peer, figure(graphs.length - right), figure(ms / right)]);
    if (smallest) {
      const { graph, found, truth } = smallest;
      const edges = graph.receivers.flatMap((list, from) => [...list].map((to) => `${from}→${to}`));
      failures.push(
        `${peer} fails on ${edges.join(' ')}: of its ${truth.size} cycles it lacks ${listed(truth, found)}${
          [...found].every((key) => truth.has(key)) ? '' : `, and lists ${listed(found, truth)}, which are none`
        }.`,
      );
    }
  }
  let ourMs = 0;
  for (const [i, graph] of graphs.entries()) {
    const barterGraph = toBarterGraph(graph);
    const ours = timed(() => ourCycles(barterGraph, graph.owners.length));
    check(isSame(new Set(ours.result.map(keyOf)), truths[i]!), `the cycles of graph ${i}`);
    ourMs += ours.ms;
  }
  rows.push(['barterloop', '0', figure(ourMs / graphs.length)]);
  say(table(['', 'wrong answers', 'ms a graph'], rows));
  if (failures.length > 0) say();
  for (const failure of failures) say(failure);
}

/** Where each stops to finish: the number of cycles of any length grows exponentially. */
export async function compareOnGrowingGraphs(smoke: boolean): Promise<void> {
  if (!goldenGraphs()) return;
  const limitMs = smoke ? 2_000 : 10_000;
  const whole = readSharedGraph(GROWING);
  const rows: string[][] = [];
  for (const size of smoke ? [15] : [15, 20, 25, 30, 100]) {
    const graph = firstNodes(whole, size);
    const truth = plainCycles(graph, 5);
    const barterGraph = toBarterGraph(graph);
    const ours = await middleOfThree(() => timed(() => ourCycles(barterGraph, size, 5)));
    check(isSame(new Set(ours.result.map(keyOf)), truth), `the cycles of the first ${size} items of ${GROWING}`);
    for (const peer of PEERS) {
      await using thread = new PeerThread(peer, limitMs);
      await thread.load(graph);
      const question = { withCycles: true, ...(peer === 'graphology-simple-path' && { maxLength: 5 }) };
      const answer = await middleOfThree(() => thread.ask(question));
      rows.push([
        `first ${size}`,
        figure(graph.edgeCount),
        peer,
        peer === 'graphology-simple-path' ? '≤ 5' : 'all',
        ...(typeof answer === 'string'
          ? [`not finished (${answer})`, '–', '–']
          : [figure(answer.ms), figure(answer.count), verdict(answer.cycles!, truth)]),
      ]);
    }
    rows.push([
      `first ${size}`,
      figure(graph.edgeCount),
      'barterloop',
      '≤ 5',
      figure(ours.ms),
      figure(truth.size),
      'right',
    ]);
  }
  say(`All cycles of the first items of ${GROWING}; each has ${limitMs / 1000} s`);
  say();
  say(table(['items', 'edges', '', 'length', 'ms', 'listed', 'up to 5 edges'], rows));
}

/** What a list says of the cycles up to five edges. */
function verdict(cycles: readonly number[][], truth: ReadonlySet<string>): string {
  const found = new Set(cycles.filter((cycle) => cycle.length <= 5).map(keyOf));
  const missing = [...truth].filter((key) => !found.has(key)).length;
  if (missing > 0) return `WRONG: lacks ${figure(missing)} of ${figure(truth.size)}`;
  return found.size === truth.size ? 'right' : 'WRONG: lists what is none';
}

function isSame(found: ReadonlySet<string>, truth: ReadonlySet<string>): boolean {
  return found.size === truth.size && [...truth].every((key) => found.has(key));
}

function listed(those: ReadonlySet<string>, without: ReadonlySet<string>): string {
  return [...those].filter((key) => !without.has(key)).join(', ');
}

function randomGraph(random: Random, nodes: number): ArrayGraph {
  const edges: [number, number, number][] = [];
  for (let from = 0; from < nodes; from++) {
    for (let to = 0; to < nodes; to++) if (from !== to && random.chance(0.4)) edges.push([from, to, 1000]);
  }
  return arrayGraph(
    edges,
    Int32Array.from({ length: nodes }, (_, node) => node),
  );
}
