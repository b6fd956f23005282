import type { Item } from '../types';
import { digest } from '../util/digest';

/** The same for two items that say the same, in whatever order. */
export function itemDigest(item: Item): string {
  return digest(JSON.stringify(item, inOrder));
}

function inOrder(_key: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}
