import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { UserId } from 'barterloop';

/** Links that say by themselves who has no more digests sent. */
export interface UnsubscribeLinks {
  tokenFor(userId: UserId): string;
  /** Null for every token that was not made here. */
  userOf(token: string): UserId | null;
}

const LONGEST_TOKEN = 2_000;

/**
 * Signs with a key derived from the secret of this host, for this purpose only. Such links do not expire: a mail may be
 * read after years, and all they do is to stop mails. @param secret Absent: one that lasts as long as the process.
 */
export function unsubscribeLinks(secret: string | undefined): UnsubscribeLinks {
  const key = createHmac('sha256', secret ?? randomBytes(32))
    .update('unsubscribe from digests')
    .digest();
  const sign = (userId: string) => createHmac('sha256', key).update(userId).digest();
  return {
    tokenFor: (userId) => `${Buffer.from(userId).toString('base64url')}.${sign(userId).toString('base64url')}`,
    userOf(token) {
      const [, who, signature] = /^([\w-]+)\.([\w-]{43})$/.exec(token.slice(0, LONGEST_TOKEN)) ?? [];
      if (who === undefined || signature === undefined) return null;
      const userId = Buffer.from(who, 'base64url').toString();
      return timingSafeEqual(sign(userId), Buffer.from(signature, 'base64url')) ? userId : null;
    },
  };
}
