import { z } from 'zod';
import type { ClearingRules } from './clearing/rules';
import { LONGEST_CYCLE } from './cycles/collectors';
import type { MailPort } from './digest/mail-port';
import { BarterError } from './errors';
import { defaultMarketOptions, type MarketOptions } from './market/market';
import { defaultItemLimits, type ItemLimits } from './market/schemas';
import { isCriterion, isScorer, type Scorer } from './market/scorer';
import type { WorkerOptions } from './market-port/worker-market';
import type { ThrottleWindow } from './policy/throttle';
import type { Clock, IdSource, Logger, Sleep } from './runtime';
import type { SnapshotStore } from './storage/snapshot-store';
import type { BarterStorage } from './storage/storage';
import type { BarterTransport } from './transport/transport';
import type { Category, Opportunity, UserId } from './types';

/** Which cycles are looked for, and how edges are made and scored. */
export interface MatchingOptions extends Omit<MarketOptions, 'scorer'> {
  /**
   * Scores wants in place of the weighted mean: a scorer, or the specifier of a module whose default export is
   * `{ scorer?, extraCriteria? }` (a package, an absolute path or a `file:` URL). With a worker it must be a specifier,
   * because functions do not cross threads. @defaultValue none
   */
  scorer?: Scorer | string;
  /** People in the smallest trade, 2..16. @defaultValue 2 */
  minLength: number;
  /** People in the largest trade, 2..16. @defaultValue 5 */
  maxLength: number;
  /** Cycles found per event, best first. @defaultValue 10 */
  limit: number;
  /** Edges that one search reads at most, about; counted, so the same everywhere. @defaultValue 500,000 */
  budget: number;
  /** Least score of a cycle for a person without a minimum of their own, [0,1]. @defaultValue 0.6 */
  notifyFrom: number;
}

/** Who is told how often. */
export interface PolicyOptions {
  /** Opportunities told per event, however many people are in each. @defaultValue 5 */
  perEvent: number;
  /** One push per person and trade in this time; 0: no cooldown. @defaultValue 3,600,000 (an hour) */
  cooldownMs: number;
  /** Pushes per person in any window of this length. @defaultValue 10 an hour, 30 a day */
  throttle: readonly ThrottleWindow[];
  /** How long an opportunity is open for acceptance. @defaultValue 172,800,000 (48 hours) */
  acceptanceMs: number;
  /** How long the hand-overs may take once all have accepted. @defaultValue 86,400,000 (24 hours) */
  completionMs: number;
  /** How long an acceptance keeps the accepter's own item out of new proposals; 0: not at all. @defaultValue 3,600,000 (an hour) */
  softLockMs: number;
  /** How long before a deadline those are warned who have not acted; 0: nobody is. @defaultValue 21,600,000 (6 hours) */
  warnBeforeMs: number;
  /** How often a ring that lost somebody is repaired, the repairs of repairs counted; 0: never. @defaultValue 3 */
  maxRepairs: number;
  /**
   * Which of the found cycles are told first: those of the best score, or of the best score times the reliability of all
   * in them ({@link PeopleOptions.reliability}), so that each further person has a price. @defaultValue 'score'
   */
  rankBy: 'score' | 'expected-completion';
  /** What newcomers ({@link PeopleOptions.isNewcomer}) may be in. @defaultValue trades of 3 people, 3 open ones */
  newcomers: {
    /** People in the largest trade. */
    maxLength: number;
    /** Opportunities that are open at once. */
    maxOpen: number;
  };
}

/** How the market is cleared by sweeps. */
export interface ClearingOptions {
  /**
   * Who proposes trades: events as they come; sweeps alone, which clear the market; or both, where events leave out what
   * competes with the trades that the last clearing chose. @defaultValue 'events'
   */
  propose: 'events' | 'sweeps' | 'both';
  /** People in a trade at most, up to 8 and up to `matching.maxLength`. @defaultValue 3 */
  maxLength: number;
  /** What the clearing is to bring. @defaultValue ['items', 'score'] */
  objective: NonNullable<ClearingRules['objective']>;
  /** Trades of one clearing that one person may be in. @defaultValue Infinity */
  cyclesPerOwner: number;
  /** How much a clearing may read, and cycles that it may choose among: see `clearMarket`. */
  budget: number;
  maxCycles: number;
}

