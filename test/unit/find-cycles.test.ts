import { describe, expect, it } from 'vitest';
import { findCycles, forEachCycle } from '../../src/cycles/find-cycles';
import { BarterGraph } from '../../src/graph/barter-graph';
import { trades } from '../support/graphs';

const keys = (graph: BarterGraph, id: string, options = {}) =>
  findCycles(graph, id, options).cycles.map(({ key }) => key);

/** A ring of n items, each of its own owner. */
function ring(n: number): BarterGraph {
  return trades(Array.from({ length: n }, (_, i) => `i${i}→i${(i + 1) % n}:0.9`).join(' '));
}

describe('findCycles', () => {
  it('keeps the direction: a→b→c and a→c→b are two trades', () => {
    const graph = trades('a→b:0.9 b→c:0.9 c→a:0.9 a→c:0.8 c→b:0.8 b→a:0.8');
    expect(keys(graph, 'b', { minLength: 3 })).toEqual(['["a","b","c"]', '["a","c","b"]']);
  });

  it('says the same cycle from each of its items', () => {
    const graph = trades('z→m m→a a→z');
    for (const id of ['z', 'm', 'a']) {
      const [cycle] = findCycles(graph, id).cycles;
      expect(cycle).toMatchObject({ key: '["a","z","m"]', items: ['a', 'z', 'm'], score: 1 });
      expect(cycle!.owners).toEqual(['owner of a', 'owner of z', 'owner of m']);
    }
  });

  it('lists by score, then shorter, then key', () => {
    const graph = trades('a→x:0.8 x→a:0.8 a→w:0.8 w→a:0.8 a→p:0.8 p→q:0.8 q→a:0.8 a→g:0.7 g→a:1');
    expect(keys(graph, 'a')).toEqual(['["a","g"]', '["a","w"]', '["a","x"]', '["a","p","q"]']);
  });

  it('has no owner twice, not even far apart', () => {
    const owners = { b: 'ana', d: 'ana' };
    expect(keys(trades('a→b b→c c→d d→a', owners), 'a')).toEqual([]);
    expect(keys(trades('a→b b→c c→d d→a'), 'a')).toEqual(['["a","b","c","d"]']);
    expect(keys(trades('a→b b→a', { a: 'ana', b: 'ana' }), 'a')).toEqual([]);
  });

  it('finds rings of every length up to 16, and only within the lengths asked for', () => {
    for (let n = 2; n <= 16; n++) {
      expect(findCycles(ring(n), 'i0', { minLength: n, maxLength: n }).cycles, `${n}`).toHaveLength(1);
      if (n < 16) expect(findCycles(ring(n), 'i0', { minLength: n + 1, maxLength: 16 }).cycles).toEqual([]);
      if (n > 2) expect(findCycles(ring(n), 'i0', { maxLength: n - 1 }).cycles).toEqual([]);
    }
  });

  it('takes a mean exactly at the minimum', () => {
    const graph = trades('a→b:0.5 b→a:0.7 a→c:0.5 c→d:0.5 d→a:1');
    expect(keys(graph, 'a', { minScore: 0.6 })).toEqual(['["a","c","d"]', '["a","b"]']);
    expect(keys(graph, 'a', { minScore: 0.601 })).toEqual(['["a","c","d"]']);
    expect(keys(graph, 'a', { minScore: 2 / 3 })).toEqual(['["a","c","d"]']);
  });

  it('is exact where no cycle can be, at the price of no work', () => {
    const graph = trades('a→b c→a');
    expect(findCycles(graph, 'b')).toEqual({ cycles: [], exact: true, work: 0 });
    expect(findCycles(graph, 'c')).toEqual({ cycles: [], exact: true, work: 0 });
  });

  it('says what a spent budget left unproven', () => {
    const graph = new BarterGraph();
    for (let i = 0; i < 40; i++) graph.addItem(i, i);
    for (let i = 0; i < 40; i++)
      for (let j = 0; j < 40; j++) if (i !== j) graph.setEdge(i, j, 0.5 + ((i * 7 + j * 13) % 50) / 100);
    const answer = findCycles(graph, 0, { maxLength: 6, budget: 500 });
    expect(answer).toMatchObject({ exact: false, reason: 'budget' });
    expect(answer.work).toBeGreaterThan(500);
    expect(answer.work).toBeLessThan(2_000);
  });

  it('refuses what makes no sense, with the option’s name', () => {
    const graph = ring(3);
    const bad = [
      { minLength: 1 },
      { maxLength: 17 },
      { minLength: 4, maxLength: 3 },
      { limit: 0 },
      { limit: 1.5 },
      { minScore: 1.1 },
      { minScore: Number.NaN },
      { budget: 0 },
    ];
    for (const options of bad) {
      expect(() => findCycles(graph, 'i0', options), JSON.stringify(options)).toThrow(
        expect.objectContaining({
          code: 'invalid-options',
          message: expect.stringContaining(Object.keys(options).at(-1)!),
        }),
      );
    }
    expect(() => findCycles(graph, 'none')).toThrow(expect.objectContaining({ code: 'unknown-item' }));
  });
});

describe('forEachCycle', () => {
  it('stops when told to, and allows a search within a visit', () => {
    const graph = trades('a→b b→a a→c c→a a→d d→a');
    const seen: string[] = [];
    const { exact } = forEachCycle(graph, 'a', {}, ({ key, items }) => {
      seen.push(key);
      expect(keys(graph, items[1]!)).toEqual([key]);
      return seen.length < 2;
    });
    expect(seen).toHaveLength(2);
    expect(exact).toBe(false);
    expect(keys(graph, 'a')).toHaveLength(3);
  });
});

describe('BarterGraph', () => {
  it('refuses what it cannot hold', () => {
    const graph = ring(3);
    const codes: [() => unknown, string][] = [
      [() => graph.addItem('', 'x'), 'invalid-id'],
      [() => graph.addItem(Number.NaN, 'x'), 'invalid-id'],
      [() => graph.addItem('x', null as never), 'invalid-id'],
      [() => graph.setEdge('i0', 'i0', 1), 'self-edge'],
      [() => graph.setEdge('i0', 'none', 1), 'unknown-item'],
      [() => graph.setEdge('i0', 'i2', 1.001), 'invalid-score'],
      [() => graph.setEdge('i0', 'i2', Number.NaN), 'invalid-score'],
    ];
    const before = graph.stateHash();
    for (const [act, code] of codes) expect(act).toThrow(expect.objectContaining({ code }));
    expect(graph.stateHash()).toBe(before);
    for (const id of ['__proto__', 'constructor', 'toString', '🚲', 'a"b']) graph.addItem(id, '__proto__');
    expect(graph.order).toBe(8);
    expect(graph.ownerOf('constructor')).toBe('__proto__');
  });
});
