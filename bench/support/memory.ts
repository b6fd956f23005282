import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Megabytes of this process. */
export interface Memory {
  /** Resident: all of it. */
  resident: number;
  /** JavaScript objects. */
  heap: number;
  /** Typed arrays. */
  buffers: number;
}

/** What is left once the garbage is gone. */
export function settledMemory(): Memory {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Twice: what the first pass finalizes, the second one frees.
  collect();
  collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { resident: rss / 2 ** 20, heap: heapUsed / 2 ** 20, buffers: arrayBuffers / 2 ** 20 };
}
