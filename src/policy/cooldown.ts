import type { ClaimStore, StoredNotification } from '../storage/storage';
import { keyedDigest } from '../util/digest';
import { type Gate, PASS, refused } from './gate';
import { ledgerNames } from './ledger';

/**
 * One push to the same person about the same goods in `cooldownMs`. It holds pushes back and hides nothing from the
 * inbox. Consumes a claim. When the store cannot be reached it fails, and the push is tried again later.
 * @param ledgerKey See `BarterEngineOptions.ledgerKey`.
 * @param namesOf Under that key; shared with other gates that count the same rows.
 */
export function cooldown(
  claims: Pick<ClaimStore, 'take' | 'release'>,
  cooldownMs: number,
  ledgerKey = '',
  namesOf = ledgerNames(ledgerKey),
): Gate<StoredNotification> {
  return {
    name: 'cooldown',
    async judge(row, now) {
      if (cooldownMs === 0) return PASS;
      const { userId, fingerprint } = row;
      const key = `cooldown ${keyedDigest(ledgerKey, userId, fingerprint)}`;
      const holder = namesOf(row).entry;
      const claim = await claims.take(key, holder, now, now + cooldownMs);
      if (claim.taken) return { pass: true, undo: () => claims.release(key, holder) };
      return refused('cooldown', 'This person was told of this trade a short while ago.', {
        userId,
        retryAt: claim.until,
      });
    },
  };
}
