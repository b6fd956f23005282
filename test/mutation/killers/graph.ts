import { BarterGraph, MAX_ITEMS } from '../../../src/graph/barter-graph';
import { hashText } from '../../../src/util/hash';
import { NameTable } from '../../../src/util/name-table';
import { Random } from '../random';
import { holds, same, throws } from './expect';

interface Model {
  owners: Map<string, string>;
  /** Thousandths by `from→to`. */
  edges: Map<string, number>;
}

/** Ids with one and the same hash: ties that only the ids themselves can break. */
const TWINS = ['i1jic', 'i1r16', 'i1ji6', 'i1r1c', 'i95g', 'i39q3'];
const IDS = [...Array.from({ length: 20 }, (_, n) => `i${n}`), ...TWINS];

/** The graph after random changes against plain maps, its hash, its errors. */
export function checkGraph(): void {
  const random = new Random(3);
  for (let i = 0; i < TWINS.length; i += 2) same(hashText(TWINS[i]!), hashText(TWINS[i + 1]!), 'twins');
  for (let round = 0; round < 12; round++) {
    const graph = new BarterGraph();
    const model: Model = { owners: new Map(), edges: new Map() };
    for (let step = 0; step < 400; step++) {
      change(graph, model, random);
      if (step % 80 === 79) checkAgainst(graph, model, random);
    }
  }
  checkEdges();
  checkHash();
  checkErrors();
  checkOwners();
  checkCuts();
}

function change(graph: BarterGraph, { owners, edges }: Model, random: Random): void {
  const a = random.pick(IDS);
  const b = random.pick(IDS);
  const draw = random.next();
  if (draw < 0.2) {
    const owner = random.pick(['x', 'y', 'z', `only ${a}`]);
    same(graph.addItem(a, owner), graph, 'chained');
    owners.set(a, owner);
  } else if (draw < 0.27) {
    same(graph.removeItem(a), owners.delete(a), 'removed an item');
    for (const key of [...edges.keys()]) if (key.split('→').includes(a)) edges.delete(key);
  } else if (draw < 0.85) {
    if (a === b || !owners.has(a) || !owners.has(b)) return;
    const score = random.chance(0.6) ? random.pick([0, 333, 999, 1000]) : random.below(1001);
    graph.setEdge(a, b, score / 1000);
    edges.set(`${a}→${b}`, score);
  } else same(graph.removeEdge(a, b), edges.delete(`${a}→${b}`), 'removed an edge');
}

function checkAgainst(graph: BarterGraph, { owners, edges }: Model, random: Random): void {
  same([graph.order, graph.size], [owners.size, edges.size], 'order and size');
  same([...graph.items()].sort(), [...owners.keys()].sort(), 'items');
  for (const id of IDS) {
    same(graph.hasItem(id), owners.has(id), 'hasItem');
    for (const other of IDS) {
      const score = edges.get(`${id}→${other}`);
      same(graph.edgeScore(id, other), score === undefined ? undefined : score / 1000, 'edgeScore');
    }
    if (!owners.has(id)) continue;
    same(graph.ownerOf(id), owners.get(id), 'ownerOf');
    same(graph.receivers(id), neighbours(edges, id, 0), 'receivers');
    same(graph.givers(id), neighbours(edges, id, 1), 'givers');
  }
  const other = new BarterGraph();
  for (const [id, owner] of random.shuffled([...owners])) other.addItem(id, owner);
  for (const [key, score] of random.shuffled([...edges]))
    other.setEdge(key.split('→')[0]!, key.split('→')[1]!, score / 1000);
  same(graph.stateHash(), other.stateHash(), 'state hash');
}

/** Best first, then by the hash of the id, then by the id. */
function neighbours(edges: Map<string, number>, id: string, end: 0 | 1): { id: string; score: number }[] {
  return [...edges]
    .map(([key, score]) => ({ ends: key.split('→'), score: score / 1000 }))
    .filter(({ ends }) => ends[end] === id)
    .map(({ ends, score }) => ({ id: ends[1 - end]!, score }))
    .sort((a, b) => b.score - a.score || hashText(a.id) - hashText(b.id) || (a.id < b.id ? -1 : 1));
}

