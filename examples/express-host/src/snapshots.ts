import type { BarterEngine, Clock } from 'barterloop';
import type { Logger } from 'pino';

/** Saves what the next start can go on from. A failure is logged: that start takes longer then, and nothing else. */
export interface Snapshots {
  save(): Promise<void>;
  /** Unless that was done a short while ago. */
  saveIfDue(): Promise<void>;
}

export function keepSnapshots(engine: BarterEngine, log: Logger, clock: Clock, everyMs: number): Snapshots {
  let savedAt = Number.NEGATIVE_INFINITY;
  const save = async () => {
    savedAt = clock.elapsed();
    try {
      log.debug(await engine.saveSnapshot(), 'Saved a snapshot of the market');
    } catch (error) {
      log.warn({ err: error }, 'The snapshot of the market could not be saved');
    }
  };
  return {
    save,
    saveIfDue: async () => {
      if (clock.elapsed() - savedAt >= everyMs) await save();
    },
  };
}
