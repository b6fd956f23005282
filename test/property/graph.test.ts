import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarterGraph } from '../../src/graph/barter-graph';

/** What the graph should hold, as plain maps. */
interface Model {
  owners: Map<string, string>;
  edges: Map<string, number>;
}

const ids = fc.integer({ min: 0, max: 14 }).map((n) => `i${n}`);

class AddItem implements fc.Command<Model, BarterGraph> {
  constructor(
    readonly id: string,
    readonly owner: string,
  ) {}
  check = () => true;
  run(model: Model, graph: BarterGraph) {
    graph.addItem(this.id, this.owner);
    model.owners.set(this.id, this.owner);
  }
  toString = () => `addItem(${this.id}, ${this.owner})`;
}

class RemoveItem implements fc.Command<Model, BarterGraph> {
  constructor(readonly id: string) {}
  check = () => true;
  run(model: Model, graph: BarterGraph) {
    expect(graph.removeItem(this.id)).toBe(model.owners.delete(this.id));
    for (const key of [...model.edges.keys()]) if (key.split('→').includes(this.id)) model.edges.delete(key);
  }
  toString = () => `removeItem(${this.id})`;
}

class SetEdge implements fc.Command<Model, BarterGraph> {
  constructor(
    readonly from: string,
    readonly to: string,
    readonly score: number,
  ) {}
  check = (model: Readonly<Model>) => this.from !== this.to && model.owners.has(this.from) && model.owners.has(this.to);
  run(model: Model, graph: BarterGraph) {
    graph.setEdge(this.from, this.to, this.score / 1000);
    model.edges.set(`${this.from}→${this.to}`, this.score);
  }
  toString = () => `setEdge(${this.from}, ${this.to}, ${this.score})`;
}

class RemoveEdge implements fc.Command<Model, BarterGraph> {
  constructor(
    readonly from: string,
    readonly to: string,
  ) {}
  check = () => true;
  run(model: Model, graph: BarterGraph) {
    expect(graph.removeEdge(this.from, this.to)).toBe(model.edges.delete(`${this.from}→${this.to}`));
  }
  toString = () => `removeEdge(${this.from}, ${this.to})`;
}

function fromScratch({ owners, edges }: Model): BarterGraph {
  const graph = new BarterGraph();
  for (const [id, owner] of owners) graph.addItem(id, owner);
  for (const [key, score] of edges) {
    const [from, to] = key.split('→');
    graph.setEdge(from!, to!, score / 1000);
  }
  return graph;
}

function expectSame(graph: BarterGraph, model: Model): void {
  const rebuilt = fromScratch(model);
  expect(graph.order).toBe(model.owners.size);
  expect(graph.size).toBe(model.edges.size);
  expect(graph.stateHash()).toBe(rebuilt.stateHash());
  for (const id of model.owners.keys()) {
    expect(graph.ownerOf(id)).toBe(model.owners.get(id));
    expect(graph.receivers(id)).toEqual(rebuilt.receivers(id)); // to the order of ties
    expect(graph.givers(id)).toEqual(rebuilt.givers(id));
  }
}

describe('BarterGraph', () => {
  it('after any commands equals the graph built from scratch', () => {
    const commands = fc.commands(
      [
        fc.tuple(ids, fc.constantFrom('x', 'y', 'z')).map(([id, owner]) => new AddItem(id, owner)),
        ids.map((id) => new RemoveItem(id)),
        fc.tuple(ids, ids, fc.integer({ min: 0, max: 5 })).map(([a, b, s]) => new SetEdge(a, b, s * 200)),
        fc.tuple(ids, ids, fc.integer({ min: 0, max: 1000 })).map(([a, b, s]) => new SetEdge(a, b, s)),
        fc.tuple(ids, ids).map(([a, b]) => new RemoveEdge(a, b)),
      ],
      { size: 'max', maxCommands: 300 },
    );
    fc.assert(
      fc.property(commands, (run) => {
        const model: Model = { owners: new Map(), edges: new Map() };
        const graph = new BarterGraph();
        fc.modelRun(() => ({ model, real: graph }), run);
        expectSame(graph, model);
      }),
      { numRuns: 300 },
    );
  });

  it('gives memory back: churn of many times its size leaves the slabs where they were', () => {
    const graph = new BarterGraph();
    let seed = 1;
    const roll = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    const live: string[] = [];
    const add = (n: number) => {
      const id = `i${n}`;
      graph.addItem(id, `o${roll(500)}`);
      for (let k = 0; k < 8 && live.length > 0; k++) {
        graph.setEdge(id, live[roll(live.length)]!, roll(1001) / 1000);
        graph.setEdge(live[roll(live.length)]!, id, roll(1001) / 1000);
      }
      live.push(id);
    };
    for (let n = 0; n < 2000; n++) add(n);
    const before = graph.byteLength;
    for (let n = 2000; n < 22_000; n++) {
      const [id] = live.splice(roll(live.length), 1);
      graph.removeItem(id!);
      add(n);
    }
    expect(graph.order).toBe(2000);
    expect(graph.nodeCapacity).toBeLessThan(4000);
    expect(graph.byteLength).toBeLessThan(before * 1.5);
    for (const id of live) graph.removeItem(id);
    expect(graph.size).toBe(0);
    expect(graph.outgoing.words.length + graph.incoming.words.length).toBeLessThan(5000);
  });
});
