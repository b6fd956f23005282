import { createHash } from 'node:crypto';
import type { Clock, UserId } from 'barterloop';
import type { RequestHandler } from 'express';
import { callerOf } from './auth';
import { HttpError, parse } from './http';
import { idempotencyKeySchema } from './schemas';

const KEPT_MS = 24 * 60 * 60 * 1000;
const MOST_KEPT = 10_000;

/** Answers that are given again. */
export interface Replays {
  handler: RequestHandler;
  /** Nothing that this person asked or was answered is kept any more. */
  forget(userId: UserId): void;
}

interface Kept {
  userId: UserId;
  request: string;
  at: number;
  /** Undefined while it is being worked on. */
  answer: { status: number; body: unknown } | undefined;
}

/**
 * Answers a request that comes again under the same `Idempotency-Key` with what it was answered the first time; the same
 * key with another request is refused. Keys are each user's own and last a day, in the memory of this process: a host of
 * several processes keeps them where all of them look.
 */
export function createReplays(clock: Clock): Replays {
  const kept = new Map<string, Kept>();
  const handler: RequestHandler = (req, res, next) => {
    const header = req.headers['idempotency-key'];
    if (header === undefined) {
      next();
      return;
    }
    const { userId } = callerOf(res);
    const key = JSON.stringify([userId, parse(idempotencyKeySchema, header)]);
    const request = createHash('sha256')
      .update(JSON.stringify([req.method, req.originalUrl, req.body ?? null]))
      .digest('hex');
    const known = kept.get(key);
    if (known && known.at + KEPT_MS > clock.now()) {
      if (known.request !== request) {
        throw new HttpError(
          409,
          'idempotency-key-reused',
          'This Idempotency-Key came with another request: make a new one.',
        );
      }
      if (!known.answer) {
        throw new HttpError(409, 'in-progress', 'This request is being worked on: wait for its answer.');
      }
      res.status(known.answer.status).json(known.answer.body);
      return;
    }
    const entry: Kept = { userId, request, at: clock.now(), answer: undefined };
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
    const json = res.json.bind(res);
    res.json = (body: unknown) => {
      // What went wrong here may go well the next time.
      if (res.statusCode >= 500) kept.delete(key);
      else entry.answer = { status: res.statusCode, body };
      return json(body);
    };
    next();
  };
  return {
    handler,
    forget(userId) {
      for (const [key, entry] of kept) if (entry.userId === userId) kept.delete(key);
    },
  };
}
