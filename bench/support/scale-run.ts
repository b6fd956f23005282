/** One size of the scale bench, in a process of its own, so that its memory is its own. Prints one line of JSON. */

import { createBarterEngine, type EventReport, memoryStorage } from 'barterloop';
import { generateMarket } from '../market';
import { marketEvents } from '../market-events';
import { checkCycles } from './checked-cycles';
import { GeneratedItems } from './generated-items';
import { type Memory, settledMemory } from './memory';
import { check, percentile, say } from './report';
import { forgettingTransport } from './transports';
import { watchMarket } from './watched-market';

/** Milliseconds. */
export interface Times {
  p50: number;
  p99: number;
  p999: number;
  max: number;
}

export interface ScaleFigures {
  edges: number;
  load: { seconds: number; cpuSeconds: number; makingSeconds: number };
  memory: { before: Memory; loaded: Memory; after: Memory };
  /** Of the market after the load, in typed arrays. */
  memoryBytes: { graph: number; index: number; items: number };
  /** That count; those that warmed up do not. */
  events: number;
  all: Times;
  created: Times;
  updated: Times;
  deleted: Times;
  /** Creations and updates. */
  searches: number;
  /** Of these: with a cycle, and by verdict. */
  found: number;
  exact: number;
  byBudget: number;
  byCap: number;
  /** Of those with a cycle: exact, and proven at least as far as trades of three people. */
  foundExact: number;
  foundCertified: number;
  told: number;
  checked: number;
}

const [size, seed, count] = process.argv.slice(2).map(Number) as [number, number, number];

const market = generateMarket({ items: size, seed });
const making = secondsOf(() => {
  for (const _ of market.items());
});
const items = new GeneratedItems(market);
const watched = watchMarket();
await using engine = createBarterEngine({
  categories: market.categories,
  storage: { ...memoryStorage(), items },
  transport: forgettingTransport(),
});
const before = settledMemory();
const cpuBefore = process.cpuUsage();
const begun = performance.now();
await engine.start();
const seconds = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const loaded = settledMemory();
const stats = await engine.stats();
check(stats.items === size, `${stats.items} items loaded of ${size}`);

const times = { 'item:created': [] as number[], 'item:updated': [] as number[], 'item:deleted': [] as number[] };
const counts = { searches: 0, found: 0, exact: 0, byBudget: 0, byCap: 0, foundExact: 0, foundCertified: 0, told: 0 };
const warmUp = Math.ceil(count / 20);
let expectedItems = size;
let done = 0;
let checked = 0;
// The stream makes the item of an event before the clock of that event runs.
for (const event of marketEvents({ market, events: count, items })) {
  const start = performance.now();
  const report = await engine.submit(event);
  const ms = performance.now() - start;
  if (event.type === 'item:created') expectedItems++;
  if (event.type === 'item:deleted') expectedItems--;
  if (done % 25 === 0) {
    await checkCycles(report, async (from, to) => (await engine.whyNot(from, to)).score);
    if (report.found.length > 0) checked++;
  }
  if (done++ < warmUp) continue;
  times[event.type].push(ms);
  counts.told += report.told.length;
  if (event.type !== 'item:deleted') countAnswer(report);
}
const after = await engine.stats();
check(after.items === expectedItems, `${after.items} items after the events, expected ${expectedItems}`);
check(after.eventsFailed === 0, `${after.eventsFailed} events failed`);

const figures: ScaleFigures = {
  edges: stats.edges,
  load: { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, makingSeconds: making },
  memory: { before, loaded, after: settledMemory() },
  memoryBytes: stats.memoryBytes,
  events: count - warmUp,
  all: timesOf(Object.values(times).flat()),
  created: timesOf(times['item:created']),
  updated: timesOf(times['item:updated']),
  deleted: timesOf(times['item:deleted']),
  ...counts,
  checked,
};
say(JSON.stringify(figures));

function countAnswer({ found, exact, reason }: EventReport): void {
  counts.searches++;
  if (exact) counts.exact++;
  if (reason === 'budget') counts.byBudget++;
  if (reason === 'cap') counts.byCap++;
  if (found.length === 0) return;
  counts.found++;
  if (exact) counts.foundExact++;
  if (exact || (watched.search?.certified?.maxLength ?? 0) >= 3) counts.foundCertified++;
}

function timesOf(values: number[]): Times {
  const at = (share: number) => percentile(values, share);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

function secondsOf(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}
