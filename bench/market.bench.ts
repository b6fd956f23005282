import { generateMarket } from './market';
import { toBarterGraph } from './support/array-graph';
import { isMain } from './support/is-main';
import {
  type AnsweredWant,
  countAnswers,
  type GraphStatistics,
  graphStatistics,
  largestLeafShare,
  wholeGraph,
} from './support/market-statistics';
import { figure, percentile, say, table } from './support/report';
import { dataFolder, goldenGraphs, readSharedGraph } from './support/shared-graphs';

interface MarketBenchOptions {
  /** Small markets and few samples: does it run at all? */
  smoke: boolean;
}

const SEED = 42;

/** What the generated market looks like at several sizes, next to the math trades of real people. */
export function runMarketBench({ smoke }: MarketBenchOptions): void {
  say(`The generated market (seed ${SEED}, default options) and real trades`);
  say();
  describeSizes(smoke);
  say();
  describeWants(smoke);
  say();
  describeGraphs(smoke);
}

/** Counted over all items, but for the largest leaf. */
function describeSizes(smoke: boolean): void {
  const rows = (smoke ? [1_000, 10_000] : [1_000, 10_000, 100_000, 1_000_000]).map((size) => {
    const market = generateMarket({ items: size, seed: SEED });
    let without = 0;
    let wants = 0;
    const owners = new Set<string>();
    const start = performance.now();
    for (const item of market.items()) {
      if (item.wants.length === 0) without++;
      wants += item.wants.length;
      owners.add(item.ownerId);
    }
    const microseconds = ((performance.now() - start) * 1000) / size;
    return [
      figure(size),
      figure(owners.size),
      figure(size / owners.size),
      percent(without / size),
      figure(wants),
      figure(market.categories.length),
      figure(market.options.leaves),
      percent(largestLeafShare(market, 100_000)),
      figure(microseconds),
    ];
  });
  const head = [
    'items',
    'owners',
    'items each',
    'no wants',
    'wants',
    'categories',
    'leaves',
    'largest leaf',
    'µs/item',
  ];
  say(table(head, rows));
}

function describeWants(smoke: boolean): void {
  const samples = smoke
    ? [{ size: 2_000, wants: 50, every: 1 }]
    : [
        { size: 10_000, wants: 1_000, every: 1 },
        { size: 100_000, wants: 1_000, every: 1 },
        { size: 1_000_000, wants: 400, every: 1 },
      ];
  const byKind: string[][] = [];
  const rows = samples.map(({ size, wants, every }) => {
    const answered = countAnswers(generateMarket({ items: size, seed: SEED }), { wants, every });
    const of = (list: AnsweredWant[], share: number): string =>
      figure(
        percentile(
          list.map(({ answers }) => answers),
          share,
        ),
      );
    for (const kind of [...new Set(answered.map((want) => want.kind))].sort()) {
      const list = answered.filter((want) => want.kind === kind);
      byKind.push([figure(size), kind, figure(list.length), of(list, 0.1), of(list, 0.5), of(list, 0.9)]);
    }
    return [
      figure(size),
      figure(answered.length),
      every === 1 ? 'all' : `1 in ${every}`,
      percent(answered.filter(({ answers }) => answers === 0).length / answered.length),
      ...[0.1, 0.5, 0.9, 0.99].map((share) => of(answered, share)),
    ];
  });
  say('Items that answer a want (sampled wants, asked against the items in the third column, edges from 0.35, no cap)');
  say();
  say(table(['items', 'wants', 'asked', 'none', 'p10', 'median', 'p90', 'p99'], rows));
  say();
  say(table(['items', 'kind of want', 'wants', 'p10', 'median', 'p90'], byKind));
}

function describeGraphs(smoke: boolean): void {
  const rows: string[][] = [];
  if (goldenGraphs()) {
    const trades = ['trade-ask2007', 'trade-br2024may', 'trade-mathandel29', 'trade-onewant', 'trade-xmas2007'];
    for (const name of smoke ? trades.slice(0, 1) : trades) {
      const arrays = readSharedGraph(name);
      const ids = Array.from(arrays.owners, (_, node) => String(node));
      rows.push(graphRow(name, graphStatistics(toBarterGraph(arrays), ids, ids.length)));
    }
  } else say(`SKIPPED the real trades: no graphs at ${dataFolder}; set BARTERLOOP_DATA to where they are`);
  for (const size of smoke ? [1_000] : [1_000, 10_000, 20_000]) {
    const market = generateMarket({ items: size, seed: SEED });
    const ids = Array.from(market.items(), ({ id }) => id);
    rows.push(graphRow(`generated ${figure(size)}`, graphStatistics(wholeGraph(market), ids, 1_000)));
  }
  say('All edges: how many items an owner would take for one of theirs, how many would take an item, and the cycles');
  say();
  const head = ['graph', 'items', 'edges', 'takes p50', 'p90', 'p99', 'max', 'taken p50', 'p90', 'p99', 'max'];
  say(table([...head, 'reciprocity', 'on a cycle', 'undecided', 'looked at'], rows));
  say();
  say(
    'reciprocity: share of edges whose reverse exists. on a cycle: share of the looked-at items on a cycle of at most',
  );
  say('five with distinct owners. undecided: the search ended at its budget without one.');
}

function graphRow(name: string, statistics: GraphStatistics): string[] {
  const { items, edges, accepts, takers, reciprocity, onCycle, undecided, lookedAt } = statistics;
  const tail = (values: number[]): string[] => [0.5, 0.9, 0.99, 1].map((share) => figure(percentile(values, share)));
  return [
    name,
    figure(items),
    figure(edges),
    ...tail(accepts),
    ...tail(takers),
    percent(reciprocity),
    percent(onCycle),
    percent(undecided),
    figure(lookedAt),
  ];
}

function percent(share: number): string {
  return `${figure(100 * share)} %`;
}

if (isMain(import.meta.url)) runMarketBench({ smoke: process.argv.includes('--smoke') });
