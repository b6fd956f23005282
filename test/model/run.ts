import fc from 'fast-check';
import { commandsWith, type Model } from './commands';
import { World } from './world';

export interface ModelReport {
  steps: number;
  runs: number;
  /** How many opportunities came to each state. */
  reached: Record<string, number>;
  repairs: number;
  keptAcceptances: number;
  tookMs: number;
}

const LONGEST_RUN = 600;

/** Runs random histories of a market until they have this many steps, and checks all invariants after each step. */
export async function runModel(
  steps: number,
  options: { seed?: number; onRun?: (report: ModelReport) => void } = {},
): Promise<ModelReport> {
  const begun = performance.now();
  const report: ModelReport = { steps: 0, runs: 0, reached: {}, repairs: 0, keptAcceptances: 0, tookMs: 0 };
  const property = fc.asyncProperty(
    fc.scheduler().chain((scheduler) => fc.tuple(fc.constant(scheduler), commandsWith(scheduler, LONGEST_RUN))),
    fc.constantFrom<'off' | 'balance'>('off', 'balance'),
    async ([, commands], cash) => {
      const model: Model = { steps: 0 };
      const world = new World(cash);
      await fc.asyncModelRun(() => ({ model, real: world }), commands);
      report.steps += model.steps;
      report.runs++;
      report.repairs += world.invariants.repairs;
      report.keptAcceptances += world.invariants.keptAcceptances;
      for (const [state, count] of Object.entries(world.invariants.reached))
        report.reached[state] = (report.reached[state] ?? 0) + count;
      report.tookMs = performance.now() - begun;
      options.onRun?.(report);
    },
  );
  for (let round = 0; report.steps < steps; round++) {
    const seed = options.seed === undefined ? {} : { seed: options.seed + round };
    await fc.assert(property, { numRuns: 10, ...seed });
  }
  report.tookMs = performance.now() - begun;
  return report;
}
