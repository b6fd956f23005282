import type { CycleSearchResult } from './cycles/find-cycles';
import type { StoredNotification } from './storage/storage';
import type { ItemId, Opportunity, Refusal } from './types';

/** What can be watched happening to an opportunity, as `opportunity:<what>` on the engine's bus. */
export type Happening =
  | 'proposed'
  | 'updated'
  | 'repaired'
  | 'accepted'
  | 'committed'
  | 'confirmed'
  | 'completed'
  | 'withdrawn'
  | 'broken'
  | 'warned';

/** One stored step of an opportunity, and the rows that are to be sent for it. */
export interface Told {
  what: Happening;
  opportunity: Opportunity;
  rows: StoredNotification[];
}

/** What one event, command or cleanup led to. Everything in it is stored; sending the rows is what is left to do. */
export interface Outcome {
  search: CycleSearchResult;
  told: Told[];
  refused: (Refusal & { cycleKey: string })[];
  /** Items that are in a committed trade now, or traded: they leave the market. */
  held: ItemId[];
  /** Items that were in one and are free: they return to the market. */
  released: ItemId[];
}

export function emptyOutcome(): Outcome {
  return { search: { cycles: [], exact: true, work: 0 }, told: [], refused: [], held: [], released: [] };
}

export function toldOf({ told }: Outcome, what: Happening): Told[] {
  return told.filter((one) => one.what === what);
}
