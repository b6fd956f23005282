import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ArrayGraph, arrayGraph } from './array-graph';

/** The npm package that most people reach for: Johnson's algorithm over a whole static graph, without a length limit. */
export const PEER = 'elementary-circuits-directed-graph';

export type FindCircuits = (neighbours: number[][]) => number[][];

/** The package's function, or null where it is not installed. */
export async function loadPeer(): Promise<FindCircuits | null> {
  try {
    // @ts-expect-error: it has no types, and a plain install need not have it at all
    const loaded = (await import('elementary-circuits-directed-graph')) as { default?: unknown };
    return typeof loaded.default === 'function' ? (loaded.default as FindCircuits) : null;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  }
}

/** The peer's form of a graph. */
export function neighbourLists(graph: ArrayGraph): number[][] {
  return graph.receivers.map((list) => [...list]);
}

/** The graph of the first `nodes` nodes only. */
export function firstNodes(graph: ArrayGraph, nodes: number): ArrayGraph {
  const edges: [number, number, number][] = [];
  for (let from = 0; from < nodes; from++) {
    graph.receivers[from]!.forEach((to, i) => {
      if (to < nodes) edges.push([from, to, graph.scores[from]![i]!]);
    });
  }
  return arrayGraph(edges, graph.owners.slice(0, nodes));
}

/**
 * Runs the peer in a process of its own, because it can be stopped in no other way.
 *
 * @returns Milliseconds inside the process, or null where the time was up first.
 */
export function runPeerApart(graph: ArrayGraph, limitMs: number): number | null {
  const script = `
    const find = require('${PEER}');
    const lists = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    const start = performance.now();
    (find.default ?? find)(lists);
    process.stdout.write(String(performance.now() - start));`;
  const { error, status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    input: JSON.stringify(neighbourLists(graph)),
    timeout: limitMs,
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  });
  if ((error as { code?: string } | undefined)?.code === 'ETIMEDOUT') return null;
  if (status !== 0) throw new Error(`${PEER} ended with ${status}: ${stderr}`, { cause: error });
  return Number(stdout);
}
