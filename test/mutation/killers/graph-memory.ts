import { BarterGraph } from '../../../src/graph/barter-graph';
import { Random } from '../random';
import { holds, same } from './expect';

/** What a graph holds in memory is bounded by what is in it, whatever came and went. */
export function checkGraphMemory(): void {
  const random = new Random(17);
  const graph = new BarterGraph();
  same(graph.byteLength, 2 * 1024 * 4, 'bytes of an empty graph');
  const live: string[] = [];
  const add = (n: number) => {
    const id = `i${n}`;
    graph.addItem(id, `o${random.below(100)}`);
    for (let k = 0; k < 6 && live.length > 0; k++) {
      graph.setEdge(id, random.pick(live), random.below(1001) / 1000);
      graph.setEdge(random.pick(live), id, random.below(1001) / 1000);
    }
    live.push(id);
  };
  const capacities = new Set<number>();
  for (let n = 0; n < 400; n++) {
    add(n);
    holds(
      capacities.has(graph.nodeCapacity) || capacities.size === 0 || [...capacities].at(-1) === n,
      'grown before it was full',
    );
    capacities.add(graph.nodeCapacity);
  }
  same(
    [...capacities],
    [
      16, 18, 21, 24, 27, 31, 35, 40, 45, 51, 58, 66, 75, 85, 96, 108, 122, 138, 156, 176, 198, 223, 251, 283, 319, 359,
      404,
    ],
    'capacity grows by an eighth',
  );
  const before = graph.byteLength;
  same(before, bytesOf(graph), 'bytes');
  for (let n = 400; n < 2400; n++) {
    const at = random.below(live.length);
    graph.removeItem(live[at]!);
    live[at] = live.at(-1)!;
    live.pop();
    add(n);
  }
  same([graph.order, graph.nodeCapacity], [400, 404], 'nodes are recycled');
  holds(graph.byteLength < before * 1.4, `${graph.byteLength} bytes, ${before} before`);
  same(graph.byteLength, bytesOf(graph), 'bytes');
  for (const id of live) graph.removeItem(id);
  same([graph.size, graph.order], [0, 0], 'nothing left');
  same(graph.outgoing.words.length + graph.incoming.words.length, 2048, 'slabs given back');
}

/** Words, and for each node: start, count and size class twice, owner, cut, tie. */
function bytesOf({ outgoing, incoming, nodeCapacity }: BarterGraph): number {
  return 4 * (outgoing.words.length + incoming.words.length) + nodeCapacity * (2 * 9 + 4 + 2 + 4);
}
