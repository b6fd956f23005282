import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { HttpError } from './http';

/** Whether a browser page of this origin may call. No origin at all: not a browser page of somebody else. */
export type OriginCheck = (origin: string | undefined) => boolean;

/** Exact comparison: no patterns that `localhost.evil.com` could fit, and `null` is never on the list. */
export function originCheck(allowed: readonly string[]): OriginCheck {
  const origins = new Set(allowed.filter((origin) => origin !== 'null' && origin !== '*'));
  return (origin) => origin === undefined || origins.has(origin);
}

/** Security headers, CORS and no caching, for every answer of the API. */
export function securityHeaders(isAllowed: OriginCheck): RequestHandler[] {
  return [
    helmet({
      // Answers are data: should a browser ever show one, it may load and run nothing.
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
      },
      crossOriginResourcePolicy: { policy: 'same-site' },
      referrerPolicy: { policy: 'no-referrer' },
    }),
    (req, res, next) => {
      res.set('Cache-Control', 'no-store');
      if (!isAllowed(req.headers.origin)) {
        throw new HttpError(403, 'origin-not-allowed', 'Pages of this origin may not call; add it to CORS_ORIGINS.');
      }
      next();
    },
    cors({
      origin: (origin, answer) => answer(null, origin !== undefined && isAllowed(origin)),
      methods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
      exposedHeaders: ['Retry-After'],
      maxAge: 600,
    }),
  ];
}
