import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlatGraph } from './flat-graph';

/** Where the measured prototypes are: `BARTERLOOP_REFERENCE`, or `../shared/reference` beside the repository. */
export const referenceFolder =
  process.env.BARTERLOOP_REFERENCE ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url));

/** The adjacency that the prototype packs: by giver and by receiver, each list from the least deficit on. */
interface SortedLists {
  n: number;
  m: number;
  oOff: Uint32Array;
  oAdj: Uint32Array;
  oDef: Uint16Array;
  iOff: Uint32Array;
  iAdj: Uint32Array;
  iDef: Uint16Array;
  owner: Int32Array;
}

export interface ReferenceFinder {
  find(node: number): { exact: boolean; rings: { len: number; deficit: number }[]; work: number };
}

/** What `ring-finder.js` exports. `L`: longest cycle; `K`: how many; `theta`: least mean score in thousandths. */
interface ReferenceModule {
  RingFinder6: new (graph: unknown, options: { L: number; K: number; theta: number }) => ReferenceFinder;
  pack(graph: SortedLists): unknown;
}

export function loadReference(): ReferenceModule | null {
  const file = join(referenceFolder, 'ring-finder.js');
  return existsSync(file) ? (createRequire(import.meta.url)(file) as ReferenceModule) : null;
}

export function sortedLists({ starts, receivers, scores, owners }: FlatGraph): SortedLists {
  const givers = new Uint32Array(receivers.length);
  for (let node = 0; node < owners.length; node++) givers.fill(node, starts[node]!, starts[node + 1]!);
  const out = listsBy(givers, receivers, scores, owners.length);
  const into = listsBy(receivers, givers, scores, owners.length);
  return {
    n: owners.length,
    m: receivers.length,
    oOff: out.starts,
    oAdj: out.ends,
    oDef: out.deficits,
    iOff: into.starts,
    iAdj: into.ends,
    iDef: into.deficits,
    owner: owners,
  };
}

/** Counting sort by node; then each list by deficit. */
function listsBy(nodes: Uint32Array, others: Uint32Array, scores: Uint16Array, count: number) {
  const starts = new Uint32Array(count + 1);
  for (const node of nodes) starts[node + 1]!++;
  for (let node = 0; node < count; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const keys = new Float64Array(nodes.length); // deficit first, then node: sorted as numbers
  nodes.forEach((node, edge) => {
    keys[next[node]!++] = (1000 - scores[edge]!) * KEY + others[edge]!;
  });
  for (let node = 0; node < count; node++) keys.subarray(starts[node]!, starts[node + 1]!).sort();
  return {
    starts,
    ends: Uint32Array.from(keys, (key) => key % KEY),
    deficits: Uint16Array.from(keys, (key) => Math.floor(key / KEY)),
  };
}

const KEY = 2 ** 22;
