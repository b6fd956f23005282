import { describe, expect, it } from 'vitest';
import { generateMarket, itemId } from '../../bench/market';
import { marketEvents } from '../../bench/market-events';
import { firstNodes, keyOf, ourCycles, plainCycles, withoutOwners } from '../../bench/peers/all-cycles';
import { middleOfThree } from '../../bench/peers/middle';
import { createRandom } from '../../bench/random';
import { AllPairs } from '../../bench/support/all-pairs';
import { benchArguments } from '../../bench/support/arguments';
import { arrayGraph, toBarterGraph } from '../../bench/support/array-graph';
import { bruteTopCycles } from '../../bench/support/brute';
import { GeneratedItems } from '../../bench/support/generated-items';
import { wholeGraph } from '../../bench/support/market-statistics';
import { type BestFirstGraph, prunedTopScores } from '../../bench/support/pruned-search';
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

describe('prunedTopScores', () => {
  const bestFirst = (edges: readonly (readonly [number, number, number])[], owners: Int32Array): BestFirstGraph => {
    const sorted = [...edges].sort((a, b) => b[2] - a[2]);
    const givers: number[][] = Array.from(owners, () => []);
    for (const [from, to] of sorted) givers[to]!.push(from);
    return { ...arrayGraph(sorted, owners), givers };
  };

  it('finds what the walk without pruning finds', () => {
    let withCycles = 0;
    for (let seed = 0; seed < 100; seed++) {
      const random = createRandom(seed, 0x9a);
      const nodes = 4 + random.int(8);
      const owners = Int32Array.from({ length: nodes }, () => random.int(nodes));
      const edges: [number, number, number][] = [];
      for (let from = 0; from < nodes; from++) {
        for (let to = 0; to < nodes; to++) {
          if (from !== to && random.chance(0.5)) edges.push([from, to, 350 + random.int(651)]);
        }
      }
      const graph = bestFirst(edges, owners);
      for (const [maxLength, limit, minScore] of [
        [5, 10, 0.6],
        [5, 1, 0.35],
        [3, 3, 0.7],
      ] as const) {
        const options = { maxLength, limit, minScore };
        const { scores } = bruteTopCycles(arrayGraph(edges, owners), 0, options);
        const found = prunedTopScores(graph, 0, { ...options, maxSteps: 1e9 })!;
        expect(found.map((score) => score.toFixed(9))).toEqual(scores.map((score) => score.toFixed(9)));
        if (scores.length > 0) withCycles++;
      }
    }
    expect(withCycles).toBeGreaterThan(100);
  });

  it('gives up at its limit of steps', () => {
    const edges: [number, number, number][] = [
      [0, 1, 900],
      [1, 0, 800],
    ];
    const graph = bestFirst(edges, Int32Array.of(0, 1));
    const options = { maxLength: 5, limit: 10, minScore: 0 };
    expect(prunedTopScores(graph, 0, { ...options, maxSteps: 100 })).toEqual([0.85]);
    expect(prunedTopScores(graph, 0, { ...options, maxSteps: 1 })).toBeNull();
  });
});

describe('AllPairs', () => {
  it('has the edges of the market, also after events', () => {
    const market = generateMarket({ items: 120, leaves: 8, openToAnything: 0 });
    const items = new GeneratedItems(market);
    const pairs = new AllPairs(items, market.categories);
    const listed = (id: string) => pairs.scores[pairs.nodeOf(id)]!.map((score) => score / 1000);
    const graph = wholeGraph(market);
    expect(graph.size).toBeGreaterThan(0);
    expect(pairs.edges).toBe(graph.size);
    for (const { id } of items) {
      const receivers = graph.receivers(id);
      expect(listed(id)).toEqual(receivers.map(({ score }) => score));
      for (const receiver of receivers) expect(pairs.scoreOf(id, receiver.id)).toBe(Math.round(receiver.score * 1000));
    }
    for (const event of marketEvents({ market, events: 60, create: 0.3, update: 0.4, items })) {
      if (event.item) pairs.put(event.item);
      else pairs.remove(event.itemId);
    }
    let edges = 0;
    for (const { id } of items) {
      expect(listed(id)).toEqual(listed(id).sort((a, b) => b - a));
      for (const other of items) {
        if (pairs.scoreOf(id, other.id) === undefined) continue;
        edges++;
        expect(pairs.givers[pairs.nodeOf(other.id)]).toContain(pairs.nodeOf(id));
      }
    }
    expect(pairs.edges).toBe(edges);
  });
});

describe('GeneratedItems', () => {
  it('makes what was written, page by page', async () => {
    const market = generateMarket({ items: 10 });
    const items = new GeneratedItems(market);
    items.change(3);
    items.change(3);
    const erased = items.erase(4);
    expect(erased).toEqual({ id: itemId(4), ownerId: market.itemAt(4).ownerId });
    const last = items.create();
    expect(last).toEqual(market.itemAt(10));
    const all = [...items];
    expect(all.map(({ id }) => id)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10].map(itemId));
    expect(all[3]).toEqual(market.itemAt(3, 2));
    const pages = [await items.page({ limit: 4 }), await items.page({ after: itemId(3), limit: 100 })];
    expect(pages.flat()).toEqual(all);
    expect(await items.get(itemId(3))).toEqual(market.itemAt(3, 2));
    expect(await items.get(last.id)).toBe(last);
    expect(await items.get(erased.id)).toBeNull();
    expect(await items.get(itemId(11))).toBeNull();
  });
});

describe('benchArguments', () => {
  it('reads parts and options in any order', () => {
    expect(benchArguments(['scale', '--items', '10000,20', '--smoke', 'soak', '--events', '5'])).toEqual({
      names: ['scale', 'soak'],
      smoke: true,
      items: [10_000, 20],
      events: 5,
    });
    expect(benchArguments([])).toEqual({ names: [], smoke: false });
    expect(() => benchArguments(['--items', '10,x'])).toThrow('--items is x');
    expect(() => benchArguments(['--events', '0'])).toThrow('--events is 0');
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
