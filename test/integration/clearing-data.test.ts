import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cappedTrade } from '../../examples/math-trade/src/capped-trade';
import { readTradeList } from '../../examples/math-trade/src/trade-list';
import { clearMarket } from '../../src/clearing/clear-market';
import { highsSolver } from '../../src/clearing/highs-solver';
import { verifyClearing } from '../../src/clearing/verify-clearing';
import { BarterGraph } from '../../src/graph/barter-graph';
import { sharedData } from '../support/data';

const data = sharedData();
if (!data) console.warn('SKIPPED: no math trades or kidney pools; set BARTERLOOP_DATA to where they are');
const solver = await highsSolver();

const trade = (file: string) =>
  cappedTrade(readTradeList(readFileSync(join(data!, 'mathtrade', `${file}.txt`), 'utf8')).items);

/** A pool whose lines are `giver,receiver,weight` after a head of names, or `giver receiver weight`. */
function pool(file: string): BarterGraph {
  const [, ...lines] = readFileSync(join(data!, 'kidney', file), 'utf8')
    .trim()
    .split('\n');
  const graph = new BarterGraph();
  for (const line of lines) {
    const [from, to, weight] = line.split(/[,\t ]+/).map(Number);
    if (!(weight! > 0 && from! >= 0 && to! >= 0)) continue; // a name, or the end
    for (const pair of [from!, to!]) if (!graph.hasItem(pair)) graph.addItem(pair, pair);
    graph.setEdge(from!, to!, 1);
  }
  return graph;
}

// Optima that several solvers agree on, by the data's own README.
describe.skipIf(!data)('clearing of real and known markets', () => {
  it.each([
    ['tm-sample-onewant', [68, 164, 224]],
    ['tm-sample-xmas', [36, 120, 192]],
    ['tm-sample-ask', [24, 76, 114]],
    ['ftm-BR2024May', [30, 81, 116]],
    ['pl-mathandel_29_5', [26, 72, 107]],
    ['amiguero-input', [104, 264, 356]],
    ['friendless2-input', [70, 157, 228]],
  ])('%s in cycles of up to 2, 3, 4: %j items, proven', (file, optima) => {
    const { graph, edgeWays } = trade(file);
    for (const [i, value] of optima.entries()) {
      const clearing = clearMarket(graph, { maxLength: i + 2, edgeWays, solver, budget: 300_000_000 });
      expect(clearing).toMatchObject({ value, upperBound: value, proven: true });
      expect(verifyClearing(graph, clearing).problems).toEqual([]);
    }
  });

  it.each([
    ['tm-sample-onewant', 73],
    ['amiguero-input', 77],
  ])('%s, each owner in one cycle', (file, optimum) => {
    const { graph, edgeWays } = trade(file);
    const maxLength = file === 'amiguero-input' ? 4 : 3;
    const clearing = clearMarket(graph, { maxLength, edgeWays, cyclesPerOwner: 1, solver, budget: 300_000_000 });
    expect(clearing).toMatchObject({ value: optimum, proven: true });
    expect(verifyClearing(graph, clearing).problems).toEqual([]);
  });

  it.each([
    ['MD-00001-00000120.wmd', 3, 83],
    ['MD-00001-00000120.wmd', 4, 86],
    ['sparse_128_0_1.wmd', 3, 28],
    ['sparse_128_0_1.wmd', 4, 36],
    ['100.input', 3, 29],
    ['200.input', 3, 104],
  ])('%s in cycles of up to %i: %i transplants, proven', (file, maxLength, value) => {
    const clearing = clearMarket(pool(file), { maxLength, solver, budget: 300_000_000 });
    expect(clearing).toMatchObject({ value, proven: true });
  });
});
