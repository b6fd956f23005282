import type { SnapshotReport } from './api';
import { BarterError } from './errors';
import type { MarketPort } from './market-port/market-port';
import type { Clock, Logger } from './runtime';
import type { SnapshotStore } from './storage/snapshot-store';

/** Hands the market, which is empty yet, the snapshot that there is. One that is of no use is logged and left alone. */
export async function restoreSnapshot(
  snapshots: SnapshotStore | undefined,
  market: Pick<MarketPort, 'restore'>,
  logger: Logger,
): Promise<void> {
  const leave = (reason: unknown) =>
    logger('warn', 'The snapshot of the market is not used: all edges are found anew.', { reason });
  let bytes: unknown;
  try {
    bytes = await snapshots?.load();
  } catch (error) {
    leave(error);
    return;
  }
  if (bytes === undefined || bytes === null) return;
  if (!(bytes instanceof Uint8Array)) {
    leave('The store gave something else than bytes.');
    return;
  }
  const reason = await market.restore(ownBytes(bytes));
  if (reason !== undefined) leave(reason);
}

/**
 * Has a snapshot taken and kept.
 * @throws BarterError `invalid-options` where there is nowhere to keep it; what the store throws.
 */
export async function saveSnapshot(
  snapshots: SnapshotStore | undefined,
  take: () => Promise<Uint8Array>,
  clock: Clock,
): Promise<SnapshotReport> {
  if (!snapshots) {
    throw new BarterError('invalid-options', 'There is nowhere to keep a snapshot: give the option snapshots.');
  }
  const begun = clock.elapsed();
  const bytes = await take();
  const { length } = bytes; // the store may have them for good
  await snapshots.save(bytes);
  return { bytes: length, tookMs: clock.elapsed() - begun };
}

/** With a buffer of their own, which can be handed to another thread: a `Buffer` may be a part of a shared one. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
