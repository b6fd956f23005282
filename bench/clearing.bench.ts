import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  type ClearMarketOptions,
  clearLoops,
  clearMarket,
  highsSolver,
  type MarketClearing,
  verifyClearing,
  verifyLoops,
} from 'barterloop';
import { cappedTrade } from '../examples/math-trade/src/capped-trade';
import { readTradeList } from '../examples/math-trade/src/trade-list';
import { type BenchOptions, benchArguments } from './support/arguments';
import { isMain } from './support/is-main';
import { referenceFolder } from './support/reference-finder';
import { check, figure, say, table, timed } from './support/report';
import { dataFolder } from './support/shared-graphs';

/** Real math trades: the most trades without a cap, the least cost with linear priorities, and the optima for 2, 3, 4, 5. */
const TRADES: Record<string, { loops: number; cost?: number; capped: (number | undefined)[] }> = {
  'tm-sample-onewant': { loops: 336, cost: 9110, capped: [68, 164, 224, 267] },
  'tm-sample-xmas': { loops: 356, cost: 10255, capped: [36, 120, 192, 251] },
  'tm-sample-ask': { loops: 197, capped: [24, 76, 114, 142] },
  'ftm-BR2024May': { loops: 196, capped: [30, 81, 116, 142] },
  'pl-mathandel_29_5': { loops: 199, capped: [26, 72, 107, 141] },
  'amiguero-input': { loops: 442, cost: 7603, capped: [104, 264, 356, undefined] },
  'amiguero2-input': { loops: 262, capped: [] },
  'brisbane2017-input': { loops: 91, capped: [] },
  'friendless2-input': { loops: 312, capped: [70, 157, 228, 265] },
};

/** Generated markets: kind, items, greatest length. */
const GENERATED = [
  ['sbm', 10_000, 3],
  ['sbm', 100_000, 3],
  ['mt', 10_000, 4],
  ['mt', 10_000, 5],
] as const;

/**
 * Clearing: loops of any length and cycles with a cap, on real math trades and on generated markets. Every answer is
 * checked by its certificate, and against known optima, before its time is told.
 */
export async function runClearingBench({ smoke }: BenchOptions): Promise<void> {
  loopsTable(smoke);
  await cappedTable(smoke);
  scaleTable(smoke);
}

function loopsTable(smoke: boolean): void {
  say('Clearing without a cap: clearLoops, least cost with linear priorities where it is known');
  say();
  const rows: string[][] = [];
  const solve = (name: string, text: string, known?: number, knownCost?: number) => {
    const { items, itemCount } = readTradeList(text);
    const { ms, cpu, result } = measured(() => clearLoops(items));
    const wants = items.reduce((sum, item) => sum + item.wants.length, 0);
    check(known === undefined || result.trades === known, `${name}: ${result.trades} trades, known are ${known}`);
    check(knownCost === undefined || result.cost === knownCost, `${name}: cost ${result.cost}, known is ${knownCost}`);
    const { valid, problems } = verifyLoops(items, result);
    check(valid, `${name}: ${problems.join(' ')}`);
    const people = timed(() => clearLoops(items, { favour: 'users', rounds: smoke || items.length > 9_000 ? 2 : 24 }));
    const sizes = result.loops.map((loop) => loop.items.length);
    rows.push([name, figure(itemCount), figure(wants), String(result.trades), String(result.cost), String(result.users), String(people.result.users), String(sizes[0] ?? 0), figure(ms), figure(cpu)]); // biome-ignore format: one line
  };
  for (const [name, { loops, cost }] of present(smoke)) {
    const text = readTrade(name);
    solve(name, text, loops);
    if (cost !== undefined) solve(`${name}, linear`, `#! LINEAR-PRIORITIES\n${text}`, loops, cost);
  }
  const generator = loadGenerator();
  if (generator) {
    if (smoke) solve('mt 1000', generator('mt', 1_000), 686);
    else solve('mt 10000', generator('mt', 10_000), 7_196);
  }
  const head = ['trade', 'items', 'wants', 'trades', 'cost', 'users', 'favoured', 'longest', 'ms', 'CPU ms'];
  say(table(head, rows));
  say();
  say('trades: proven to be the most. users: people with a trade; favoured: with favour: users, the same number of');
  say('trades. ms: clearLoops, reading of the file left out.');
  say();
}

