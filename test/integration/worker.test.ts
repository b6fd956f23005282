import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BarterEngineOptions, createBarterEngine, type Item, memoryStorage } from '../../src';
import { inWorker } from '../support/mode';

const scorer = new URL('../support/scoring.mjs', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'barterloop-worker-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everybody takes anything: what it scores, the scoring module says. */
function item(id: string, title = 'fine', change: Partial<Item> = {}): Item {
  return { id, ownerId: `owner of ${id}`, title, wants: [{}], status: 'available', ...change };
}

let files = 0;
/** Ends the worker as often as given, whenever it is scored. */
function deadly(id: string, lives: number): Item {
  const file = join(folder, `${files++}`);
  writeFileSync(file, String(lives));
  return item(id, 'deadly', { description: file });
}

function setUp(options: BarterEngineOptions = {}) {
  const storage = memoryStorage();
  const failures: unknown[] = [];
  const engine = createBarterEngine({ ...inWorker, storage, matching: { scorer }, retry: { delayMs: 1 }, ...options });
  engine.on('worker:failed', ({ error }) => failures.push(error));
  const put = (it: Item) => engine.submit({ type: 'item:updated', itemId: it.id, userId: it.ownerId, item: it });
  return { engine, storage, failures, put };
}

describe('a market in a worker', () => {
  it('leaves the host’s event loop free while it works', async () => {
    const { engine, put } = setUp();
    for (let n = 0; n < 20; n++) await put(item(`i${n}`));
    let isPending = true;
    const event = put(item('x', 'slow')).finally(() => {
      isPending = false;
    });
    let turns = 0;
    for (; isPending; turns++) await new Promise((resolve) => setImmediate(resolve));
    expect((await event).found.length).toBeGreaterThan(0);
    // In the host's own thread the twenty scores are one piece of work: the loop would turn a few times in all.
    expect(turns).toBeGreaterThan(100);
    await engine.close();
  });

  it('that dies under an event is loaded anew, and the event is worked on again', async () => {
    const { engine, storage, failures, put } = setUp();
    await put(item('a'));
    const { told } = await put(deadly('b', 1));
    expect(told.map(({ cycleKey }) => cycleKey)).toEqual(['["a","b"]']);
    expect(failures).toMatchObject([{ code: 'worker-failed', message: expect.stringContaining('ended with code 3') }]);
    expect(await engine.stats()).toMatchObject({ items: 2, edges: 2, eventsFailed: 0 });
    expect(await storage.opportunities.byUser('owner of a', { limit: 9 })).toHaveLength(1);
    await engine.close();
  });

  it('that keeps dying has the event parked, with nothing half-applied, and the sweep takes it up', async () => {
    const { engine, storage, put } = setUp({ retry: { attempts: 2, delayMs: 1 } });
    await put(item('a'));
    await expect(put(deadly('b', 2))).rejects.toMatchObject({
      code: 'event-failed',
      cause: { code: 'worker-failed' },
    });
    expect(await storage.opportunities.byUser('owner of a', { limit: 9 })).toEqual([]);
    expect((await engine.sweep()).told).toBe(1);
    expect((await engine.stats()).items).toBe(2);
    await engine.close();
  });

  it('that dies under a question rejects it with a typed error, and answers the next', async () => {
    const { engine, storage, failures, put } = setUp();
    await put(item('a'));
    const b = deadly('b', 0);
    await put(b);
    writeFileSync(b.description!, '1');
    const both = await Promise.allSettled([engine.whyNot('b', 'a'), engine.whyNot('a', 'b')]);
    for (const answer of both) expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'worker-failed' } });
    expect(failures).toHaveLength(1);
    expect((await engine.whyNot('b', 'a')).score).toBe(0.9);
    expect((await engine.matches({ itemId: 'a' })).matches).toHaveLength(1);
    expect(await storage.items.page({ limit: 9 })).toHaveLength(2);
    await engine.close();
  });

  it('that dies while an event arrives loses nothing of it', async () => {
    const { engine, failures, put } = setUp();
    await put(item('a'));
    const b = deadly('b', 0);
    await put(b);
    writeFileSync(b.description!, '1');
    const [asked, event] = await Promise.allSettled([engine.whyNot('b', 'a'), put(item('c'))]);
    expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'worker-failed' } });
    expect(event).toMatchObject({ status: 'fulfilled', value: { status: 'processed', itemId: 'c' } });
    expect(failures).toHaveLength(1);
    expect((await engine.stats()).items).toBe(3);
    await engine.close();
  });

  it('tells the errors of the market as they are', async () => {
    const { engine, put } = setUp();
    await put(item('a'));
    await expect(put(item('b', 'wrong'))).rejects.toMatchObject({ name: 'BarterError', code: 'invalid-score' });
    await expect(put(item('c', 'fine', { categoryId: 'none' }))).rejects.toMatchObject({ code: 'unknown-category' });
    await expect(engine.matches({ itemId: 'none' })).rejects.toMatchObject({ code: 'unknown-item' });
    await expect(engine.setCategories([{ id: 'x', parentId: 'y' }])).rejects.toMatchObject({
      code: 'invalid-category',
    });
    await engine.close();
  });

  it('says so where its file is not there', async () => {
    const { engine } = setUp({ worker: { entry: join(folder, 'none.mjs') } });
    await expect(engine.start()).rejects.toMatchObject({ code: 'worker-failed' });
    await engine.close();
  });
});

