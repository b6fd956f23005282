import { cpus, totalmem } from 'node:os';

/** The value below which a share of the numbers lies (nearest rank). NaN for no numbers. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

/** A number with three digits that count; thousands are kept whole. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}

/** Rows as text columns: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** The same for rows that come over a long time: prints the head, and returns what prints a row. */
export function growingTable(head: readonly string[]): (row: readonly string[]) => void {
  const titles = head.map((title) => title.padStart(WIDTH));
  say(table(titles, []));
  return (row) => say(row.map((cell, column) => cell.padStart(titles[column]!.length)).join('  '));
}

/** Of a column at least: a million. */
const WIDTH = 9;

/** What it ran on: a figure without its machine says little. */
export function machineLine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${memory} GB, Node ${process.version}, ${process.platform} ${process.arch}`;
}

/** Prints a line of a report. The one place of the benches that writes. */
export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Stops the bench where an answer is wrong: the time of a wrong answer is worth nothing. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Wrong answer: ${message}`);
}

/** Milliseconds that a call takes, and what it returned. */
export function timed<T>(run: () => T): { ms: number; result: T } {
  const start = performance.now();
  const result = run();
  return { ms: performance.now() - start, result };
}
