import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ArrayGraph, arrayGraph } from './array-graph';

/** Golden answers for the cycles through one node. */
export interface GoldenNode {
  /** Cycles by length, from 2. */
  simple: number[];
  /** Cycles with distinct owners by length, from 2. */
  owner_distinct: number[];
  /** The ten best means from 0.6, lengths 2 to `max_len_through`. */
  top10_means: number[];
}

export interface GoldenGraph {
  max_len_through: number;
  through: Record<string, GoldenNode>;
}

/** Where the shared graphs are: `BARTERLOOP_DATA`, or `../shared/data` beside the repository. */
export const dataFolder =
  process.env.BARTERLOOP_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** The golden answers by graph, or null where the data is absent. */
export function goldenGraphs(): Record<string, GoldenGraph> | null {
  const file = join(dataFolder, 'graphs', 'counts.json');
  if (!existsSync(file)) return null;
  return (JSON.parse(readFileSync(file, 'utf8')) as { graphs: Record<string, GoldenGraph> }).graphs;
}

/**
 * Reads NAME.edges. A line `u v q` there says that the owner of u would take v, so the goods go from v to u.
 */
export function readSharedGraph(name: string): ArrayGraph {
  const edges: [number, number, number][] = [];
  let nodes = 0;
  for (const line of readFileSync(join(dataFolder, 'graphs', `${name}.edges`), 'utf8').split('\n')) {
    if (line === '') continue;
    const [taker, taken, score] = line.split(' ').map(Number) as [number, number, number];
    edges.push([taken, taker, score]);
    nodes = Math.max(nodes, taker + 1, taken + 1);
  }
  const ownersFile = join(dataFolder, 'graphs', `${name}.owners`);
  const owners = existsSync(ownersFile)
    ? Int32Array.from(readFileSync(ownersFile, 'utf8').trim().split('\n'), Number)
    : Int32Array.from({ length: nodes }, (_, node) => node);
  return arrayGraph(edges, owners);
}
