import { warningAt } from './admit';
import type { EngineEvents, EventReport, Told } from './api';
import type { EngineCounters } from './engine-stats';
import type { SafeEmitter } from './events';
import { Outbox } from './notification/outbox';
import type { ResolvedOptions } from './options';
import type { Outcome } from './outcome';
import { deliveryGates } from './policy/delivery';
import { reportOf } from './reports';
import type { Clock, Logger, Sleep } from './runtime';
import type { BarterStorage, StoredNotification } from './storage/storage';
import type { BarterTransport } from './transport/transport';
import type { ItemId } from './types';

/** What telling needs of the engine. */
export interface TellerContext {
  storage: BarterStorage;
  transport: BarterTransport;
  options: Pick<ResolvedOptions, 'policies' | 'retry' | 'ledgerKey'>;
  clock: Clock;
  sleep: Sleep;
  logger: Logger;
  emitter: Pick<SafeEmitter<EngineEvents>, 'emit'>;
  counters: EngineCounters;
}

/** Tells what an outcome says, once it is stored: to the counters, to who listens to the engine, and to people. */
export class Teller {
  readonly #context: TellerContext;
  readonly #outbox: Outbox;

  constructor(context: TellerContext) {
    const { storage, transport, options, clock, sleep, logger, emitter, counters } = context;
    this.#context = context;
    this.#outbox = new Outbox({
      notifications: storage.notifications,
      transport,
      gatesOf: deliveryGates(storage, options.policies, options.ledgerKey),
      clock,
      sleep,
      logger,
      timeoutMs: options.retry.pushTimeoutMs,
      atOnce: options.retry.pushesAtOnce,
      onSent: ({ id, userId, opportunityId }, receivers) => {
        counters.notificationsSent++;
        emitter.emit('notification:sent', { notificationId: id, userId, opportunityId, receivers });
      },
      onHeld: ({ gate }) => counters.suppressed(gate),
      onPutOff: (row, until) => this.#extendDeadline(row, until),
      onFailed: ({ id, userId }, error) => {
        logger('warn', 'A notification was not sent and will be tried again.', { id, userId, error });
        emitter.emit('notification:failed', { notificationId: id, userId, error });
      },
    });
  }

  /** Of an event. `people` of the report fill up as their rows go out. */
  report(
    eventId: string,
    itemId: ItemId,
    outcome: Outcome,
    tookMs: number,
  ): { report: EventReport; sending: Promise<void> } {
    const { search, refused } = outcome;
    const { counters, clock } = this.#context;
    counters.done(clock.now(), tookMs);
    counters.cyclesFound += search.cycles.length;
    if (search.reason) counters.truncated[search.reason]++;
    for (const { gate } of refused) counters.suppressed(gate);
    const report = reportOf(eventId, itemId, outcome, tookMs);
    const sending = this.tell(outcome, [...report.told, ...report.updated, ...report.repaired]);
    return { report, sending };
  }

  /** Resolves when all rows have been tried. @param reported Whose `people` fill up as their rows go out. */
  async tell({ told }: Outcome, reported: readonly Told[] = []): Promise<void> {
    const { counters, emitter } = this.#context;
    for (const { what, opportunity } of told) {
      if (what === 'proposed' || what === 'repaired') counters.opportunitiesTold++;
      emitter.emit(`opportunity:${what}`, opportunity);
    }
    await Promise.all(
      told.flatMap(({ opportunity: { id }, rows }) => {
        const people = reported.find(({ opportunityId }) => opportunityId === id)?.people ?? [];
        return rows.map((row) => this.#send(row, people));
      }),
    );
  }

  /** Sends what the outbox holds and is due. Returns how many the transport took. */
  sendDue(): Promise<number> {
    return this.#outbox.drain();
  }

  /** Begins nothing more; resolves when nothing is under way. */
  stop(): Promise<void> {
    return this.#outbox.stop();
  }

  async #send(row: StoredNotification, people: Told['people']): Promise<void> {
    const person: Told['people'][number] = { userId: row.userId, notificationId: row.id, pushed: false };
    people.push(person);
    const outcome = await this.#outbox.push(row);
    person.pushed = outcome.pushed;
    if (!outcome.pushed) person.heldBy = outcome.heldBy;
  }

  /** The deadline of an opportunity runs from when the last participant is due to be told of it. */
  async #extendDeadline({ type, opportunityId, toldAt }: StoredNotification, dueAt: number): Promise<void> {
    if (toldAt !== null || (type !== 'new_match' && type !== 'updated_match')) return;
    const { storage, options, logger } = this.#context;
    const { acceptanceMs, warnBeforeMs } = options.policies;
    const expiresAt = dueAt + acceptanceMs;
    await storage.opportunities
      .extend(opportunityId, expiresAt, warningAt(expiresAt, dueAt, warnBeforeMs))
      .catch((error) => logger('error', 'A deadline could not be put off.', { opportunityId, error }));
  }
}
