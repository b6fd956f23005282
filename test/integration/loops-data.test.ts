import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTradeList } from '../../examples/math-trade/src/trade-list';
import { clearLoops } from '../../src/clearing/clear-loops';
import { verifyLoops } from '../../src/clearing/verify-loops';
import { sharedData } from '../support/data';

const data = sharedData();
if (!data) console.warn('SKIPPED: no math-trade data; set BARTERLOOP_DATA to where it is');

const read = (file: string, options = '') =>
  readTradeList(`${options}\n${readFileSync(join(data!, 'mathtrade', `${file}.txt`), 'utf8')}`);

// What TradeMaximizer, FastTradeMaximizer and a third solver agree on, by the data's own README.
describe.skipIf(!data)('loops on real want lists', () => {
  it.each([
    ['tm-sample-onewant', 336],
    ['tm-sample-xmas', 356],
    ['tm-sample-ask', 197],
    ['ftm-BR2024May', 196],
    ['pl-mathandel_29_5', 199],
    ['amiguero-input', 442],
    ['amiguero2-input', 262],
    ['brisbane2017-input', 91],
    ['friendless2-input', 312],
  ])('%s: %i items traded, and no clearing has more', (file, trades) => {
    const { items, itemCount, warnings } = read(file);
    const clearing = clearLoops(items);
    expect(warnings).toEqual([]);
    expect(clearing.trades).toBe(trades);
    expect(verifyLoops(items, clearing)).toEqual({ valid: true, problems: [], bound: { trades, cost: trades } });
    expect(itemCount).toBeGreaterThan(trades);
  });

  it.each([
    ['tm-sample-onewant', 336, 9110],
    ['tm-sample-xmas', 356, 10255],
    ['amiguero-input', 442, 7603],
  ])('%s with linear priorities: %i trades at cost %i', (file, trades, cost) => {
    const { items } = read(file, '#! LINEAR-PRIORITIES');
    const clearing = clearLoops(items);
    expect(clearing).toMatchObject({ trades, cost, upperBound: trades, leastCost: cost });
    expect(verifyLoops(items, clearing).problems).toEqual([]);
  });

  it('finds trades for more people when asked to', () => {
    const { items, rules } = read('tm-sample-onewant', '#! METRIC=USERS-TRADING');
    const plain = clearLoops(items);
    const clearing = clearLoops(items, { favour: rules.metric, seed: rules.seed });
    expect(clearing.trades).toBe(336);
    expect(clearing.users).toBeGreaterThan(plain.users);
    expect(verifyLoops(items, clearing).problems).toEqual([]);
  });
});
