import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotFile } from '../../adapters/file';
import { generateMarket } from '../../bench/market';
import {
  type BarterEngine,
  type BarterEngineOptions,
  createBarterEngine,
  type Item,
  memoryStorage,
  type SnapshotStore,
} from '../../src';
import { mode } from '../support/mode';

const generated = generateMarket({ items: 600, seed: 11, leaves: 6 });
const items = [...generated.items()];
const matching = { candidatesPerWant: 5 };

/** Keeps bytes in a part of a larger buffer, as a client of a store may. */
function memorySnapshots() {
  let kept: Uint8Array | null = null;
  const saved: number[] = [];
  return {
    saved,
    async load() {
      return kept ? Buffer.concat([Buffer.from('before'), kept]).subarray(6) : null;
    },
    async save(bytes: Uint8Array) {
      saved.push(bytes.length);
      kept = bytes.slice();
    },
    damage() {
      kept![kept!.length >> 1]! ^= 1;
    },
  };
}

function setUp(storage = memoryStorage(), options: BarterEngineOptions = {}) {
  const warnings: unknown[] = [];
  const engine = createBarterEngine({
    ...mode,
    storage,
    categories: generated.categories,
    matching,
    logger: (level, message, details) => level === 'warn' && warnings.push({ message, ...details }),
    ...options,
  });
  return { engine, storage, warnings };
}

/** Edges, and the trades of every item. */
async function answersOf(engine: BarterEngine, of: readonly Item[] = items): Promise<unknown> {
  const answers: unknown[] = [(await engine.stats()).edges];
  for (const { id } of of.filter((_, i) => i % 7 === 0)) {
    const { matches, exact } = await engine.matches({ itemId: id });
    answers.push([id, exact, matches.map(({ cycle }) => [cycle.key, cycle.score])]);
  }
  return answers;
}

async function filled() {
  const storage = memoryStorage();
  for (const item of items) await storage.items.put(item);
  return storage;
}

