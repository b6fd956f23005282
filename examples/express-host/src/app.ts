import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import { type BarterEngine, type BarterStorage, createBarterEngine, memoryStorage, systemClock } from 'barterloop';
import { takeMarket } from 'barterloop/adapters/prisma';
import { socketIoTransport } from 'barterloop/adapters/socket-io';
import express, { type Express, Router } from 'express';
import type { Logger } from 'pino';
import type { Server as SocketServer } from 'socket.io';
import { accountRoutes, devLoginRoutes } from './account.routes';
import { createAuth, requireCaller } from './auth';
import { barterRoutes } from './barter.routes';
import { jsonBody } from './body';
import { type BusyEvening, createBusyEvening } from './busy-evening';
import type { HostContext } from './context';
import type { DemoUser } from './demo';
import { createDrain } from './drain';
import { errorAnswers, noSuchRoute, ok } from './http';
import { createReplays } from './idempotency';
import { itemRoutes } from './items.routes';
import { indexedByOwner, itemsInTable } from './items.store';
import { coreLogger, createLogger, requestLog, tellStory } from './logging';
import { digestMail } from './mail';
import { marketMapRoutes } from './market-map.routes';
import { createMetrics, metricsAccess } from './metrics';
import { notificationRoutes } from './notifications.routes';
import { openApiDocument } from './openapi';
import { operationsRoutes } from './operations.routes';
import { opportunityRoutes } from './opportunities.routes';
import { DEFAULT_RATE_LIMITS, DEV_ORIGINS, type HostOptions } from './options';
import { pageRoutes } from './page';
import { preferenceRoutes } from './preferences.routes';
import { createRateLimiters } from './rate-limits';
import { type OriginCheck, originCheck, securityHeaders } from './security';
import { keepSnapshots } from './snapshots';
import { createSocketServer } from './sockets';
import { rememberStory, type Story } from './story';
import { startJobs } from './sweep';
import { createTurns } from './turns';
import { unsubscribeLinks } from './unsubscribe';
import { unsubscribeRoutes } from './unsubscribe.routes';
import { createUsers, userTable } from './users';
import { wantRoutes } from './wants.routes';
import { whyRoutes } from './why.routes';

/** A whole host in one process; nothing of it is global, so tests run many. */
export interface Host {
  app: Express;
  server: HttpServer;
  engine: BarterEngine;
  storage: BarterStorage;
  io: SocketServer;
  /** Where everything is logged; its level may be changed. */
  log: Logger;
  /** Opens the port (0: any free one) and returns the address. */
  listen(port?: number, hostname?: string): Promise<{ port: number; url: string }>;
  /** Takes no more requests, drops the sockets, works off the queue, and stops. Idempotent. */
  close(): Promise<void>;
}

const SWEEP_EVERY_MS = 15 * 60 * 1000;
const SNAPSHOT_EVERY_MS = 10 * 60 * 1000;
const CLEANUP_EVERY_MS = 5 * 60 * 1000;
const DELIVER_EVERY_MS = 5_000;
const DIGEST_EVERY_MS = 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CLOSE_WITHIN_MS = 5_000;
/** For sockets to say goodbye. */
const FAREWELL_MS = 1_000;
const ITEMS_PER_USER = 500;
/** Longer than proxies and clients keep a connection that rests, or they send into one that has just been closed. */
const KEEP_ALIVE_MS = 65_000;
/** Of the newest rows of an inbox, those are sent to who connects that they may have missed. */
const UNREAD_AT_MOST = 50;

/**
 * Builds the host and starts its engine; the port stays closed until `listen()`.
 *
 * @throws Error where production lacks a secret.
 */
