import { expect, it } from 'vitest';
import { createBarterEngine, type RetentionOptions } from '../../src';
import { HOUR, item, ring, tradeEngine } from '../support/trades';

const DAY = 24 * HOUR;

/** A ring that ben has declined; its items are all there. */
async function declinedRing(retention: Partial<RetentionOptions> = {}) {
  const t = tradeEngine({ retention });
  for (const it of ring) await t.put(it);
  const { id } = await t.open('ana');
  await t.engine.opportunities.decline(id, 'ben');
  const inbox = async () => (await t.storage.notifications.inbox('ana', { limit: 9 })).length;
  const isThere = async () => (await t.storage.opportunities.get(id)) !== null;
  return { ...t, id, inbox, isThere };
}

it('keeps the inbox of a trade that has ended for 90 days', async () => {
  const { engine, clock, inbox, isThere } = await declinedRing();
  clock.advance(90 * DAY - 1);
  expect((await engine.cleanup()).pruned).toBe(3); // the cooldown of three people
  expect(await inbox()).toBe(1);
  clock.advance(1);
  expect((await engine.cleanup()).pruned).toBe(3);
  expect(await inbox()).toBe(0);
  expect(await isThere()).toBe(true);
  await engine.close();
});

it('keeps a trade that has ended as long as two of its items are there, and 180 days', async () => {
  const { engine, clock, id, put, drop, of, isThere } = await declinedRing();
  clock.advance(400 * DAY);
  await engine.cleanup();
  expect(await isThere()).toBe(true);
  expect((await put({ ...ring[0], wants: [...ring[0].wants] })).refused).toMatchObject([{ gate: 'asked-before' }]);
  await drop(ring[0]);
  await engine.cleanup();
  expect(await isThere()).toBe(true);
  await drop(ring[1]);
  expect((await engine.cleanup()).pruned).toBe(1);
  expect(await isThere()).toBe(false);
  await expect(engine.opportunities.get(id, 'ana')).rejects.toMatchObject({ code: 'unknown-opportunity' });
  expect(await of('ana')).toEqual([]);
  await engine.close();
});

it('goes on with the next ones where a cleanup has come to its limit', async () => {
  const { engine, clock, drop, put, id, isThere } = await declinedRing({ rowsPerCleanup: 1, opportunitiesMs: 0 });
  for (const n of [1, 2, 3, 4]) {
    const [mine, theirs] = [item(`m${n}`, `m${n}`, 'd', 'e'), item(`t${n}`, `t${n}`, 'e', 'd')];
    await put(mine);
    await put(theirs);
    await drop(mine);
    await drop(theirs);
  }
  clock.advance(10 * DAY);
  for (let round = 0; round < 20; round++) await engine.cleanup();
  expect(await isThere()).toBe(true);
  const ids = (await engine.opportunities.list('m1')).concat(await engine.opportunities.list('m4'));
  expect(ids).toEqual([]);
  expect((await engine.opportunities.get(id, 'ben')).state).toBe('declined');
  await engine.close();
});

it('takes nothing away where it is told to keep everything', async () => {
  const { engine, clock, drop, inbox, isThere } = await declinedRing({ rowsPerCleanup: 0 });
  for (const it of ring) await drop(it);
  clock.advance(4_000 * DAY);
  expect((await engine.cleanup()).pruned).toBe(0);
  expect([await inbox(), await isThere()]).toEqual([1, true]);
  await engine.close();
});

it('refuses what is no time to keep something', () => {
  for (const retention of [{ inboxMs: -1 }, { opportunitiesMs: Number.NaN }, { rowsPerCleanup: 0.5 }])
    expect(() => createBarterEngine({ retention })).toThrow(/retention/);
});
