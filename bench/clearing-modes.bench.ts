import {
  type BarterEngineOptions,
  createBarterEngine,
  type Item,
  isBarterError,
  memoryStorage,
  type Opportunity,
} from 'barterloop';
import { manualClock } from 'barterloop/testing';
import { generateMarket } from './market';
import { createRandom } from './random';
import { type BenchOptions, benchArguments } from './support/arguments';
import { isMain } from './support/is-main';
import { check, figure, say, table } from './support/report';
import { forgettingTransport } from './support/transports';

const HOUR = 3_600_000;
const HOURS = 168;
const SWEEP_EVERY = 6;
const DECLINES = 0.3;
/** Per hour, of those who have not answered yet. */
const ANSWERS = 0.25;
/** Per hour, of the items that are there. */
const LEAVES = 0.001;
const MODES = ['events', 'sweeps', 'both'] as const;

/**
 * Who should propose? A week of a market: items arrive evenly, some leave; people answer after some hours, and decline
 * three deals in ten, the same ones whoever proposes them. What completes, by who proposes.
 */
export async function runClearingModesBench({ smoke, items: sizes, seeds }: BenchOptions): Promise<void> {
  const size = sizes?.[0] ?? (smoke ? 200 : 2_000);
  const count = seeds ?? (smoke ? 1 : 3);
  say(
    `Who proposes: ${size} items over a week, a sweep every ${SWEEP_EVERY} hours, ${DECLINES * 100} % declines; ${count} seeds`,
  );
  say();
  const rows: string[][] = [];
  for (const propose of MODES) {
    const weeks: Week[] = [];
    for (let seed = 1; seed <= count; seed++) weeks.push(await week(size, seed, propose));
    const mean = (of: (one: Week) => number) => weeks.reduce((sum, one) => sum + of(one), 0) / weeks.length;
    const completed = mean((one) => one.completed);
    rows.push([propose, figure((completed * 1000) / size), figure((mean((one) => one.items) * 1000) / size), figure((mean((one) => one.proposed) * 1000) / size), figure(completed / Math.max(1, mean((one) => one.proposed))), figure(mean((one) => one.seconds))]); // biome-ignore format: one line
  }
  say(table(['propose', 'completed', 'items', 'proposals', 'share', 'CPU s'], rows));
  say();
  say(
    'Per 1,000 items: trades completed, items in them, and opportunities proposed, repairs included. share: of proposals',
  );
  say('that complete.');
}

interface Week {
  completed: number;
  items: number;
  proposed: number;
  seconds: number;
}

async function week(size: number, seed: number, propose: (typeof MODES)[number]): Promise<Week> {
  const before = process.cpuUsage();
  const clock = manualClock();
  const storage = memoryStorage();
  const market = generateMarket({ items: size, seed });
  const options: BarterEngineOptions = {
    storage,
    clock,
    transport: forgettingTransport(),
    categories: market.categories,
    sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
    policies: { throttle: [], cooldownMs: 0 },
    clearing: { propose, budget: 50_000_000 },
  };
  await using engine = createBarterEngine(options);
  const open = new Set<string>();
  const outcome = { completed: 0, items: 0, proposed: 0 };
  const begin = ({ id }: Opportunity) => {
    open.add(id);
    outcome.proposed++;
  };
  engine.on('opportunity:proposed', begin);
  engine.on('opportunity:repaired', begin);
  engine.on('opportunity:completed', ({ items }) => {
    outcome.completed++;
    outcome.items += items.length;
  });
  const random = createRandom(seed, 7);
  const arriving = random.shuffle([...market.items()]);
  const present: Item[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    for (const item of arriving.slice(Math.floor((hour * size) / HOURS), Math.floor(((hour + 1) * size) / HOURS))) {
      await engine.submit({ type: 'item:created', itemId: item.id, userId: item.ownerId, item });
      present.push(item);
    }
    for (let i = present.length - 1; i >= 0; i--) {
      if (!random.chance(LEAVES)) continue;
      const [{ id, ownerId }] = present.splice(i, 1) as [Item];
      await unlessOver(() => engine.submit({ type: 'item:deleted', itemId: id, userId: ownerId }));
    }
    for (const id of [...open]) {
      const { participants } = (await storage.opportunities.get(id))!;
      for (const { userId, gives, gets } of participants) {
        const now = (await storage.opportunities.get(id))!;
        if (now.state !== 'proposed' && now.state !== 'accepting') open.delete(id);
        const me = now.participants.find((one) => one.userId === userId)!;
        if (!open.has(id) || me.acceptedAt !== null || !random.chance(ANSWERS)) continue;
        const mind = createRandom(seed, ...Buffer.from(JSON.stringify([userId, gives, gets])));
        const after = await unlessOver(() =>
          mind.chance(DECLINES)
            ? engine.opportunities.decline(id, userId)
            : engine.opportunities.accept(id, userId, { revision: now.revision }),
        );
        if (after?.state !== 'committed') continue;
        for (const one of after.participants) await engine.opportunities.confirm(id, one.userId);
      }
    }
    if (hour % SWEEP_EVERY === SWEEP_EVERY - 1) await engine.sweep();
    else await engine.cleanup();
    clock.advance(HOUR);
  }
  check(propose !== 'events' || outcome.proposed > 0, 'nobody was asked for anything');
  const { user, system } = process.cpuUsage(before);
  return { ...outcome, seconds: (user + system) / 1e6 };
}

/** What came too late is nothing to speak of. */
async function unlessOver<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isBarterError(error)) return undefined;
    throw error;
  }
}

if (isMain(import.meta.url)) await runClearingModesBench(benchArguments());