describe('an engine with snapshots', () => {
  it('goes on from one: the same market, whatever was changed in the storage since', async () => {
    const snapshots = memorySnapshots();
    const storage = await filled();
    const first = setUp(storage, { snapshots });
    await first.engine.start();
    expect(first.warnings).toEqual([]); // none is there yet
    const report = await first.engine.saveSnapshot();
    expect(report.bytes).toBe(snapshots.saved[0]);
    expect(report.tookMs).toBeGreaterThanOrEqual(0);
    const before = await answersOf(first.engine);
    await first.engine.close();

    const same = setUp(storage, { snapshots });
    await same.engine.start();
    expect(await answersOf(same.engine)).toEqual(before);
    // All await a search, as after any start.
    expect((await same.engine.sweep({ dryRun: true })).items).toBe(0);
    await same.engine.close();

    await storage.items.remove(items[3]!.id);
    await storage.items.put({ ...items[4]!, title: 'Something else' });
    await storage.items.put({ ...items[5]!, status: 'withdrawn' });
    await storage.items.put({ ...items[6]!, ownerId: 'a new owner' });
    await storage.items.put({ ...items[7]!, id: 'a new item' });
    const [last, fresh] = [setUp(storage, { snapshots }), setUp(storage)];
    await last.engine.start();
    await fresh.engine.start();
    const there = await storage.items.page({ limit: 1_000 });
    const isThere = ({ status }: Item) => status === 'available';
    for (const { engine } of [last, fresh])
      while ((await engine.sweep({ full: true })).items < there.filter(isThere).length);
    expect(await answersOf(last.engine, there.filter(isThere))).toEqual(
      await answersOf(fresh.engine, there.filter(isThere)),
    );
    expect(last.warnings).toEqual([]);
    for (const { engine } of [last, fresh]) await engine.close();
  });

  it('finds fewer edges anew than without: it does not look at what it knows', async () => {
    const snapshots = memorySnapshots();
    const storage = await filled();
    const first = setUp(storage, { snapshots });
    await first.engine.start();
    const { edges } = await first.engine.stats();
    await first.engine.saveSnapshot();
    await first.engine.close();
    // A word that became common since weighs as before: nobody has counted.
    for (let i = 0; i < 40; i++) await storage.items.put({ id: `zz${i}`, ownerId: `o${i}`, title: 'qwxyz', wants: [], status: 'available' }); // biome-ignore format: one line
    const wants = [{ keywords: ['qwxyz', 'plain'] }];
    await storage.items.put({ id: 'seeker', ownerId: 'seeker', title: 'mine', wants, status: 'available' });
    const [last, fresh] = [setUp(storage, { snapshots }), setUp(storage)];
    const scoreOf = async (engine: BarterEngine) => {
      await engine.start();
      return (await engine.whyNot('zz0', 'seeker')).score;
    };
    expect(await scoreOf(last.engine)).toBeCloseTo(0.5);
    expect(await scoreOf(fresh.engine)).toBeLessThan(0.45);
    expect((await last.engine.stats()).edges).toBeGreaterThan(edges);
    await last.engine.sweep(); // which counts
    expect(await scoreOf(last.engine)).toBeLessThan(0.45);
    for (const { engine } of [last, fresh]) await engine.close();
  });

  it('leaves one alone that is damaged, of other options, no bytes or not to be had, and says so', async () => {
    const storage = await filled();
    const fresh = setUp(storage);
    await fresh.engine.start();
    const expected = await answersOf(fresh.engine);
    const snapshots = memorySnapshots();
    const first = setUp(storage, { snapshots, matching: { ...matching, edgeFloor: 0.5 } });
    await first.engine.start();
    await first.engine.saveSnapshot();
    const damaged = memorySnapshots();
    await damaged.save((await snapshots.load())!);
    damaged.damage();
    const stores: [SnapshotStore, unknown][] = [
      [snapshots, expect.stringContaining('other options')],
      [damaged, expect.stringContaining('damaged')],
      [{ ...snapshots, load: async () => new Uint8Array(0) }, expect.stringContaining('damaged')],
      [{ ...snapshots, load: async () => 'text' as unknown as Uint8Array }, expect.stringContaining('bytes')],
      [{ ...snapshots, load: () => Promise.reject(new Error('no disk')) }, new Error('no disk')],
    ];
    for (const [store, reason] of stores) {
      const { engine, warnings } = setUp(storage, { snapshots: store });
      await engine.start();
      expect(warnings).toEqual([{ message: expect.stringContaining('snapshot'), reason }]);
      expect(await answersOf(engine)).toEqual(expected);
      await engine.close();
    }
    for (const { engine } of [first, fresh]) await engine.close();
  });

  it('takes it of the market as it is when all that came before is done, and again and again', async () => {
    const snapshots = memorySnapshots();
    const { engine, storage } = setUp(memoryStorage(), { snapshots });
    await engine.load(items.slice(0, 300));
    const changed = items.slice(300, 340).map((item) => engine.submit({ type: 'item:created', itemId: item.id, userId: item.ownerId, item })); // biome-ignore format: one line
    const sweep = engine.sweep();
    const [a, b] = await Promise.all([engine.saveSnapshot(), engine.saveSnapshot(), ...changed, sweep]);
    expect(a).toBe(b);
    expect(snapshots.saved).toHaveLength(1);
    await engine.saveSnapshot();
    expect(snapshots.saved).toHaveLength(2);
    const expected = await answersOf(engine, items.slice(0, 340));
    await engine.close();
    const next = setUp(storage, { snapshots });
    await next.engine.start();
    expect(await answersOf(next.engine, items.slice(0, 340))).toEqual(expected);
    expect(next.warnings).toEqual([]);
    await next.engine.close();
    await expect(engine.saveSnapshot()).rejects.toMatchObject({ code: 'closed' });
  });

  it('refuses to save without a place, fails as the store fails, and takes no scorer of the host’s own', async () => {
    const without = setUp();
    await expect(without.engine.saveSnapshot()).rejects.toMatchObject({ code: 'invalid-options' });
    await without.engine.close();
    const full: SnapshotStore = { load: async () => null, save: () => Promise.reject(new Error('disk full')) };
    const { engine } = setUp(memoryStorage(), { snapshots: full });
    await expect(engine.saveSnapshot()).rejects.toThrow('disk full');
    await expect(engine.saveSnapshot()).rejects.toThrow('disk full');
    await engine.close();
    const scorer = new URL('../support/scoring.mjs', import.meta.url).href;
    const criterion = { name: 'mine', weight: 1, score: () => undefined };
    for (const own of [{ scorer }, { extraCriteria: [criterion] }]) {
      expect(() => createBarterEngine({ snapshots: full, matching: own })).toThrow(/snapshot/);
    }
  });
});

describe('a snapshot in a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'barterloop-snapshot-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is none before the first, and then the last that was saved whole', async () => {
    const path = join(folder, 'deep', 'er', 'market.snapshot');
    const file = snapshotFile(path);
    expect(await file.load()).toBeNull();
    await file.save(new Uint8Array([1, 2, 3]));
    expect([...(await file.load())!]).toEqual([1, 2, 3]);
    await file.save(new Uint8Array([4]));
    expect([...(await file.load())!]).toEqual([4]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await writeFile(`${path}.part`, 'cut sho'); // by a crash
    expect([...(await file.load())!]).toEqual([4]);
    await file.save(new Uint8Array([5]));
    expect([...(await file.load())!]).toEqual([5]);
    expect(await readdir(join(folder, 'deep', 'er'))).toEqual(['market.snapshot']);
  });

  it('that cannot be read or written fails', async () => {
    await writeFile(join(folder, 'plain'), '');
    await expect(snapshotFile(folder).load()).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(snapshotFile(join(folder, 'plain', 'x')).save(new Uint8Array(1))).rejects.toMatchObject({
      code: 'EEXIST',
    });
  });

  it('serves an engine', async () => {
    const path = join(folder, 'engine');
    const storage = await filled();
    const first = setUp(storage, { snapshots: snapshotFile(path) });
    await first.engine.start();
    const { bytes } = await first.engine.saveSnapshot();
    expect((await readFile(path)).length).toBe(bytes);
    const expected = await answersOf(first.engine);
    await first.engine.close();
    const next = setUp(storage, { snapshots: snapshotFile(path) });
    await next.engine.start();
    expect(await answersOf(next.engine)).toEqual(expected);
    expect(next.warnings).toEqual([]);
    await next.engine.close();
  });
});
