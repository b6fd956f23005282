import { type BarterEngine, type Category, createBarterEngine, Market, memoryStorage } from 'barterloop';
import { generateMarket } from './market';
import { marketEvents } from './market-events';
import { type BenchOptions, benchArguments } from './support/arguments';
import { GeneratedItems } from './support/generated-items';
import { isMain } from './support/is-main';
import { type Memory, settledMemory } from './support/memory';
import { check, figure, growingTable, percentile, say } from './support/report';
import { forgettingTransport } from './support/transports';
import { watchMarket } from './support/watched-market';

const SEED = 42;
/** Lines of the report, and how many of them come before the memory is held against what follows. */
const LINES = 20;
const WARM_UP = 4;
/** The most that memory may be at the end for each megabyte after the warm-up. */
const MOST_GROWTH = 1.2;

/**
 * Whether an engine can go on for long: as many items come as go, and after all the events its memory is to be what it
 * was early on, and its graph that of a market made of the same items at once.
 */
export async function runSoakBench({ smoke, items: sizes, events: asked }: BenchOptions): Promise<void> {
  const size = sizes?.[0] ?? (smoke ? 1_000 : 100_000);
  const events = asked ?? (smoke ? 2_000 : 1_000_000);
  say(`Soak: ${figure(events)} events on ${figure(size)} items (seed ${SEED}), 35 % create, 30 % update, 35 % delete`);
  say(
    '(engine.submit, one after the other. Cycles are searched and none is proposed (perEvent 0), so the storage has no',
  );
  say(
    'opportunity or row to keep, and items are made when they are read: what grows here is the engine. Words are weighed',
  );
  say('anew at each line, by a sweep that ends before it searches. MB after a collection of garbage)');
  say();
  const market = generateMarket({ items: size, seed: SEED });
  const items = new GeneratedItems(market);
  const watched = watchMarket();
  await using engine = createBarterEngine({
    categories: market.categories,
    storage: { ...memoryStorage(), items },
    transport: forgettingTransport(),
    policies: { perEvent: 0 },
  });
  await engine.start();

  const sizeTitles = ['resident MB', 'heap MB', 'arrays MB', 'of them market'];
  const print = growingTable(['events', 'items', 'edges', ...sizeTitles, 'p50', 'p99', 'max']);
  const memories: Memory[] = [];
  const line = async (done: number, times: number[]): Promise<void> => {
    const memory = settledMemory();
    const { items: count, edges, memoryBytes } = await engine.stats();
    const held = Object.values(memoryBytes).reduce((sum, bytes) => sum + bytes, 0) / 2 ** 20;
    const sizes = [memory.resident, memory.heap, memory.buffers, held];
    const tail = [0.5, 0.99, 1].map((share) => percentile(times, share));
    print([done, count, edges, ...sizes, ...tail].map(figure));
    memories.push(memory);
    await weighWords(engine);
  };
  await line(0, []);
  let times: number[] = [];
  let done = 0;
  let expectedItems = size;
  const every = Math.ceil(events / LINES);
  for (const event of marketEvents({ market, events, create: 0.35, update: 0.3, items })) {
    const start = performance.now();
    await engine.submit(event);
    times.push(performance.now() - start);
    if (event.type === 'item:created') expectedItems++;
    if (event.type === 'item:deleted') expectedItems--;
    if (++done % every !== 0 && done < events) continue;
    await line(done, times);
    times = [];
  }
  say();
  const stats = await engine.stats();
  check(stats.items === expectedItems, `${stats.items} items after the events, expected ${expectedItems}`);
  check(stats.eventsFailed === 0, `${stats.eventsFailed} events failed`);
  check(watched.market !== undefined, 'the market of the engine was never seen');
  const hash = watched.market.graph.stateHash();
  const anew = stateOf(items, market.categories);
  check(hash === anew, `the graph after the events is ${hash}, made anew it is ${anew}`);
  say(`The graph after the events is that of a market made anew of its ${figure(stats.items)} items: ${hash}.`);

  const early = memories[Math.min(WARM_UP, memories.length - 1)]!;
  const late = memories.at(-1)!;
  const growth = (of: keyof Memory): string => `${of} × ${figure(late[of] / early[of])}`;
  say(
    `Memory at the end for that after a fifth of the events: ${growth('resident')}, ${growth('heap')}, ${growth('buffers')}.`,
  );
  // A small market is little beside the process, whose own memory has not settled after so few events.
  if (!smoke) {
    const used = (late.heap + late.buffers) / (early.heap + early.buffers);
    check(used < MOST_GROWTH, `heap and arrays have grown ${figure(used)} times since a fifth of the events`);
  }
}

/** A sweep does that first, and looks at its signal before it searches. */
async function weighWords(engine: BarterEngine): Promise<void> {
  await engine.sweep({ signal: AbortSignal.abort() });
}

/** The hash of the graph of a market that has never been another. */
function stateOf(items: GeneratedItems, categories: readonly Category[]): string {
  const market = new Market({}, categories);
  for (const item of items) market.stage(item);
  market.refreshWordWeights();
  for (const _ of market.linkStaged());
  return market.graph.stateHash();
}

if (isMain(import.meta.url)) await runSoakBench(benchArguments());