function checkEdges(): void {
  const graph = new BarterGraph().addItem('a', 'x').addItem('b', 'y').addItem(7, 8);
  graph.setEdge('a', 'b', 0.4996).setEdge('b', 7, 0).setEdge(7, 'a', 1);
  same([graph.edgeScore('a', 'b'), graph.edgeScore('b', '7'), graph.edgeScore('7', 'a')], [0.5, 0, 1], 'thousandths');
  same([graph.ownerOf(7), graph.size], ['8', 3], 'numbers as ids');
  graph.setEdge('a', 'b', 0.5);
  same([graph.size, graph.receivers('a')], [3, [{ id: 'b', score: 0.5 }]], 'the same edge again');
  graph.setEdgeDeficit(graph.nodeOf('a'), graph.nodeOf('b'), -1);
  same([graph.size, graph.edgeScore('a', 'b')], [2, undefined], 'a negative deficit removes');
  graph.setEdgeDeficit(graph.nodeOf('a'), graph.nodeOf('b'), -1);
  same(
    [graph.removeEdge('a', 'b'), graph.removeEdge('a', 'none'), graph.removeEdge('none', 'a'), graph.size],
    [false, false, false, 2],
    'nothing to remove',
  );
  same([graph.edgeScore('a', 'none'), graph.edgeScore('none', 'a')], [undefined, undefined], 'no such item');
  same([graph.removeEdge('b', 7), graph.size], [true, 1], 'an edge of score 0');
}

function checkHash(): void {
  const base = () =>
    new BarterGraph().addItem('a', 'x').addItem('b', 'y').addItem('c', 'x').setEdge('a', 'b', 0.5).setEdge('b', 'c', 1);
  const changes: ((graph: BarterGraph) => unknown)[] = [
    () => 0,
    (g) => g.addItem('d', 'x'),
    (g) => g.removeItem('c'),
    (g) => g.addItem('a', 'y'),
    (g) => g.addItem('a', 'y').addItem('b', 'x'),
    (g) => g.setEdge('a', 'b', 0.501),
    (g) => g.removeEdge('a', 'b'),
    (g) => g.removeEdge('a', 'b') && g.setEdge('b', 'a', 0.5),
    (g) => g.setEdge('c', 'a', 1),
    (g) => g.setEdge('a', 'b', 1).setEdge('b', 'c', 0.5),
    (g) => g.incoming.insert(g.nodeOf('a'), 0, g.nodeOf('c')),
    (g) => g.outgoing.insert(g.nodeOf('a'), 0, g.nodeOf('c')),
    (g) => g.outgoing.remove(g.nodeOf('a'), 500, g.nodeOf('b')),
    (g) => g.incoming.remove(g.nodeOf('b'), 500, g.nodeOf('a')),
  ];
  const hashes = changes.map((apply) => {
    const graph = base();
    apply(graph);
    return graph.stateHash();
  });
  same(new Set(hashes).size, changes.length, 'different graphs, different hashes');
  holds(
    hashes.every((hash) => /^[\da-f]{32}$/.test(hash)),
    '32 hexadecimal digits',
  );
  holds(
    hashes.some((hash) => /^[89a-f]/.test(hash)),
    'all bits are used',
  );
  const lanes = hashes.map((hash) => hash.match(/.{8}/g)!);
  holds(
    lanes.slice(0, 10).every((lane) => lane[2] === lane[3]),
    'both directions say the same',
  );
  holds(
    lanes.slice(10).every((lane) => lane[2] !== lane[3]),
    'both directions are read',
  );
  same(new BarterGraph().stateHash(), '0'.repeat(32), 'the hash of nothing');
  for (const lane of [0, 1])
    same(new Set(lanes.slice(0, 5).map((parts) => parts[lane])).size, 5, `lane ${lane} is of items and owners`);
}

