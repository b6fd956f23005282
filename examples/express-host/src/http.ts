import { isBarterError } from 'barterloop';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type * as z from 'zod';

/** An answer other than success: status, a code to branch on, and a sentence that says what to do. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
    /** What the client needs to go on, where that is more than a sentence. */
    readonly details?: Record<string, unknown>,
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

/** 404, also for what exists and is not the caller's: a 403 would confirm that it does. */
export function notFound(what: string): HttpError {
  return new HttpError(404, 'not-found', `There is no such ${what}, or it is not yours.`);
}

/** Sends `{ success: true, data, message? }`. */
export function ok(res: Response, data: unknown, options: { status?: number; message?: string } = {}): void {
  const { status = 200, message } = options;
  res.status(status).json({ success: true, data, ...(message === undefined ? {} : { message }) });
}

const LONGEST_MESSAGE = 300;

/** Checks what a client sent. @throws HttpError 400 that names the first thing wrong. */
export function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  throw new HttpError(400, 'invalid-request', `${where}${issue?.message ?? 'invalid'}`.slice(0, LONGEST_MESSAGE));
}

/** Answers what no route answered. */
export const noSuchRoute: RequestHandler = () => {
  throw new HttpError(404, 'not-found', 'There is nothing at this address.');
};

const STATUS_OF_ENGINE_CODE: Readonly<Record<string, number>> = {
  'unknown-item': 404,
  'owner-mismatch': 403,
  'wrong-state': 409,
  'stale-revision': 409,
  'too-late': 409,
  'item-locked': 409,
  'item-traded': 409,
  'items-remain': 409,
  'graph-full': 503,
  'event-failed': 503,
  'not-the-writer': 503,
  closed: 503,
};

/** Turns whatever was thrown into `{ success: false, error: { code, message } }`. */
export function errorAnswers(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const error = asHttpError(thrown);
    if (error.status >= 500) log.error({ err: thrown, method: req.method, path: req.path }, 'Request failed');
    if (res.headersSent) {
      next(thrown);
      return;
    }
    res
      .status(error.status)
      .set(error.headers)
      .json({
        success: false,
        error: { code: error.code, message: error.message, ...(error.details && { details: error.details }) },
      });
  };
}

function asHttpError(thrown: unknown): HttpError {
  if (thrown instanceof HttpError) return thrown;
  if (isBarterError(thrown)) {
    if (thrown.code === 'unknown-opportunity') return notFound('opportunity');
    const status = STATUS_OF_ENGINE_CODE[thrown.code] ?? 400;
    return new HttpError(status, thrown.code, thrown.message, status === 503 ? RETRY_SOON : {});
  }
  if (isDatabaseTrouble(thrown)) {
    return new HttpError(
      503,
      'unavailable',
      'The database does not answer just now; try again in a while.',
      RETRY_SOON,
    );
  }
  // Body parser and router say with `status` that the client is at fault; their messages may quote the body.
  const status = (thrown as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return CLIENT_FAULTS[status] ?? new HttpError(status, 'bad-request', 'The request cannot be understood.');
  }
  return new HttpError(500, 'internal', 'Something went wrong here; try again later.');
}

const RETRY_SOON = { 'Retry-After': '5' };

/**
 * A database that cannot be reached (Prisma's P1…), has no room, was too slow, or is just stopping or starting (SQLSTATE
 * classes 08, 53 and 57, which Prisma passes on within P2039); nothing is wrong with the request.
 */
function isDatabaseTrouble(thrown: unknown): boolean {
  const { code, name, message } = (thrown ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  if (name === 'PrismaClientInitializationError' || name === 'DriverAdapterError') return true;
  const said = String(message);
  if (code === 'P2039') return /Code: `(08|53|57)\w{3}`/.test(said);
  if (typeof code === 'string') return /^(P1\d{3}|P2024|P2028|P2034|P2037|ECONN\w+)$/.test(code);
  // The driver's own, without a code, where a connection breaks while it is waited for.
  return /^(Connection terminated|Client has encountered a connection error)/.test(said);
}

const CLIENT_FAULTS: Readonly<Record<number, HttpError>> = {
  400: new HttpError(400, 'malformed', 'The request cannot be read: check its address, its length and its JSON.'),
  413: new HttpError(413, 'too-large', 'The body is larger than this API takes.'),
  415: new HttpError(415, 'unsupported-media-type', 'Send the body as uncompressed UTF-8 application/json.'),
};
