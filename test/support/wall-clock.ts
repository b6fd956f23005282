/* Local time the plain way: what the JavaScript engine prints, minute by minute. */

/** Twenty zones, most of which change their clocks: on both halves of the earth, by 30 minutes, by two hours, at midnight. */
export const ZONES = [
  'UTC', 'Africa/Cairo', 'Africa/Casablanca', 'Europe/Berlin', 'Europe/London', 'Europe/Dublin', 'Asia/Beirut',
  'Asia/Jerusalem', 'Asia/Gaza', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/New_York', 'America/St_Johns',
  'America/Havana', 'America/Santiago', 'America/Scoresbysund', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Apia',
  'Antarctica/Troll',
] as const; // biome-ignore format: a list

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const shown = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD HH:MM` on the wall. */
export function onTheWall(timeZone: string, at: number): { date: string; time: string } {
  const format =
    shown.get(timeZone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }); // biome-ignore format: one line
  shown.set(timeZone, format);
  const [date, time] = format.format(at).split(' ') as [string, string];
  return { date, time };
}

/** Whether the wall says a time of the window, over midnight where it begins later than it ends. */
export function isWithin(timeZone: string, { from, to }: { from: string; to: string }, at: number): boolean {
  const { time } = onTheWall(timeZone, at);
  return from < to ? from <= time && time < to : time >= from || time < to;
}

/** The first instant from `at` on outside the window. */
export function firstOutside(timeZone: string, window: { from: string; to: string }, at: number): number {
  let now = at;
  while (isWithin(timeZone, window, now)) now = Math.floor(now / MINUTE) * MINUTE + MINUTE;
  return now;
}

/** The first hours after changes of the clocks in these years. */
export function changesOf(timeZone: string, fromYear: number, toYear: number): number[] {
  const hours = Array.from(
    { length: (Date.UTC(toYear, 0, 1) - Date.UTC(fromYear, 0, 1)) / HOUR },
    (_, i) => Date.UTC(fromYear, 0, 1) + i * HOUR,
  );
  const ahead = (at: number) => {
    const { date, time } = onTheWall(timeZone, at);
    return Date.parse(`${date}T${time}Z`) - at;
  };
  return hours.filter((at) => ahead(at) !== ahead(at - HOUR));
}
