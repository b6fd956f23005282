import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What a part of the benchmarks may be asked for on the command line. */
export interface BenchOptions {
  /** Small markets and few events: does it run at all? */
  smoke: boolean;
  /** Sizes of market, where the part has several. */
  items?: number[];
  /** How many events. */
  events?: number;
  /** A want list, for the part that takes one. */
  file?: string;
  /** How many seeds. */
  seeds?: number;
}

/** `name name --smoke --items 10000,100000 --events 5000 --file want-list.txt --seeds 24`, in any order. */
export function benchArguments(args = process.argv.slice(2)): BenchOptions & { names: string[] } {
  const { values, positionals } = parseArgs({
    args,
    options: {
      smoke: { type: 'boolean' },
      items: { type: 'string' },
      events: { type: 'string' },
      file: { type: 'string' },
      seeds: { type: 'string' },
    },
    allowPositionals: true,
  });
  const { smoke = false, items, events, file, seeds } = values;
  return {
    names: positionals,
    smoke,
    ...(items !== undefined && { items: items.split(',').map((size) => count('items', size)) }),
    ...(events !== undefined && { events: count('events', events) }),
    ...(file !== undefined && { file: resolve(process.env.INIT_CWD ?? process.cwd(), file) }),
    ...(seeds !== undefined && { seeds: count('seeds', seeds) }),
  };
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${option} is ${text}: give whole numbers above 0, as in --${option} 10000`);
}
