import { randomBytes } from 'node:crypto';
import type { Clock, UserId } from 'barterloop';
import type { RequestHandler, Response } from 'express';
import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { HttpError } from './http';
import { SHORTEST_SECRET } from './options';
import { userIdSchema } from './schemas';
import { LONGEST_TOKEN_LIFE_MS, type Users } from './users';

export type Role = 'user' | 'operator';

/** Whom a verified token speaks for. */
export interface Caller {
  userId: UserId;
  role: Role;
  /** Absolute milliseconds. */
  expiresAt: number;
}

export interface Auth {
  issue(userId: UserId, role: Role): Promise<{ token: string; expiresAt: number }>;
  /** Null for every token that does not count, whatever is wrong with it. */
  verify(token: unknown): Promise<Caller | null>;
}

const ISSUER = 'barterloop-example';
const AUDIENCE = 'barterloop-api';
/** The one algorithm; a token naming another, or `none`, is refused before its signature is looked at. */
const ALGORITHM = 'HS256';
const TOKEN_LIFE_SECONDS = 60 * 60;
const CLOCK_TOLERANCE_SECONDS = 5;
const LONGEST_TOKEN = 4_096;

const claimsSchema = z.object({
  sub: userIdSchema,
  iat: z.number(),
  exp: z.number(),
  role: z.literal('operator').optional().catch(undefined),
});

/** Issues and verifies bearer tokens. @throws Error without a usable secret in production. */
export function createAuth(options: {
  clock: Clock;
  users: Users;
  production: boolean;
  secret?: string | undefined;
}): Auth {
  const { clock, users, production, secret } = options;
  if (production && secret === undefined) throw new Error('Set JWT_SECRET: production has no default secret.');
  if (secret !== undefined && secret.length < SHORTEST_SECRET) {
    throw new Error(`JWT_SECRET must have ${SHORTEST_SECRET} characters or more.`);
  }
  const key = secret === undefined ? randomBytes(SHORTEST_SECRET) : new TextEncoder().encode(secret);

  return {
    async issue(userId, role) {
      const issuedAt = Math.max(Math.floor(clock.now() / 1000), users.earliestIssue(userId));
      const expiresAt = issuedAt + TOKEN_LIFE_SECONDS;
      const token = await new SignJWT(role === 'operator' ? { role } : {})
        .setProtectedHeader({ alg: ALGORITHM })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { token, expiresAt: expiresAt * 1000 };
    },

    async verify(token) {
      if (typeof token !== 'string' || token.length > LONGEST_TOKEN) return null;
      let caller: Caller;
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'iat', 'exp'],
          // Besides its age this refuses an `iat` in the future.
          maxTokenAge: LONGEST_TOKEN_LIFE_MS / 1000,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: new Date(clock.now()),
        });
        const { sub, iat, exp, role } = claimsSchema.parse(payload);
        if (!users.accepts(sub, iat)) return null;
        caller = { userId: sub, role: role ?? 'user', expiresAt: exp * 1000 };
      } catch {
        // jose tells tokens apart by error; to a stranger they are all the same.
        return null;
      }
      await users.add(caller.userId); // fails where the database does, and not for want of a valid token
      return caller;
    },
  };
}

/** The token of an `Authorization: Bearer` header; nothing else is looked at, least of all the address. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(header ?? '')?.[1] ?? null;
}

/** Refuses requests without a token that counts, and keeps whom it speaks for. */
export function requireCaller(auth: Auth): RequestHandler {
  return async (req, res, next) => {
    const caller = await auth.verify(bearerToken(req.headers.authorization));
    if (!caller) {
      throw new HttpError(401, 'unauthorized', 'Send a valid token as "Authorization: Bearer <token>".', {
        'WWW-Authenticate': 'Bearer',
      });
    }
    res.locals.caller = caller;
    next();
  };
}

/** @throws HttpError 401 where the account has been removed while this request waited for its turn. */
export function refuseRemoved(users: Users, userId: UserId): void {
  if (!users.has(userId)) throw new HttpError(401, 'unauthorized', 'This account has just been removed.');
}

/** Whom this request speaks for; only behind {@link requireCaller}. */
export function callerOf(res: Response): Caller {
  const caller = res.locals.caller as Caller | undefined;
  if (!caller) throw new Error('callerOf needs requireCaller in front of it');
  return caller;
}
