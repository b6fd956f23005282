import type { BarterEngine, Clock, Logger as CoreLogger, EngineEvents, EventReport, Opportunity } from 'barterloop';
import type { RequestHandler } from 'express';
import { type Logger, pino } from 'pino';
import type { LogOptions } from './options';

/** A pino logger: JSON lines, or lines to be read while developing. */
export function createLogger({ level, pretty, destination }: LogOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Nothing logs headers; this is for the day somebody does.
      redact: ['headers.authorization', 'req.headers.authorization', '*.token', 'token'],
    },
    pretty ? { write: (line: string) => destination.write(readable(line)) } : destination,
  );
}

const PREFIX = '[RealTimeMatching]';

/** The same logger for the library, under the name its lines are known by. */
export function coreLogger(log: Logger): CoreLogger {
  return (level, message, { error, ...details } = {}) =>
    log[level]({ ...details, ...(error === undefined ? {} : { err: error }) }, `${PREFIX} ${message}`);
}

const VERBS: Readonly<Record<string, string>> = {
  'item:created': 'Processing new item',
  'item:updated': 'Processing changed item',
  'item:deleted': 'Processing removed item',
};

/** Logs what the engine does so that the lines of one event read as its story. Returns the way to stop. */
export function tellStory(engine: BarterEngine, log: Pick<Logger, 'info' | 'error'>): () => void {
  const say = (message: string, details: Record<string, unknown> = {}) => log.info(details, `${PREFIX} ${message}`);
  /** Items with an event of their own under way. A sweep looks at all the others too, which is no story each. */
  const underWay = new Set<string>();
  const received = ({ type, itemId, userId }: EngineEvents['event:received']) => {
    underWay.add(itemId);
    say(`${VERBS[type] ?? 'Processing item'}: ${itemId} by user ${userId}`);
  };
  /** By new opportunity: what was sent before the report of its event has come, which is to be read first. */
  const sentEarly = new Map<string, (() => void)[]>();
  const proposed = ({ id }: { id: string }) => {
    sentEarly.set(id, []);
  };
  const processed = (report: EventReport) => {
    const { itemId, found, told, tookMs, exact } = report;
    if (!underWay.delete(itemId) && told.length === 0) return;
    say(`Found ${found.length} potential matches`, { tookMs, exact });
    say(`Sent ${told.length} notifications`);
    for (const { opportunityId } of told) {
      for (const sayIt of sentEarly.get(opportunityId) ?? []) sayIt();
      sentEarly.delete(opportunityId);
    }
  };
  const sent = ({ userId, opportunityId, receivers }: EngineEvents['notification:sent']) => {
    const sayIt = () => say(`Sent notification to user ${userId}: ${opportunityId}`, { receivers });
    const early = sentEarly.get(opportunityId);
    if (early) early.push(sayIt);
    else sayIt();
  };
  const withdrawn = (opportunity: EngineEvents['opportunity:withdrawn']) =>
    say(`Withdrew opportunity ${opportunity.id}`, { reason: opportunity.endReason });
  const step =
    (what: string) =>
    ({ id, state, repairs, participants }: Opportunity) =>
      say(`Opportunity ${id} ${what}`, {
        state,
        people: participants.length,
        ...(repairs !== undefined && { repairs }),
      });
  const steps = {
    'opportunity:repaired': step('took the place of one that lost somebody'),
    'opportunity:accepted': step('was accepted by somebody'),
    'opportunity:committed': step('committed'),
    'opportunity:completed': step('completed'),
    'opportunity:broken': step('was broken'),
  } as const;
  const stepNames = Object.keys(steps) as (keyof typeof steps)[];
  const failed = ({ itemId, error }: EngineEvents['event:failed']) => {
    underWay.delete(itemId);
    log.error({ err: error }, `${PREFIX} Gave up on item ${itemId} until the next sweep`);
  };
  const swept = (report: EngineEvents['sweep:finished']) =>
    say(`Swept ${report.items} items: ${report.cycles} cycles, ${report.told} told`, { tookMs: report.tookMs });

  engine.on('event:received', received);
  engine.on('opportunity:proposed', proposed);
  engine.on('event:processed', processed);
  engine.on('notification:sent', sent);
  engine.on('opportunity:withdrawn', withdrawn);
  engine.on('event:failed', failed);
  for (const name of stepNames) engine.on(name, steps[name]);
  engine.on('sweep:finished', swept);
  return () => {
    engine.off('event:received', received);
    engine.off('opportunity:proposed', proposed);
    engine.off('event:processed', processed);
    engine.off('notification:sent', sent);
    engine.off('opportunity:withdrawn', withdrawn);
    engine.off('event:failed', failed);
    for (const name of stepNames) engine.off(name, steps[name]);
    engine.off('sweep:finished', swept);
  };
}

/** One line per request, at `debug`; the path without its query, where somebody may have put a secret. */
export function requestLog(log: Logger, clock: Clock): RequestHandler {
  return (req, res, next) => {
    const started = clock.elapsed();
    const { method, path } = req;
    res.on('finish', () => {
      log.debug({ method, path, status: res.statusCode, tookMs: clock.elapsed() - started }, `${method} ${path}`);
    });
    next();
  };
}

/** One JSON line as `12:00:00 INFO  message`, with everything escaped that could begin a line or turn the text. */
function readable(line: string): string {
  const { time, level, msg, err } = JSON.parse(line) as {
    time: string;
    level: string;
    msg?: string;
    err?: { message?: string };
  };
  const text = [msg ?? '', err?.message].filter(Boolean).join(': ');
  return `${time.slice(11, 19)} ${level.toUpperCase().padEnd(5)} ${escaped(text)}\n`;
}

/** Text with everything spelled out that could begin a line or turn the direction of writing. */
export function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
