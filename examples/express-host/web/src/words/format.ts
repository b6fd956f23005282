/* How numbers and instants read. Money is in the market's smallest unit, a hundred of which make one. */

const MINOR_UNITS = 100;

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const since = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export function money(amount: number): string {
  return amount % MINOR_UNITS === 0 ? whole.format(amount / MINOR_UNITS) : cents.format(amount / MINOR_UNITS);
}

/** What somebody typed as money, in the smallest unit; undefined: it is none. */
export function parseMoney(text: string): number | undefined {
  const clean = text.trim().replace(',', '.');
  if (!/^\d{1,13}(\.\d{0,2})?$/.test(clean)) return undefined;
  return Math.round(Number(clean) * MINOR_UNITS);
}

/** As {@link parseMoney} reads it. */
export function typedMoney(amount: number | undefined): string {
  return amount === undefined ? '' : String(amount / MINOR_UNITS);
}

export function percent(score: number): string {
  return share.format(score);
}

export function count(value: number): string {
  return whole.format(value);
}

export function instant(iso: string): string {
  return day.format(new Date(iso));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "3 hours ago", "in 2 days". */
export function ago(iso: string, now = Date.now()): string {
  const ms = new Date(iso).getTime() - now;
  for (const [unit, size] of STEPS) if (Math.abs(ms) >= size) return since.format(Math.trunc(ms / size), unit);
  return ms > 0 ? 'in a moment' : 'just now';
}
