import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateMarket } from '../../bench/market';
import { NODE_MASK } from '../../src/graph/half-edges';
import { Market, type MarketOptions } from '../../src/market/market';
import { decodeSnapshot, encodeSnapshot, placesIn, SNAPSHOT_FORMAT } from '../../src/market/market-snapshot';
import type { Category, Item } from '../../src/types';
import { arbitraryItem, categories } from '../support/market';

type Step = { put: Item } | { remove: string } | { block: [string, string[]] } | { weigh: true };

const put = arbitraryItem(24).map((put): Step => ({ put }));
const remove = fc.nat({ max: 23 }).map((n): Step => ({ remove: `item${n}` }));
const block = fc
  .tuple(fc.nat({ max: 6 }), fc.array(fc.nat({ max: 6 }), { maxLength: 2 }))
  .map(([a, list]): Step => ({ block: [`owner${a}`, list.filter((b) => b !== a).map((b) => `owner${b}`)] }));
const weigh = fc.constant<Step>({ weigh: true });
/** Another owner, for whom nobody else's want is one of their own. */
const sell = arbitraryItem(24).map((item): Step => ({ put: { ...item, ownerId: `heir of ${item.ownerId}` } }));

const before = fc.array(
  fc.oneof(
    { weight: 14, arbitrary: put },
    { weight: 2, arbitrary: remove },
    { weight: 1, arbitrary: block },
    { weight: 1, arbitrary: weigh },
  ),
  { minLength: 10, maxLength: 60, size: 'max' },
);
const meanwhile = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: put },
    { weight: 3, arbitrary: remove },
    { weight: 1, arbitrary: sell },
    { weight: 1, arbitrary: block },
  ),
  { maxLength: 8 },
);
const later = fc.array(fc.oneof(put, remove), { maxLength: 12 });
const options = fc.record({
  candidatesPerWant: fc.constantFrom(1, 2, 3, Infinity),
  openCandidates: fc.constantFrom(2, 100),
  cash: fc.constantFrom('off' as const, 'balance' as const),
});

/** What is stored: the market can be made of it. */
class World {
  readonly items = new Map<string, Item>();
  readonly blocks = new Map<string, string[]>();

  apply(market: Market, steps: readonly Step[]): void {
    for (const step of steps) {
      if ('put' in step) {
        market.put(step.put);
        this.items.set(step.put.id, step.put);
      } else if ('remove' in step) {
        market.remove(step.remove);
        this.items.delete(step.remove);
      } else if ('block' in step) {
        market.setBlocked(...step.block);
        this.blocks.set(...step.block);
      } else market.refreshWordWeights();
    }
  }
}

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function bytesOf(market: Market): Uint8Array<ArrayBuffer> {
  return encodeSnapshot(run(market.snapshot()));
}

interface Started {
  market: Market;
  isUsed: boolean;
  /** Edges that were there before any was looked for. */
  restored: number;
}

/** A market started from the store, as the engine does it. */
function start(
  bytes: Uint8Array,
  { items, blocks }: World,
  made: Partial<MarketOptions>,
  forest = categories,
): Started {
  const market = new Market(made, forest);
  const snapshot = decodeSnapshot(bytes);
  const isUsed = typeof snapshot !== 'string' && market.restore(snapshot);
  for (const [user, others] of blocks) market.setBlocked(user, others);
  for (const item of [...items.values()].reverse()) market.stage(item);
  const isRestored = run(market.restoreLists());
  if (!isRestored) market.refreshWordWeights();
  const restored = market.graph.size;
  run(market.linkStaged());
  return { market, isUsed: isUsed && isRestored, restored };
}

/** A generated market, with its words weighed. */
function large(candidatesPerWant: number) {
  const generated = generateMarket({ items: 1_500, seed: 3, leaves: 8 });
  const made = { candidatesPerWant };
  const items = [...generated.items()];
  const world = new World();
  for (const item of items) world.items.set(item.id, item);
  const { market: running } = start(new Uint8Array(0), world, made, generated.categories);
  return { items, running, world, made, forest: generated.categories };
}

