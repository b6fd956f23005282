import type { PipelineContext } from './admit';
import type { CleanupReport, ClearingReport, EventReport, SweepOptions, SweepReport } from './api';
import { proposeClearing } from './clear-sweep';
import { isBarterError } from './errors';
import type { MarketPort } from './market-port/market-port';
import type { ResolvedOptions } from './options';
import type { Outcome } from './outcome';
import { reconcile } from './reconcile';
import type { Clock, Logger, Sleep } from './runtime';
import type { BarterStorage } from './storage/storage';
import { sweepItems } from './sweep';
import type { Item, ItemId, UserId } from './types';

/** What a sweep needs of the engine. */
export interface SweeperContext {
  storage: BarterStorage;
  options: Pick<ResolvedOptions, 'clearing'>;
  clock: Clock;
  sleep: Sleep;
  logger: Logger;
  checkItem(input: unknown): Item;
  /** Resolves when the market is there and every event that has arrived is in the queue. */
  ready(): Promise<void>;
  /** The market as it is, and in a turn of the queue, where it is loaded if need be. */
  market(): MarketPort;
  inTurn<T>(work: (market: MarketPort) => Promise<T>): Promise<T>;
  command<T>(
    work: (context: PipelineContext & { market: MarketPort }, now: number, outcome: Outcome) => Promise<T>,
  ): Promise<T>;
  /** Items in committed trades. */
  heldItems(): Promise<ReadonlySet<ItemId>>;
  /** Items whose events wait to be tried again, or have left cycles untold. */
  unfinished(): ItemId[];
  lookAgain(id: ItemId): Promise<EventReport | undefined>;
  reload(id: ItemId, owner: UserId): Promise<unknown>;
  cleanUp(): Promise<CleanupReport>;
  sendDue(): Promise<number>;
  isClosing(): boolean;
}

/** Sweeps, one at a time, and knows what the last clearing chose. */
export class Sweeper {
  readonly #context: SweeperContext;
  /** The keys of the cycles that the last clearing chose. */
  #chosen: ReadonlySet<string> = new Set();
  #underWay: Promise<SweepReport> | undefined;
  #isFull = false;

  constructor(context: SweeperContext) {
    this.#context = context;
  }

  get chosen(): ReadonlySet<string> {
    return this.#chosen;
  }

  /** Resolves when no sweep is under way. */
  async idle(): Promise<void> {
    await this.#underWay?.catch(() => {});
  }

  sweep(options: SweepOptions): Promise<SweepReport> {
    const { full = false } = options;
    // Who asks for all items is not answered by a sweep of some.
    if (this.#underWay && full && !this.#isFull) return this.idle().then(() => this.sweep(options));
    this.#isFull ||= full;
    this.#underWay ??= this.#sweep(options).finally(() => {
      this.#underWay = undefined;
      this.#isFull = false;
    });
    return this.#underWay;
  }

  /** Words weighed anew → (dry run ends here) → cleaned up → reconciled → cleared → searched → due messages sent. */
  async #sweep(options: SweepOptions): Promise<SweepReport> {
    const { clock, sleep, ready, market, inTurn, cleanUp, sendDue } = this.#context;
    await ready();
    const begun = clock.elapsed();
    for (let isDone = false; !isDone; await sleep(0)) isDone = await inTurn((present) => present.reweigh());
    if (options.dryRun) {
      const clearing = await this.#clear(true);
      const nothing = { items: 0, left: 0, cycles: 0, differences: 0, told: 0, withdrawn: 0 };
      return { ...nothing, ...(clearing && { clearing }), tookMs: clock.elapsed() - begun };
    }
    const { ended } = await cleanUp();
    const differences = options.reconcile ? await this.#reconcile(options) : 0;
    const clearing = this.#context.options.clearing.propose === 'events' ? undefined : await this.#clear(false);
    const swept = await sweepItems({ ...this.#context, market: market() }, options);
    await sendDue();
    return {
      ...swept,
      differences,
      ...(clearing && { clearing }),
      told: swept.told + (clearing?.proposed ?? 0),
      withdrawn: swept.withdrawn + ended,
      tookMs: clock.elapsed() - begun,
    };
  }

  /** Clears the market and proposes what is chosen; a market too large for it is swept all the same. */
  async #clear(isDryRun: boolean): Promise<ClearingReport | undefined> {
    const { command, options, logger } = this.#context;
    try {
      return await command(async (context, now, outcome) => {
        const report = await proposeClearing(context, options.clearing, isDryRun, now, outcome);
        if (!isDryRun) this.#chosen = new Set(report.cycles.map(({ key }) => key));
        return report;
      });
    } catch (error) {
      if (!isBarterError(error) || error.code !== 'too-many-cycles') throw error;
      logger('warn', `The market could not be cleared. ${error.message}`, { error });
      return undefined;
    }
  }

  /** Brings the market up to what was changed in the storage without an event. */
  async #reconcile({ signal }: SweepOptions): Promise<number> {
    const { storage, checkItem, heldItems, reload, sleep, logger, isClosing } = this.#context;
    const { items } = storage;
    const market = this.#context.market();
    return reconcile({
      items,
      market,
      checkItem,
      held: await heldItems(),
      sleep,
      hasEnded: () => isClosing() || (signal?.aborted ?? false),
      reload: async (itemId) => {
        try {
          const owner = (await items.get(itemId))?.ownerId ?? (await market.check(itemId));
          if (owner !== undefined) await reload(itemId, owner);
        } catch (error) {
          logger('error', 'An item could not be brought up to the storage.', { itemId, error });
        }
      },
    });
  }
}
