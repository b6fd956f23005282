import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit';
import { callerOf } from './auth';
import { HttpError } from './http';
import type { RateLimits } from './options';

/** One middleware per limit, and the way to stop their timers. */
export interface RateLimiters {
  perAddress: RequestHandler;
  perUser: RequestHandler;
  searchesPerUser: RequestHandler;
  loginsPerAddress: RequestHandler;
  close(): void;
}

/** Counts requests per window in this process; several hosts behind one address need a shared store instead. */
export function createRateLimiters(limits: RateLimits): RateLimiters {
  const stores: MemoryStore[] = [];
  const byAddress = (req: Request) => ipKeyGenerator(req.ip ?? '');
  const byUser = (_req: Request, res: Response) => callerOf(res).userId;

  const limiter = (limit: number, keyGenerator: (req: Request, res: Response) => string): RequestHandler => {
    const store = new MemoryStore();
    stores.push(store);
    return rateLimit({
      windowMs: limits.windowMs,
      limit,
      store,
      keyGenerator,
      standardHeaders: 'draft-7',
      legacyHeaders: false,
      // Its checks write to the console; the settings they warn of are made on purpose.
      validate: false,
      // `Retry-After` has been set by now.
      handler: () => {
        throw new HttpError(429, 'too-many-requests', 'Too many requests; wait as long as Retry-After says.');
      },
    });
  };

  return {
    perAddress: limiter(limits.perAddress, byAddress),
    perUser: limiter(limits.perUser, byUser),
    searchesPerUser: limiter(limits.searchesPerUser, byUser),
    loginsPerAddress: limiter(limits.loginsPerAddress, byAddress),
    close: () => {
      for (const store of stores) store.shutdown();
    },
  };
}
