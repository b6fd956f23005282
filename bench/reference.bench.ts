import { type BarterGraph, type Cycle, findCycles } from 'barterloop';
import { createRandom } from './random';
import { type FlatGraph, flatToBarterGraph, flatten } from './support/flat-graph';
import { isMain } from './support/is-main';
import { loadReference, type ReferenceFinder, referenceFolder, sortedLists } from './support/reference-finder';
import { check, figure, percentile, say, table } from './support/report';
import { dataFolder, goldenGraphs, readSharedGraph } from './support/shared-graphs';
import { syntheticGraph } from './support/synthetic-graph';

const LIMIT = 10;
const MIN_SCORE = 0.6;
const SEED = 42;

interface ReferenceBenchOptions {
  /** Small graphs, few items: does it run at all? */
  smoke: boolean;
}

/**
 * The finder against the measured prototype of the same algorithm, which is written for speed alone: the same graphs,
 * options and stages in one process, one search each in turn.
 */
export async function runReferenceBench({ smoke }: ReferenceBenchOptions): Promise<void> {
  say('Finder against the prototype: top 10 cycles from 0.60 through one item, milliseconds per item');
  say('(the scores of both answers are compared before any time counts)');
  say();
  const reference = loadReference();
  if (!reference) {
    say(`SKIPPED: no ring-finder.js in ${referenceFolder}; set BARTERLOOP_REFERENCE to where it is`);
    return;
  }
  const rows: string[][] = [];
  const compare = (name: string, flat: FlatGraph, samples: (lists: FlatGraph) => Sample[]): void => {
    const graph = flatToBarterGraph(flat);
    const packed = reference.pack(sortedLists(flat));
    for (const { title, length, roots } of samples(flat)) {
      const finder = new reference.RingFinder6(packed, { L: length, K: LIMIT, theta: MIN_SCORE * 1000 });
      const times = comparePairs(`${name}${title}`, graph, finder, roots, length, smoke);
      rows.push([name + title, figure(graph.order), figure(graph.size), String(length), ...times]);
    }
  };
  for (const name of smoke ? ['trade-ask2007'] : Object.keys(goldenGraphs() ?? {})) {
    compare(name, flatten(readSharedGraph(name)), (flat) => sharedSamples(name, flat, smoke));
  }
  if (!goldenGraphs()) say(`SKIPPED: no graphs at ${dataFolder}; set BARTERLOOP_DATA to where they are`);
  compare('synthetic', syntheticGraph(smoke ? 20_000 : 1_000_000, SEED), (flat) => syntheticSamples(flat, smoke));
  const head = ['graph', 'items', 'edges', 'length', 'roots', 'p50', 'p99', 'prototype p50', 'prototype p99', 'ratio'];
  say(table(head, rows));
  say();
  say(
    'ratio: median over all pairs of finder time / prototype time. A pair is two searches through one item, one right',
  );
  say('after the other, each going first in half of the ten or more rounds over all items.');
}

/** Items to search through, and how far. */
interface Sample {
  title: string;
  length: number;
  roots: number[];
}

/** Real trades have so few cycles that long ones are worth asking for; elsewhere they would take all day. */
function sharedSamples(name: string, flat: FlatGraph, smoke: boolean): Sample[] {
  const roots = uniformRoots(flat, smoke ? 5 : 40);
  return (name.startsWith('trade-') ? [4, 5, 8] : [4, 5]).map((length) => ({ title: '', length, roots }));
}

function syntheticSamples(flat: FlatGraph, smoke: boolean): Sample[] {
  const roots = uniformRoots(flat, smoke ? 5 : 200);
  const wanted = roots.map((_, i) => flat.receivers[Math.floor(((i + 0.5) / roots.length) * flat.receivers.length)]!);
  return [
    { title: '', length: 4, roots },
    { title: '', length: 5, roots },
    { title: ', by in-degree', length: 5, roots: able(flat, wanted) },
    { title: ', 30 largest hubs', length: 5, roots: able(flat, byInDegree(flat)).slice(0, smoke ? 3 : 30) },
    { title: '', length: 6, roots: roots.slice(0, smoke ? 2 : 100) },
    { title: '', length: 8, roots: roots.slice(0, smoke ? 1 : 30) },
  ];
}