/** What the host knows of its users. Asked when it is needed; may be asynchronous, and must not take long. */
export interface PeopleOptions {
  /** How likely this person is to do what they agree to, (0,1]. @defaultValue 1 for everybody */
  reliability?(userId: UserId): number | Promise<number>;
  /** Whether this person is new here. @defaultValue nobody is */
  isNewcomer?(userId: UserId): boolean | Promise<boolean>;
  /**
   * How to reach this person, in whatever form the host's clients know. Asked only for a member of a trade that has been
   * committed, for another member. @defaultValue nothing is revealed
   */
  contactOf?(userId: UserId, opportunity: Opportunity): unknown;
}

/** How often and how long the engine tries. */
export interface RetryOptions {
  /** Times an event is tried before it is parked for the next sweep. @defaultValue 3 */
  attempts: number;
  /** Wait before the second try; doubles with each. Milliseconds. @defaultValue 50 */
  delayMs: number;
  /** After which a push counts as failed. Milliseconds. @defaultValue 5,000 */
  pushTimeoutMs: number;
  /**
   * Pushes under way at once while what is due is sent, so that one slow device does not hold up all. As many at most come
   * twice when the process is killed meanwhile. @defaultValue 16
   */
  pushesAtOnce: number;
  /** After which a mail counts as failed. Milliseconds. @defaultValue 60,000 */
  mailTimeoutMs: number;
}

/**
 * How long what is over is kept. Each cleanup takes some of it away, with what needs no option: events of a followed log
 * that are done, claims that have ended, counters that no window reaches back to.
 */
export interface RetentionOptions {
  /**
   * Inbox rows of trades that have ended, read or not, from when they were stored; one that is still to be sent stays.
   * Milliseconds; Infinity: as long as the trade is kept. @defaultValue 7,776,000,000 (90 days)
   */
  inboxMs: number;
  /**
   * Opportunities that have ended, from the deadline that they had, with their inbox rows and what was refused by them. They
   * stay however long two of their items are there, so that nobody is asked the same twice and no id comes again.
   * Milliseconds; Infinity: for ever. @defaultValue 15,552,000,000 (180 days)
   */
  opportunitiesMs: number;
  /** Rows of each kind that one cleanup looks at, at most; 0: none, so that nothing is ever taken away. @defaultValue 1,000 */
  rowsPerCleanup: number;
}

export interface BarterEngineOptions {
  /** @defaultValue memoryStorage() */
  storage?: BarterStorage;
  /**
   * Where `saveSnapshot` keeps what a start can go on from. Not together with a scorer or criteria of
   * the host's own: nothing tells whether those still score as they did. @defaultValue none
   */
  snapshots?: SnapshotStore;
  /** @defaultValue memoryTransport() */
  transport?: BarterTransport;
  /** Takes the digests of people who want one. @defaultValue none: there are no digests */
  mail?: MailPort;
  /** @defaultValue the system's */
  clock?: Clock;
  /** @defaultValue timers */
  sleep?: Sleep;
  /** Ids of events. @defaultValue evt-1, evt-2 … */
  ids?: IdSource;
  /** @defaultValue silent */
  logger?: Logger;
  /** @defaultValue none */
  categories?: readonly Category[];
  matching?: Partial<MatchingOptions>;
  policies?: Partial<PolicyOptions>;
  clearing?: Partial<ClearingOptions>;
  people?: PeopleOptions;
  limits?: Partial<ItemLimits>;
  retry?: Partial<RetryOptions>;
  retention?: Partial<RetentionOptions>;
  /**
   * A secret of the host. Ledgers (cooldown, throttle, what was declined) and the history of a trade know a person who has
   * been forgotten by a hash under this key alone: whoever reads the storage and does not have it cannot try out who that
   * was. Keep it: with another one those ledgers begin anew. @defaultValue none, so that known ids can be tried
   */
  ledgerKey?: string;
  /** How long an answer to `matches` is kept while nothing around the item changes. @defaultValue 300,000 (5 minutes) */
  cacheMs?: number;
  /**
   * Keeps the market (graph, index and search) in a worker thread, so that a search never holds up the host's event
   * loop. Storage, transport and policies stay in the host's thread. Node only. @defaultValue false
   */
  worker?: boolean | WorkerOptions;
}