function answersOf(market: Market): unknown {
  return [...market.ids()].sort().map((id) => {
    const { work: _, ...found } = market.findCycles(id, { maxLength: 4, limit: 5, minScore: 0.4 });
    return [id, market.graph.cutOfNode[market.graph.nodeOf(id)], market.graph.givers(id), found];
  });
}

function expectSame(market: Market, other: Market): void {
  expect(market.graph.stateHash()).toBe(other.graph.stateHash());
  expect(market.graph.cutLists).toBe(other.graph.cutLists);
  expect(answersOf(market)).toEqual(answersOf(other));
}

describe('A snapshot', () => {
  it('is gone on from as if the market had gone on, whatever became of the store meanwhile', () => {
    let restored = 0;
    let found = 0;
    fc.assert(
      fc.property(before, meanwhile, later, options, (first, changes, then, made) => {
        const world = new World();
        const running = new Market(made, categories);
        world.apply(running, first);
        const bytes = bytesOf(running);
        world.apply(running, changes);
        const started = start(bytes, world, made);
        expect(started.isUsed).toBe(true);
        restored += started.restored;
        found += started.market.graph.size - started.restored;
        expectSame(started.market, running);
        // What waits behind the lists shows when they change.
        world.apply(started.market, then);
        world.apply(running, then);
        expectSame(started.market, running);
        running.refreshWordWeights();
        started.market.refreshWordWeights();
        expectSame(started.market, running);
      }),
      { numRuns: 400 },
    );
    expect(Math.min(restored, found)).toBeGreaterThan(300);
  });

  it('of a large market holds for all that has not changed, and lists that run dry are found anew', () => {
    const { items, running, world, made, forest } = large(4);
    const bytes = bytesOf(running);
    const whole = start(bytes, world, made, forest);
    expect(whole.restored).toBeGreaterThan(running.graph.size * 0.9);
    expectSame(whole.market, running);
    // So many that some lists lose all that waited behind them.
    const gone = items.filter((_, i) => i % 3 === 0).map(({ id }): Step => ({ remove: id }));
    const changed = items.slice(0, 90).map((item): Step => ({ put: { ...item, title: `${item.title} again` } }));
    world.apply(running, [...gone, ...changed]);
    const started = start(bytes, world, made, forest);
    const share = started.restored / running.graph.size;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.9);
    expectSame(started.market, running);
  });

  it('is left alone where more is new than is worth it, and words are weighed anew', () => {
    const generated = generateMarket({ items: 400, seed: 4 });
    const [few, all] = [new World(), new World()];
    const items = [...generated.items()];
    for (const item of items.slice(0, 250)) few.items.set(item.id, item);
    for (const item of items) all.items.set(item.id, item);
    const fresh = (world: World) => start(new Uint8Array(0), world, {}, generated.categories).market;
    const started = start(bytesOf(fresh(few)), all, {}, generated.categories);
    expect([started.isUsed, started.restored]).toEqual([false, 0]);
    expectSame(started.market, fresh(all));
  });

  it('is not used under other options or with other categories', () => {
    const world = new World();
    const market = new Market({}, categories);
    world.apply(market, fc.sample(before, { seed: 1, numRuns: 1 })[0]!);
    const bytes = bytesOf(market);
    const moved: Category[] = categories.map((one) => (one.id === 'child' ? { id: 'child', parentId: 'race' } : one));
    const others: [Partial<MarketOptions>, Category[]][] = [
      [{}, moved],
      [{ edgeFloor: 0.5 }, categories],
      [{ cash: 'balance' }, categories],
      [{ candidatesPerWant: 9 }, categories],
      [{ candidatesPerWant: Infinity }, categories],
      [{ openCandidates: 9 }, categories],
      [{ weights: { ...new Market().options.weights, value: 2 } }, categories],
    ];
    for (const [made, forest] of others) {
      const started = start(bytes, world, made, forest);
      expect([started.isUsed, started.restored]).toEqual([false, 0]);
      expectSame(started.market, start(new Uint8Array(0), world, made, forest).market);
    }
    // In another order they are the same.
    expect(start(bytes, world, {}, [...categories].reverse()).isUsed).toBe(true);
  });

  it('with a byte changed, cut short or made longer is none', () => {
    fc.assert(
      fc.property(before, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(), (first, at, by, length) => {
        const world = new World();
        const market = new Market({ candidatesPerWant: 2 }, categories);
        world.apply(market, first);
        const bytes = bytesOf(market);
        const flipped = bytes.slice();
        flipped[at % bytes.length]! ^= by;
        const short = bytes.slice(0, length % bytes.length);
        const long = new Uint8Array(bytes.length + 1 + (length % 9));
        long.set(bytes);
        for (const damaged of [flipped, short, long]) {
          expect(decodeSnapshot(damaged)).toBeTypeOf('string');
        }
        expectSame(
          start(flipped, world, { candidatesPerWant: 2 }).market,
          start(new Uint8Array(0), world, { candidatesPerWant: 2 }).market,
        );
        // From any place in a larger buffer.
        const shifted = new Uint8Array(bytes.length + 5);
        shifted.set(bytes, 5);
        expect(decodeSnapshot(shifted.subarray(5))).toEqual(decodeSnapshot(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it('forged with the right checksum breaks nothing: no throw, and a graph that agrees with itself', () => {
    let used = 0;
    const forgery = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      word: fc.oneof(fc.nat({ max: 40 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat({ max: 40 }).map((n) => n + 2 ** 31)),
    }); // biome-ignore format: a list
    fc.assert(
      fc.property(before, fc.array(forgery, { minLength: 1, maxLength: 6 }), later, (first, forgeries, then) => {
        const made = { candidatesPerWant: 2, openCandidates: 2 };
        const world = new World();
        const market = new Market(made, categories);
        world.apply(market, first);
        const bytes = bytesOf(market);
        const headLength = new DataView(bytes.buffer).getUint32(32, true);
        const words = new Uint32Array(bytes.buffer, Math.ceil((36 + headLength) / 4) * 4);
        if (words.length === 0) return;
        for (const { at, word } of forgeries) words[Math.floor(at * words.length)] = word;
        bytes.set(createHash('sha256').update(bytes.subarray(32)).digest());
        const started = start(bytes, world, made);
        if (started.isUsed) used++;
        world.apply(started.market, then);
        const { graph } = started.market;
        for (const id of graph.items()) {
          for (const giver of graph.givers(id)) {
            expect(giver.id).not.toBe(id);
            expect(graph.receivers(giver.id)).toContainEqual({ id, score: giver.score });
          }
          expect(new Set(graph.givers(id).map((giver) => giver.id)).size).toBe(graph.givers(id).length);
          started.market.findCycles(id, { maxLength: 4, limit: 5 });
        }
      }),
      { numRuns: 300 },
    );
    expect(used).toBeGreaterThan(50);
  });

  it('with a head of anything breaks nothing', () => {
    const heads = [
      'null', '[]', '{', '{}', '"x"', '{"settings":"","perWant":0,"weights":[],"items":0,"halfEdges":0}',
      '{"settings":"","perWant":1,"weights":[["a",9]],"items":0,"halfEdges":0}',
      '{"settings":"","perWant":1,"weights":[],"items":-1,"halfEdges":0}',
      '{"settings":"","perWant":1,"weights":[],"items":5000000,"halfEdges":0}',
      '{"settings":"","perWant":1,"weights":[],"items":0,"halfEdges":1e300}',
    ]; // biome-ignore format: a list
    const forge = (head: string, length?: number) => {
      const text = new TextEncoder().encode(head);
      const bytes = new Uint8Array(Math.ceil((36 + text.length) / 4) * 4);
      new DataView(bytes.buffer).setUint32(32, length ?? text.length, true);
      bytes.set(text, 36);
      bytes.set(createHash('sha256').update(bytes.subarray(32)).digest());
      return bytes;
    };
    for (const head of heads) expect(decodeSnapshot(forge(head))).toBeTypeOf('string');
    expect(decodeSnapshot(forge('{}', 2 ** 32 - 1))).toBeTypeOf('string');
    const empty = '{"settings":"","perWant":1,"weights":[],"items":0,"halfEdges":0}';
    expect(decodeSnapshot(forge(empty))).toBeTypeOf('object');
  });

  it('whose lists score otherwise than they say is found anew', () => {
    const { running, world, made, forest } = large(3);
    const snapshot = run(running.snapshot());
    // As if scoring had changed and the number of the format had not.
    const worse = { ...snapshot, halfEdges: snapshot.halfEdges.map((word) => word + 2 ** 22) };
    const started = start(encodeSnapshot(worse), world, made, forest);
    expect([started.isUsed, started.restored]).toEqual([true, 0]);
    expectSame(started.market, running);
  });

  it('finds a list anew that has an item twice, the item itself, or no order', () => {
    const { running, world, made, forest } = large(20);
    const forgeries: ((words: Uint32Array, from: number, middle: number, receiving: number) => void)[] = [
      (words, from, middle) => words.copyWithin(from + middle, from + middle - 1, from + middle),
      (words, from, middle) => words.subarray(from + middle - 1, from + middle + 1).reverse(),
      (words, from, middle, receiving) => {
        words[from + middle] = ((words[from + middle]! & ~NODE_MASK) | receiving) >>> 0;
      },
      (words, from, middle) => {
        words[from + middle] = 1_001 * 2 ** 22;
      },
      (words, from, middle) => {
        words[from + middle] = (words[from + middle]! | NODE_MASK) >>> 0;
      },
    ];
    for (const forge of forgeries) {
      const snapshot = run(running.snapshot());
      let at = 0;
      let forged = 0;
      snapshot.listed.forEach((listed, number) => {
        if (listed > 4) {
          forge(snapshot.halfEdges, at, 2, number);
          forged++;
        }
        at += listed + (snapshot.waiting[number]! >>> 1);
      });
      expect(forged).toBeGreaterThan(500);
      const started = start(encodeSnapshot(snapshot), world, made, forest);
      expect(started.isUsed).toBe(true);
      expectSame(started.market, running);
    }
  });

  it('knows an item by the whole of its digest', () => {
    const world = new World();
    const market = new Market({ candidatesPerWant: 3 }, categories);
    world.apply(market, fc.sample(before, { seed: 5, numRuns: 1 })[0]!);
    const snapshot = run(market.snapshot());
    const { digests } = snapshot;
    expect([...placesIn(snapshot, digests)]).toEqual([...digests.filter((_, i) => i % 4 === 0).keys()]);
    for (const word of [0, 1, 2, 3]) {
      const others = digests.map((value, i) => (i % 4 === word ? value ^ 1 : value));
      expect(new Set(placesIn(snapshot, others))).toEqual(new Set([-1]));
    }
  });

  it('names no item and no person', () => {
    const market = new Market({}, categories);
    new World().apply(market, fc.sample(before, { seed: 2, numRuns: 1 })[0]!);
    market.setBlocked('owner1', ['owner2']);
    const text = new TextDecoder('latin1').decode(bytesOf(market));
    expect(text).toContain('"settings"');
    expect(text).not.toMatch(/item\d|owner\d/);
  });

  it('has another format number whenever there are other edges', () => {
    const generated = generateMarket({ items: 500, seed: 7 });
    const market = new Market({ candidatesPerWant: 5 }, generated.categories);
    for (const item of generated.items()) market.stage(item);
    market.refreshWordWeights();
    run(market.linkStaged());
    // Where the second has changed and edges were meant to change, raise SNAPSHOT_FORMAT and write both down here.
    expect([SNAPSHOT_FORMAT, market.graph.stateHash()]).toEqual([1, '3da6f344403c7245b4a7aa22b4a7aa22']);
  });
});
