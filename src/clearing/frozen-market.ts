import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK } from '../graph/half-edges';
import type { ItemId, UserId } from '../types';
import { type Arcs, partsOf } from './parts';

/**
 * What of a graph can be on a cycle, as it stands now, in arrays that may cross threads. An arc leads from an item to who
 * can receive it. Nodes with many neighbours come first, then as their ids are ordered: the same market, however it grew,
 * is frozen into the same arrays; and a walk that looks for the cycles whose least node is its root meets the hubs early.
 */
export interface FrozenMarket extends Arcs {
  ids: ItemId[];
  owners: UserId[];
  /** By node, into `owners`. */
  ownerOf: Int32Array;
  /** Thousandths below 1, one for each arc. */
  deficits: Uint16Array;
}

/** @param isOut Items that take no part. */
export function freeze(graph: BarterGraph, isOut: (id: ItemId) => boolean = () => false): FrozenMarket {
  graph.endBulk();
  const { outgoing } = graph;
  const ids = [...graph.items()].filter((id) => !isOut(id)).sort(byCodeUnits);
  const placeOf = new Int32Array(graph.nodeCapacity).fill(-1);
  for (const [place, id] of ids.entries()) placeOf[graph.nodeOf(id)] = place;

  // First by id alone, to see which items can be on a cycle at all.
  const all = { starts: new Int32Array(ids.length + 1), targets: new Int32Array(graph.size) };
  let arc = 0;
  for (const [place, id] of ids.entries()) {
    for (const word of outgoing.read(graph.nodeOf(id))) {
      const receiver = placeOf[word & NODE_MASK]!;
      if (receiver >= 0) all.targets[arc++] = receiver;
    }
    all.starts[place + 1] = arc;
  }
  const { partOf } = partsOf(all);
  const givesTo = new Int32Array(ids.length);
  const gets = new Int32Array(ids.length);
  for (let place = 0; place < ids.length; place++) {
    for (let i = all.starts[place]!; i < all.starts[place + 1]!; i++) {
      const receiver = all.targets[i]!;
      if (partOf[receiver] !== partOf[place]) continue;
      givesTo[place]!++;
      gets[receiver]!++;
    }
  }
  const kept = [...ids.keys()].filter((place) => givesTo[place]! > 0);
  kept.sort((a, b) => givesTo[b]! * gets[b]! - givesTo[a]! * gets[a]! || a - b);

  const nodeOf = new Int32Array(ids.length).fill(-1);
  for (const [node, place] of kept.entries()) nodeOf[place] = node;
  const owners = new Map<UserId, number>();
  const ownerOf = new Int32Array(kept.length);
  const starts = new Int32Array(kept.length + 1);
  const arcs = givesTo.reduce((sum, count) => sum + count, 0);
  const targets = new Int32Array(arcs);
  const deficits = new Uint16Array(arcs);
  let at = 0;
  for (const [node, place] of kept.entries()) {
    const owner = graph.ownerOf(ids[place]!);
    if (!owners.has(owner)) owners.set(owner, owners.size);
    ownerOf[node] = owners.get(owner)!;
    for (const word of outgoing.read(graph.nodeOf(ids[place]!))) {
      const receiver = placeOf[word & NODE_MASK]!;
      if (receiver < 0 || partOf[receiver] !== partOf[place]) continue;
      targets[at] = nodeOf[receiver]!;
      deficits[at++] = word >>> NODE_BITS;
    }
    starts[node + 1] = at;
  }
  return { ids: kept.map((place) => ids[place]!), owners: [...owners.keys()], ownerOf, starts, targets, deficits };
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
