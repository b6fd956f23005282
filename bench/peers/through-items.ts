import { type BarterGraph, forEachCycle } from 'barterloop';
import { createRandom } from '../random';
import { type ArrayGraph, toBarterGraph } from '../support/array-graph';
import { check, figure, percentile, say, table } from '../support/report';
import { dataFolder, type GoldenGraph, goldenGraphs, readSharedGraph } from '../support/shared-graphs';
import { withoutOwners } from './all-cycles';
import { middleOfThree } from './middle';
import { type Failure, PeerThread } from './peer-thread';

const SEED = 42;
/** The one peer that can be asked for the cycles through an item, and up to a length. */
const PEER = 'graphology-simple-path';
/** For what only warms up. */
const WARM_UP_MS = 200;

/** All cycles through sampled items of real graphs, by the same question to both. */
export async function compareThroughItems(smoke: boolean): Promise<void> {
  const golden = goldenGraphs();
  if (!golden) {
    say(`SKIPPED the real graphs: none at ${dataFolder}; set BARTERLOOP_DATA to where they are`);
    return;
  }
  const limitMs = smoke ? 1_000 : 5_000;
  const rows: string[][] = [];
  for (const [name, answers] of Object.entries(golden)) {
    if (smoke && name !== 'trade-ask2007') continue;
    const graph = withoutOwners(readSharedGraph(name));
    const barterGraph = toBarterGraph(graph);
    await using thread = new PeerThread(PEER, limitMs);
    await thread.load(graph);
    // Where the golden answers end at 4 there are too many cycles of 5 to list.
    for (const maxLength of answers.max_len_through === 4 ? [4] : [4, 5]) {
      checkGolden(name, barterGraph, answers, maxLength, limitMs);
      rows.push(await compare({ name, graph, barterGraph, thread, maxLength, limitMs, roots: smoke ? 3 : 20 }));
    }
  }
  say(`All cycles up to a length through an item, no owner rule, no least score; ${limitMs / 1000} s a question`);
  say('(milliseconds per item; both list every cycle, their numbers and the golden ones are compared)');
  say();
  const head = ['graph', 'items', 'edges', 'length', 'roots', 'cycles', 'p50', 'max', 'peer p50', 'peer max', 'ratio'];
  say(table([...head, 'total ratio', 'unfinished', 'peer unf.'], rows));
  say();
  say('cycles: of all roots that both finished. ratio: median over these of peer time / our time; total ratio: of the');
  say(
    `sums. unfinished: roots that took longer than ${limitMs / 1000} s or more memory than 2 GB; they are in no other`,
  );
  say(`column. peer: ${PEER} on graphology.`);
}

interface Comparison {
  name: string;
  graph: ArrayGraph;
  barterGraph: BarterGraph;
  thread: PeerThread;
  maxLength: number;
  limitMs: number;
  roots: number;
}

async function compare(comparison: Comparison): Promise<string[]> {
  const { name, graph, barterGraph, thread, maxLength, limitMs } = comparison;
  const roots = pickRoots(graph, comparison.roots);
  const ourMs: number[] = [];
  const peerMs: number[] = [];
  let cycles = 0;
  let unfinished = 0;
  let peerUnfinished = 0;
  // Both warm up on what they will do.
  for (const root of roots.slice(0, 5)) {
    countOurs(barterGraph, root, maxLength, WARM_UP_MS);
    await thread.ask({ root, maxLength: 3 });
  }
  for (const root of roots) {
    const ours = await middleOfThree(() => countOurs(barterGraph, root, maxLength, limitMs));
    const peer = await middleOfThree(() => thread.ask({ root, maxLength }));
    if (typeof ours === 'string') unfinished++;
    if (typeof peer === 'string') peerUnfinished++;
    if (typeof ours === 'string' || typeof peer === 'string') continue;
    check(ours.count === peer.count, `${name}, node ${root}, length ${maxLength}: ${ours.count}, peer ${peer.count}`);
    cycles += ours.count;
    ourMs.push(ours.ms);
    peerMs.push(peer.ms);
  }
  const sum = (list: number[]): number => list.reduce((total, ms) => total + ms, 0);
  return [
    name,
    figure(graph.owners.length),
    figure(graph.edgeCount),
    String(maxLength),
    String(roots.length),
    figure(cycles),
    figure(percentile(ourMs, 0.5)),
    figure(percentile(ourMs, 1)),
    figure(percentile(peerMs, 0.5)),
    figure(percentile(peerMs, 1)),
    `${figure(
      percentile(
        peerMs.map((ms, i) => ms / ourMs[i]!),
        0.5,
      ),
    )}×`,
    `${figure(sum(peerMs) / sum(ourMs))}×`,
    String(unfinished),
    String(peerUnfinished),
  ];
}

interface Count {
  ms: number;
  count: number;
}

function countOurs(graph: BarterGraph, root: number, maxLength: number, limitMs: number): Count | Failure {
  const start = performance.now();
  let count = 0;
  let isLate = false;
  forEachCycle(graph, root, { maxLength }, () => {
    count++;
    isLate = count % 4096 === 0 && performance.now() - start > limitMs;
    return !isLate;
  });
  return isLate ? 'time' : { ms: performance.now() - start, count };
}

/** The numbers of cycles that several independent programs agree on, where ours can count them in the time. */
function checkGolden(
  name: string,
  graph: BarterGraph,
  { through }: GoldenGraph,
  maxLength: number,
  limitMs: number,
): void {
  for (const [node, { simple }] of Object.entries(through)) {
    const expected = simple.slice(0, maxLength - 1).reduce((sum, count) => sum + count, 0);
    if (expected > MOST_CHECKED) continue;
    const ours = countOurs(graph, Number(node), maxLength, limitMs);
    if (typeof ours === 'string') continue;
    check(ours.count === expected, `${name}, golden node ${node}: ${ours.count}, not ${expected}`);
  }
}

/** Cycles through a golden node that are counted before anything is timed. */
const MOST_CHECKED = 200_000;

/** Items that give and receive: through the others there is nothing to find. */
function pickRoots({ receivers }: ArrayGraph, count: number): number[] {
  const received = new Set(receivers.flatMap((list) => [...list]));
  const able = [...receivers.keys()].filter((node) => receivers[node]!.length > 0 && received.has(node));
  return createRandom(SEED, able.length).shuffle(able).slice(0, count);
}
