import { type BarterGraph, findCycles } from 'barterloop';
import { createRandom } from './random';
import { type ArrayGraph, toBarterGraph } from './support/array-graph';
import { bruteTopCycles } from './support/brute';
import { isMain } from './support/is-main';
import { check, figure, percentile, say, table, timed } from './support/report';
import { dataFolder, type GoldenGraph, goldenGraphs, readSharedGraph } from './support/shared-graphs';

const LIMIT = 10;
const MIN_SCORE = 0.6;
const SEED = 42;

interface FinderBenchOptions {
  /** Few items, small budgets: does it run at all? */
  smoke: boolean;
}

/** The exact ten best cycles through one item, against a plain depth-first search on the same graph in the same run. */
export function runFinderBench(options: FinderBenchOptions): void {
  say('Finder: top 10 cycles from 0.60 through one item, owners distinct, on real graphs');
  say('(milliseconds per item; the answers of both searches and the golden ones are compared before any time counts)');
  say();
  const golden = goldenGraphs();
  if (golden) compareOnSharedGraphs(golden, options);
  else say(`SKIPPED: no graphs at ${dataFolder}; set BARTERLOOP_DATA to where they are`);
}

function compareOnSharedGraphs(golden: Record<string, GoldenGraph>, options: FinderBenchOptions): void {
  const rows: string[][] = [];
  for (const [name, { max_len_through: maxLength }] of Object.entries(golden)) {
    const arrays = readSharedGraph(name);
    const graph = toBarterGraph(arrays);
    checkGolden(name, graph, golden[name]!);
    // Where the golden answers end at 4 a plain search to 5 would not end at all.
    for (const length of options.smoke || maxLength === 4 ? [4] : [4, 5]) {
      rows.push(compareWithBrute(name, arrays, graph, length, options));
    }
  }
  say(
    table(
      ['graph', 'items', 'edges', 'length', 'roots', 'p50', 'p99', 'brute p50', 'brute p99', 'ratio', 'unfinished'],
      rows,
    ),
  );
  say();
  say('ratio: median over the items of brute time / finder time. unfinished: items where the plain search looked at');
  say(`${figure(bruteBudget(options))} edges without an end; they are in p50 and p99 of the finder, but in no ratio.`);
}

/** Before anything is timed: the ten best through the nodes of which they are known. */
function checkGolden(name: string, graph: BarterGraph, { max_len_through, through }: GoldenGraph): void {
  for (const [id, { top10_means }] of Object.entries(through)) {
    const { cycles, exact } = findCycles(graph, id, { maxLength: max_len_through, limit: LIMIT, minScore: MIN_SCORE });
    check(exact, `${name}: the search through ${id} is not exact`);
    sameScores(
      cycles.map((cycle) => cycle.score),
      top10_means,
      `${name}, golden node ${id}`,
    );
  }
}

function bruteBudget({ smoke }: FinderBenchOptions): number {
  return smoke ? 2_000_000 : 30_000_000;
}

function compareWithBrute(
  name: string,
  arrays: ArrayGraph,
  graph: BarterGraph,
  maxLength: number,
  options: FinderBenchOptions,
): string[] {
  const roots = pickRoots(arrays, options.smoke ? 5 : 40);
  const search = (root: number) => findCycles(graph, String(root), { maxLength, limit: LIMIT, minScore: MIN_SCORE });
  const plainSearch = (root: number, maxSteps: number) =>
    bruteTopCycles(arrays, root, { maxLength, limit: LIMIT, minScore: MIN_SCORE, maxSteps });
  // Both warm up on what they will do.
  for (const root of roots) {
    search(root);
    plainSearch(root, 100_000);
  }
  const finderMs: number[] = [];
  const bruteMs: number[] = [];
  const ratios: number[] = [];
  for (const root of roots) {
    const plain = timed(() => plainSearch(root, bruteBudget(options)));
    const repeats = [0, 1, 2].map(() => timed(() => search(root)));
    const ms = percentile(
      repeats.map((repeat) => repeat.ms),
      0.5,
    );
    finderMs.push(ms);
    const { cycles, exact } = repeats[0]!.result;
    if (!plain.result.finished) continue;
    check(exact, `${name}: the search through ${root} is not exact`);
    sameScores(
      cycles.map((cycle) => cycle.score),
      plain.result.scores,
      `${name}, node ${root}, length ${maxLength}`,
    );
    bruteMs.push(plain.ms);
    ratios.push(plain.ms / ms);
  }
  return [
    name,
    figure(arrays.owners.length),
    figure(arrays.edgeCount),
    String(maxLength),
    String(roots.length),
    figure(percentile(finderMs, 0.5)),
    figure(percentile(finderMs, 0.99)),
    figure(percentile(bruteMs, 0.5)),
    figure(percentile(bruteMs, 0.99)),
    `${figure(percentile(ratios, 0.5))}×`,
    String(roots.length - ratios.length),
  ];
}

/** Items that give and receive: through the others there is nothing to find, and no time to measure. */
function pickRoots({ receivers }: ArrayGraph, count: number): number[] {
  const received = new Set(receivers.flatMap((list) => [...list]));
  const able = [...receivers.keys()].filter((node) => receivers[node]!.length > 0 && received.has(node));
  return createRandom(SEED, able.length).shuffle(able).slice(0, count);
}

/** The golden means are rounded to six digits. */
function sameScores(actual: readonly number[], expected: readonly number[], where: string): void {
  check(actual.length === expected.length, `${where}: ${actual.length} cycles, expected ${expected.length}`);
  actual.forEach((score, i) => {
    check(Math.abs(score - expected[i]!) < 1e-6, `${where}: score ${score} in place ${i + 1}, expected ${expected[i]}`);
  });
}

if (isMain(import.meta.url)) runFinderBench({ smoke: process.argv.includes('--smoke') });
