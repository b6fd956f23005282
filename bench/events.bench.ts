import { type BarterEngine, createBarterEngine, type EventReport, type Item, memoryStorage } from 'barterloop';
import { generateMarket } from './market';
import { marketEvents } from './market-events';
import { arrayGraph } from './support/array-graph';
import { bruteTopCycles } from './support/brute';
import { isMain } from './support/is-main';
import { check, figure, percentile, say, table } from './support/report';

interface EventsBenchOptions {
  /** Small markets and few events: does it run at all? */
  smoke: boolean;
}

const SEED = 42;
/** The search floor of an event where its owner has stated none. */
const FLOOR = 0.6;
/** Owners who take so much that most items are on a cycle. */
const GENEROUS = { leaves: 8, picky: 0.1, rangeWidth: 0.4, gradient: 0.1 };

/**
 * What one item event costs: a generated market is loaded, then a mixed stream of events (70 % create, 20 % update,
 * 10 % delete) goes through `engine.submit`, each with everything the engine does for it, storage in memory.
 */
export async function runEventsBench({ smoke }: EventsBenchOptions): Promise<void> {
  say(`Events: engine.submit over the generated market (seed ${SEED}), 70 % create, 20 % update, 10 % delete`);
  say('(milliseconds per event, one after the other; storage and transport in memory)');
  say();
  await checkAnswers(smoke ? 100 : 200, Number.POSITIVE_INFINITY);
  await checkAnswers(smoke ? 200 : 400, 4);
  say();
  const rows: string[][] = [];
  for (const size of smoke ? [1_000, 5_000] : [10_000, 100_000]) rows.push(await measure(size, smoke ? 300 : 3_000));
  const head = ['items', 'edges', 'load s', 'RSS MB', 'events', 'p50', 'p99', 'max', 'create', 'update', 'delete'];
  say(table([...head, 'found', 'told', 'exact', 'of found', 'budget', 'cap'], rows));
  say();
  say('create, update, delete: p50 of each. found: creations and updates with a cycle from 0.60. told: opportunities.');
  say(
    'exact, budget, cap: share of creations and updates with that verdict; of found: exact among those with a cycle.',
  );
  say(
    'The first tenth of the events warms up and is not counted. Every 25th answer is checked edge by edge against the',
  );
  say('score of its pair.');
}

/**
 * On a small market the cycles of an event are compared with those of a plain search on a graph of all pairs, scored
 * one by one. Without a cap on candidates every answer must equal that; with a tight one, every answer that says exact.
 */
async function checkAnswers(size: number, candidatesPerWant: number): Promise<void> {
  const isCapped = candidatesPerWant !== Number.POSITIVE_INFINITY;
  // None is open to anything: who is takes only the closest by value, which no score of a single pair can say.
  const market = generateMarket({ items: size, seed: SEED, openToAnything: 0, ...(isCapped ? {} : GENEROUS) });
  await using engine = createBarterEngine({ categories: market.categories, matching: { candidatesPerWant } });
  await engine.start();
  const present = new Map<string, Item>();
  for (const item of market.items()) {
    await engine.submit({ type: 'item:created', itemId: item.id, userId: item.ownerId, item });
    present.set(item.id, item);
  }
  let compared = 0;
  let withCycles = 0;
  for (const event of marketEvents({ market, events: size / 2, create: 0.3, update: 0.5 })) {
    const { found, exact } = await engine.submit(event);
    if (event.item) present.set(event.itemId, event.item);
    else present.delete(event.itemId);
    check(exact || isCapped, `event of ${event.itemId}: not exact`);
    // Some events are enough: all pairs are scored anew for each.
    if (!event.item || !exact || event.itemId.charCodeAt(event.itemId.length - 1) % 5 !== 0) continue;
    const expected = await scoresByAllPairs(engine, [...present.values()], event.itemId);
    check(
      found.length === expected.length && found.every((cycle, i) => Math.abs(cycle.score - expected[i]!) < 1e-9),
      `event of ${event.itemId}: [${found.map((cycle) => cycle.score)}], all pairs say [${expected}]`,
    );
    compared++;
    if (expected.length > 0) withCycles++;
  }
  check(compared > 0 && (isCapped || withCycles > 0), 'the check has nothing to compare');
  const cap = isCapped ? `a cap of ${candidatesPerWant}` : 'no cap';
  say(
    `Exact answers of ${compared} events with ${cap} equal those of all pairs of ${size} items; ${withCycles} had cycles.`,
  );
}

