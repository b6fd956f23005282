import type { ErrorMessage } from '../error-message';
import type { MarketSetup, Verb } from './market-port';

/** What the worker is started with. */
export interface WorkerSetup extends MarketSetup {
  /** Marks the worker as ours, so that the entry does nothing when somebody just imports it. */
  barterloop: 'market';
}

/** To the worker. */
export interface Request {
  id: number;
  verb: Verb;
  args: unknown[];
}

/** From the worker; the first says that the market is open, or why it is not. */
export type Response = { id: number; value: unknown } | { id: number; error: ErrorMessage };

/** The id of the answer that opens. */
export const OPENED = 0;
