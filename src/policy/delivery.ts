import type { BarterStorage, StoredNotification } from '../storage/storage';
import type { NotificationType } from '../types';
import { cooldown } from './cooldown';
import type { Gate } from './gate';
import { ledgerNames } from './ledger';
import { overGate } from './over';
import { quietHours } from './quiet-hours';
import { type ThrottleWindow, throttle } from './throttle';

/** What people did not ask for. */
const NEWS: ReadonlySet<NotificationType> = new Set(['new_match', 'updated_match']);
/** What can wait until the morning, though it follows from their own trades. */
const NOT_URGENT: ReadonlySet<NotificationType> = new Set(['match_accepted', 'match_completed']);

/**
 * The gates that a push of each type passes. News passes all of them; what follows from a person's own trades is never
 * counted, and waits for the end of quiet hours if nothing is lost by it. Commitments, ends and warnings of deadlines
 * nothing holds back.
 */
export function deliveryGates(
  { opportunities, preferences, claims, counters }: BarterStorage,
  policies: { cooldownMs: number; throttle: readonly ThrottleWindow[] },
  ledgerKey: string,
): (type: NotificationType) => readonly Gate<StoredNotification>[] {
  const quiet = quietHours(preferences);
  const namesOf = ledgerNames(ledgerKey);
  const all = [
    overGate(opportunities),
    quiet,
    cooldown(claims, policies.cooldownMs, ledgerKey, namesOf),
    ...policies.throttle.map((window) => throttle(counters, window, ledgerKey, namesOf)),
  ];
  return (type) => (NEWS.has(type) ? all : NOT_URGENT.has(type) ? [quiet] : []);
}
