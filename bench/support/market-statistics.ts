import { type BarterGraph, forEachCycle, type Item, Market as LibraryMarket, type Want } from 'barterloop';
import type { Market } from '../market';

/** The whole market as a graph with every edge there is. Memory and time grow faster than the market. */
export function wholeGraph(market: Market): BarterGraph {
  const library = new LibraryMarket({ candidatesPerWant: Number.POSITIVE_INFINITY }, market.categories);
  for (const item of market.items()) library.stage(item);
  library.refreshWordWeights();
  for (const _ of library.linkStaged());
  return library.graph;
}

/** What can be known of any graph. */
export interface GraphStatistics {
  items: number;
  edges: number;
  /** How many items each item's owner would take. */
  accepts: number[];
  /** How many owners would take each item. */
  takers: number[];
  /** Share of edges whose reverse exists, too: those are two-cycles. */
  reciprocity: number;
  /** Share of the looked-at items on a cycle of at most five, owners distinct. */
  onCycle: number;
  /** Share of those whose search ended at its budget before it met a cycle. */
  undecided: number;
  /** Items looked at for that. */
  lookedAt: number;
}

/** Edges that one search for any cycle reads at most. */
const CYCLE_BUDGET = 5_000_000;

/** Cycles are looked for through `sample` of the items, evenly spread. */
export function graphStatistics(graph: BarterGraph, ids: readonly string[], sample: number): GraphStatistics {
  let returned = 0;
  const accepts: number[] = [];
  const takers: number[] = [];
  for (const id of ids) {
    const givers = graph.givers(id);
    const receivers = new Set(graph.receivers(id).map((neighbour) => neighbour.id));
    for (const giver of givers) if (receivers.has(giver.id)) returned++;
    accepts.push(givers.length);
    takers.push(receivers.size);
  }
  const lookedAt = Math.min(sample, ids.length);
  let on = 0;
  let undecided = 0;
  for (let i = 0; i < lookedAt; i++) {
    let met = false;
    const id = ids[Math.floor((i * ids.length) / lookedAt)]!;
    const { exact } = forEachCycle(graph, id, { maxLength: 5, budget: CYCLE_BUDGET }, () => {
      met = true;
      return false;
    });
    if (met) on++;
    else if (!exact) undecided++;
  }
  return {
    items: ids.length,
    edges: graph.size,
    accepts,
    takers,
    reciprocity: returned / graph.size,
    onCycle: on / lookedAt,
    undecided: undecided / lookedAt,
    lookedAt,
  };
}

/** The kind of a want, as a reader of the table would call it. */
export function wantKind({ itemIds, categoryId, keywords }: Want): string {
  if (itemIds) return 'named';
  const place = categoryId === undefined ? 'anywhere' : categoryId.startsWith('leaf') ? 'leaf' : 'middle';
  return keywords ? `${place}, words` : place;
}

/** One want and how many items answer it. */
export interface AnsweredWant {
  kind: string;
  answers: number;
}

/** Items of which one library market is made at a time, so that a million need no memory. */
const CHUNK = 20_000;

/**
 * How many items answer each of `wants` sampled wants. Asked is every `every`-th item of the market, and each counts
 * `every` times; nothing is cut.
 */
export function countAnswers(market: Market, { wants, every = 1 }: { wants: number; every?: number }): AnsweredWant[] {
  const takers = sampleWants(market, wants);
  const counts = new Map(takers.map(({ id }) => [id, 0]));
  const { items } = market.options;
  for (let start = 0; start < items; start += CHUNK * every) {
    const library = new LibraryMarket({ candidatesPerWant: Number.POSITIVE_INFINITY }, market.categories);
    const end = Math.min(items, start + CHUNK * every);
    for (let index = start; index < end; index += every) {
      const { openToAnything: _, ...item } = market.itemAt(index);
      library.stage({ ...item, wants: [] });
    }
    library.refreshWordWeights();
    for (const taker of takers) library.stage(taker);
    for (const _ of library.linkStaged());
    for (const { id } of takers) {
      const givers = library.graph.givers(id).filter((giver) => !counts.has(giver.id));
      counts.set(id, counts.get(id)! + every * givers.length);
    }
  }
  return takers.map(({ id, wants: [want] }) => ({ kind: wantKind(want!), answers: counts.get(id)! }));
}

/** Wants of items evenly spread over the market, each alone on a copy of its item that has another id. */
function sampleWants(market: Market, count: number): Item[] {
  const takers: Item[] = [];
  for (let i = 0; takers.length < count && i < 20 * count; i++) {
    // Multiples of the golden ratio fall evenly, and on no pattern of the generator.
    const item = market.itemAt(Math.floor(((i * 0.618033988749895) % 1) * market.options.items));
    const want = item.wants[i % Math.max(1, item.wants.length)];
    if (want) takers.push({ ...item, id: `taker-${i}`, wants: [{ ...want }] });
  }
  return takers;
}

/** Share of the items in the most popular leaf, from `sample` items. */
export function largestLeafShare(market: Market, sample: number): number {
  const counts = new Map<string, number>();
  const step = Math.max(1, Math.floor(market.options.items / sample));
  let looked = 0;
  for (let index = 0; index < market.options.items; index += step, looked++) {
    const { categoryId } = market.itemAt(index);
    counts.set(categoryId!, (counts.get(categoryId!) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / looked;
}
