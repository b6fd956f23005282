import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Item } from 'barterloop';
import { readWantList } from '../examples/math-trade/src/want-list';
import { type BenchOptions, benchArguments } from './support/arguments';
import { isMain } from './support/is-main';
import { check, figure, say, table } from './support/report';
import { dataFolder } from './support/shared-graphs';
import { simulateTrades, type TradesOutcome } from './support/trade-simulation';

/** Real board-game math trades; see the data's own README. */
const MARKETS = ['tm-sample-onewant', 'amiguero-input', 'pl-mathandel_29_5'];
const DECLINES = 0.3;
const VANISHES = 0.05;
const SEEDS = 24;
/** Items per seed whose best trade is proposed. */
const ASKED = 60;

/**
 * What repair is worth on real markets: the same people with the same minds, once with and once without it. The share
 * of proposals that complete is a mean over seeds; its 95 % intervals must lie apart, and nobody may be asked twice for
 * one cycle.
 */
export async function runRepairBench({ smoke, file, seeds }: BenchOptions): Promise<void> {
  const count = seeds ?? (smoke ? 3 : SEEDS);
  say(`Repair: people decline with ${DECLINES * 100} %, vanish with ${VANISHES * 100} %; ${count} seeds`);
  const files = file === undefined ? MARKETS.map((name) => join(dataFolder, 'mathtrade', `${name}.txt`)) : [file];
  const present = files.filter((path) => existsSync(path)).slice(0, smoke ? 1 : files.length);
  if (present.length === 0) {
    say(`SKIPPED: no want list at ${files.join(', ')}; name one with --file, or the folder with BARTERLOOP_DATA`);
    return;
  }
  say();
  const rows: string[][] = [];
  const overlapping: string[] = [];
  for (const path of present) {
    const { items } = readWantList(readFileSync(path, 'utf8'), { maxWantsPerItem: 2_048 });
    const [without, withRepair] = [await arm(items, 0, count, smoke), await arm(items, 3, count, smoke)];
    rows.push(row(basename(path, '.txt'), 'without', without), row('', 'with', withRepair));
    const [low, high] = [intervalOf(without.map(shareOf)), intervalOf(withRepair.map(shareOf))];
    if (low.to >= high.from) overlapping.push(basename(path));
  }
  say(table(['market', 'repair', 'proposals', 'complete', '95 %', 'of all asked', 'repairs', 'kept', 'items traded', 'asked twice'], rows)); // biome-ignore format: one line
  say();
  say('proposals: found by a search, per seed. complete: share of them that end with everybody having received, by');
  say(
    'themselves or by the ring that took their place; 95 %: interval of its mean (Student). of all asked: share among',
  );
  say(
    'proposals and repairs counted alike. kept: acceptances that went over to a repair. asked twice: people and cycles.',
  );
}

async function arm(items: Item[], maxRepairs: number, seeds: number, smoke: boolean): Promise<TradesOutcome[]> {
  const outcomes: TradesOutcome[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const people = { declines: DECLINES, vanishes: VANISHES, seed };
    const outcome = await simulateTrades(items, { maxRepairs, people, asked: smoke ? 15 : ASKED });
    check(outcome.askedTwice === 0, `${outcome.askedTwice} people were asked twice for one cycle (seed ${seed})`);
    outcomes.push(outcome);
  }
  return outcomes;
}

const shareOf = ({ proposals, completed }: TradesOutcome) => (proposals === 0 ? 0 : completed / proposals);

function row(market: string, repair: string, outcomes: TradesOutcome[]): string[] {
  const mean = (of: (outcome: TradesOutcome) => number) =>
    outcomes.reduce((sum, one) => sum + of(one), 0) / outcomes.length;
  const { mean: share, from, to } = intervalOf(outcomes.map(shareOf));
  return [
    market,
    repair,
    figure(mean(({ proposals }) => proposals)),
    percent(share),
    `${percent(from)} to ${percent(to)}`,
    percent(mean((one) => one.completed / Math.max(1, one.proposals + one.repairs))),
    figure(mean(({ repairs }) => repairs)),
    figure(mean(({ kept }) => kept)),
    figure(mean(({ itemsTraded }) => itemsTraded)),
    figure(mean(({ askedTwice }) => askedTwice)),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Two-sided 97.5 % quantiles of Student's t by degrees of freedom; beyond, those of 30, which are a trifle wider. */
const STUDENT = [Number.NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042]; // biome-ignore format: a table

/** The 95 % interval of the mean. */
function intervalOf(values: readonly number[]): { mean: number; from: number; to: number } {
  const size = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, size - 1);
  const half = STUDENT[Math.min(size - 1, STUDENT.length - 1)]! * Math.sqrt(variance / size);
  return { mean, from: mean - half, to: mean + half };
}

if (isMain(import.meta.url)) await runRepairBench(benchArguments());
