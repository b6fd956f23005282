import { arcCost, type LoopNetwork } from './loop-network';

/**
 * Cuts loops into smaller ones by exchanges: if i takes a and j takes b in one loop, but i would take b as well and j
 * would take a, two loops come of it. Every exchange keeps the trades; it is made if it costs nothing, or if the loop
 * holds more than `splitAbove` items and it costs the least there. Of a node's exchanges, the most even one is made.
 *
 * @param takes What each node takes; changed in place.
 */
export function splitLoops(network: LoopNetwork, takes: Int32Array, splitAbove: number): void {
  const { starts, targets, costs, isDummy } = network;
  const size = takes.length;
  const takenBy = new Int32Array(size);
  for (let node = 0; node < size; node++) takenBy[takes[node]!] = node;
  /** Loop of each node, place in it, and how many items come before that place; all brought up to date after a cut. */
  const loopOf = new Int32Array(size).fill(-1);
  const before = new Int32Array(size);
  const sizes: number[] = [];
  const number = (first: number, loop: number) => {
    let items = 0;
    let node = first;
    do {
      loopOf[node] = loop;
      before[node] = items;
      items += 1 - isDummy[node]!;
      node = takes[node]!;
    } while (node !== first);
    sizes[loop] = items;
  };
  for (let node = 0; node < size; node++) {
    if (loopOf[node]! < 0 && takes[node] !== node) number(node, sizes.length);
  }

  for (let changed = true; changed; ) {
    changed = false;
    for (let node = 0; node < size; node++) {
      const loop = loopOf[node]!;
      if (loop < 0 || sizes[loop]! < 4) continue;
      const mine = takes[node]!;
      const isGiant = sizes[loop]! > splitAbove;
      const now = arcCost(network, node, mine);
      let best = -1;
      let bestCost = isGiant ? Infinity : 0;
      let bestUneven = Infinity;
      for (let arc = starts[node]!; arc < starts[node + 1]!; arc++) {
        const wanted = targets[arc]!;
        if (loopOf[wanted] !== loop || wanted === mine) continue;
        // The nodes from what I take now up to who takes the wanted one become a loop of their own.
        let inner = before[wanted]! - before[mine]!;
        if (inner < 0) inner += sizes[loop]!;
        if (inner < 2 || sizes[loop]! - inner < 2) continue;
        const uneven = Math.abs(sizes[loop]! - 2 * inner);
        if (uneven >= bestUneven && !isGiant) continue;
        const other = takenBy[wanted]!;
        const extra = costs[arc]! - now + arcCost(network, other, mine) - arcCost(network, other, wanted);
        if (extra === Infinity || extra > bestCost || (extra === bestCost && uneven >= bestUneven)) continue;
        best = wanted;
        bestCost = extra;
        bestUneven = uneven;
      }
      if (best < 0) continue;
      const other = takenBy[best]!;
      takes[node] = best;
      takes[other] = mine;
      takenBy[best] = node;
      takenBy[mine] = other;
      number(node, loop);
      number(other, sizes.length);
      changed = true;
    }
  }
}
