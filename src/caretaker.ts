import type { PipelineContext } from './admit';
import type { CleanupReport } from './api';
import { tidy } from './cleanup';
import type { ResolvedOptions } from './options';
import { type Outcome, toldOf } from './outcome';
import { prune, type RetentionMark } from './retention';
import { bringUpTo } from './review';
import type { Clock, Logger } from './runtime';
import type { EventLog } from './storage/event-log';
import type { BarterStorage } from './storage/storage';
import { isOpen } from './types';

/** What cleaning up needs of the engine. */
export interface CaretakerContext {
  storage: BarterStorage;
  options: Pick<ResolvedOptions, 'retention' | 'policies'>;
  clock: Clock;
  logger: Logger;
  /** Those that are followed. */
  logs(): Iterable<EventLog>;
  /** Does something about opportunities in its turn, then tells. */
  command<T>(work: (context: PipelineContext, now: number, outcome: Outcome) => Promise<T>): Promise<T>;
  isClosing(): boolean;
}

/** Opportunities that are due, read at once. */
const DUE_AT_ONCE = 100;

/** Cleans up: what time asks of opportunities, what a crash left half done, and what has been over for long enough. */
export class Caretaker {
  readonly #context: CaretakerContext;
  /** The market has been loaded, and no cleanup has come since. */
  #isToReview = false;
  #retentionMark: RetentionMark;

  constructor(context: CaretakerContext) {
    this.#context = context;
  }

  /** The market has just been loaded: items may have changed while nobody looked. */
  reviewNext(): void {
    this.#isToReview = true;
  }

  async cleanUp(): Promise<CleanupReport> {
    const { storage, clock, isClosing } = this.#context;
    const report: CleanupReport = { ended: 0, broken: 0, repaired: 0, warned: 0, pruned: 0 };
    if (this.#isToReview) await this.#reviewAll(report);
    const seen = new Set<string>();
    for (;;) {
      const found = await storage.opportunities.due(clock.now(), DUE_AT_ONCE + seen.size);
      const due = found.filter(({ id }) => !seen.has(id));
      if (due.length === 0 || isClosing()) break;
      for (const { id } of due) {
        seen.add(id);
        await this.#tidy(id, report);
      }
    }
    await this.#prune(report);
    return report;
  }

  /** Brings all open opportunities up to the items. */
  async #reviewAll(report: CleanupReport): Promise<void> {
    const { storage, command } = this.#context;
    for (let after: string | undefined; ; ) {
      const page = await storage.opportunities.active({ ...(after !== undefined && { after }), limit: DUE_AT_ONCE });
      await command(async (context, now, outcome) => {
        const open = page.filter(isOpen);
        const terms = await context.market.review(open.map(({ items }) => items));
        for (const [i, one] of open.entries()) await bringUpTo(context, one, terms[i]!, undefined, now, outcome);
        count(report, outcome);
      });
      if (page.length < DUE_AT_ONCE) break;
      after = page.at(-1)!.id;
    }
    this.#isToReview = false;
  }

  /** One opportunity that is due; where it fails the next cleanup tries again. */
  async #tidy(id: string, report: CleanupReport): Promise<void> {
    const { storage, command, logger } = this.#context;
    try {
      await command(async (context, now, outcome) => {
        const opportunity = await storage.opportunities.get(id);
        if (opportunity) await tidy(context, opportunity, now, outcome);
        count(report, outcome);
      });
    } catch (error) {
      logger('error', 'An opportunity could not be cleaned up; the next cleanup tries again.', { id, error });
    }
  }

  /** Takes away what is over; where it fails the next cleanup tries again. */
  async #prune(report: CleanupReport): Promise<void> {
    const { storage, options, clock, logger, logs, isClosing } = this.#context;
    const { retention, policies } = options;
    const context = {
      storage,
      logs: new Set(logs()),
      retention,
      longestWindowMs: Math.max(0, ...policies.throttle.map(({ windowMs }) => windowMs)),
      hasEnded: isClosing,
    };
    try {
      const { pruned, mark } = await prune(context, this.#retentionMark, clock.now());
      report.pruned += pruned;
      this.#retentionMark = mark;
    } catch (error) {
      logger('error', 'What is over could not be taken away; the next cleanup tries again.', { error });
    }
  }
}

function count(report: CleanupReport, outcome: Outcome): void {
  report.ended += toldOf(outcome, 'withdrawn').length;
  report.broken += toldOf(outcome, 'broken').length;
  report.repaired += toldOf(outcome, 'repaired').length;
  report.warned += toldOf(outcome, 'warned').length;
}
