import { pathToFileURL } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { clearMarket } from '../../src/clearing/clear-market';
import { highsSolver } from '../../src/clearing/highs-solver';
import { type ClearInWorkerOptions, clearInWorker } from '../../src/clearing/in-worker';
import { verifyClearing } from '../../src/clearing/verify-clearing';
import { BarterGraph } from '../../src/graph/barter-graph';
import { randomFrom } from '../../src/util/random';

const entry = pathToFileURL(inject('clearingWorkerFile'));

/** Items of a few tastes: thousands of short cycles that compete. */
function market(items: number, seed: number): BarterGraph {
  const random = randomFrom(seed);
  const graph = new BarterGraph();
  for (let i = 0; i < items; i++) graph.addItem(i, `o${Math.floor(i / 2)}`);
  for (let i = 0; i < items; i++) {
    for (let k = 0; k < 8; k++) {
      const j = Math.floor(i / 50) * 50 + Math.floor(random() * 50);
      if (j < items && Math.floor(j / 2) !== Math.floor(i / 2)) graph.setEdge(i, j, 0.5 + random() / 2);
    }
  }
  return graph;
}

describe('clearInWorker', () => {
  it('answers as the thread of the caller does', async () => {
    const graph = market(200, 1);
    const options: ClearInWorkerOptions = { maxLength: 4, budget: 5_000_000, objective: ['items', 'score'], entry };
    expect(await clearInWorker(graph, options)).toEqual(
      clearMarket(graph, { maxLength: 4, budget: 5_000_000, objective: ['items', 'score'] }),
    );
  });

  it('proves with a solver what it proves without a thread, and is believed', async () => {
    const graph = market(100, 2);
    const progress: number[] = [];
    const options: ClearInWorkerOptions = {
      maxLength: 3,
      budget: 1_000_000,
      highs: true,
      entry,
      onProgress: ({ value }) => progress.push(value),
    };
    const clearing = await clearInWorker(graph, options);
    expect(clearing).toEqual(clearMarket(graph, { maxLength: 3, budget: 1_000_000, solver: await highsSolver() }));
    expect(clearing.proven).toBe(true);
    expect(verifyClearing(graph, clearing).problems).toEqual([]);
    expect(progress.at(-1)).toBe(clearing.value);
  });

  it('ends with the best so far when it is told to, whatever it is at', async () => {
    const graph = market(1_000, 3);
    const control = new AbortController();
    const endless: ClearInWorkerOptions = { maxLength: 4, budget: 1e15, entry, signal: control.signal };
    const clearing = await clearInWorker(graph, {
      ...endless,
      onProgress: ({ value }) => value > 0 && control.abort(),
    });
    expect(clearing.items).toBeGreaterThan(0);
    expect(verifyClearing(graph, clearing).problems).toEqual([]);
    const late = await clearInWorker(graph, { maxLength: 4, budget: 1e15, entry, milliseconds: 3_000 });
    expect(verifyClearing(graph, late).problems).toEqual([]);
  });

  it('passes on what is refused', async () => {
    await expect(clearInWorker(market(10, 1), { maxLength: 9, entry })).rejects.toMatchObject({
      code: 'invalid-options',
    });
    await expect(clearInWorker(market(200, 1), { maxCycles: 5, entry })).rejects.toMatchObject({
      code: 'too-many-cycles',
    });
    await expect(clearInWorker(market(10, 1), { entry: new URL('file:///nowhere/worker.js') })).rejects.toMatchObject({
      code: 'worker-failed',
    });
  });
});