/** The options with every default filled in, but for what comes from the surroundings. */
export interface ResolvedOptions {
  matching: MatchingOptions;
  policies: PolicyOptions;
  clearing: ClearingOptions;
  limits: ItemLimits;
  retry: RetryOptions;
  retention: RetentionOptions;
  ledgerKey: string;
  cacheMs: number;
  /** Undefined: the market lives in the host's thread. */
  worker: WorkerOptions | undefined;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const defaultOptions: Readonly<ResolvedOptions> = Object.freeze({
  matching: Object.freeze({
    ...defaultMarketOptions,
    minLength: 2,
    maxLength: 5,
    limit: 10,
    budget: 500_000,
    notifyFrom: 0.6,
  }),
  policies: Object.freeze({
    perEvent: 5,
    cooldownMs: HOUR,
    throttle: Object.freeze([
      { limit: 10, windowMs: HOUR },
      { limit: 30, windowMs: DAY },
    ]),
    acceptanceMs: 48 * HOUR,
    completionMs: DAY,
    softLockMs: HOUR,
    warnBeforeMs: 6 * HOUR,
    maxRepairs: 3,
    rankBy: 'score',
    newcomers: Object.freeze({ maxLength: 3, maxOpen: 3 }),
  }),
  clearing: Object.freeze({
    propose: 'events',
    maxLength: 3,
    objective: Object.freeze(['items', 'score'] as const),
    cyclesPerOwner: Infinity,
    budget: 200_000_000,
    maxCycles: 1_000_000,
  }),
  limits: defaultItemLimits,
  retry: Object.freeze({ attempts: 3, delayMs: 50, pushTimeoutMs: 5_000, pushesAtOnce: 16, mailTimeoutMs: 60_000 }),
  retention: Object.freeze({ inboxMs: 90 * DAY, opportunitiesMs: 180 * DAY, rowsPerCleanup: 1_000 }),
  ledgerKey: '',
  cacheMs: 300_000,
  worker: undefined,
});

/** @throws BarterError `invalid-options` with what to give instead. */
export function resolveOptions(options: BarterEngineOptions): ResolvedOptions {
  const resolved = {
    matching: { ...defaultOptions.matching, ...options.matching },
    policies: { ...defaultOptions.policies, ...options.policies },
    clearing: { ...defaultOptions.clearing, ...options.clearing },
    limits: { ...defaultOptions.limits, ...options.limits },
    retry: { ...defaultOptions.retry, ...options.retry },
    retention: { ...defaultOptions.retention, ...options.retention },
    ledgerKey: options.ledgerKey ?? defaultOptions.ledgerKey,
    cacheMs: options.cacheMs ?? defaultOptions.cacheMs,
    worker: options.worker === true ? {} : options.worker || undefined,
  };
  resolved.matching.weights = { ...defaultOptions.matching.weights, ...options.matching?.weights };
  const result = schema.safeParse(resolved);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new BarterError('invalid-options', `The option ${issue!.path.join('.')} is not valid: ${issue!.message}.`);
  }
  const { worker, matching } = resolved;
  if (options.snapshots && (matching.scorer !== undefined || matching.extraCriteria.length > 0)) {
    throw new BarterError(
      'invalid-options',
      'Nothing tells whether a scorer or a criterion of your own still scores as it did when a snapshot was taken: leave out the snapshots, or the scorer and the extraCriteria.',
    );
  }
  if (worker && (typeof matching.scorer === 'object' || matching.extraCriteria.length > 0)) {
    throw new BarterError(
      'invalid-options',
      'Functions do not cross threads: with a worker, put the scorer and the extra criteria into a module that exports default { scorer, extraCriteria }, and give its address in matching.scorer.',
    );
  }
  return resolved;
}

