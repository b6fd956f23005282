import { describe, expect, it } from 'vitest';
import { firstNodes, keyOf, ourCycles, plainCycles, withoutOwners } from '../../bench/peers/all-cycles';
import { middleOfThree } from '../../bench/peers/middle';
import { arrayGraph, toBarterGraph } from '../../bench/support/array-graph';
import { bruteTopCycles } from '../../bench/support/brute';
import { figure, percentile, table } from '../../bench/support/report';

describe('bruteTopCycles', () => {
  const edges: [number, number, number][] = [
    [0, 1, 1000],
    [1, 0, 500],
    [1, 2, 900],
    [2, 0, 800],
    [2, 1, 1000],
    [0, 2, 600],
  ];
  const everyNode = Int32Array.of(0, 1, 2);

  it('finds the best cycles through the root only, and counts them all', () => {
    const answer = bruteTopCycles(arrayGraph(edges, everyNode), 0, { maxLength: 3, limit: 2, minScore: 0 });
    // 0→1→2→0 0.9; 0→1→0 0.75; 0→2→0 and 0→2→1→0 0.7
    expect(answer).toMatchObject({ scores: [0.9, 0.75], count: 4, finished: true });
  });

  it('keeps to the length, the least score and distinct owners', () => {
    const graph = arrayGraph(edges, everyNode);
    expect(bruteTopCycles(graph, 0, { maxLength: 2, limit: 9, minScore: 0 }).scores).toEqual([0.75, 0.7]);
    expect(bruteTopCycles(graph, 0, { maxLength: 3, limit: 9, minScore: 0.75 }).scores).toEqual([0.9, 0.75]);
    const shared = arrayGraph(edges, Int32Array.of(0, 1, 1));
    expect(bruteTopCycles(shared, 0, { maxLength: 3, limit: 9, minScore: 0 }).scores).toEqual([0.75, 0.7]);
  });

  it('keeps the best in whatever order they come', () => {
    const scores = [3, 9, 1, 7, 5, 8, 2, 6, 4].map((score) => score * 100);
    const star = scores.flatMap((score, i): [number, number, number][] => [
      [0, i + 1, score],
      [i + 1, 0, score],
    ]);
    const owners = Int32Array.from({ length: scores.length + 1 }, (_, node) => node);
    const { scores: best, count } = bruteTopCycles(arrayGraph(star, owners), 0, {
      maxLength: 5,
      limit: 4,
      minScore: 0,
    });
    expect(best).toEqual([0.9, 0.8, 0.7, 0.6]);
    expect(count).toBe(9);
  });

  it('gives up at its limit of steps and says so', () => {
    const graph = arrayGraph(edges, everyNode);
    expect(bruteTopCycles(graph, 0, { maxLength: 3, limit: 9, minScore: 0, maxSteps: 3 }).finished).toBe(false);
  });
});

describe('comparison with peers', () => {
  const edges: [number, number, number][] = [
    [0, 1, 1000],
    [1, 0, 1000],
    [1, 2, 1000],
    [2, 0, 1000],
    [2, 1, 1000],
    [0, 2, 1000],
    [2, 3, 1000],
    [3, 0, 1000],
  ];
  const graph = arrayGraph(edges, Int32Array.of(0, 0, 1, 1));

  it('knows a cycle by its smallest item and its direction', () => {
    expect(keyOf([2, 0, 1])).toBe('0→1→2');
    expect(keyOf([0, 2, 1])).not.toBe(keyOf([0, 1, 2]));
  });

  it('lists all cycles by a plain walk and by the library, up to a length', () => {
    const all = ['0→1', '0→1→2', '0→1→2→3', '0→2', '0→2→1', '0→2→3', '1→2'];
    expect([...plainCycles(graph)].sort()).toEqual(all);
    expect([...plainCycles(graph, 2)].sort()).toEqual(['0→1', '0→2', '1→2']);
    const ownerless = toBarterGraph(withoutOwners(graph));
    expect(ourCycles(ownerless, 4).map(keyOf).sort()).toEqual(all);
    expect(ourCycles(ownerless, 4, 2).map(keyOf).sort()).toEqual(['0→1', '0→2', '1→2']);
  });

  it('cuts a graph down to its first nodes', () => {
    expect([...plainCycles(firstNodes(graph, 2))]).toEqual(['0→1']);
  });

  it('takes the middle of three times, and a long or failed one at once', async () => {
    const times = [9, 3, 5];
    expect(await middleOfThree(() => ({ ms: times.pop()! }))).toEqual({ ms: 5 });
    const long = [1, 500, 7];
    expect(await middleOfThree(() => ({ ms: long.pop()! }))).toEqual({ ms: 500 });
    expect(long).toEqual([1]);
    expect(await middleOfThree(() => 'time')).toBe('time');
  });
});

describe('report', () => {
  it('takes percentiles by nearest rank', () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.2, 0.5, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 1, 3, 5, 5]);
    expect(values).toEqual([5, 1, 4, 2, 3]);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('prints figures with three digits and tables in columns', () => {
    expect([0, 0.01234, 12.345, 1234.5, Number.NaN].map(figure)).toEqual(['0', '0.0123', '12.3', '1,235', '–']);
    expect(
      table(
        ['graph', 'n'],
        [
          ['a', '10'],
          ['long one', '5'],
        ],
      ),
    ).toBe('graph      n\n--------  --\na         10\nlong one   5');
  });
});
