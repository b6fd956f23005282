import type { BarterEngineOptions, Category, Clock, Item, SnapshotStore } from 'barterloop';
import type { PrismaClient } from '../generated/client';
import type { DemoUser } from './demo';

/** How many requests are answered in each window of `windowMs`; the rest get 429 with `Retry-After`. */
export interface RateLimits {
  windowMs: number;
  /** All requests from one address, signed in or not. */
  perAddress: number;
  /** All requests of one user. */
  perUser: number;
  /** Requests of one user that search the graph: triggers and match lists. */
  searchesPerUser: number;
  /** Dev logins from one address. */
  loginsPerAddress: number;
  /** Socket handshakes from one address. */
  handshakesPerAddress: number;
  /** Messages one socket may send, though nothing listens to them; above it the socket is dropped. */
  messagesPerSocket: number;
}

/** Where log lines go, and how they look. */
export interface LogOptions {
  level: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** One readable line per entry instead of one JSON object. */
  pretty: boolean;
  destination: { write(line: string): unknown };
}

/** How the host mails digests. */
export interface MailOptions {
  /** `smtp://user:password@host:587`. */
  smtpUrl: string;
  /** `Swaps <swaps@example.org>`. */
  from: string;
  /** Where people find this host, below a path or not; what mails link to. */
  publicUrl: string;
}

/** Everything about the host that a test or an operator may want to set; all of it optional. */
export interface HostOptions {
  /** No dev login, no API page, metrics closed to strangers, a secret required. @defaultValue false */
  production?: boolean;
  /** HS256 key, 32 characters or more. Absent outside production: a random one per start. */
  jwtSecret?: string;
  /** See `BarterEngineOptions.ledgerKey`. */
  ledgerKey?: string;
  /** Origins of browser pages that may call, compared character by character. */
  corsOrigins?: readonly string[];
  /** Opens `/metrics` in production. */
  metricsToken?: string;
  /** Proxies in front that may be believed about the client's address. @defaultValue 0 */
  trustedProxies?: number;
  /** Folder of the built page, served at `/`. Absent: no page. */
  pageFolder?: string;
  /** Whom the page offers to sign in as, outside production. */
  demoUsers?: readonly DemoUser[];
  categories?: Category[];
  /** Where everything is kept; closing it is not the host's. Absent: in memory, as long as the host lives. */
  database?: PrismaClient;
  /** Where the engine keeps what its next start can go on from. Absent: nowhere. */
  snapshots?: SnapshotStore;
  /** Items of a market that has none yet; they are searched by the first sweep. */
  items?: Iterable<Item>;
  engine?: Pick<
    BarterEngineOptions,
    'matching' | 'policies' | 'people' | 'limits' | 'retry' | 'retention' | 'sleep' | 'worker'
  >;
  /** Absent: digests are lines in the log. */
  mail?: MailOptions;
  clock?: Clock;
  /** Ids of new items; must not repeat and must not be guessable where they are secret. @defaultValue random UUIDs */
  newItemId?: () => string;
  rateLimits?: Partial<RateLimits>;
  /** @defaultValue 500 */
  itemsPerUser?: number;
  /** @defaultValue 20 */
  socketsPerUser?: number;
  /** 0 switches the job off. @defaultValue 15 minutes */
  sweepEveryMs?: number;
  /** Between two snapshots, at least; they are saved after sweeps and when the host closes. @defaultValue 10 minutes */
  snapshotEveryMs?: number;
  /** 0 switches the job off. @defaultValue 5 minutes */
  cleanupEveryMs?: number;
  /** 0 switches the job off. @defaultValue 5 seconds */
  deliverEveryMs?: number;
  /** 0 switches the job off. @defaultValue a minute */
  digestEveryMs?: number;
  /** Within this a request must have arrived whole. @defaultValue 30 seconds */
  requestTimeoutMs?: number;
  /** Within this a socket must have sent its token. @defaultValue 10 seconds */
  handshakeTimeoutMs?: number;
  /** How long `close()` waits for requests under way. @defaultValue 5 seconds */
  closeWithinMs?: number;
  log?: Partial<LogOptions>;
}

/** What a host answers when nobody set anything else. */
export const DEFAULT_RATE_LIMITS: RateLimits = Object.freeze({
  windowMs: 60_000,
  perAddress: 3_000,
  perUser: 600,
  searchesPerUser: 120,
  loginsPerAddress: 60,
  handshakesPerAddress: 300,
  messagesPerSocket: 60,
});

/** Pages on the usual development ports may call; in production nobody may until `CORS_ORIGINS` says who. */
export const DEV_ORIGINS: readonly string[] = Object.freeze([
  'http://localhost:3000',
  'http://localhost:5173',
  'http://127.0.0.1:3000',
  'http://127.0.0.1:5173',
]);

/** The shortest secret that HS256 keeps its strength with. */
export const SHORTEST_SECRET = 32;
