import type { PipelineContext } from './admit';
import type {
  BarterEngine,
  CleanupReport,
  EngineEvents,
  EngineStats,
  EventReport,
  ForgetReport,
  ItemEventBus,
  LoadOptions,
  LoadReport,
  Match,
  MatchesAnswer,
  OpportunityCommands,
  OpportunityExplanation,
  SnapshotReport,
  SweepOptions,
  SweepReport,
} from './api';
import { Caretaker } from './caretaker';
import * as consent from './consent';
import { compareCycles } from './cycles/cycle';
import { Digests } from './digest/digests';
import { EngineCounters } from './engine-stats';
import { BarterError, isLasting } from './errors';
import { safeEmitter } from './events';
import { follow } from './follow';
import { forget } from './forget';
import type { NeighbourhoodOptions } from './graph/neighbourhood';
import { ItemQueue, type Task } from './item-queue';
import { loadItems, storedItems } from './load';
import { CategoryTree } from './market/category-tree';
import type { EdgeExplanation } from './market/edge-score';
import type { AnswerCount } from './market/market';
import { checkCategories, checkEvent, checkPreferences, checkUserId, itemChecker } from './market/schemas';
import { openLocalMarket } from './market-port/local-market';
import type { MarketPort, MarketSize, Neighbourhood } from './market-port/market-port';
import { openWorkerMarket } from './market-port/worker-market';
import { opportunityCommands } from './opportunity-commands';
import { type BarterEngineOptions, resolveOptions } from './options';
import { emptyOutcome, type Outcome } from './outcome';
import { runPipeline } from './pipeline';
import { lockGate } from './policy/locked';
import { newcomerGate } from './policy/newcomer';
import { preferenceGate } from './policy/preferences';
import { refusedDealGate } from './policy/refused-deals';
import { threshold } from './policy/threshold';
import { mergedReport } from './reports';
import { countingIds, silentLogger, systemClock, systemSleep } from './runtime';
import { settle } from './settle';
import { restoreSnapshot, saveSnapshot } from './snapshots';
import type { EventLog, LoggedEvent } from './storage/event-log';
import { memoryStorage } from './storage/memory-storage';
import type { BarterStorage } from './storage/storage';
import { Sweeper } from './sweeper';
import { notTheirs, takeIn } from './take-in';
import { Teller } from './teller';
import { memoryTransport } from './transport/memory-transport';
import {
  type Category,
  type Cycle,
  type Item,
  type ItemEvent,
  type ItemId,
  isOpen,
  type Opportunity,
  type Preferences,
  type UserId,
} from './types';
import { plainCopy } from './util/plain-copy';

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
  readonly opportunities: OpportunityCommands;
  readonly #options;
  readonly #people;
  readonly #storage;
  readonly #snapshots;
  readonly #transport;
  readonly #clock;
  readonly #sleep;
  readonly #logger;
  readonly #checkItem;
  readonly #preferences = new Map<UserId, Preferences>();
  readonly #admission;
  readonly #consent;
  readonly #teller: Teller;
  readonly #caretaker: Caretaker;
  readonly #sweeper: Sweeper;
  readonly #digests: Digests;
  readonly #emitter;
  readonly #counters = new EngineCounters();
  readonly #queue: ItemQueue;
  /** Items with cycles that were found and not told, because their event had told enough. */
  readonly #untold = new Set<ItemId>();
  /** Events accepted and not yet in the queue: the market is being loaded, or asked about them. */
  readonly #arriving = new Set<Promise<unknown>>();
  readonly #detach = new Set<() => void>();
  /** The logs that are followed, by the way to stop. */
  readonly #following = new Map<() => Promise<void>, EventLog>();
  #categories: Category[];
  /** Loaded; undefined before that, and after its worker has ended by itself. */
  #market: MarketPort | undefined;
  #started: Promise<void> | undefined;
  #saving: Promise<SnapshotReport> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: BarterEngineOptions) {
    this.#options = resolveOptions(options);
    this.#storage = options.storage ?? memoryStorage();
    this.#snapshots = options.snapshots;
    this.#transport = options.transport ?? memoryTransport();
    this.#clock = options.clock ?? systemClock;
    this.#sleep = options.sleep ?? systemSleep;
    this.#logger = options.logger ?? silentLogger;
    this.#emitter = safeEmitter<EngineEvents>(this.#logger);
    this.#categories = checkCategories(options.categories ?? []);
    new CategoryTree(this.#categories); // throws now what would otherwise be thrown by start
    this.#checkItem = itemChecker(this.#options.limits);
    const { policies, matching, retry } = this.#options;
    this.#people = options.people ?? {};
    this.#admission = [threshold(matching.notifyFrom), preferenceGate()];
    this.#consent = [lockGate(), refusedDealGate(), newcomerGate(policies.newcomers)];
    this.opportunities = opportunityCommands({
      storage: this.#storage.opportunities,
      contactOf: this.#people.contactOf,
      isInClearing: (cycleKey) => this.#sweeper.chosen.has(cycleKey),
      refuseIfClosed: () => this.#refuseIfClosed(),
      run: (work) => this.#command(work),
    });
    this.#teller = new Teller({
      storage: this.#storage,
      transport: this.#transport,
      options: this.#options,
      clock: this.#clock,
      sleep: this.#sleep,
      logger: this.#logger,
      emitter: this.#emitter,
      counters: this.#counters,
    });
    this.#caretaker = new Caretaker({
      storage: this.#storage,
      options: this.#options,
      clock: this.#clock,
      logger: this.#logger,
      logs: () => this.#following.values(),
      command: (work) => this.#command(work),
      isClosing: () => this.#closing !== undefined,
    });
    this.#sweeper = new Sweeper({
      storage: this.#storage,
      options: this.#options,
      clock: this.#clock,
      sleep: this.#sleep,
      logger: this.#logger,
      checkItem: this.#checkItem,
      ready: async () => {
        this.#refuseIfClosed();
        await this.start();
        await Promise.allSettled(this.#arriving);
      },
      market: () => this.#opened(),
      inTurn: (work) => this.#queue.alone(async () => work(await this.#loadedMarket())),
      command: (work) => this.#command(work),
      heldItems: () => this.#heldItems(),
      unfinished: () => [...new Set([...this.#queue.parked(), ...this.#untold])],
      lookAgain: (id) => this.#lookAgain(id),
      reload: (id, owner) => this.#queue.enqueue(id, 'reload', owner).report,
      cleanUp: () => this.cleanup(),
      sendDue: () => this.deliverDue(),
      isClosing: () => this.#closing !== undefined,
    });
    this.#digests = new Digests({
      notifications: this.#storage.notifications,
      preferences: this.#storage.preferences,
      mail: options.mail,
      clock: this.#clock,
      sleep: this.#sleep,
      logger: this.#logger,
      timeoutMs: retry.mailTimeoutMs,
      onSent: (userId, notifications) => this.#emitter.emit('digest:sent', { userId, notifications }),
      onFailed: (userId, error, isLasting) => this.#emitter.emit('digest:failed', { userId, error, isLasting }),
    });
    this.#queue = new ItemQueue({
      clock: this.#clock,
      sleep: this.#sleep,
      ids: options.ids ?? countingIds(),
      logger: this.#logger,
      retry,
      run: (itemId, task, outcome) => this.#run(itemId, task, outcome),
      report: (eventId, itemId, outcome, tookMs) => this.#teller.report(eventId, itemId, outcome, tookMs),
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
      .alone(async () => void (await this.#loadedMarket()))
      .catch((error) => {
        this.#started = undefined; // the next call tries again
        throw error;
      });
    return this.#started;
  }

  async load(items: AsyncIterable<Item> | Iterable<Item>, { store = true }: LoadOptions = {}): Promise<LoadReport> {
    this.#refuseIfClosed();
    const { items: itemStore } = this.#storage;
    await this.start();
    return this.#queue.alone(async () => {
      const begun = this.#clock.elapsed();
      const held = await this.#heldItems();
      const loaded = await loadItems(
        {
          market: await this.#loadedMarket(),
          checkItem: (input) => {
            const item = this.#checkItem(input);
            if (held.has(item.id)) throw itemLocked(item.id);
            return item;
          },
          ...(store && { store: (item) => itemStore.put(item) }),
          onRefused: () => {},
          sleep: this.#sleep,
        },
        items,
      );
      return { ...loaded, tookMs: this.#clock.elapsed() - begun };
    });
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

  follow(log: EventLog, { everyMs = 200 }: { everyMs?: number } = {}): () => Promise<void> {
    this.#refuseIfClosed();
    const handle = (event: LoggedEvent) => this.#handleLogged(log, event);
    const stop = follow({ log, handle, sleep: this.#sleep, logger: this.#logger, everyMs });
    this.#following.set(stop, log);
    return stop;
  }

  async trigger(itemId: ItemId): Promise<EventReport> {
    this.#refuseIfClosed();
    await this.start();
    await Promise.allSettled(this.#arriving);
    this.#refuseIfClosed();
    if (!this.#queue.hasTaskFor(itemId) && (await this.#opened().check(itemId)) === undefined)
      throw await this.#notThere(itemId);
    return this.#queue.enqueue(itemId, 'none').report;
  }

  async matches(of: { itemId: ItemId } | { userId: UserId }): Promise<MatchesAnswer> {
    await this.start();
    const now = this.#clock.now();
    if ('itemId' in of && (await this.#opened().check(of.itemId)) === undefined) throw await this.#notThere(of.itemId);
    const found = await this.#opened().matches(of, now);
    const matches: Match[] = [];
    const answer: MatchesAnswer = { matches, exact: true, cached: found.length > 0 };
    for (const { itemId, search, cached } of found) {
      if (!cached) answer.cached = false;
      if (!search.exact) answer.exact = false;
      if (search.reason) answer.reason = search.reason;
      for (const cycle of search.cycles) matches.push(matchOf(plainCopy(cycle), itemId));
    }
    matches.sort((a, b) => compareCycles(a.cycle, b.cycle));
    for (const match of matches) {
      const latest = await this.#storage.opportunities.latest(match.cycle.key);
      if (isLive(latest, now)) match.opportunityId = latest.id;
    }
    return answer;
  }

  async sweep(options: SweepOptions = {}): Promise<SweepReport> {
    return this.#sweeper.sweep(options);
  }

  async cleanup(): Promise<CleanupReport> {
    this.#refuseIfClosed();
    await this.start();
    const report = await this.#caretaker.cleanUp();
    this.#emitter.emit('cleanup:finished', report);
    return report;
  }

  deliverDue(): Promise<number> {
    return this.#teller.sendDue();
  }

  async sendDigests(): Promise<number> {
    this.#refuseIfClosed();
    await this.start();
    return this.#digests.send(this.#preferences.values());
  }

  async saveSnapshot(): Promise<SnapshotReport> {
    this.#refuseIfClosed();
    const take = async () => {
      await this.start();
      return this.#queue.alone(async () => (await this.#loadedMarket()).snapshot());
    };
    this.#saving ??= saveSnapshot(this.#snapshots, take, this.#clock).finally(() => {
      this.#saving = undefined;
    });
    return this.#saving;
  }

  async setCategories(categories: Category[]): Promise<void> {
    this.#refuseIfClosed();
    await this.start();
    const checked = checkCategories(categories);
    await this.#queue.alone(async () => {
      await (await this.#loadedMarket()).setCategories(checked);
      this.#categories = checked;
    });
    // Trades may have lost their ground or gained some, anywhere; a sweep under way has passed some of them by.
    await this.#sweeper.idle();
    await this.sweep();
  }

  async setPreferences(input: Preferences): Promise<void> {
    this.#refuseIfClosed();
    const preferences = checkPreferences(input);
    await this.start();
    await this.#changePreferences(preferences.userId, () => preferences);
  }

  /** @param change What it makes of those that are known when its turn comes; undefined: nothing. */
  async #changePreferences(
    userId: UserId,
    change: (known: Preferences | undefined) => Preferences | undefined,
  ): Promise<void> {
    await this.#queue.alone(async () => {
      const known = this.#preferences.get(userId);
      const preferences = change(known);
      if (!preferences) return;
      await this.#storage.preferences.put(preferences);
      if (!known?.digest) await this.#digests.begin(preferences);
      this.#preferences.set(userId, preferences);
      this.#digests.lookAnew(userId);
      await (await this.#loadedMarket()).setPreferences([preferences]);
    });
    // What they rule out from now on ends; what they newly let in is found.
    for (const id of await this.#opened().itemsOf(userId)) if (!this.#closing) await this.#lookAgain(id);
  }

  async forgetUser(userId: UserId): Promise<ForgetReport> {
    this.#refuseIfClosed();
    checkUserId(userId);
    await this.start();
    const { preferences } = this.#storage;
    return forget(
      {
        storage: this.#storage,
        ledgerKey: this.#options.ledgerKey,
        takeAway: async ({ id, status }) => {
          if (status === 'traded') await this.#storage.items.remove(id);
          else await this.submit({ type: 'item:deleted', itemId: id, userId });
        },
        preferences: this.#preferences,
        changePreferences: (id, change) => this.#changePreferences(id, (known) => known && change(known)),
        removePreferences: (id) =>
          this.#queue.alone(async () => {
            await preferences.remove(id);
            this.#preferences.delete(id);
            this.#digests.lookAnew(id);
            await (await this.#loadedMarket()).setPreferences([{ userId: id }]);
          }),
        command: (work) => this.#command(work),
      },
      userId,
    );
  }

  async explain(opportunityId: string): Promise<OpportunityExplanation> {
    await this.start();
    const opportunity = await this.#storage.opportunities.get(opportunityId);
    if (!opportunity) throw consent.unknownOpportunity(opportunityId);
    const { items } = opportunity;
    const edges = await this.#opened().explain(items.map((from, i) => [from, items[(i + 1) % items.length]!]));
    return { opportunity, edges };
  }

  async whyNot(from: ItemId, to: ItemId): Promise<EdgeExplanation> {
    await this.start();
    const market = this.#opened();
    const [explanation] = await market.explain([[from, to]]);
    if (explanation) return explanation;
    throw unknownItem((await market.check(from)) === undefined ? from : to);
  }

  async countAnswers(input: Item, { most = 1_000 }: { most?: number } = {}): Promise<AnswerCount> {
    this.#refuseIfClosed();
    const item = this.#checkItem(input);
    if (!Number.isSafeInteger(most) || most < 1 || most > MOST_COUNTED) {
      throw new BarterError(
        'invalid-options',
        `Answers are counted up to ${most}: give a number of 1 to ${MOST_COUNTED}.`,
      );
    }
    await this.start();
    return this.#opened().countAnswers(item, most);
  }

  async neighbourhood(itemId: ItemId, options: NeighbourhoodOptions = {}): Promise<Neighbourhood> {
    this.#refuseIfClosed();
    const { limit = 1, depth = 1, edgesPerItem = 1 } = options;
    const isCount = (value: number, most: number) => Number.isSafeInteger(value) && value >= 1 && value <= most;
    if (!isCount(limit, 10_000) || !isCount(depth, 100) || !isCount(edgesPerItem, 100)) {
      throw new BarterError(
        'invalid-options',
        'A neighbourhood has 1 to 10,000 items, up to 100 edges away, with 1 to 100 edges each: give whole numbers.',
      );
    }
    await this.start();
    return this.#opened().neighbourhood(itemId, options);
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
    const size = await this.#size(now);
    return {
      isRunning: this.#started !== undefined && this.#closing === undefined,
      isProcessing: this.#queue.isRunning,
      cacheValid: size.cacheEntries > 0,
      cacheEntries: size.cacheEntries,
      cacheHitRate: size.cacheHitRate,
      queueLength: this.#queue.length,
      queueLagMs: this.#queue.lagMs(now),
      items: size.items,
      edges: size.edges,
      memoryBytes: size.memoryBytes,
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
      locks: await this.#storage.opportunities.countLocks(now),
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
    await Promise.all(Array.from(this.#following.keys(), (stop) => stop()));
    await Promise.allSettled(this.#arriving); // what was accepted is worked off
    await this.#queue.drained();
    await Promise.all([this.#teller.stop(), this.#digests.stop()]);
    await this.#market?.close();
    await this.#transport.close();
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new BarterError('closed', 'The engine is closed: create another one.');
  }

  /** The market, loaded from the storage where it is not there. Called in the queue's turn, so that nothing changes meanwhile. */
  async #loadedMarket(): Promise<MarketPort> {
    if (this.#market) return this.#market;
    const market = await this.#openMarket();
    try {
      const preferences = await this.#storage.preferences.all();
      for (const own of preferences) this.#preferences.set(own.userId, own);
      await market.setPreferences(preferences);
      await restoreSnapshot(this.#snapshots, market, this.#logger);
      await this.#settleAll();
      const held = await this.#heldItems();
      await loadItems(
        {
          market,
          checkItem: this.#checkItem,
          onRefused: (refused) =>
            this.#logger('warn', 'A stored item is not valid and stays out of the market.', { ...refused }),
          sleep: this.#sleep,
        },
        storedItems(this.#storage.items, held),
      );
    } catch (error) {
      await market.close();
      throw error;
    }
    this.#market = market;
    this.#caretaker.reviewNext();
    return market;
  }

  #openMarket(): Promise<MarketPort> {
    const { matching, cacheMs, worker } = this.#options;
    const setup = { matching, cacheMs, categories: this.#categories };
    if (!worker) return openLocalMarket(setup, this.#sleep);
    return openWorkerMarket(setup, worker, (error) => {
      this.#market = undefined;
      this.#started = undefined;
      this.#logger('error', error.message, { error });
      this.#emitter.emit('worker:failed', { error });
    });
  }

  /** The market after `start`. @throws BarterError `worker-failed` where it has gone since. */
  #opened(): MarketPort {
    if (this.#market) return this.#market;
    throw new BarterError(
      'worker-failed',
      'The worker of the market has just ended: call again, and it is loaded anew.',
    );
  }

  /** Of what is loaded; nothing before that and after the end. */
  async #size(now: number): Promise<MarketSize> {
    const memoryBytes = { graph: 0, index: 0, items: 0 };
    const none = { items: 0, edges: 0, cacheEntries: 0, cacheHitRate: 0, memoryBytes };
    return (await this.#market?.size(now).catch(() => none)) ?? none;
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

  /** Puts a checked event into the queue, once the market is loaded. */
  async #arrive(
    event: ReturnType<typeof checkEvent>,
    item: Item | undefined,
  ): Promise<{ eventId: string; report: Promise<EventReport> }> {
    const { itemId, userId, type } = event;
    const change = item ? { item } : type === 'item:deleted' ? 'gone' : 'reload';
    await this.#startFor({ userId, change, carried: undefined }, itemId);
    this.#checkOwner(event, item, await this.#ownerOnArrival(itemId, item));
    return this.#queue.enqueue(itemId, change, userId);
  }

  /**
   * Asked for every event, so that all come into the queue in the order of their arrival. Where the worker has just
   * ended the event is queued all the same: it is checked again when its turn comes, on a market loaded anew.
   */
  async #ownerOnArrival(itemId: ItemId, item: Item | undefined): Promise<UserId | undefined> {
    try {
      return await this.#opened().check(itemId, item);
    } catch (error) {
      if (isLasting(error)) throw error;
      return undefined;
    }
  }

  /** Loads the market if need be; an event that comes while that fails is parked. */
  async #startFor(task: Task, itemId: ItemId): Promise<void> {
    try {
      await this.start();
    } catch (cause) {
      if (isLasting(cause)) throw cause;
      this.#queue.park(itemId, task);
      this.#counters.eventsFailed++;
      const message = `The engine could not load its market, so the event of item ${itemId} waits: it is kept, and tried again by the next sweep.`;
      throw new BarterError('event-failed', message, { cause });
    }
  }

  /** Refuses somebody else's event, as far as can be known without asking the storage. */
  #checkOwner(
    { type, itemId, userId }: ReturnType<typeof checkEvent>,
    item: Item | undefined,
    owner: UserId | undefined,
  ): void {
    if (item && (item.id !== itemId || item.ownerId !== userId)) {
      throw new BarterError(
        'owner-mismatch',
        `The event is about item ${itemId} of ${userId} and carries ${item.id} of ${item.ownerId}: make them agree.`,
      );
    }
    // Whoever has the item read from the storage may find that it has changed hands there; whoever brings it may not say so.
    const known = this.#queue.waitingFor(itemId)?.userId ?? owner;
    if ((item || type === 'item:deleted') && known !== undefined && known !== userId) throw notTheirs(itemId, userId);
  }

  /** Resolves when it is done; what it tells is sent by then or later. */
  async #handleLogged(log: EventLog, event: LoggedEvent): Promise<void> {
    await this.start();
    const { position, itemId, userId } = event;
    const task: Task = { userId, change: 'reload', carried: undefined };
    const begun = this.#clock.elapsed();
    await this.#queue.alone(async () => {
      try {
        const outcome = await log.handle(event, async (storage) => {
          const attempt = emptyOutcome();
          await this.#run(itemId, task, attempt, storage);
          return attempt;
        });
        const { report, sending } = this.#teller.report(
          `log-${position}`,
          itemId,
          outcome,
          this.#clock.elapsed() - begun,
        );
        void sending.then(() => this.#emitter.emit('event:processed', report));
      } catch (error) {
        if (!isLasting(error) || error.code === 'not-the-writer') throw error;
        this.#logger('warn', 'A logged event was refused.', { position, itemId, error });
        await log.handle(event, async () => {});
      }
    });
  }

  async #run(itemId: ItemId, task: Task, outcome: Outcome, storage: BarterStorage = this.#storage): Promise<void> {
    const context = await this.#context(storage);
    const active = await storage.opportunities.activeByItem(itemId);
    const commitment = active.find((one) => !isOpen(one));
    if (commitment) {
      if (task.change === 'none') return;
      const owner = commitment.participants.find(({ gives }) => gives === itemId)!.userId;
      throw owner === task.userId ? itemLocked(itemId) : notTheirs(itemId, task.userId);
    }
    const change = await takeIn(
      { items: storage.items, market: context.market, checkItem: this.#checkItem },
      itemId,
      task,
    );
    await runPipeline(context, itemId, change, active, this.#clock.now(), outcome);
    // What becomes possible without anybody's event is looked for by the next sweep.
    if (outcome.refused.some(({ gate }) => MAY_PASS_LATER.has(gate))) this.#untold.add(itemId);
    else this.#untold.delete(itemId);
  }

  /** What the stages work with. Called in the queue's turn. */
  async #context(storage = this.#storage): Promise<PipelineContext & { market: MarketPort }> {
    return {
      market: await this.#loadedMarket(),
      storage,
      options: this.#options,
      people: this.#people,
      preferences: this.#preferences,
      admission: this.#admission,
      consent: this.#consent,
      clearing: { propose: this.#options.clearing.propose, keys: this.#sweeper.chosen },
    };
  }

  /**
   * Does something about opportunities in its turn of the queue, brings the market up to what it led to, and tells. What
   * has been stored is stored: what fails after it is made good by the next cleanup or the next start.
   */
  async #command<T>(
    work: (context: PipelineContext & { market: MarketPort }, now: number, outcome: Outcome) => Promise<T>,
  ): Promise<T> {
    this.#refuseIfClosed();
    await this.start();
    const outcome = emptyOutcome();
    let sending: Promise<unknown> = Promise.resolve();
    try {
      return await this.#queue.alone(async () => {
        const context = await this.#context();
        const now = this.#clock.now();
        try {
          return await work(context, now, outcome);
        } finally {
          await this.#follow(context, now, outcome);
          sending = this.#teller.tell(outcome);
        }
      });
    } finally {
      await this.#takeBack(outcome.released);
      await sending;
    }
  }

  /** Items of a new commitment leave the market; those of a completed trade are marked as traded. */
  async #follow(
    { market, storage }: { market: MarketPort; storage: BarterStorage },
    now: number,
    { held, told }: Outcome,
  ): Promise<void> {
    try {
      if (held.length > 0) await market.drop(held);
      for (const { what, opportunity } of told) if (what === 'completed') await settle({ storage }, opportunity, now);
    } catch (error) {
      this.#logger('error', 'The market could not follow a trade; the next cleanup or start makes it good.', { error });
    }
  }

  /** Items that are free again are read anew, and searched. */
  async #takeBack(itemIds: readonly ItemId[]): Promise<void> {
    await Promise.all(
      itemIds.map(async (itemId) => {
        try {
          const item = await this.#storage.items.get(itemId);
          if (item) await this.#queue.enqueue(itemId, 'reload', item.ownerId).report;
        } catch (error) {
          this.#logger('error', 'An item could not return to the market.', { itemId, error });
        }
      }),
    );
  }

  /** Marks what a crash left unmarked of completed trades, before their items are read. */
  async #settleAll(): Promise<void> {
    for (;;) {
      const unsettled = await this.#storage.opportunities.due(0, DUE_AT_ONCE); // nothing else was due at the epoch
      for (const one of unsettled) await settle({ storage: this.#storage }, one, this.#clock.now());
      if (unsettled.length < DUE_AT_ONCE) return;
    }
  }

  /** Items in committed trades: they are not in the market. */
  async #heldItems(): Promise<Set<ItemId>> {
    const held = new Set<ItemId>();
    for (let after: ItemId | undefined; ; ) {
      const page = await this.#storage.opportunities.hardLocks({
        ...(after !== undefined && { after }),
        limit: LOCKS_AT_ONCE,
      });
      for (const { itemId } of page) held.add(itemId);
      if (page.length < LOCKS_AT_ONCE) return held;
      after = page.at(-1)!.itemId;
    }
  }

  /** Why an item is not in the market. */
  async #notThere(itemId: ItemId): Promise<BarterError> {
    const locks = await this.#storage.opportunities.locks([itemId], this.#clock.now());
    return locks.some(({ kind }) => kind === 'hard') ? itemLocked(itemId) : unknownItem(itemId);
  }
}

/** Gates that say no for a while, whatever happens to the item itself. */
const MAY_PASS_LATER: ReadonlySet<string> = new Set(['per-event', 'locked', 'newcomer', 'clearing']);
/** Opportunities that are due, read at once. */
const DUE_AT_ONCE = 100;
const LOCKS_AT_ONCE = 1_000;
const MOST_COUNTED = 100_000;

function itemLocked(itemId: ItemId): BarterError {
  return new BarterError(
    'item-locked',
    `Item ${itemId} is in a trade that everybody has accepted: nothing of it changes until that has ended; then the engine reads it from the storage again.`,
  );
}

function unknownItem(itemId: ItemId): BarterError {
  return new BarterError('unknown-item', `Item ${JSON.stringify(itemId)} is not in the market: submit it first.`);
}

function isLive(opportunity: Opportunity | null, now: number): opportunity is Opportunity {
  return opportunity !== null && isOpen(opportunity) && opportunity.expiresAt > now;
}

function matchOf(cycle: Cycle, mine: ItemId): Match {
  const at = cycle.items.indexOf(mine);
  return { cycle, gives: mine, gets: cycle.items[(at - 1 + cycle.items.length) % cycle.items.length]! };
}