describe('a scorer', () => {
  const modes = [
    ['in a worker', inWorker],
    ['in the host’s thread', {}],
  ] as const;

  it.each(modes)('is a module that replaces the score of a want, %s', async (_, mode) => {
    const storage = memoryStorage();
    const engine = createBarterEngine({ ...mode, storage, matching: { scorer } });
    for (const it of [item('a'), item('b'), item('c', 'no'), item('d', 'hopeless'), item('e', 'hopeless')])
      await engine.submit({ type: 'item:created', itemId: it.id, userId: it.ownerId, item: it });
    expect(await engine.whyNot('a', 'b')).toMatchObject({
      score: 0.9,
      criteria: [{ criterion: 'scorer', score: 0.9, reason: 'Because it is fine.' }],
    });
    expect(await engine.whyNot('c', 'a')).toMatchObject({ obstacles: [expect.stringContaining('does not answer')] });
    expect(await engine.whyNot('a', 'd')).toMatchObject({ obstacles: [expect.stringContaining('does not answer')] });
    expect((await engine.stats()).edges).toBe(10); // all but c to each of a, b and c
    await engine.close();
  });

  it('may be an object where there is no worker, and is refused where there is one', async () => {
    const score = () => ({ score: 1, reason: 'Always.' });
    const engine = createBarterEngine({ matching: { scorer: { score } } });
    await engine.load([item('a', 'no'), item('b', 'no')]);
    expect((await engine.whyNot('a', 'b')).score).toBe(1);
    await engine.close();
    for (const matching of [{ scorer: { score } }, { extraCriteria: [{ name: 'x', weight: 1, score }] }]) {
      expect(() => createBarterEngine({ ...inWorker, matching })).toThrow(/do not cross threads: .* into a module/);
    }
  });

  it.each(modes)('that cannot be had is refused with what to do, %s', async (_, mode) => {
    expect(() => createBarterEngine({ ...mode, matching: { scorer: './scoring.mjs' } })).toThrow(/whole address/);
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, 'export default {};');
    for (const wrong of [join(folder, 'none.mjs'), empty]) {
      const engine = createBarterEngine({ ...mode, matching: { scorer: wrong } });
      await expect(engine.start()).rejects.toMatchObject({ code: 'invalid-options' });
      await expect(engine.load([])).rejects.toMatchObject({ code: 'invalid-options' });
      await engine.close();
    }
  });

  it('still has a want forbid what it forbids', async () => {
    const engine = createBarterEngine({ matching: { scorer } });
    await engine.load([item('a', 'fine', { wants: [{ maxValue: 10 }] }), item('b', 'fine', { estimatedValue: 11 })]);
    expect((await engine.whyNot('b', 'a')).obstacles).toEqual(['Worth 11, wanted up to 10.']);
    await engine.close();
  });
});
