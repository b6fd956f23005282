/**
 * Runs one npm peer on one graph at a time, on a thread of its own, because a search that does not end can be stopped in
 * no other way. Told `{ load: neighbours }` it prepares the peer's own form of the graph; told `{ root, maxLength }` or
 * `{}` it answers with the milliseconds inside the peer and the cycles it found.
 */

import { parentPort, workerData } from 'node:worker_threads';

/** By package: from lists of neighbours to a function that lists cycles, each without its first item again at the end. */
const PEERS = {
  'elementary-circuits-directed-graph': async () => {
    const { default: findCircuits } = await import('elementary-circuits-directed-graph');
    return (neighbours) => ({
      // It empties the lists that it is given.
      prepare: () => neighbours.map((list) => [...list]),
      list: (own) => findCircuits(own),
      read: (circuits) => circuits.map((circuit) => circuit.slice(0, -1)),
    });
  },
  'graph-cycles': async () => {
    const { analyzeGraph } = await import('graph-cycles');
    return (neighbours) => ({
      prepare: () => neighbours.map((list, from) => [String(from), list.map(String)]),
      list: (own) => analyzeGraph(own).cycles,
      read: (cycles) => cycles.map((cycle) => cycle.map(Number)),
    });
  },
  'graphology-simple-path': async () => {
    const { default: Graph } = await import('graphology');
    const { allSimplePaths } = (await import('graphology-simple-path')).default;
    return (neighbours) => {
      const graph = new Graph({ type: 'directed' });
      for (const from of neighbours.keys()) graph.addNode(String(from));
      neighbours.forEach((list, from) => {
        for (const to of list) graph.addEdge(String(from), String(to));
      });
      const through = (node, maxDepth) => allSimplePaths(graph, node, node, maxDepth === undefined ? {} : { maxDepth });
      return {
        prepare: () => undefined,
        // For the cycles of a whole graph it has to be asked for each item, and finds a cycle once from each of its items.
        list: (_, { root, maxLength }) =>
          root === undefined
            ? graph.nodes().flatMap((node) => through(node, maxLength))
            : through(String(root), maxLength),
        read: (paths) => paths.map((path) => path.slice(0, -1).map(Number)),
      };
    };
  },
};

const forGraph = await PEERS[workerData.peer]();
let peer;

parentPort.on('message', ({ load, question }) => {
  if (load) {
    peer = forGraph(load);
    parentPort.postMessage({ ready: true });
    return;
  }
  const own = peer.prepare();
  const start = performance.now();
  const found = peer.list(own, question);
  const ms = performance.now() - start;
  parentPort.postMessage({ ms, count: found.length, ...(question.withCycles && { cycles: peer.read(found) }) });
});
