/** What is wrong with a line of a want list. */
export type WantListErrorCode =
  | 'missing-colon'
  | 'missing-user'
  | 'bad-option'
  | 'cash'
  | 'missing-item'
  | 'unbalanced-parenthesis'
  | 'duplicate-item'
  | 'unknown-name'
  | 'line-too-long'
  | 'too-many-wants'
  | 'unbalanced-names';

/** A want list that cannot be read; `line` counts from 1 and `code` says what to look for there. */
export class WantListError extends Error {
  override readonly name = 'WantListError';

  constructor(
    readonly code: WantListErrorCode,
    readonly line: number,
    message: string,
  ) {
    super(`line ${line}: ${message}`);
  }
}
