/** Every code a {@link BarterError} can carry. The README lists what each one asks you to do. */
export type BarterErrorCode =
  | 'invalid-id'
  | 'invalid-score'
  | 'invalid-options'
  | 'invalid-item'
  | 'invalid-event'
  | 'invalid-preferences'
  | 'invalid-category'
  | 'invalid-token'
  | 'mail-refused'
  | 'unknown-item'
  | 'unknown-category'
  | 'unknown-opportunity'
  | 'owner-mismatch'
  | 'self-want'
  | 'self-edge'
  | 'graph-full'
  | 'too-many-cycles'
  | 'invalid-command'
  | 'wrong-state'
  | 'stale-revision'
  | 'too-late'
  | 'item-locked'
  | 'item-traded'
  | 'items-remain'
  | 'closed'
  | 'not-the-writer'
  | 'event-failed'
  | 'worker-failed';

const BRAND = Symbol.for('barterloop.error');

/** The one error type of the library: a closed `code` to branch on and a message that says what to do. */
export class BarterError extends Error {
  readonly code: BarterErrorCode;
  /** What the caller needs to go on, where that is more than a sentence: the present terms with `stale-revision`. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** @internal Survives two copies of the package (ESM and CJS) in one process, where `instanceof` does not. */
  readonly [BRAND] = true;

  constructor(
    code: BarterErrorCode,
    message: string,
    options: ErrorOptions & { details?: Record<string, unknown> } = {},
  ) {
    super(message, options);
    this.name = 'BarterError';
    this.code = code;
    this.details = options.details;
  }
}

/** True for errors of this library, whichever copy of the package made them. */
export function isBarterError(error: unknown): error is BarterError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** An error that trying again would bring again; not so where the worker of the market has ended: it is started anew. */
export function isLasting(error: unknown): error is BarterError {
  return isBarterError(error) && error.code !== 'worker-failed';
}
