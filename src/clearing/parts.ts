/**
 * Strongly connected parts
 * ========================
 *
 * Two items are in one part if goods can go from either to the other. A cycle never leaves its part, so whatever is to
 * be chosen can be chosen for each part by itself. R. Tarjan, Depth-first search and linear graph algorithms, SIAM J.
 * Comput. 1 (1972), without recursion: a chain of a million items must not exhaust the call stack.
 */

/** Lists of targets, one after the other: those of node i are `targets[starts[i]]` to before `targets[starts[i + 1]]`. */
export interface Arcs {
  starts: Int32Array;
  targets: Int32Array;
}

/** The part of each node, and how many there are. Every arc between two parts leads from the greater number to the smaller. */
export function partsOf({ starts, targets }: Arcs): { partOf: Int32Array; count: number } {
  const size = starts.length - 1;
  const partOf = new Int32Array(size).fill(-1);
  const order = new Int32Array(size).fill(-1); // when each node was first met
  const lowest = new Int32Array(size); // the earliest node still open that it leads back to
  const open = new Int32Array(size);
  const path = new Int32Array(size);
  const nextArc = new Int32Array(size);
  let opened = 0;
  let met = 0;
  let count = 0;
  for (let root = 0; root < size; root++) {
    if (order[root]! >= 0) continue;
    let depth = 0;
    const enter = (node: number) => {
      order[node] = met;
      lowest[node] = met++;
      nextArc[node] = starts[node]!;
      open[opened++] = node;
      path[depth++] = node;
    };
    enter(root);
    while (depth > 0) {
      const node = path[depth - 1]!;
      if (nextArc[node]! < starts[node + 1]!) {
        const target = targets[nextArc[node]!++]!;
        if (order[target]! < 0) enter(target);
        else if (partOf[target]! < 0 && order[target]! < lowest[node]!) lowest[node] = order[target]!;
        continue;
      }
      depth--;
      if (depth > 0 && lowest[node]! < lowest[path[depth - 1]!]!) lowest[path[depth - 1]!] = lowest[node]!;
      if (lowest[node] !== order[node]) continue;
      let member: number;
      do {
        member = open[--opened]!;
        partOf[member] = count;
      } while (member !== node);
      count++;
    }
  }
  return { partOf, count };
}

/** The nodes of each part with at least two, in ascending order of their numbers. */
export function membersOfParts(partOf: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let node = 0; node < partOf.length; node++) members[partOf[node]!]!.push(node);
  return members.filter(({ length }) => length > 1);
}
