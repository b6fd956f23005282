import { isBarterError } from '../errors';
import { toNotification } from '../notification/rows';
import { quietUntil } from '../policy/quiet-hours';
import type { Clock, Logger, Sleep } from '../runtime';
import type { NotificationStore, PreferenceStore, StoredNotification } from '../storage/storage';
import type { Preferences, UserId } from '../types';
import { digest as hashOf } from '../util/digest';
import { withTimeout } from '../util/with-timeout';
import { digestDay } from './digest-day';
import type { Digest, MailPort } from './mail-port';

/** What digests need of their surroundings. */
export interface DigestContext {
  notifications: NotificationStore;
  preferences: PreferenceStore;
  /** Undefined: there are no digests. */
  mail: MailPort | undefined;
  clock: Clock;
  sleep: Sleep;
  logger: Logger;
  /** Milliseconds after which a mail counts as failed. */
  timeoutMs: number;
  onSent(userId: UserId, notifications: number): void;
  onFailed(userId: UserId, error: unknown, isLasting: boolean): void;
}

/** Notifications in a digest. */
const MOST = 50;
const FIRST_RETRY_MS = 600_000;
const LONGEST_RETRY_MS = 3_600_000;
/** So many mails that fail one after the other end a round: the server is away. */
const FAILURES_IN_ROW = 3;

/**
 * Sends each person the digest of their day, once. A digest is taken for a while, sent, and only then marked as sent, with
 * what was in it: who dies in between may have sent it, and it comes again under the same id. After days without a
 * sender there is one digest, of the last of them.
 */
export class Digests {
  readonly #context: DigestContext;
  /** The day whose digest is known to be done, by person; and not before when to look at a person again. */
  readonly #done = new Map<UserId, number>();
  readonly #notBefore = new Map<UserId, number>();
  #running: Promise<number> | undefined;
  #isStopped = false;

  constructor(context: DigestContext) {
    this.#context = context;
  }

  /** For who did not want any before: the first one is the next that comes due. */
  async begin(own: Preferences): Promise<void> {
    const due = digestDay(own, this.#context.clock.now());
    if (due) await this.#context.preferences.digestSent(own.userId, due.day);
  }

  /** Looks anew at a person, whose preferences are others now or gone. */
  lookAnew(userId: UserId): void {
    this.#done.delete(userId);
    this.#notBefore.delete(userId);
  }

  /**
   * @param people Whose digests may be due, as far as is known; what counts is what the storage says.
   * @returns How many were taken.
   */
  send(people: Iterable<Preferences>): Promise<number> {
    this.#running ??= this.#sendAll([...people]).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Begins no more; resolves when none is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #sendAll(people: readonly Preferences[]): Promise<number> {
    const { mail, clock, logger } = this.#context;
    let [sent, failedInRow] = [0, 0];
    if (!mail) return sent;
    for (const known of people) {
      if (this.#isStopped || failedInRow >= FAILURES_IN_ROW) break;
      const { userId } = known;
      const now = clock.now();
      const due = digestDay(known, now);
      if (!due || due.day <= (this.#done.get(userId) ?? 0) || now < (this.#notBefore.get(userId) ?? 0)) continue;
      this.#notBefore.set(userId, now + FIRST_RETRY_MS);
      try {
        if (await this.#sendTo(userId, mail)) sent++;
        failedInRow = 0;
      } catch (error) {
        failedInRow++;
        logger('warn', 'A digest was not sent; it is tried again in a while.', { userId, error });
      }
    }
    return sent;
  }

  /** @returns Whether a mail was taken. Rejects where it is to be tried again. */
  async #sendTo(userId: UserId, mail: MailPort): Promise<boolean> {
    const { notifications, preferences, clock } = this.#context;
    const now = clock.now();
    const own = await preferences.get(userId);
    const due = own && digestDay(own, now);
    if (!due) return false;
    const quiet = quietUntil(own, now);
    if (quiet !== null) {
      this.#notBefore.set(userId, quiet);
      return false;
    }
    // The next try comes when as much time has passed again as by now.
    const until = now + Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, due.ago));
    const answer = await preferences.takeDigest(userId, due.day, now, until);
    this.#notBefore.set(userId, answer === 'taken' ? until : now + FIRST_RETRY_MS);
    if (answer === 'held') return false;
    let isSent = false;
    if (answer === 'taken') {
      const rows = await notifications.missed(userId, MOST + 1);
      if (rows.length > 0) isSent = await this.#mail(own, due.day, rows, mail);
      await preferences.digestSent(userId, due.day);
    }
    this.#done.set(userId, due.day);
    return isSent;
  }

  /** @returns Whether it was taken; false: it was refused for good. */
  async #mail(own: Preferences, day: number, rows: StoredNotification[], mail: MailPort): Promise<boolean> {
    const { sleep, logger, timeoutMs, onSent, onFailed } = this.#context;
    const { userId } = own;
    const told = rows.slice(0, MOST);
    const digest: Digest = {
      id: `DIG-${hashOf('digest', userId, day)}`,
      userId,
      language: own.digest?.language ?? 'en',
      notifications: told.map(toNotification),
      hasMore: rows.length > MOST,
    };
    try {
      await withTimeout(mail.send(digest), timeoutMs, sleep, 'The mail');
    } catch (error) {
      const isLasting = isBarterError(error) && error.code === 'mail-refused';
      onFailed(userId, error, isLasting);
      if (!isLasting) throw error;
      logger('warn', 'A digest was refused for good; there is none today.', { userId, error });
      return false;
    }
    for (const row of told) await this.#markShown(row);
    onSent(userId, told.length);
    return true;
  }

  /** A row that was replaced meanwhile has been told all the same. */
  async #markShown({ id, userId, opportunityId }: StoredNotification): Promise<void> {
    const { notifications, clock } = this.#context;
    if (await notifications.markShown(id, clock.now())) return;
    await notifications.markTold(opportunityId, userId, clock.now());
  }
}
