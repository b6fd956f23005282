import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real market data beside the repository, or where BARTERLOOP_DATA says; null where there is none. */
export function sharedData(): string | null {
  const path = process.env.BARTERLOOP_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
  return existsSync(path) ? path : null;
}
