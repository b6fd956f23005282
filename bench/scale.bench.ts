import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateMarket } from './market';
import { type BenchOptions, benchArguments } from './support/arguments';
import { isMain } from './support/is-main';
import { countAnswers } from './support/market-statistics';
import { check, figure, percentile, say, table } from './support/report';
import type { ScaleFigures, Times } from './support/scale-run';

const SEED = 42;

interface Row extends ScaleFigures {
  size: number;
  /** Items that answer a want, in the median. */
  answers: number;
}

/**
 * What a market costs by its size: time to load it, time of an event with everything the engine does for it, memory.
 * Each size in a process of its own.
 */
export async function runScaleBench({ smoke, items, events }: BenchOptions): Promise<void> {
  const sizes = items ?? (smoke ? [2_000] : [10_000, 100_000]);
  const count = events ?? (smoke ? 1_000 : 20_000);
  say(`Scale: engine.submit over the generated market (seed ${SEED}), 70 % create, 20 % update, 10 % delete`);
  say(
    '(one event after the other; opportunities and inboxes in memory; storage of the host left out: its items are made',
  );
  say('when they are read, and the time to make the item of an event is not counted)');
  say();
  const rows: Row[] = [];
  for (const size of sizes)
    rows.push({ size, ...(await run(size, count)), answers: medianAnswers(size, smoke ? 50 : 200) });
  say(timeTable(rows));
  say();
  say(
    'load: engine.start(), wall clock and processor seconds, of which making the items takes about the third figure.',
  );
  say(
    `p50 to max: milliseconds per event; the first twentieth of the ${figure(count)} events warms up and is not counted.`,
  );
  say();
  say(memoryTable(rows));
  say();
  say(
    'answers: items that answer a want, median of sampled wants, no cap. MB: resident, after a collection of garbage;',
  );
  say(
    'empty is the process without a market, after holds the opportunities and inbox rows that were told, too. heap and',
  );
  say(
    'arrays: JavaScript objects and typed arrays after the load, of which large ones have more addresses than memory.',
  );
  say('graph, index, archive: bytes per item in typed arrays, as far as they are written.');
  say('in all: resident bytes per item, the empty process left out.');
  say();
  say(answerTable(rows));
  say();
  say(
    'found: creations and updates with a cycle from 0.60. exact, budget, cap: share of creations and updates with that',
  );
  say('verdict. of found: exact among those with a cycle, and proven at least for trades of up to three people. told:');
  say(
    'opportunities. Every 25th answer was checked edge by edge against the score of its pair; checked: with a cycle.',
  );
}

async function run(size: number, count: number): Promise<ScaleFigures> {
  const file = fileURLToPath(new URL('./support/scale-run.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...process.execArgv,
    file,
    ...[size, SEED, count].map(String),
  ]);
  const figures = JSON.parse(stdout) as ScaleFigures;
  check(figures.edges > 0 && figures.events > 0, `nothing measured at ${size} items`);
  return figures;
}

function medianAnswers(size: number, wants: number): number {
  const answered = countAnswers(generateMarket({ items: size, seed: SEED }), { wants });
  return percentile(
    answered.map(({ answers }) => answers),
    0.5,
  );
}

function timeTable(rows: Row[]): string {
  const head = ['items', 'load s', 'CPU s', 'making s', 'p50', 'p99', 'p99.9', 'max'];
  const kinds = ['create p50', 'p99', 'update p50', 'p99', 'delete p50', 'p99'];
  const both = ({ p50, p99 }: Times) => [figure(p50), figure(p99)];
  return table(
    [...head, ...kinds],
    rows.map(({ size, load, all, created, updated, deleted }) => [
      figure(size),
      figure(load.seconds),
      figure(load.cpuSeconds),
      figure(load.makingSeconds),
      ...both(all),
      figure(all.p999),
      figure(all.max),
      ...[created, updated, deleted].flatMap(both),
    ]),
  );
}

function memoryTable(rows: Row[]): string {
  const head = ['items', 'answers', 'edges', 'per item', 'MB empty', 'loaded', 'after', 'heap', 'arrays'];
  return table(
    [...head, 'graph B/item', 'index', 'archive', 'in all'],
    rows.map(({ size, answers, edges, memory: { before, loaded, after }, memoryBytes: { graph, index, items } }) => [
      figure(size),
      figure(answers),
      figure(edges),
      figure(edges / size),
      ...[before, loaded, after].map(({ resident }) => figure(resident)),
      figure(loaded.heap),
      figure(loaded.buffers),
      ...[graph, index, items].map((bytes) => figure(bytes / size)),
      figure(((loaded.resident - before.resident) * 2 ** 20) / size),
    ]),
  );
}

function answerTable(rows: Row[]): string {
  const share = (part: number, whole: number) => `${figure((100 * part) / whole)} %`;
  return table(
    ['items', 'events', 'found', 'exact', 'budget', 'cap', 'of found: exact', 'to 3 people', 'told', 'checked'],
    rows.map((row) => [
      figure(row.size),
      figure(row.events),
      ...[row.found, row.exact, row.byBudget, row.byCap].map((part) => share(part, row.searches)),
      ...[row.foundExact, row.foundCertified].map((part) => share(part, row.found)),
      figure(row.told),
      figure(row.checked),
    ]),
  );
}

if (isMain(import.meta.url)) await runScaleBench(benchArguments());
