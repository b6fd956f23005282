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
  | 'unknown-item'
  | 'unknown-category'
  | 'unknown-opportunity'
  | 'owner-mismatch'
  | 'self-want'
  | 'self-edge'
  | 'graph-full'
  | 'closed'
  | 'event-failed'
  | 'worker-failed';

const BRAND = Symbol.for('barterloop.error');

/** The one error type of the library: a closed `code` to branch on and a message that says what to do. */
export class BarterError extends Error {
  readonly code: BarterErrorCode;
  /** @internal Survives two copies of the package (ESM and CJS) in one process, where `instanceof` does not. */
  readonly [BRAND] = true;

  constructor(code: BarterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BarterError';
    this.code = code;
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
