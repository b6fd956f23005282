import { DirectedGraph } from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

/* ForceAtlas2 (Jacomy, Venturini, Heymann and Bastian, PLoS ONE 2014) off the page's thread. */

/** What there is to lay out: where each node is now, two numbers each, and the ends and weight of each edge. */
export interface LayoutTask {
  positions: Float32Array;
  edges: readonly (readonly [from: number, to: number, score: number])[];
  iterations: number;
  /** Tell the last positions only. */
  atOnce: boolean;
}

/** Positions at one time need not wait for the last; each drawing of many is work for the page. */
const PER_ANSWER = 12;
const PER_ANSWER_OF_MANY = 60;
const MANY = 600;

let task = 0;

self.onmessage = async ({ data }: MessageEvent<LayoutTask>) => {
  const mine = ++task;
  const graph = new DirectedGraph();
  const count = data.positions.length / 2;
  for (let i = 0; i < count; i++) graph.addNode(i, { x: data.positions[2 * i], y: data.positions[2 * i + 1] });
  for (const [from, to, score] of data.edges) graph.mergeDirectedEdge(from, to, { weight: score });
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: count > 300, adjustSizes: false };
  const steps = count > MANY ? PER_ANSWER_OF_MANY : PER_ANSWER;
  const iterations = data.atOnce ? data.iterations : steps;
  for (let done = 0; done < data.iterations && mine === task; done += iterations) {
    forceAtlas2.assign(graph, { iterations, settings, getEdgeWeight: 'weight' });
    const positions = new Float32Array(2 * count);
    graph.forEachNode((node, { x, y }) => {
      positions[2 * Number(node)] = x;
      positions[2 * Number(node) + 1] = y;
    });
    self.postMessage(positions, { transfer: [positions.buffer] });
    // So that a newer task is heard of.
    await new Promise((resolve) => setTimeout(resolve));
  }
};
