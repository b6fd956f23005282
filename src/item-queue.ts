import type { EventReport } from './api';
import { BarterError, isLasting } from './errors';
import type { Change } from './market-port/market-port';
import type { RetryOptions } from './options';
import { emptyOutcome, type Outcome } from './outcome';
import type { Clock, IdSource, Logger, Sleep } from './runtime';
import type { Item, ItemId, UserId } from './types';
import { SerialQueue } from './util/serial-queue';

/** What is to be done about one item. */
export interface Task {
  /** Whose event it is; undefined for a mere look again. */
  userId: UserId | undefined;
  /** `reload`: the event did not carry the item. */
  change: Change | 'reload';
  /** The item that an earlier event carried, where a later one says to reload it: stored first. */
  carried: Item | undefined;
}

/** A task in the queue; later events of the same item take its place. */
interface Waiting extends Task {
  eventId: string;
  report: Promise<EventReport>;
}

/** What the queue needs of its surroundings. */
export interface ItemQueueContext {
  clock: Clock;
  sleep: Sleep;
  ids: IdSource;
  logger: Logger;
  retry: RetryOptions;
  /** Does the task. After a failure it is called again with the same `outcome`. */
  run(itemId: ItemId, task: Task, outcome: Outcome): Promise<void>;
  /** Makes the report of what was done and begins to send; the report is complete when `sending` resolves. */
  report(
    eventId: string,
    itemId: ItemId,
    outcome: Outcome,
    tookMs: number,
  ): { report: EventReport; sending: Promise<void> };
  onProcessed(report: EventReport): void;
  onFailed(eventId: string, itemId: ItemId, error: unknown): void;
}

/**
 * The single writer: one task at a time, in order. Changes of one item that wait are merged into its latest state; a
 * task that fails is tried again, and parked when it keeps failing. Nothing is dropped.
 */
export class ItemQueue {
  readonly #context: ItemQueueContext;
  readonly #queue = new SerialQueue();
  readonly #waiting = new Map<ItemId, Waiting>();
  readonly #parked = new Map<ItemId, Task>();

  constructor(context: ItemQueueContext) {
    this.#context = context;
  }

  get isRunning(): boolean {
    return this.#queue.isRunning;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Milliseconds that the first in the queue has waited. */
  lagMs(now: number): number {
    const { oldest } = this.#queue;
    return oldest === undefined ? 0 : Math.max(0, now - oldest);
  }

  /** Whose event waits for this item, where one does. */
  waitingFor(itemId: ItemId): Pick<Task, 'userId'> | undefined {
    return this.#waiting.get(itemId);
  }

  /** Whether something is still to be done about it: its event waits, or failed and is to be tried again. */
  hasTaskFor(itemId: ItemId): boolean {
    return this.#waiting.has(itemId) || this.#parked.has(itemId);
  }

  /** Items whose tasks kept failing. The next look at one takes its task up. */
  parked(): ItemId[] {
    return [...this.#parked.keys()];
  }

  park(itemId: ItemId, task: Task): void {
    this.#parked.set(itemId, task);
  }

  /** Runs something that is not about one item in its turn. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.run(this.#context.clock.now(), work);
  }

  /** Resolves when everything queued by then is done. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  /** Queues a change, or puts it in the place of what already waits for this item. */
  enqueue(itemId: ItemId, change: Task['change'], userId?: UserId): { eventId: string; report: Promise<EventReport> } {
    const { clock, ids, onProcessed } = this.#context;
    const eventId = ids();
    const already = this.#waiting.get(itemId);
    // A mere look again changes nothing that waits; another user's event waits for its own turn.
    if (already && change === 'none') return { eventId, report: already.report };
    if (already && (already.userId ?? userId) === userId) {
      if (change !== 'reload') already.carried = undefined;
      else if (typeof already.change === 'object') already.carried = already.change.item;
      Object.assign(already, { change, eventId, userId });
      return { eventId, report: already.report };
    }
    const waiting: Omit<Waiting, 'report'> = { eventId, userId, change, carried: undefined };
    const work = this.#queue.run(clock.now(), () => {
      if (this.#waiting.get(itemId) === waiting) this.#waiting.delete(itemId);
      return this.#work(itemId, waiting);
    });
    // The queue goes on while the transport is busy; the report waits to say what was taken.
    const report = work.then(async ({ report: done, sending }) => {
      await sending;
      onProcessed(done);
      return done;
    });
    this.#waiting.set(itemId, Object.assign(waiting, { report }));
    return { eventId, report };
  }

  async #work(itemId: ItemId, { eventId, userId, change, carried }: Omit<Waiting, 'report'>) {
    const { clock, sleep, logger, retry, run, report, onFailed } = this.#context;
    const begun = clock.elapsed();
    const task = afterParked(this.#parked.get(itemId), { userId, change, carried });
    const outcome = emptyOutcome();
    for (let attempt = 1; ; attempt++) {
      try {
        await run(itemId, task, outcome);
        this.#parked.delete(itemId);
        return report(eventId, itemId, outcome, clock.elapsed() - begun);
      } catch (error) {
        if (isLasting(error)) {
          this.#parked.delete(itemId); // bad input: trying again would not help
          throw error;
        }
        logger('warn', `An event failed at attempt ${attempt} of ${retry.attempts}.`, { eventId, itemId, error });
        if (attempt < retry.attempts) {
          await sleep(retry.delayMs * 2 ** (attempt - 1));
          continue;
        }
        this.park(itemId, task);
        onFailed(eventId, itemId, error);
        const message = `Event ${eventId} of item ${itemId} failed ${attempt} times: it is kept, and tried again by the next sweep.`;
        throw new BarterError('event-failed', message, { cause: error });
      }
    }
  }
}

/**
 * What is left to do where an earlier task of the item failed: a mere look again takes it up, a reload stores what that
 * one carried first, and any other state takes its place.
 */
function afterParked(parked: Task | undefined, task: Task): Task {
  if (!parked) return task;
  if (task.change === 'none') return parked;
  if (task.change !== 'reload' || task.carried || parked.userId !== task.userId) return task;
  return { ...task, carried: typeof parked.change === 'object' ? parked.change.item : parked.carried };
}
