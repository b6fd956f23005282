import type {
  BarterEngine,
  EngineEvents,
  EngineStats,
  EventReport,
  ItemEventBus,
  Match,
  MatchesAnswer,
  OpportunityExplanation,
  SweepReport,
  Told,
} from './api';
import { compareCycles } from './cycles/cycle';
import { EngineCounters } from './engine-stats';
import { BarterError, isBarterError } from './errors';
import { safeEmitter } from './events';
import { ItemQueue, type Task } from './item-queue';
import { Market } from './market/market';
import { checkCategories, checkEvent, checkPreferences, itemChecker } from './market/schemas';
import { MatchCache } from './match-cache';
import { Outbox } from './notification/outbox';
import { type BarterEngineOptions, resolveOptions } from './options';
import { type Outcome, runPipeline, searchThrough } from './pipeline';
import { cooldown } from './policy/cooldown';
import { preferenceGate } from './policy/preferences';
import { threshold } from './policy/threshold';
import { throttle } from './policy/throttle';
import { mergedReport, reportOf } from './reports';
import { countingIds, silentLogger, systemClock, systemSleep } from './runtime';
import { memoryStorage } from './storage/memory-storage';
import type { StoredNotification } from './storage/storage';
import { notTheirs, takeIn } from './take-in';
import { memoryTransport } from './transport/memory-transport';
import type { Category, Cycle, Item, ItemEvent, ItemId, Opportunity, Preferences, UserId } from './types';

/** Items handled between two turns of the event loop while loading and sweeping. */
const SLICE = 64;
const PAGE = 1_000;

/**
 * The engine: a single writer over a market in memory, with everything that lasts behind the storage.
 *
 * Works with no options at all: items, opportunities and inboxes are then kept in memory, and `matches`, reports and
 * events tell what happened.
 * @throws BarterError `invalid-options`, `invalid-category`.
 */
export function createBarterEngine(options: BarterEngineOptions = {}): BarterEngine {
  return new Engine(options);
}

