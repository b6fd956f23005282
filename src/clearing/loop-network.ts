import { BarterError } from '../errors';
import type { ItemId, UserId } from '../types';
import { type Arcs, membersOfParts, partsOf } from './parts';

/** What an owner would take for an item. */
export interface LoopWant {
  itemId: ItemId;
  /** How little it is liked: a whole number from 0; of clearings with as many trades, the one of least cost counts. @defaultValue 1 */
  cost?: number;
}

/** An item of a clearing without a cap on length. */
export interface LoopItem {
  id: ItemId;
  ownerId: UserId;
  /** Any one of these will do. */
  wants: readonly LoopWant[];
  /**
   * Stands for what it wants: an owner who wants the dummy takes any of that, and whoever else wants the same dummy
   * goes without. It counts for no trade, and what it wants costs nothing. Only its owner's items may want it.
   */
  isDummy?: boolean;
}

/** The items as numbers: an arc leads from an item to what its owner would take for it. */
export interface LoopNetwork extends Arcs {
  /** One for each arc; 0 for those of dummies. */
  costs: Float64Array;
  ownerOf: Int32Array;
  ownerCount: number;
  isDummy: Uint8Array;
  partOf: Int32Array;
  /** The members of each part with more than one. */
  parts: number[][];
}

/** @throws BarterError `invalid-item`, `unknown-item`, `self-want`, `invalid-score`. */
export function loopNetwork(items: readonly LoopItem[]): LoopNetwork {
  const numberOf = new Map<ItemId, number>();
  const owners = new Map<UserId, number>();
  const starts = new Int32Array(items.length + 1);
  const ownerOf = new Int32Array(items.length);
  const isDummy = new Uint8Array(items.length);
  for (const [i, item] of items.entries()) {
    if (numberOf.has(item.id)) throw new BarterError('invalid-item', `Item ${item.id} is there twice: name it once.`);
    numberOf.set(item.id, i);
    if (!owners.has(item.ownerId)) owners.set(item.ownerId, owners.size);
    ownerOf[i] = owners.get(item.ownerId)!;
    isDummy[i] = item.isDummy ? 1 : 0;
    starts[i + 1] = starts[i]! + item.wants.length;
  }
  const targets = new Int32Array(starts[items.length]!);
  const costs = new Float64Array(targets.length);
  let arc = 0;
  for (const [i, item] of items.entries()) {
    for (const { itemId, cost = 1 } of item.wants) {
      const wanted = numberOf.get(itemId);
      if (wanted === undefined) {
        throw new BarterError('unknown-item', `${item.id} wants ${itemId}, which is not there: leave it out.`);
      }
      checkWant(item, items[wanted]!, cost);
      targets[arc] = wanted;
      costs[arc++] = isDummy[i] ? 0 : cost;
    }
  }
  const { partOf, count } = partsOf({ starts, targets });
  const parts = membersOfParts(partOf, count);
  return { starts, targets, costs, ownerOf, ownerCount: owners.size, isDummy, partOf, parts };
}

/** The cost of an arc, or Infinity where there is none. */
export function arcCost({ starts, targets, costs }: LoopNetwork, from: number, to: number): number {
  for (let arc = starts[from]!; arc < starts[from + 1]!; arc++) if (targets[arc] === to) return costs[arc]!;
  return Infinity;
}

function checkWant(item: LoopItem, wanted: LoopItem, cost: number): void {
  const isOwn = wanted.ownerId === item.ownerId;
  if (wanted === item || (isOwn && !wanted.isDummy)) {
    throw new BarterError('self-want', `${item.id} wants ${wanted.id} of the same owner: leave it out.`);
  }
  if (!isOwn && wanted.isDummy) {
    throw new BarterError('invalid-item', `${item.id} wants the dummy ${wanted.id} of somebody else: leave it out.`);
  }
  if (!(Number.isSafeInteger(cost) && cost >= 0)) {
    throw new BarterError(
      'invalid-score',
      `${item.id} wants ${wanted.id} at cost ${cost}: give a whole number from 0.`,
    );
  }
}
