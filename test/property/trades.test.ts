import { expect, it } from 'vitest';
import { runModel } from '../model/run';

it('whatever people, processes, crashes and time do to trades, all invariants hold after every step', async () => {
  const report = await runModel(10_000);
  expect(report.steps).toBeGreaterThanOrEqual(10_000);
  // It went everywhere: a model that proposes nothing would hold all invariants as well.
  const states = ['proposed', 'accepting', 'committed', 'completed', 'declined', 'expired', 'withdrawn', 'broken'];
  for (const state of states) expect(report.reached[state], state).toBeGreaterThan(0);
  expect(report.repairs).toBeGreaterThan(0);
  expect(report.keptAcceptances).toBeGreaterThan(0);
}, 600_000);