export async function createHost(options: HostOptions = {}): Promise<Host> {
  const { production = false, clock = systemClock, trustedProxies = 0 } = options;
  const rateLimits = { ...DEFAULT_RATE_LIMITS, ...options.rateLimits };
  const isListed = originCheck(options.corsOrigins ?? (production ? [] : DEV_ORIGINS));
  /** Where the page of this very process is served, outside production; there `CORS_ORIGINS` says it. */
  const ownOrigins = new Set<string>();
  const isAllowed: OriginCheck = (origin) => isListed(origin) || ownOrigins.has(origin ?? '');
  const log = createLogger({ level: 'info', pretty: !production, destination: process.stdout, ...options.log });

  const { database } = options;
  const users = await createUsers(clock, database && userTable(database));
  const auth = createAuth({ clock, users, production, secret: options.jwtSecret });

  const roles = database ? (await takeMarket(database)).storage : memoryStorage();
  const storage = { ...roles, items: database ? itemsInTable(database) : indexedByOwner(roles.items) };
  // Put before the start: the engine loads them into its graph, and the first sweep looks for their trades.
  await storage.items.fill([...(options.items ?? [])]);

  const app = express();
  const drain = createDrain();
  const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const server = createServer(
    {
      requestTimeout,
      headersTimeout: Math.min(requestTimeout, 10_000),
      connectionsCheckingInterval: Math.min(requestTimeout, 5_000),
      maxHeaderSize: 16_384,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    app,
  );
  const io = createSocketServer(server, {
    isAllowed,
    rateLimits,
    clock,
    trustsProxy: trustedProxies > 0,
    handshakeTimeoutMs: options.handshakeTimeoutMs,
  });
  const transport = socketIoTransport(io, {
    authenticate: ({ auth: handshakeAuth }) => auth.verify(handshakeAuth.token),
    unreadOf: async (userId) => {
      const inbox = await storage.notifications.inbox(userId, { limit: UNREAD_AT_MOST });
      return inbox.filter(({ deliveredAt, readAt }) => deliveredAt !== null && readAt === null).reverse();
    },
    maxSocketsPerUser: options.socketsPerUser ?? 20,
    clock,
    logger: coreLogger(log),
  });
  const links = unsubscribeLinks(options.jwtSecret);
  const engine = createBarterEngine({
    ...options.engine,
    ...(options.ledgerKey !== undefined && { ledgerKey: options.ledgerKey }),
    mail: digestMail(options.mail, users, links, log),
    storage,
    ...(options.snapshots && { snapshots: options.snapshots }),
    transport,
    clock,
    logger: coreLogger(log),
    categories: options.categories ?? [],
    people: { contactOf: (userId) => users.contactOf(userId), ...options.engine?.people },
  });
  const story = rememberStory(engine, log, () => clock.now());
  const stopStory = tellStory(engine, story.teller);
  const categoryIds = new Set(options.categories?.map(({ id }) => id));
  const evening = production ? null : createBusyEvening(engine, log, categoryIds);
  const metrics = createMetrics(engine);
  const limiters = createRateLimiters(rateLimits);
  const state = { ready: false, open: true };
  const context: HostContext = {
    engine,
    storage,
    transport,
    users,
    auth,
    clock,
    log,
    limiters,
    replays: createReplays(clock),
    turns: createTurns(),
    itemsPerUser: options.itemsPerUser ?? ITEMS_PER_USER,
    newItemId: options.newItemId ?? (() => `itm_${randomUUID()}`),
  };

  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', trustedProxies);
  app.use(drain.count);
  app.use(requestLog(log, clock));
  // Before the check of origins: browsers name one when they load a module, and its files are anybody's to read.
  if (options.pageFolder !== undefined) app.use(pageRoutes(options.pageFolder, limiters.perAddress));
  app.use(unsubscribeRoutes(context, links, limiters.perAddress));
  app.use(securityHeaders(isAllowed));
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', (_req, res) => {
    res.status(state.ready ? 200 : 503).json({ status: state.ready ? 'ready' : 'not ready' });
  });
  app.use(limiters.perAddress);
  const access = metricsAccess({ production, metricsToken: options.metricsToken, auth });
  app.get('/metrics', access, async (_req, res) => {
    res.type(metrics.contentType).send(await metrics.text());
  });
  const { categories = [], demoUsers = [] } = options;
  const cash = options.engine?.matching?.cash ?? 'off';
  app.use('/api/v1', api(context, { production, sockets: state, categories, demoUsers, cash, story, evening }));
  app.use(noSuchRoute);
  app.use(errorAnswers(log));

  await engine.start();
  state.ready = true;
  const snapshots = options.snapshots
    ? keepSnapshots(engine, log, clock, options.snapshotEveryMs ?? SNAPSHOT_EVERY_MS)
    : undefined;
  const stopJobs = startJobs(engine, log, snapshots, {
    sweepEveryMs: options.sweepEveryMs ?? SWEEP_EVERY_MS,
    cleanupEveryMs: options.cleanupEveryMs ?? CLEANUP_EVERY_MS,
    deliverEveryMs: options.deliverEveryMs ?? DELIVER_EVERY_MS,
    digestEveryMs: options.digestEveryMs ?? DIGEST_EVERY_MS,
  });

  const shutDown = async () => {
    state.ready = false;
    state.open = false;
    const serverClosed = server.listening ? once(server, 'close') : undefined;
    server.close();
    // Clients keep connections alive that they have no use for; each is closed once it falls idle.
    const tidying = setInterval(() => server.closeIdleConnections(), 20);
    // In this order what has been begun is answered, what has been submitted is worked off, and its people are told.
    await drain.emptied(options.closeWithinMs ?? CLOSE_WITHIN_MS);
    await evening?.stop();
    await stopJobs();
    await snapshots?.save();
    await engine.close();
    const ioClosed = io.close();
    await Promise.race([serverClosed, setTimeoutAsync(FAREWELL_MS, undefined, { ref: false })]);
    server.closeAllConnections();
    await ioClosed;
    await serverClosed;
    clearInterval(tidying);
    stopStory();
    story.detach();
    metrics.detach();
    limiters.close();
  };
  let closing: Promise<void> | undefined;

  return {
    app,
    server,
    engine,
    storage,
    io,
    log,
    async listen(port = 0, hostname) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, hostname, () => {
          server.off('error', reject);
          resolve();
        });
      });
      const bound = (server.address() as AddressInfo).port;
      if (!production) for (const name of ['localhost', '127.0.0.1']) ownOrigins.add(`http://${name}:${bound}`);
      return { port: bound, url: `http://localhost:${bound}` };
    },
    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}