class Engine implements BarterEngine {
  readonly #options;
  readonly #storage;
  readonly #transport;
  readonly #clock;
  readonly #sleep;
  readonly #logger;
  readonly #market: Market;
  readonly #checkItem;
  readonly #preferences = new Map<UserId, Preferences>();
  readonly #admission;
  readonly #outbox: Outbox;
  readonly #cache: MatchCache;
  readonly #emitter;
  readonly #counters = new EngineCounters();
  readonly #queue: ItemQueue;
  /** Events accepted and not yet in the queue: the market is being loaded. */
  readonly #arriving = new Set<Promise<unknown>>();
  readonly #detach = new Set<() => void>();
  #started: Promise<void> | undefined;
  #sweeping: Promise<SweepReport> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: BarterEngineOptions) {
    this.#options = resolveOptions(options);
    this.#storage = options.storage ?? memoryStorage();
    this.#transport = options.transport ?? memoryTransport();
    this.#clock = options.clock ?? systemClock;
    this.#sleep = options.sleep ?? systemSleep;
    this.#logger = options.logger ?? silentLogger;
    this.#emitter = safeEmitter<EngineEvents>(this.#logger);
    this.#market = new Market(this.#options.matching, checkCategories(options.categories ?? []));
    this.#checkItem = itemChecker(this.#options.limits);
    this.#cache = new MatchCache(this.#options.cacheMs);
    const { policies, matching, retry } = this.#options;
    this.#admission = [threshold(matching.notifyFrom), preferenceGate()];
    this.#outbox = new Outbox({
      notifications: this.#storage.notifications,
      transport: this.#transport,
      gates: [
        cooldown(this.#storage.claims, policies.cooldownMs),
        ...policies.throttle.map((window) => throttle(this.#storage.counters, window)),
      ],
      clock: this.#clock,
      sleep: this.#sleep,
      logger: this.#logger,
      timeoutMs: retry.pushTimeoutMs,
      onSent: ({ id, userId, opportunityId }, receivers) => {
        this.#counters.notificationsSent++;
        this.#emitter.emit('notification:sent', { notificationId: id, userId, opportunityId, receivers });
      },
      onHeld: ({ gate }) => this.#counters.suppressed(gate),
      onFailed: ({ id, userId }, error) => {
        this.#logger('warn', 'A notification was not sent and will be tried again.', { id, userId, error });
        this.#emitter.emit('notification:failed', { notificationId: id, userId, error });
      },
    });
    this.#queue = new ItemQueue({
      clock: this.#clock,
      sleep: this.#sleep,
      ids: options.ids ?? countingIds(),
      logger: this.#logger,
      retry,
      run: (itemId, task, outcome) => this.#run(itemId, task, outcome),
      report: (eventId, itemId, outcome, tookMs) => this.#report(eventId, itemId, outcome, tookMs),
      onProcessed: (report) => this.#emitter.emit('event:processed', report),
      onFailed: (eventId, itemId, error) => {
        this.#counters.eventsFailed++;
        this.#emitter.emit('event:failed', { eventId, itemId, error });
      },
    });
  }

  async start(): Promise<void> {
    this.#refuseIfClosed();
    this.#started ??= this.#queue
      .alone(() => this.#load())
      .catch((error) => {
        this.#started = undefined; // the next call tries again
        throw error;
      });
    return this.#started;
  }

  async submit(input: ItemEvent): Promise<EventReport> {
    this.#refuseIfClosed();
    const event = checkEvent(input);
    const { itemId, userId } = event;
    const item = event.item === undefined ? undefined : this.#checkItem(event.item);
    const arrival = this.#arrive(event, item);
    this.#arriving.add(arrival);
    const { eventId, report } = await arrival.finally(() => this.#arriving.delete(arrival));
    this.#emitter.emit('event:received', { eventId, type: event.type, itemId, userId });
    const done = await report;
    if (done.eventId === eventId) return done;
    this.#counters.eventsMerged++;
    return mergedReport(eventId, done);
  }

  listen(bus: ItemEventBus): () => void {
    const handler = (type: ItemEvent['type'], payload: Omit<ItemEvent, 'type'>) => {
      this.submit({ ...payload, type }).catch((error) =>
        this.#logger('error', 'An event from the bus was refused or failed.', { type, itemId: payload?.itemId, error }),
      );
    };
    bus.on('*', handler);
    const detach = () => {
      bus.off('*', handler);
      this.#detach.delete(detach);
    };
    this.#detach.add(detach);
    return detach;
  }

  async trigger(itemId: ItemId): Promise<EventReport> {
    this.#refuseIfClosed();
    await this.start();
    await Promise.allSettled(this.#arriving);
    this.#refuseIfClosed();
    if (!this.#queue.waitingFor(itemId)) this.#market.graph.nodeOf(itemId);
    return this.#queue.enqueue(itemId, 'none').report;
  }

  async matches(of: { itemId: ItemId } | { userId: UserId }): Promise<MatchesAnswer> {
    await this.start();
    if ('itemId' in of) {
      this.#market.graph.nodeOf(of.itemId);
      return this.#matchesOf([of.itemId]);
    }
    return this.#matchesOf(this.#market.itemsOf(of.userId).map(({ id }) => id));
  }

  sweep({ signal }: { signal?: AbortSignal } = {}): Promise<SweepReport> {
    this.#sweeping ??= this.#sweep(signal).finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  deliverDue(): Promise<number> {
    return this.#outbox.drain();
  }

  async setCategories(categories: Category[]): Promise<void> {
    this.#refuseIfClosed();
    await this.start();
    await this.#queue.alone(async () => {
      this.#market.setCategories(checkCategories(categories));
      this.#cache.clear();
    });
    // Trades may have lost their ground or gained some, anywhere; a sweep under way has passed some of them by.
    await this.#sweeping?.catch(() => {});
    await this.sweep();
  }

  async setPreferences(input: Preferences): Promise<void> {
    this.#refuseIfClosed();
    const preferences = checkPreferences(input);
    await this.start();
    await this.#queue.alone(async () => {
      await this.#storage.preferences.put(preferences);
      this.#applyPreferences(preferences);
      this.#cache.clear();
    });
    // What they rule out from now on ends; what they newly let in is found.
    for (const { id } of this.#market.itemsOf(preferences.userId)) if (!this.#closing) await this.#lookAgain(id);
  }

  async explain(opportunityId: string): Promise<OpportunityExplanation> {
    await this.start();
    const opportunity = await this.#storage.opportunities.get(opportunityId);
    if (!opportunity) {
      throw new BarterError(
        'unknown-opportunity',
        `There is no opportunity ${JSON.stringify(opportunityId)}: ask for one that was told.`,
      );
    }
    const { items } = opportunity;
    const edges = items.map((from, i) => {
      const to = items[(i + 1) % items.length]!;
      return this.#market.get(from) && this.#market.get(to) ? this.#market.explain(from, to) : null;
    });
    return { opportunity, edges };
  }

  whyNot(from: ItemId, to: ItemId) {
    return this.#market.explain(from, to);
  }

  on<K extends keyof EngineEvents>(type: K, handler: (event: EngineEvents[K]) => void): void {
    this.#emitter.on(type, handler);
  }

  off<K extends keyof EngineEvents>(type: K, handler: (event: EngineEvents[K]) => void): void {
    this.#emitter.off(type, handler);
  }

  async stats(): Promise<EngineStats> {
    const now = this.#clock.now();
    const counters = this.#counters;
    return {
      isRunning: this.#started !== undefined && this.#closing === undefined,
      isProcessing: this.#queue.isRunning,
      cacheValid: this.#cache.validSize(now) > 0,
      cacheEntries: this.#cache.validSize(now),
      cacheHitRate: this.#cache.hitRate,
      queueLength: this.#queue.length,
      queueLagMs: this.#queue.lagMs(now),
      items: this.#market.graph.order,
      edges: this.#market.graph.size,
      eventsProcessed: counters.eventsProcessed,
      eventsMerged: counters.eventsMerged,
      eventsFailed: counters.eventsFailed,
      eventsPerMinute: counters.eventsPerMinute(now),
      cyclesFound: counters.cyclesFound,
      searchesTruncated: { ...counters.truncated },
      opportunitiesTold: counters.opportunitiesTold,
      notificationsSent: counters.notificationsSent,
      notificationsPending: await this.#storage.notifications.pending(),
      suppressedByGate: { ...counters.suppressedByGate },
      processingMs: counters.processingMs(),
      listeners: this.#emitter.listeners,
      connectedClients: this.#transport.connectedClients?.() ?? 0,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const detach of [...this.#detach]) detach();
    await Promise.allSettled(this.#arriving); // what was accepted is worked off
    await this.#queue.drained();
    await this.#outbox.stop();
    await this.#transport.close();
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new BarterError('closed', 'The engine is closed: create another one.');
  }

  async #load(): Promise<void> {
    for (const preferences of await this.#storage.preferences.all()) this.#applyPreferences(preferences);
    for (const id of [...this.#market.ids()]) this.#market.remove(id); // left by a load that failed half-way
    let after: ItemId | undefined;
    for (;;) {
      const page = await this.#storage.items.page({ ...(after !== undefined && { after }), limit: PAGE });
      for (const [i, item] of page.entries()) {
        try {
          this.#market.stage(this.#checkItem(item));
        } catch (error) {
          this.#logger('warn', 'A stored item is not valid and stays out of the market.', { itemId: item.id, error });
        }
        if (i % SLICE === 0) await this.#sleep(0);
      }
      after = page.at(-1)?.id;
      if (page.length < PAGE) break;
    }
    this.#market.refreshWordWeights();
    const links = this.#market.linkStaged();
    while (!advance(links)) await this.#sleep(0);
  }

  /** Searches an item again; a failure is parked and told, and concerns nobody else. */
  async #lookAgain(id: ItemId): Promise<EventReport | undefined> {
    try {
      return await this.#queue.enqueue(id, 'none').report;
    } catch (error) {
      this.#logger('error', 'An item could not be looked at again.', { itemId: id, error });
      return undefined;
    }
  }

  #applyPreferences(preferences: Preferences): void {
    this.#preferences.set(preferences.userId, preferences);
    this.#market.setBlocked(preferences.userId, preferences.blockedUserIds ?? []);
  }

  /** Puts a checked event into the queue, once the market is loaded. */
  async #arrive(
    event: ReturnType<typeof checkEvent>,
    item: Item | undefined,
  ): Promise<{ eventId: string; report: Promise<EventReport> }> {
    const { itemId, userId, type } = event;
    const change = item ? { item } : type === 'item:deleted' ? 'gone' : 'reload';
    await this.#startFor({ userId, change, carried: undefined }, itemId);
    this.#checkOwner(event, item);
    if (item) this.#market.check(item);
    return this.#queue.enqueue(itemId, change, userId);
  }

  /** Loads the market if need be; an event that comes while that fails is parked. */
  async #startFor(task: Task, itemId: ItemId): Promise<void> {
    try {
      await this.start();
    } catch (cause) {
      if (isBarterError(cause)) throw cause;
      this.#queue.park(itemId, task);
      this.#counters.eventsFailed++;
      const message = `The engine could not load its market, so the event of item ${itemId} waits: it is kept, and tried again by the next sweep.`;
      throw new BarterError('event-failed', message, { cause });
    }
  }

  /** Refuses somebody else's event, as far as can be known without asking the storage. */
  #checkOwner({ type, itemId, userId }: ReturnType<typeof checkEvent>, item: Item | undefined): void {
    if (item && (item.id !== itemId || item.ownerId !== userId)) {
      throw new BarterError(
        'owner-mismatch',
        `The event is about item ${itemId} of ${userId} and carries ${item.id} of ${item.ownerId}: make them agree.`,
      );
    }
    // Whoever has the item read from the storage may find that it has changed hands there; whoever brings it may not say so.
    const known = this.#queue.waitingFor(itemId)?.userId ?? this.#market.get(itemId)?.ownerId;
    if ((item || type === 'item:deleted') && known !== undefined && known !== userId) throw notTheirs(itemId, userId);
  }

  async #run(itemId: ItemId, task: Task, outcome: Outcome): Promise<void> {
    const { graph } = this.#market;
    const { maxLength } = this.#options.matching;
    const context = {
      market: this.#market,
      storage: this.#storage,
      options: this.#options,
      preferences: this.#preferences,
      admission: this.#admission,
    };
    try {
      const change = await takeIn(
        { items: this.#storage.items, market: this.#market, checkItem: this.#checkItem },
        itemId,
        task,
      );
      if (change !== 'none') this.#cache.dropAround(graph, itemId, maxLength);
      await runPipeline(context, itemId, change, this.#clock.now(), outcome);
      if (change !== 'none') this.#cache.dropAround(graph, itemId, maxLength);
    } catch (error) {
      this.#cache.clear(); // how far it came is not known
      throw error;
    }
  }

  /** Counts and announces what happened, and begins to send what is to be told. */
  #report(
    eventId: string,
    itemId: ItemId,
    outcome: Outcome,
    tookMs: number,
  ): { report: EventReport; sending: Promise<void> } {
    const { search, proposed, updated, ended, refused } = outcome;
    const counters = this.#counters;
    counters.done(this.#clock.now(), tookMs);
    counters.cyclesFound += search.cycles.length;
    counters.opportunitiesTold += proposed.length;
    if (search.reason) counters.truncated[search.reason]++;
    for (const { gate } of refused) counters.suppressed(gate);
    for (const { opportunity } of proposed) this.#emitter.emit('opportunity:proposed', opportunity);
    for (const { opportunity } of updated) this.#emitter.emit('opportunity:updated', opportunity);
    for (const { opportunity } of ended) this.#emitter.emit('opportunity:withdrawn', opportunity);
    const report = reportOf(eventId, itemId, outcome, tookMs);
    const { told, updated: revised } = report;
    const sends = [
      ...proposed.flatMap(({ rows }, i) => rows.map((row) => this.#send(row, told[i]))),
      ...updated.flatMap(({ rows }, i) => rows.map((row) => this.#send(row, revised[i]))),
      ...ended.flatMap(({ rows }) =>
        rows.filter(({ deliverAt }) => deliverAt !== null).map((row) => this.#send(row, undefined)),
      ),
    ];
    return { report, sending: Promise.all(sends).then(() => this.#extendDeadlines(told)) };
  }

  /** The deadline of a new opportunity runs from when the last participant is due to be told. */
  async #extendDeadlines(told: readonly Told[]): Promise<void> {
    for (const { opportunityId, people } of told) {
      const dueAt = Math.max(0, ...people.map(({ heldBy }) => heldBy?.retryAt ?? 0));
      if (dueAt === 0) continue;
      await this.#storage.opportunities
        .extend(opportunityId, dueAt + this.#options.policies.acceptanceMs)
        .catch((error) => this.#logger('error', 'A deadline could not be put off.', { opportunityId, error }));
    }
  }

  async #send(row: StoredNotification, told: Told | undefined): Promise<void> {
    const person: Told['people'][number] = { userId: row.userId, notificationId: row.id, pushed: false };
    told?.people.push(person);
    const outcome = await this.#outbox.push(row);
    person.pushed = outcome.pushed;
    if (!outcome.pushed) person.heldBy = outcome.heldBy;
  }

  async #matchesOf(ids: ItemId[]): Promise<MatchesAnswer> {
    const now = this.#clock.now();
    const matches: Match[] = [];
    const answer: MatchesAnswer = { matches, exact: true, cached: ids.length > 0 };
    for (const id of ids) {
      let search = this.#cache.get(id, now);
      if (!search) {
        search = searchThrough({ market: this.#market, options: this.#options, preferences: this.#preferences }, id);
        this.#cache.set(id, search, now);
        answer.cached = false;
      }
      if (!search.exact) answer.exact = false;
      if (search.reason) answer.reason = search.reason;
      for (const cycle of search.cycles) matches.push(matchOf(structuredClone(cycle), id));
    }
    matches.sort((a, b) => compareCycles(a.cycle, b.cycle));
    for (const match of matches) {
      const latest = await this.#storage.opportunities.latest(match.cycle.key);
      if (isLive(latest, now)) match.opportunityId = latest.id;
    }
    return answer;
  }

  async #sweep(signal: AbortSignal | undefined): Promise<SweepReport> {
    this.#refuseIfClosed();
    await this.start();
    const begun = this.#clock.elapsed();
    const weighing = this.#market.reweighWords();
    for (let isDone = false; !isDone; ) {
      isDone = await this.#queue.alone(async () => advance(weighing));
      this.#cache.clear();
      await this.#sleep(0);
    }
    const report: SweepReport = { items: 0, cycles: 0, told: 0, withdrawn: 0, tookMs: 0 };
    const keys = new Set<string>();
    for (const id of new Set([...this.#queue.parked(), ...this.#market.ids()])) {
      if (signal?.aborted || this.#closing) break;
      const done = await this.#lookAgain(id);
      for (const { key } of done?.found ?? []) keys.add(key);
      report.told += done?.told.length ?? 0;
      report.withdrawn += done?.withdrawn.length ?? 0;
      if (++report.items % SLICE === 0) await this.#sleep(0);
    }
    await this.deliverDue();
    report.cycles = keys.size;
    report.tookMs = this.#clock.elapsed() - begun;
    this.#emitter.emit('sweep:finished', report);
    return report;
  }
}

/** A slice of steps; true when none is left. */
function advance(steps: Generator<void>): boolean {
  for (let i = 0; i < SLICE; i++) if (steps.next().done) return true;
  return false;
}

function isLive(opportunity: Opportunity | null, now: number): opportunity is Opportunity {
  return opportunity?.state === 'proposed' && opportunity.expiresAt > now;
}

function matchOf(cycle: Cycle, mine: ItemId): Match {
  const at = cycle.items.indexOf(mine);
  return { cycle, gives: mine, gets: cycle.items[(at - 1 + cycle.items.length) % cycle.items.length]! };
}
