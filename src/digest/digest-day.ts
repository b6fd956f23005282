import type { Preferences } from '../types';
import { DAY_MS, isTimeZone, localTime, timeOfDay } from '../util/local-time';

/**
 * The latest day whose digest is due, and how many milliseconds of the clock on the wall ago that was; undefined: this
 * person wants none, or lives in a zone that is not known here.
 *
 * A day has one digest, due once the clock says its time or a later one. So clocks that are put forward past it do not
 * lose it, and clocks that are put back do not bring a second one.
 */
export function digestDay({ digest, timeZone }: Preferences, now: number): { day: number; ago: number } | undefined {
  if (digest === undefined || timeZone === undefined || !isTimeZone(timeZone)) return undefined;
  const { day, time } = localTime(timeZone, now);
  const ago = time - timeOfDay(digest.at);
  return ago >= 0 ? { day, ago } : { day: day - 1, ago: ago + DAY_MS };
}
