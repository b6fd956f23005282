import { createHash, timingSafeEqual } from 'node:crypto';
import type { BarterEngine } from 'barterloop';
import type { RequestHandler } from 'express';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type Auth, bearerToken } from './auth';
import { HttpError } from './http';

/** What `/metrics` answers with. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  detach(): void;
}

/** The engine's numbers in a registry of their own, so that two hosts in one process do not mix theirs. */
export function createMetrics(engine: BarterEngine): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `barterloop_${name}`, help, registers });
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `barterloop_${name}`, help, labelNames, registers });

  const processing = new Histogram({
    name: 'barterloop_event_processing_seconds',
    help: 'Work on one item event, waiting in the queue left out',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const mean = gauge('event_processing_mean_seconds', 'Mean of the last 1,000 events');
  const p50 = gauge('event_processing_p50_seconds', 'Median of the last 1,000 events');
  const p99 = gauge('event_processing_p99_seconds', '99th percentile of the last 1,000 events');
  const listeners = gauge('listeners', "Listeners on the engine's bus");
  const queueLength = gauge('queue_length', 'Events waiting');
  const queueLag = gauge('queue_lag_seconds', 'How long the oldest waiting event has waited');
  const items = gauge('graph_items', 'Items in the graph');
  const edges = gauge('graph_edges', 'Edges in the graph');
  const locks = new Gauge({
    name: 'barterloop_locks',
    help: 'Items locked, by kind',
    labelNames: ['kind'],
    registers,
  });
  const clients = gauge('connected_clients', 'Connected sockets');
  const hitRate = gauge('cache_hit_ratio', 'Hits by lookups since start');
  const pending = gauge('notifications_pending', 'Notifications that await delivery');

  const events = counter('events_processed_total', 'Item events worked on');
  const failed = counter('events_failed_total', 'Item events parked after their retries');
  const cycles = counter('cycles_found_total', 'Cycles found');
  const told = counter('opportunities_told_total', 'Opportunities told');
  const sent = counter('notifications_sent_total', 'Notifications the transport took');
  const suppressed = counter('suppressed_total', 'Refusals by gate', ['gate']);
  const truncated = counter('searches_truncated_total', 'Searches whose answer is not proven', ['reason']);

  const digests = counter('digests_total', 'Digests by what became of them', ['outcome']);
  const countSent = () => digests.inc({ outcome: 'sent' });
  const countFailed = ({ isLasting }: { isLasting: boolean }) =>
    digests.inc({ outcome: isLasting ? 'refused' : 'failed' });
  engine.on('digest:sent', countSent);
  engine.on('digest:failed', countFailed);
  const observe = ({ tookMs }: { tookMs: number }) => processing.observe(tookMs / 1000);
  engine.on('event:processed', observe);

  const read = async () => {
    const stats = await engine.stats();
    items.set(stats.items);
    edges.set(stats.edges);
    mean.set(stats.processingMs.mean / 1000);
    p50.set(stats.processingMs.p50 / 1000);
    p99.set(stats.processingMs.p99 / 1000);
    listeners.set(stats.listeners);
    queueLength.set(stats.queueLength);
    queueLag.set(stats.queueLagMs / 1000);
    clients.set(stats.connectedClients);
    locks.set({ kind: 'soft' }, stats.locks.soft);
    locks.set({ kind: 'hard' }, stats.locks.hard);
    hitRate.set(stats.cacheHitRate);
    pending.set(stats.notificationsPending);
    for (const [metric, value] of [
      [events, stats.eventsProcessed],
      [failed, stats.eventsFailed],
      [cycles, stats.cyclesFound],
      [told, stats.opportunitiesTold],
      [sent, stats.notificationsSent],
    ] as const) {
      metric.reset();
      metric.inc(value);
    }
    suppressed.reset();
    for (const [gate, count] of Object.entries(stats.suppressedByGate)) suppressed.inc({ gate }, count);
    truncated.reset();
    truncated.inc({ reason: 'budget' }, stats.searchesTruncated.budget);
    truncated.inc({ reason: 'cap' }, stats.searchesTruncated.cap);
  };

  return {
    contentType: registry.contentType,
    async text() {
      await read();
      return registry.metrics();
    },
    detach() {
      engine.off('event:processed', observe);
      engine.off('digest:sent', countSent);
      engine.off('digest:failed', countFailed);
    },
  };
}

/** In production the numbers are for the scraper's token and for operators. */
export function metricsAccess(options: {
  production: boolean;
  metricsToken?: string | undefined;
  auth: Auth;
}): RequestHandler {
  return async (req, _res, next) => {
    if (!options.production) {
      next();
      return;
    }
    const token = bearerToken(req.headers.authorization);
    if (token !== null && options.metricsToken !== undefined && sameSecret(token, options.metricsToken)) {
      next();
      return;
    }
    const caller = await options.auth.verify(token);
    if (!caller) {
      throw new HttpError(401, 'unauthorized', 'Send METRICS_TOKEN or an operator token as a bearer token.', {
        'WWW-Authenticate': 'Bearer',
      });
    }
    if (caller.role !== 'operator') throw new HttpError(403, 'forbidden', 'Metrics are for operators.');
    next();
  };
}

/** Compares hashes, so that the time it takes says nothing about either. */
function sameSecret(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
