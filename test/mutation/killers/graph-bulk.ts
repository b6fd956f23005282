import { BarterGraph } from '../../../src/graph/barter-graph';
import { packHalfEdge } from '../../../src/graph/half-edges';
import { sortedHalfEdges } from '../../../src/graph/sorted-half-edges';
import { Random } from '../random';
import { same } from './expect';

/** Ids with one and the same hash among them: ties that only the ids can break. */
const IDS = [...Array.from({ length: 18 }, (_, n) => `i${n}`), 'i1jic', 'i1r16', 'i1ji6', 'i1r1c', 'i95g', 'i39q3'];

/** Lists that come many at once make the same graph as edges one by one, whatever is done first then. */
export function checkGraphBulk(): void {
  const random = new Random(31);
  for (let round = 0; round < 60; round++) checkOne(random, round);
  checkWatching();
}

type Edges = Map<string, [giver: string, receiver: string, deficit: number]>;

function checkOne(random: Random, round: number): void {
  const bulk = new BarterGraph();
  for (const id of random.shuffled(IDS)) bulk.addItem(id, `owner of ${id}`);
  const edges: Edges = new Map();
  if (round % 5 === 4) set(bulk, edges, 'i0', 'i1', 7); // a graph with edges is not begun anew
  bulk.beginBulk();
  const receivers = random.shuffled([...IDS, ...IDS.slice(0, 6)]).slice(0, random.below(30));
  for (const receiver of receivers) fill(bulk, edges, receiver, random);
  same(bulk.size, edges.size, 'edges meanwhile');
  for (const [giver, receiver, deficit] of edges.values())
    same(bulk.edgeScore(giver, receiver), (1000 - deficit) / 1000, 'the edge of two items');
  change(bulk, edges, random, round % 9);
  compare(bulk, edges);
  for (let i = 0; i < 20; i++) {
    if (random.chance(0.5)) fill(bulk, edges, random.pick([...bulk.items()]), random);
    else change(bulk, edges, random, random.below(8));
  }
  compare(bulk, edges);
}

function fill(graph: BarterGraph, edges: Edges, receiver: string, random: Random): void {
  const givers = random.shuffled([...graph.items()].filter((id) => id !== receiver)).slice(0, random.below(12));
  for (const [key, edge] of edges) if (edge[1] === receiver && random.chance(0.7)) edges.delete(key);
  for (const giver of givers) edges.set(`${giver}→${receiver}`, [giver, receiver, random.pick([0, 5, 5, 900, 1000])]);
  const mine = [...edges.values()].filter((edge) => edge[1] === receiver);
  const words = Uint32Array.from(mine, ([giver, , deficit]) => packHalfEdge(deficit, graph.nodeOf(giver)));
  graph.setIncoming(graph.nodeOf(receiver), sortedHalfEdges(words, graph));
}

function set(graph: BarterGraph, edges: Edges, giver: string, receiver: string, deficit: number): void {
  graph.setEdgeDeficit(graph.nodeOf(giver), graph.nodeOf(receiver), deficit);
  if (deficit < 0) edges.delete(`${giver}→${receiver}`);
  else edges.set(`${giver}→${receiver}`, [giver, receiver, deficit]);
}

function change(graph: BarterGraph, edges: Edges, random: Random, how: number): void {
  const [a, b] = random.shuffled([...graph.items()]) as [string, string];
  const some = [...edges].length > 0 ? random.pick([...edges]) : undefined;
  if (how === 0) graph.endBulk();
  else if (how === 1) set(graph, edges, a, b, random.below(1001));
  else if (how === 2 && some) set(graph, edges, some[1][0], some[1][1], -1);
  else if (how === 3) {
    same(graph.removeItem(a), true, 'removed');
    for (const [key, [giver, receiver]] of edges) if (giver === a || receiver === a) edges.delete(key);
    graph.addItem(a, `owner of ${a}`);
  } else if (how === 4 && some) {
    same(graph.removeEdge(some[1][0], some[1][1]), true, 'removed');
    edges.delete(some[0]);
  } else if (how === 5 && some) {
    graph.dropEdge(graph.nodeOf(some[1][0]), graph.nodeOf(some[1][1]), some[1][2]);
    edges.delete(some[0]);
  } else if (how === 6) {
    // One who is new to several lists.
    const listed: number[] = [];
    for (const receiver of random.shuffled([...graph.items()]).slice(0, random.below(6))) {
      if (receiver === a || edges.has(`${a}→${receiver}`)) continue;
      const deficit = random.pick([0, 5, 900]);
      graph.insertIncoming(graph.nodeOf(a), graph.nodeOf(receiver), deficit);
      listed.push(packHalfEdge(deficit, graph.nodeOf(receiver)));
      edges.set(`${a}→${receiver}`, [a, receiver, deficit]);
    }
    graph.addOutgoing(graph.nodeOf(a), listed);
  } else if (how === 7 && some) same(graph.receivers(some[1][0]).length > 0, true, 'receivers');
}

function compare(bulk: BarterGraph, edges: Edges): void {
  const plain = new BarterGraph();
  for (const id of bulk.items()) plain.addItem(id, bulk.ownerOf(id));
  for (const [giver, receiver, deficit] of edges.values()) plain.setEdge(giver, receiver, (1000 - deficit) / 1000);
  same([bulk.stateHash(), bulk.size], [plain.stateHash(), plain.size], 'state');
  for (const id of bulk.items())
    same([bulk.receivers(id), bulk.givers(id)], [plain.receivers(id), plain.givers(id)], 'lists, best first');
}

/** Who watches is told of each edge, before it is there. */
function checkWatching(): void {
  const graph = new BarterGraph();
  for (const id of ['a', 'b', 'c', 'd']) graph.addItem(id, id);
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => graph.nodeOf(id)) as [number, number, number, number];
  const told: string[] = [];
  graph.onEdge = (giver, receiver, before) => {
    same(graph.deficitBetween(giver, receiver), before, 'before it is done');
    told.push(`${graph.idOfNode(giver)}${graph.idOfNode(receiver)} ${before}`);
  };
  const expect = (...expected: string[]) => same(told.splice(0).sort(), expected.sort(), 'told');
  const incoming = (receiver: number, ...halves: [number, number][]) =>
    graph.setIncoming(
      receiver,
      Uint32Array.from(halves, ([deficit, giver]) => packHalfEdge(deficit, giver)),
    );
  graph.beginBulk();
  incoming(b, [1, a], [2, c]);
  expect('ab -1', 'cb -1');
  graph.endBulk();
  expect();
  incoming(b, [1, a], [3, d]);
  expect('cb 2', 'db -1');
  graph.dropEdge(d, b, 3);
  expect('db 3');
  graph.insertIncoming(d, b, 9);
  graph.addOutgoing(d, [packHalfEdge(9, b)]);
  graph.addOutgoing(a, []);
  expect('db -1');
  graph.setEdge('a', 'b', 0.5);
  expect('ab 1');
  graph.setEdge('a', 'b', 0.5);
  expect();
}