async function cappedTable(smoke: boolean): Promise<void> {
  say('Clearing with a cap on length, dummies as groups of which one at most is used: clearMarket');
  say();
  const solver = await highsSolver();
  const rows: string[][] = [];
  for (const [name, { capped }] of present(smoke)) {
    const { graph, edgeWays } = cappedTrade(readTradeList(readTrade(name)).items);
    for (const [i, known] of capped.entries()) {
      const maxLength = i + 2;
      if (smoke && maxLength > 3) continue;
      const solve = (options: ClearMarketOptions) => {
        const answer = measured(() => clearMarket(graph, { maxLength, edgeWays, ...options }));
        const { valid, problems } = verifyClearing(graph, answer.result);
        check(valid, `${name}, ${maxLength}: ${problems.join(' ')}`);
        check(!(answer.result.value > known!), `${name}, ${maxLength}: ${answer.result.value}, known are ${known}`);
        return answer;
      };
      const alone = solve({});
      const both = solve({ solver });
      rows.push([name, String(maxLength), figure(alone.result.candidates), String(known ?? '398–402'), ...outcome(alone.result), figure(alone.cpu), ...outcome(both.result), figure(both.cpu)]); // biome-ignore format: one line
    }
  }
  say(table(['trade', 'length', 'cycles', 'known', 'value', 'bound', 'gap', 'CPU ms', 'with highs', 'bound', 'gap', 'CPU ms'], rows)); // biome-ignore format: one line
  say();
  say('known: proven optimum. with highs: the same with the solver. A gap of 0 is a proof.');
  say();
}

function scaleTable(smoke: boolean): void {
  say('Clearing of generated markets without a solver');
  say();
  const generator = loadGenerator();
  if (!generator) return;
  const rows: string[][] = [];
  for (const [kind, items, maxLength] of smoke ? [['sbm', 1_000, 3] as const] : GENERATED) {
    const { graph } = cappedTrade(readTradeList(generator(kind, items)).items);
    const { ms, cpu, result } = measured(() => clearMarket(graph, { maxLength, budget: smoke ? 1e7 : 4_000_000_000 }));
    const memory = process.memoryUsage().rss / 2 ** 20;
    const verification = timed(() => verifyClearing(graph, result));
    check(verification.result.valid, `${kind} ${items}: ${verification.result.problems.join(' ')}`);
    rows.push([`${kind} ${items}`, String(maxLength), figure(result.candidates), ...outcome(result), figure(ms), figure(cpu), figure(verification.ms), figure(memory)]); // biome-ignore format: one line
  }
  say(table(['market', 'length', 'cycles', 'value', 'bound', 'gap', 'ms', 'CPU ms', 'verify ms', 'MB'], rows));
  say();
  say('MB: resident after it, the graph included.');
}

function outcome({ value, upperBound, gap }: MarketClearing): string[] {
  return [figure(value), figure(upperBound), `${(gap * 100).toFixed(2)} %`];
}

/** Wall clock and processor time: on a machine that others use, the second says more. */
function measured<T>(run: () => T): { ms: number; cpu: number; result: T } {
  const before = process.cpuUsage();
  const { ms, result } = timed(run);
  const { user, system } = process.cpuUsage(before);
  return { ms, cpu: (user + system) / 1000, result };
}

const tradeFile = (name: string) => join(dataFolder, 'mathtrade', `${name}.txt`);
const readTrade = (name: string) => readFileSync(tradeFile(name), 'utf8');

function present(smoke: boolean) {
  const found = Object.entries(TRADES).filter(([name]) => existsSync(tradeFile(name)));
  if (found.length === 0) say(`SKIPPED: no want lists in ${dataFolder}; set BARTERLOOP_DATA to where they are`);
  return smoke ? found.slice(0, 1) : found;
}

/** The generator of markets beside the measured prototypes, as want lists. */
function loadGenerator(): ((kind: 'mt' | 'sbm', items: number) => string) | null {
  const file = join(referenceFolder, 'clearing', 'gen.js');
  if (!existsSync(file)) {
    say(`SKIPPED: no generator at ${file}; set BARTERLOOP_REFERENCE to where it is`);
    return null;
  }
  const generator = createRequire(import.meta.url)(file);
  return (kind, items) => generator.toTM(generator[kind](items, 1));
}

if (isMain(import.meta.url)) await runClearingBench(benchArguments());
