/*
 * What the clocks on the wall of a time zone say, from the zones that the JavaScript engine knows. A time of day is
 * milliseconds since midnight; a day is a number that grows by one with each.
 */

export const DAY_MS = 86_400_000;

/** Whether it is the name of a time zone, such as `Africa/Cairo`. An offset is none: it knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Milliseconds since midnight of `HH:MM`. */
export function timeOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return (hours * 60 + minutes) * 60_000;
}

/** What the clocks of a zone say at an instant. @throws RangeError where the zone is not known. */
export function localTime(timeZone: string, instant: number): { day: number; time: number } {
  const local = instant + offsetAt(timeZone, instant);
  const day = Math.floor(local / DAY_MS);
  return { day, time: local - day * DAY_MS };
}

/** The first instant in (`from`, `to`] at which the clocks are changed; undefined: they are not. They change once at most. */
export function firstChange(timeZone: string, from: number, to: number): number | undefined {
  const before = offsetAt(timeZone, from);
  if (offsetAt(timeZone, to) === before) return undefined;
  let [last, first] = [from, to];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offsetAt(timeZone, middle) === before) last = middle;
    else first = middle;
  }
  return first;
}

/** Milliseconds that the clocks of a zone are ahead of UTC at an instant. */
function offsetAt(timeZone: string, instant: number): number {
  const second = Math.floor(instant / 1_000) * 1_000;
  const shown: Record<string, number> = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(second)) shown[type] = Number(value);
  const { year, month, day, hour, minute, second: seconds } = shown as Record<Shown, number>;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

type Shown = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** To make one takes a thousand times as long as to use it. */
const formatters = new Map<string, Intl.DateTimeFormat>();
/** More than there are zones; names are known in any mixture of letters. */
const MOST_FORMATTERS = 1_000;

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formatters.size >= MOST_FORMATTERS) formatters.clear();
  formatters.set(timeZone, made);
  return made;
}