function api(
  context: HostContext,
  options: {
    production: boolean;
    sockets: { readonly open: boolean };
    categories: unknown[];
    demoUsers: readonly DemoUser[];
    cash: 'off' | 'balance';
    story: Story;
    evening: BusyEvening | null;
  },
): Router {
  const { auth, limiters } = context;
  const router = Router();
  if (!options.production) {
    router.use(devLoginRoutes(context, options.demoUsers));
    router.get('/openapi.json', (_req, res) => {
      res.json(openApiDocument());
    });
  }
  // Who is asking comes before what they send: a stranger's body is never read.
  router.use(requireCaller(auth), limiters.perUser, ...jsonBody());
  router.use('/items', itemRoutes(context));
  router.use('/market', marketMapRoutes(context));
  router.use('/operations', operationsRoutes(context, options));
  router.use('/wants', wantRoutes(context));
  router.use('/barter/opportunities', whyRoutes(context), opportunityRoutes(context));
  router.use('/barter', barterRoutes({ ...context, sockets: options.sockets }));
  router.use('/notifications', notificationRoutes(context));
  router.use('/preferences', preferenceRoutes(context));
  router.use('/me', accountRoutes(context, { cash: options.cash }));
  router.get('/categories', (_req, res) => ok(res, options.categories));
  return router;
}
