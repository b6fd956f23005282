import { type Gate, judge } from '../policy/gate';
import type { Clock, Logger, Sleep } from '../runtime';
import { UNDER_WAY } from '../storage/rules';
import type { NotificationStore, StoredNotification } from '../storage/storage';
import type { BarterTransport } from '../transport/transport';
import type { NotificationType, Refusal } from '../types';
import { withTimeout } from '../util/with-timeout';
import { toNotification } from './rows';

/** What the outbox needs of its surroundings. */
export interface OutboxContext {
  notifications: NotificationStore;
  transport: BarterTransport;
  /** Asked before a push of this type. */
  gatesOf(type: NotificationType): readonly Gate<StoredNotification>[];
  clock: Clock;
  sleep: Sleep;
  logger: Logger;
  /** Milliseconds after which a push counts as failed. */
  timeoutMs: number;
  /** Pushes under way at once while draining. */
  atOnce: number;
  onSent(row: StoredNotification, receivers: number): void;
  onHeld(refusal: Refusal): void;
  /** Before a row is put off: nobody has heard of its opportunity by then who is to hear of it with this row. */
  onPutOff(row: StoredNotification, until: number): Promise<void>;
  onFailed(row: StoredNotification, error: unknown): void;
}

/** `already`: by somebody else, before this push began. */
export type PushOutcome = { pushed: true; already?: true } | { pushed: false; heldBy: Refusal };

const STOPPED: Refusal = { gate: 'closed', reason: 'The engine is closed; the outbox keeps it.' };
const REPLACED: Refusal = { gate: 'replaced', reason: 'A newer row of this trade has taken its place.' };
/** How many of its timeouts a sender has a row to itself. */
const LEASE_TIMEOUTS = 2;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 600_000;

/**
 * Sends what the inbox holds and is due. Rows are stored before they come here; what the transport does not take, or a
 * gate holds back, stays and is due again later. A sender takes a row by putting it off: no other begins with it then, and
 * one that dies with it in its hands leaves it to be sent a little later.
 */
export class Outbox {
  readonly #context: OutboxContext;
  readonly #underWay = new Map<string, Promise<PushOutcome>>();
  #isStopped = false;

  constructor(context: OutboxContext) {
    this.#context = context;
  }

  /** Asks the gates, then hands the row to the transport. Never rejects; sends nothing once stopped. */
  push(row: StoredNotification): Promise<PushOutcome> {
    const already = this.#underWay.get(row.id);
    if (already) return already;
    if (this.#isStopped) return Promise.resolve({ pushed: false, heldBy: STOPPED });
    const outcome = this.#push(row).finally(() => this.#underWay.delete(row.id));
    this.#underWay.set(row.id, outcome);
    return outcome;
  }

  /** Pushes everything that is due. Returns how many the transport took. */
  async drain(): Promise<number> {
    const { notifications, clock, atOnce } = this.#context;
    let sent = 0;
    const tried = new Set<string>();
    while (!this.#isStopped) {
      const due = (await notifications.due(clock.now(), 100)).filter(({ id }) => !tried.has(id));
      if (due.length === 0) break;
      for (const row of due) tried.add(row.id);
      for (let i = 0; i < due.length && !this.#isStopped; i += atOnce) {
        const pushes = due.slice(i, i + atOnce).filter(({ id }) => !this.#underWay.has(id));
        const outcomes = await Promise.all(pushes.map((row) => this.push(row)));
        sent += outcomes.filter((outcome) => outcome.pushed && !outcome.already).length;
      }
    }
    return sent;
  }

  /** Begins nothing more; resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#underWay.values());
  }

  async #push(asked: StoredNotification): Promise<PushOutcome> {
    const { notifications, transport, gatesOf, clock, sleep, timeoutMs, logger } = this.#context;
    const { onFailed, onHeld, onPutOff, onSent } = this.#context;
    let row = asked;
    try {
      // Read again now that nobody else here can begin with it: it may have been sent or replaced since it was handed in.
      const present = await notifications.get(asked.id);
      if (!present || !isDue(present, clock.now())) return outcomeOf(present);
      row = present;
      const verdict = await judge(gatesOf(row.type), row, clock.now());
      if (!verdict.pass) {
        const { refusal } = verdict;
        onHeld(refusal);
        if (refusal.retryAt !== undefined) await onPutOff(row, refusal.retryAt);
        const deliverAt = refusal.retryAt ?? clock.now() + LONGEST_RETRY_MS;
        await notifications.postpone(row.id, { deliverAt, heldBy: refusal.gate, attempted: false });
        return { pushed: false, heldBy: refusal };
      }
      const now = clock.now();
      const isTaken = await notifications.take(row.id, now, now + LEASE_TIMEOUTS * timeoutMs);
      if (!isTaken) return outcomeOf(await notifications.get(row.id)); // what the gates counted is for the other sender
      // What the gates counted stays counted if the transport fails: a retry of this row counts as the same.
      const { receivers } = await withTimeout(
        transport.deliver(toNotification(row)),
        timeoutMs,
        sleep,
        'The transport',
      );
      if (!(await notifications.markDelivered(row.id, clock.now(), receivers > 0))) await this.#markTold(row);
      onSent(row, receivers);
      return { pushed: true };
    } catch (error) {
      const retryAt = clock.now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(20, row.attempts));
      onFailed(row, error);
      await onPutOff(row, retryAt)
        .then(() => notifications.postpone(row.id, { deliverAt: retryAt, heldBy: 'transport', attempted: true }))
        .catch((cause) =>
          logger('error', 'A notification could be neither sent nor put off; it stays due.', { id: row.id, cause }),
        );
      return {
        pushed: false,
        heldBy: { gate: 'transport', reason: 'The transport did not take it.', retryAt, userId: row.userId },
      };
    }
  }

  /** A newer row took this one's place while it was on its way: what follows must know that the person was told. */
  async #markTold({ opportunityId, userId }: StoredNotification): Promise<void> {
    const { notifications, clock } = this.#context;
    await notifications.markTold(opportunityId, userId, clock.now());
    const now = (await notifications.ofOpportunity(opportunityId)).find((row) => row.userId === userId);
    if (now?.type === 'match_withdrawn' && now.deliveredAt === null) await this.push(now);
  }
}

function isDue({ deliverAt, deliveredAt }: StoredNotification, now: number): boolean {
  return deliveredAt === null && deliverAt !== null && deliverAt <= now;
}

/** Of a row that is not to be sent now. */
function outcomeOf(row: StoredNotification | null): PushOutcome {
  if (!row || row.deliverAt === null) return { pushed: false, heldBy: REPLACED };
  if (row.deliveredAt !== null) return { pushed: true, already: true };
  const { heldBy, deliverAt: retryAt, userId } = row;
  const reason = 'It is not due yet, or another sender has it.';
  return { pushed: false, heldBy: { gate: heldBy ?? UNDER_WAY, reason, retryAt, userId } };
}