function uniformRoots(flat: FlatGraph, count: number): number[] {
  const nodes = able(flat, [...flat.owners.keys()]);
  return createRandom(SEED, nodes.length).shuffle(nodes).slice(0, count);
}

/** Items that give and receive: through the others there is nothing to find, and no time to measure. */
function able({ starts, receivers }: FlatGraph, nodes: number[]): number[] {
  const received = new Uint8Array(starts.length);
  for (const receiver of receivers) received[receiver] = 1;
  return nodes.filter((node) => starts[node]! < starts[node + 1]! && received[node] === 1);
}

function byInDegree({ owners, receivers }: FlatGraph): number[] {
  const degree = new Uint32Array(owners.length);
  for (const receiver of receivers) degree[receiver]!++;
  return [...owners.keys()].sort((a, b) => degree[b]! - degree[a]! || a - b);
}

/** Columns from `roots` on. */
function comparePairs(
  where: string,
  graph: BarterGraph,
  finder: ReferenceFinder,
  roots: readonly number[],
  maxLength: number,
  smoke: boolean,
): string[] {
  const ids = new Map(roots.map((root) => [root, String(root)]));
  const ours = (root: number) => findCycles(graph, ids.get(root)!, { maxLength, limit: LIMIT, minScore: MIN_SCORE });
  const theirs = (root: number) => finder.find(root);
  for (const root of roots) {
    const answer = ours(root);
    check(answer.exact, `${where}: the search through ${root} is not exact`);
    sameMeans(answer.cycles, theirs(root).rings, `${where}, node ${root}, length ${maxLength}`);
  }
  const rounds = smoke ? 2 : 10;
  const warmUps = smoke ? 1 : Math.ceil(WARM_UP_SEARCHES / roots.length / maxLength ** 2);
  for (let i = 0; i < warmUps; i++) for (const root of roots) timePair(ours, theirs, root, i % 2 === 0);
  const ourMs: number[] = [];
  const theirMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const root of roots) {
      const pair = timePair(ours, theirs, root, round % 2 === 0);
      ourMs.push(pair.ours);
      theirMs.push(pair.theirs);
    }
  }
  return [
    String(roots.length),
    figure(percentile(ourMs, 0.5)),
    figure(percentile(ourMs, 0.99)),
    figure(percentile(theirMs, 0.5)),
    figure(percentile(theirMs, 0.99)),
    `${figure(
      percentile(
        ourMs.map((ms, i) => ms / theirMs[i]!),
        0.5,
      ),
    )}×`,
  ];
}

/** So that both are compiled before the first time that counts. */
const WARM_UP_SEARCHES = 200_000;

function timePair(
  ours: (root: number) => unknown,
  theirs: (root: number) => unknown,
  root: number,
  oursFirst: boolean,
): { ours: number; theirs: number } {
  const start = performance.now();
  (oursFirst ? ours : theirs)(root);
  const middle = performance.now();
  (oursFirst ? theirs : ours)(root);
  const end = performance.now();
  return oursFirst ? { ours: middle - start, theirs: end - middle } : { ours: end - middle, theirs: middle - start };
}

function sameMeans(cycles: readonly Cycle[], rings: readonly { len: number; deficit: number }[], where: string): void {
  check(cycles.length === rings.length, `${where}: ${cycles.length} cycles, the prototype has ${rings.length}`);
  cycles.forEach(({ score }, i) => {
    const mean = 1 - rings[i]!.deficit / (1000 * rings[i]!.len);
    check(Math.abs(score - mean) < 1e-9, `${where}: score ${score} in place ${i + 1}, the prototype has ${mean}`);
  });
}

if (isMain(import.meta.url)) await runReferenceBench({ smoke: process.argv.includes('--smoke') });
