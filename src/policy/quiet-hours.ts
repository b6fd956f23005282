import type { PreferenceStore, StoredNotification } from '../storage/storage';
import type { Preferences } from '../types';
import { DAY_MS, firstChange, isTimeZone, localTime, timeOfDay } from '../util/local-time';
import { type Gate, PASS, refused } from './gate';

/**
 * Nothing while the clocks where this person lives are within their quiet hours; the refusal says when they first are not.
 * Reads the person's preferences, consumes nothing.
 */
export function quietHours(preferences: Pick<PreferenceStore, 'get'>): Gate<StoredNotification> {
  return {
    name: 'quiet-hours',
    async judge({ userId }, now) {
      const own = await preferences.get(userId);
      const retryAt = own === null ? null : quietUntil(own, now);
      return retryAt === null ? PASS : refused('quiet-hours', 'This person has quiet hours.', { userId, retryAt });
    },
  };
}

/**
 * The first instant from `now` on at which a person's quiet hours are not on; null: they are not on now.
 *
 * They are on whenever the clocks say a time of `from` or later and before `to`, over midnight where `from` is the later
 * one. So clocks that are put forward past `to` end them, and clocks that are put back into them begin them again. In a
 * zone that is not known here (who stored it knew more of them) there are none: news comes too early rather than never.
 */
export function quietUntil({ quietHours, timeZone }: Preferences, now: number): number | null {
  if (quietHours === undefined || timeZone === undefined || !isTimeZone(timeZone)) return null;
  const [from, to] = [timeOfDay(quietHours.from), timeOfDay(quietHours.to)];
  const isQuiet = (time: number) => (from < to ? from <= time && time < to : from <= time || time < to);
  let at = now;
  for (;;) {
    const { time } = localTime(timeZone, at);
    if (!isQuiet(time)) return at === now ? null : at;
    const end = at + ((to - time + DAY_MS) % DAY_MS);
    at = firstChange(timeZone, at, end) ?? end;
  }
}
