/**
 * Keeps the latest snapshot of the market, so that the next start need not find again which item answers which want. It
 * is derived data: the engine takes every item from the storage all the same, and whatever the snapshot does not know or
 * knows otherwise is found anew. It may be lost at any time. Whoever can write it can write edges: keep it where nobody
 * else writes.
 */
export interface SnapshotStore {
  /** What was saved last, or null. The bytes are the engine's from then on, and may be gone here. */
  load(): Promise<Uint8Array | null>;
  /** Keeps these bytes in place of what was there; a save that fails or is cut short leaves that, or nothing. */
  save(bytes: Uint8Array): Promise<void>;
}