const unit = z.number().min(0).max(1);
const count = z.number().int().min(1);
const countOrAll = z.union([count, z.literal(Infinity)]);
const duration = z.number().min(0);
const durationOrEver = z.union([duration, z.literal(Infinity)]);
const weight = z.number().min(0).max(1_000_000);

const schema = z.object({
  matching: z
    .object({
      minLength: z.number().int().min(2).max(LONGEST_CYCLE),
      maxLength: z.number().int().min(2).max(LONGEST_CYCLE),
      limit: count.max(1_000),
      budget: z.union([z.number().positive(), z.literal(Infinity)]),
      notifyFrom: unit,
      edgeFloor: unit,
      cash: z.enum(['off', 'balance']),
      candidatesPerWant: z.union([countOrAll, z.literal('auto')]),
      openCandidates: count.max(10_000),
      weights: z.object({
        category: weight,
        keywords: weight,
        value: weight,
        condition: weight,
        distance: weight,
        rank: weight,
      }),
      extraCriteria: z.array(z.custom(isCriterion, 'give a name, a weight from 0 and a score function')),
      scorer: z
        .union([
          z.string().refine((name) => !name.startsWith('.'), 'it is relative to nothing: give the whole address'),
          z.custom(isScorer, 'give { score(given, receiving, want) } or the address of a module'),
        ])
        .optional(),
    })
    .refine(({ minLength, maxLength }) => minLength <= maxLength, 'minLength is above maxLength'),
  policies: z.object({
    perEvent: z.number().int().min(0),
    cooldownMs: duration,
    throttle: z.array(z.object({ limit: count, windowMs: z.number().positive() })),
    acceptanceMs: z.number().positive(),
    completionMs: z.number().positive(),
    softLockMs: duration,
    warnBeforeMs: duration,
    maxRepairs: z.number().int().min(0),
    rankBy: z.enum(['score', 'expected-completion']),
    newcomers: z.object({
      maxLength: z.number().int().min(2).max(LONGEST_CYCLE),
      maxOpen: z.number().int().min(0),
    }),
  }),
  clearing: z.object({
    propose: z.enum(['events', 'sweeps', 'both']),
    maxLength: z.number().int().min(2).max(8),
    objective: z.custom<ClearingOptions['objective']>(
      (value) => typeof value === 'object' && value !== null,
      'give weights',
    ),
    cyclesPerOwner: countOrAll,
    budget: z.number().positive(),
    maxCycles: count,
  }),
  limits: z.object({
    maxWants: count.max(10_000),
    maxKeywords: count.max(1_000),
    maxNamedItems: count.max(100_000),
    maxTitleLength: count,
    maxDescriptionLength: count,
  }),
  retry: z.object({
    attempts: count,
    delayMs: duration,
    pushTimeoutMs: z.number().positive(),
    mailTimeoutMs: z.number().positive(),
    pushesAtOnce: count.max(10_000),
  }),
  retention: z.object({
    inboxMs: durationOrEver,
    opportunitiesMs: durationOrEver,
    rowsPerCleanup: z.number().int().min(0),
  }),
  ledgerKey: z.string(),
  cacheMs: duration,
  worker: z
    .object({
      entry: z.union([z.string(), z.instanceof(URL)]).optional(),
      resourceLimits: z
        .object({ maxOldGenerationSizeMb: count.optional(), maxYoungGenerationSizeMb: count.optional() })
        .optional(),
    })
    .optional(),
});