function checkErrors(): void {
  const graph = new BarterGraph().addItem('a', 'x').addItem('b', 'y');
  for (const id of ['', Number.NaN, Infinity, null, undefined, {}] as string[]) {
    throws(() => graph.addItem(id, 'x'), 'invalid-id');
    throws(() => graph.addItem('c', id), 'invalid-id');
  }
  same([graph.order, graph.hasItem('c')], [2, false], 'refused items are not there');
  for (const score of [-0.001, 1.001, Number.NaN]) throws(() => graph.setEdge('a', 'b', score), 'invalid-score');
  throws(() => graph.setEdge('a', 'a', 1), 'self-edge');
  throws(() => graph.setEdge('a', 'none', 1), 'unknown-item');
  throws(() => graph.setEdge('none', 'a', 1), 'unknown-item');
  for (const ask of ['ownerOf', 'receivers', 'givers', 'nodeOf'] as const)
    throws(() => graph[ask]('none'), 'unknown-item');
  same(graph.removeItem('none'), false, 'nothing to remove');
  same(graph.size, 0, 'refused edges are not there');
  checkFull();
}

/** Millions of items would take seconds: their count is pretended. */
function checkFull(): void {
  same(MAX_ITEMS, 4_194_303, 'items at most');
  const size = Object.getOwnPropertyDescriptor(NameTable.prototype, 'size')!;
  const withSize = (pretended: number, action: () => void) => {
    Object.defineProperty(NameTable.prototype, 'size', { configurable: true, get: () => pretended });
    try {
      action();
    } finally {
      Object.defineProperty(NameTable.prototype, 'size', size);
    }
  };
  const graph = new BarterGraph().addItem('a', 'x');
  withSize(MAX_ITEMS - 1, () => graph.addItem('b', 'x'));
  throws(() => withSize(MAX_ITEMS, () => graph.addItem('c', 'x')), 'graph-full');
  withSize(MAX_ITEMS, () => graph.addItem('a', 'y'));
  same([graph.order, graph.ownerOf('a')], [2, 'y'], 'a known item is no new one');
}

/** Owner numbers are recycled, and an owner goes with the last item. */
function checkOwners(): void {
  const graph = new BarterGraph();
  for (let i = 0; i < 50; i++) {
    graph.addItem('a', `first ${i}`).addItem('b', `second ${i}`).addItem('c', `first ${i}`);
    same(
      [graph.ownerOf('a'), graph.ownerOf('b'), graph.ownerOf('c')],
      [`first ${i}`, `second ${i}`, `first ${i}`],
      'owners',
    );
    const [a, b, c] = ['a', 'b', 'c'].map((id) => graph.ownerOfNode[graph.nodeOf(id)]!);
    holds(a === c && a !== b, 'one number per owner');
    holds(Math.max(a!, b!) < 6, 'owner numbers are recycled');
    graph.removeItem('a');
    same(graph.ownerOf('c'), `first ${i}`, 'an owner with an item left');
    if (i % 2 === 0) graph.removeItem('c');
  }
}

function checkCuts(): void {
  const graph = new BarterGraph().addItem('a', 'x').addItem('b', 'y');
  const [a, b] = [graph.nodeOf('a'), graph.nodeOf('b')];
  const state = () => [graph.cutLists, graph.cutOfNode[a], graph.cutOfNode[b]];
  same(state(), [0, -1, -1], 'nothing is cut');
  graph.setCut(a, 0);
  same(state(), [1, 0, -1], 'cut at the best score');
  graph.setCut(a, 900);
  graph.setCut(b, 3);
  same(state(), [2, 900, 3], 'two cut');
  for (let i = 0; i < 200; i++) graph.addItem(`more${i}`, 'z');
  same(state(), [2, 900, 3], 'kept when the graph grows');
  same(graph.cutOfNode[graph.nodeOf('more199')], -1, 'new items are not cut');
  graph.setCut(a, -1);
  same(state(), [1, -1, 3], 'one left');
  graph.removeItem('b');
  same(state(), [0, -1, -1], 'a cut goes with its item');
}
