import { BarterError, type BarterErrorCode, isBarterError } from './errors';

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