/** The best scores through an item, from nothing but the score of every pair. */
async function scoresByAllPairs(engine: BarterEngine, items: Item[], itemId: string): Promise<number[]> {
  const numbers = new Map<string, number>();
  const owners = Int32Array.from(items, ({ ownerId }) => {
    if (!numbers.has(ownerId)) numbers.set(ownerId, numbers.size);
    return numbers.get(ownerId)!;
  });
  const edges: [number, number, number][] = [];
  for (const [from, given] of items.entries()) {
    for (const [to, receiving] of items.entries()) {
      if (given.ownerId === receiving.ownerId) continue;
      const { score } = await engine.whyNot(given.id, receiving.id);
      if (score !== undefined) edges.push([from, to, Math.round(score * 1000)]);
    }
  }
  const root = items.findIndex(({ id }) => id === itemId);
  return bruteTopCycles(arrayGraph(edges, owners), root, { maxLength: 5, limit: 10, minScore: FLOOR }).scores;
}

async function measure(size: number, count: number): Promise<string[]> {
  const market = generateMarket({ items: size, seed: SEED });
  const storage = memoryStorage();
  for (const item of market.items()) await storage.items.put(item);
  await using engine = createBarterEngine({ categories: market.categories, storage });
  const loadStart = performance.now();
  await engine.start();
  const loadMs = performance.now() - loadStart;
  const { items, edges } = await engine.stats();
  check(items === size, `${items} items loaded of ${size}`);
  const rss = process.memoryUsage().rss / 2 ** 20;

  const times: Record<string, number[]> = { 'item:created': [], 'item:updated': [], 'item:deleted': [] };
  const searches: EventReport[] = [];
  const warmUp = Math.ceil(count / 10);
  let expectedItems = size;
  let done = 0;
  for (const event of marketEvents({ market, events: count })) {
    const start = performance.now();
    const report = await engine.submit(event);
    const ms = performance.now() - start;
    if (event.type === 'item:created') expectedItems++;
    if (event.type === 'item:deleted') expectedItems--;
    if (done % 25 === 0) await checkEdges(engine, report);
    if (done++ < warmUp) continue;
    times[event.type]!.push(ms);
    if (event.type !== 'item:deleted') searches.push(report);
  }
  const after = await engine.stats();
  check(after.items === expectedItems, `${after.items} items after the events, expected ${expectedItems}`);

  const all = Object.values(times).flat();
  const share = (holds: (report: EventReport) => boolean): string => shareOf(searches, holds);
  return [
    figure(size),
    figure(edges),
    figure(loadMs / 1000),
    figure(rss),
    figure(all.length),
    figure(percentile(all, 0.5)),
    figure(percentile(all, 0.99)),
    figure(percentile(all, 1)),
    ...Object.values(times).map((list) => figure(percentile(list, 0.5))),
    share(({ found }) => found.length > 0),
    figure(searches.reduce((sum, { told }) => sum + told.length, 0)),
    share(({ exact }) => exact),
    shareOf(
      searches.filter(({ found }) => found.length > 0),
      ({ exact }) => exact,
    ),
    share(({ reason }) => reason === 'budget'),
    share(({ reason }) => reason === 'cap'),
  ];
}

function shareOf(reports: EventReport[], holds: (report: EventReport) => boolean): string {
  return `${figure((100 * reports.filter(holds).length) / reports.length)} %`;
}

/** What was found is there: every edge has the score of its pair, and the owners are distinct. */
async function checkEdges(engine: BarterEngine, { itemId, found }: EventReport): Promise<void> {
  for (const { items, owners, edgeScores } of found) {
    check(items.includes(itemId), `a cycle of the event of ${itemId} does not hold it: ${items}`);
    check(new Set(owners).size === items.length, `an owner twice in ${items}`);
    for (const [i, from] of items.entries()) {
      const to = items[(i + 1) % items.length]!;
      const { score } = await engine.whyNot(from, to);
      check(score === edgeScores[i], `${from} → ${to} has ${score}, the cycle says ${edgeScores[i]}`);
    }
  }
}

if (isMain(import.meta.url)) await runEventsBench({ smoke: process.argv.includes('--smoke') });
