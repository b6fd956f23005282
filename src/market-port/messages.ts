import { BarterError, type BarterErrorCode, isBarterError } from '../errors';
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

/** An error as data: errors that cross threads as they are lose what makes them ours. */
export interface ErrorMessage {
  code: BarterErrorCode | undefined;
  name: string;
  message: string;
  stack: string | undefined;
}

export function toMessage(error: unknown): ErrorMessage {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: isBarterError(error) ? error.code : undefined, name, message, stack };
}

export function fromMessage({ code, name, message, stack }: ErrorMessage): Error {
  const error = code === undefined ? new Error(message) : new BarterError(code, message);
  error.name = name;
  if (stack !== undefined) error.stack = stack; // where it happened, not where it was told
  return error;
}
