import { createBarterEngine, type MatchingOptions, memoryStorage } from 'barterloop';
import { generateMarket, type MarketOptions } from './market';
import { marketEvents } from './market-events';
import { AllPairs } from './support/all-pairs';
import { type BenchOptions, benchArguments } from './support/arguments';
import { checkCycles } from './support/checked-cycles';
import { GeneratedItems } from './support/generated-items';
import { isMain } from './support/is-main';
import { prunedTopScores } from './support/pruned-search';
import { check, figure, say, table } from './support/report';
import { forgettingTransport } from './support/transports';

const SEED = 42;
/** Edges that the plain search looks at before it gives up. */
const MOST_STEPS = 30_000_000;
/** Owners who take so much that most items are on a cycle. */
const GENEROUS = { leaves: 8, picky: 0.1, rangeWidth: 0.4, gradient: 0.1 };
const UNLIMITED = { candidatesPerWant: Number.POSITIVE_INFINITY, budget: Number.POSITIVE_INFINITY };
/** Of the engine's defaults. */
const LIMITS = { maxLength: 5, limit: 10, minScore: 0.6 };

interface Comparison {
  name: string;
  market: MarketOptions;
  events: number;
  /** The mix of the events; the rest deletes. */
  create: number;
  update: number;
  /** Of the engine that may stop early. */
  matching: Partial<MatchingOptions>;
}

/**
 * Whether the answers are right. Two engines take the same events, one without any limit and one that cuts lists and
 * ends searches. Every answer of the first must be that of a plain search over the scores of all pairs; every answer of
 * the second that says it is exact must be that of the first.
 */
export async function runExactnessBench({ smoke, items, events }: BenchOptions): Promise<void> {
  const size = items?.[0] ?? (smoke ? 500 : 10_000);
  const small = smoke ? 150 : 400;
  say(`Exactness: two engines over one generated market (seed ${SEED}), one without limits, one with them`);
  say();
  const rows = [
    await compare({
      name: `${figure(small)} generous, lists of 4`,
      market: { items: small, ...GENEROUS },
      events: small / 2,
      create: 0.3,
      update: 0.5,
      matching: { candidatesPerWant: 4 },
    }),
    await compare({
      name: `${figure(size)}, defaults`,
      market: { items: size },
      events: events ?? (smoke ? 60 : 2_000),
      create: 0.7,
      update: 0.2,
      matching: {},
    }),
  ];
  const head = ['items and limits', 'edges', 'events', 'compared', 'unfinished', 'with cycles'];
  say(table([...head, 'exact', 'of found', 'recall', 'best', 'all ten'], rows));
  say();
  say(
    'edges: of all pairs, at the end. compared: answers of the engine without limits that equal those of a plain search',
  );
  say(`over the scores of all pairs; unfinished: that search looked at ${figure(MOST_STEPS)} edges without an end.`);
  say('The rest is about the engine with limits. exact: its answers that say so, each of which equals the one without');
  say(
    'limits; of found: among the answers with a cycle. recall: of the cycles in the lists of ten without limits, those in',
  );
  say('its own (or as good as the last); best, all ten: answers whose best cycle, or whole list, is as good.');
  say('Nobody is open to anything here: who is takes the closest by value, which no score of a single pair can say.');
}

async function compare({ name, market: options, events, create, update, matching }: Comparison): Promise<string[]> {
  const market = generateMarket({ seed: SEED, openToAnything: 0, ...options });
  const items = new GeneratedItems(market);
  const engineWith = async (own: Partial<MatchingOptions>) => {
    const engine = createBarterEngine({
      categories: market.categories,
      matching: own,
      storage: { ...memoryStorage(), items },
      transport: forgettingTransport(),
    });
    await engine.start();
    return engine;
  };
  await using unlimited = await engineWith(UNLIMITED);
  await using limited = await engineWith(matching);
  const pairs = new AllPairs(items, market.categories);
  const { edges } = await unlimited.stats();
  check(edges === pairs.edges, `${edges} edges, all pairs say ${pairs.edges}`);

  const counts = { searches: 0, compared: 0, unfinished: 0, found: 0, exact: 0, foundExact: 0, best: 0, same: 0 };
  let places = 0;
  let reached = 0;
  for (const event of marketEvents({ market, events, create, update, items })) {
    const full = await unlimited.submit(event);
    const cut = await limited.submit(event);
    if (event.item) pairs.put(event.item);
    else pairs.remove(event.itemId);
    if (!event.item) continue;
    counts.searches++;
    check(full.exact, `event of ${event.itemId}: not exact without limits`);
    const score = (from: string, to: string) => pairs.scoreOf(from, to);
    for (const report of [full, cut]) await checkCycles(report, (from, to) => thousandths(score(from, to)));
    const best = full.found.map((cycle) => cycle.score);
    const expected = prunedTopScores(pairs, pairs.nodeOf(event.itemId), { ...LIMITS, maxSteps: MOST_STEPS });
    if (expected) {
      check(areEqual(best, expected), `event of ${event.itemId}: [${best}], all pairs say [${expected}]`);
      counts.compared++;
    } else counts.unfinished++;

    const own = cut.found.map((cycle) => cycle.score);
    check(!cut.exact || areEqual(own, best), `event of ${event.itemId}: [${own}] is said to be exact, it is [${best}]`);
    if (cut.exact) counts.exact++;
    if (best.length === 0) continue;
    counts.found++;
    if (cut.exact) counts.foundExact++;
    // Every cycle of its own that is as good as the last one without limits is in that list, or ties with it.
    const inList = own.filter((score) => score > best.at(-1)! - 1e-9).length;
    places += best.length;
    reached += Math.min(inList, best.length);
    if ((own[0] ?? 0) > best[0]! - 1e-9) counts.best++;
    if (areEqual(own, best)) counts.same++;
  }
  check(counts.compared > 0 && counts.found > 0, 'there was nothing to compare');
  const { edges: edgesAfter } = await unlimited.stats();
  check(edgesAfter === pairs.edges, `${edgesAfter} edges after the events, all pairs say ${pairs.edges}`);
  const share = (part: number, whole: number) => `${figure((100 * part) / whole)} %`;
  return [
    name,
    figure(pairs.edges),
    figure(events),
    figure(counts.compared),
    figure(counts.unfinished),
    figure(counts.found),
    share(counts.exact, counts.searches),
    share(counts.foundExact, counts.found),
    share(reached, places),
    share(counts.best, counts.found),
    share(counts.same, counts.found),
  ];
}

function thousandths(score: number | undefined): number | undefined {
  return score === undefined ? undefined : score / 1000;
}

function areEqual(scores: readonly number[], expected: readonly number[]): boolean {
  return scores.length === expected.length && scores.every((score, i) => Math.abs(score - expected[i]!) < 1e-9);
}

if (isMain(import.meta.url)) await runExactnessBench(benchArguments());
