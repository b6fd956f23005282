import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BarterEngine, Item, Opportunity } from 'barterloop';
import type { Logger } from 'pino';
import { generateMarket } from '../../../bench/market';
import { createRandom } from '../../../bench/random';

/** What an evening is made of. */
export interface EveningOptions {
  /** The same seed, the same items in the same order. @defaultValue 1 */
  seed?: number;
  /** Items that are posted. @defaultValue 240 */
  items?: number;
  /** Milliseconds between two of them. @defaultValue 250 */
  everyMs?: number;
}

export interface EveningProgress {
  isRunning: boolean;
  posted: number;
  of: number;
  accepted: number;
  declined: number;
  confirmed: number;
}

/** Bots that post, accept, decline and hand over. People of flesh and blood are left to decide for themselves. */
export interface BusyEvening {
  /** Begins one, or answers with the one that is under way. */
  begin(options?: EveningOptions): EveningProgress;
  progress(): EveningProgress;
  /** Ends it and waits until its last step is done. */
  stop(): Promise<EveningProgress>;
}

/** The generated owners, who are nobody; the evening's own bots are further ones of them. */
const isBot = (userId: string) => /^user-\d{7}$/.test(userId);
/** Items far beyond those of the demo market. */
const FIRST_ITEM = 5_000_000;
const ACCEPTS = 0.8;
const THINKS_MS = 400;

export function createBusyEvening(engine: BarterEngine, log: Logger, categoryIds: ReadonlySet<string>): BusyEvening {
  const idle: EveningProgress = { isRunning: false, posted: 0, of: 0, accepted: 0, declined: 0, confirmed: 0 };
  let progress = idle;
  let running: Promise<void> | null = null;
  let stopping = new AbortController();
  let round = 0;

  const run = async ({ seed = 1, items = 240, everyMs = 250 }: EveningOptions, signal: AbortSignal) => {
    const market = generateMarket({ items: 1_000 });
    const random = createRandom(seed, 0xb07);
    const deciding = new Set<Promise<void>>();

    const decide = async ({ id, revision, participants }: Opportunity) => {
      for (const { userId, acceptedAt } of participants) {
        if (!isBot(userId) || acceptedAt !== null || signal.aborted) continue;
        await sleep(THINKS_MS * (0.5 + random.next()), undefined, { signal });
        if (random.chance(ACCEPTS)) {
          await engine.opportunities.accept(id, userId, { revision });
          progress.accepted++;
        } else {
          await engine.opportunities.decline(id, userId);
          progress.declined++;
          return;
        }
      }
    };
    const handOver = async ({ id, participants }: Opportunity) => {
      for (const { userId } of participants) {
        if (!isBot(userId)) continue;
        await sleep(THINKS_MS, undefined, { signal });
        await engine.opportunities.confirm(id, userId);
        progress.confirmed++;
      }
    };
    const doing = (work: (one: Opportunity) => Promise<void>) => (one: Opportunity) => {
      // That a trade ended while a bot was thinking is what evenings are like.
      const done = work(one).catch(() => {});
      deciding.add(done);
      void done.finally(() => deciding.delete(done));
    };
    const [decides, handsOver] = [doing(decide), doing(handOver)];
    engine.on('opportunity:proposed', decides);
    engine.on('opportunity:repaired', decides);
    engine.on('opportunity:committed', handsOver);
    try {
      for (let i = 0; i < items && !signal.aborted; i++) {
        const item = market.itemAt(FIRST_ITEM + round * 10_000 + i);
        if (fits(item, categoryIds)) await post(engine, item);
        progress.posted++;
        await sleep(everyMs, undefined, { signal });
      }
      await Promise.allSettled(deciding);
    } finally {
      engine.off('opportunity:proposed', decides);
      engine.off('opportunity:repaired', decides);
      engine.off('opportunity:committed', handsOver);
    }
  };

  return {
    begin(options = {}) {
      if (running) return { ...progress };
      round++;
      stopping = new AbortController();
      setMaxListeners(0, stopping.signal); // each bot that thinks listens
      progress = { ...idle, isRunning: true, of: options.items ?? 240 };
      running = run(options, stopping.signal)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) log.error({ err: error }, 'The busy evening ended early');
        })
        .finally(() => {
          progress.isRunning = false;
          running = null;
        });
      return { ...progress };
    },
    progress: () => ({ ...progress }),
    async stop() {
      stopping.abort();
      await running;
      return { ...progress };
    },
  };
}

function fits({ categoryId, wants }: Item, categoryIds: ReadonlySet<string>): boolean {
  return [categoryId, ...wants.map((want) => want.categoryId)].every((id) => id === undefined || categoryIds.has(id));
}

async function post(engine: BarterEngine, item: Item): Promise<void> {
  await engine.submit({ type: 'item:created', itemId: item.id, userId: item.ownerId, item });
}
