import type { ClaimStore, StoredNotification } from '../storage/storage';
import { keyedDigest } from '../util/digest';
import { type Gate, PASS, refused } from './gate';

/**
 * One push to the same person about the same goods in `cooldownMs`. It holds pushes back and hides nothing from the
 * inbox. Consumes a claim. When the store cannot be reached it fails, and the push is tried again later.
 * @param ledgerKey See `BarterEngineOptions.ledgerKey`.
 */
export function cooldown(
  claims: Pick<ClaimStore, 'take' | 'release'>,
  cooldownMs: number,
  ledgerKey = '',
): Gate<StoredNotification> {
  return {
    name: 'cooldown',
    async judge({ id, userId, fingerprint }, now) {
      if (cooldownMs === 0) return PASS;
      const key = `cooldown ${keyedDigest(ledgerKey, userId, fingerprint)}`;
      const holder = keyedDigest(ledgerKey, id);
      const claim = await claims.take(key, holder, now, now + cooldownMs);
      if (claim.taken) return { pass: true, undo: () => claims.release(key, holder) };
      return refused('cooldown', 'This person was told of this trade a short while ago.', {
        userId,
        retryAt: claim.until,
      });
    },
  };
}
