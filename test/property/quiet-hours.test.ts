import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietHours } from '../../src';
import { memoryStorage } from '../../src/storage/memory-storage';
import { sampleRow } from '../../src/testing';
import { item, tradeEngine } from '../support/trades';
import { changesOf, firstOutside, isWithin, onTheWall, ZONES } from '../support/wall-clock';

const HOUR = 3_600_000;
const CHANGES = new Map(ZONES.map((zone) => [zone, changesOf(zone, 2024, 2027)]));
/** Zones that put their clocks forward and back in these years. */
const CHANGING = ZONES.filter((zone) => CHANGES.get(zone)!.length >= 2);

const pad = (n: number) => String(n).padStart(2, '0');
const minuteOfDay = fc.nat({ max: 1_439 }).map((n) => `${pad(Math.floor(n / 60))}:${pad(n % 60)}`);

/** Times of day that the clocks of a zone say about when they are changed, and any others. */
const timeIn = (zone: (typeof ZONES)[number]) => {
  const near = CHANGES.get(zone)!.map((at) => fc.integer({ min: -180, max: 180 }).map((n) => onTheWall(zone, at + n * 60_000).time)); // biome-ignore format: one line
  return fc.oneof(minuteOfDay, ...near);
};

/** An instant about a change of the clocks, or any. */
const instantIn = (zone: (typeof ZONES)[number]) => {
  const near = CHANGES.get(zone)!.map((at) => fc.integer({ min: -26 * HOUR, max: 6 * HOUR }).map((n) => at + n));
  return fc.oneof(fc.integer({ min: Date.UTC(2024, 0, 2), max: Date.UTC(2026, 11, 30) }), ...near);
};

const cases = (zone: (typeof ZONES)[number]) =>
  fc.record({ from: timeIn(zone), to: timeIn(zone), at: instantIn(zone) }).filter(({ from, to }) => from !== to);

describe('quiet hours', () => {
  it('are tried with clocks that change', () => {
    expect(CHANGING.length).toBeGreaterThanOrEqual(13);
    expect(ZONES).toHaveLength(20);
  });

  it.each(ZONES)('hold back until the first permitted instant in %s', async (timeZone) => {
    const { preferences } = memoryStorage();
    const gate = quietHours(preferences);
    let held = 0;
    await fc.assert(
      fc.asyncProperty(cases(timeZone), async ({ from, to, at }) => {
        await preferences.put({ userId: 'ana', timeZone, quietHours: { from, to } });
        const verdict = await gate.judge(sampleRow(), at);
        if (!isWithin(timeZone, { from, to }, at)) {
          expect(verdict).toEqual({ pass: true });
          return;
        }
        held++;
        expect(verdict).toMatchObject({ pass: false, refusal: { gate: 'quiet-hours', userId: 'ana' } });
        const { retryAt } = (verdict as Extract<typeof verdict, { pass: false }>).refusal;
        expect(retryAt).toBe(firstOutside(timeZone, { from, to }, at));
        expect((await gate.judge(sampleRow(), retryAt!)).pass).toBe(true);
      }),
      { numRuns: 400 },
    );
    expect(held).toBeGreaterThan(100);
  });

  it('let an engine send everything at the first permitted instant, and nothing before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONES).chain((timeZone) => fc.record({ timeZone: fc.constant(timeZone), a: cases(timeZone), b: cases(timeZone) })), // biome-ignore format: one line
        fc.boolean(),
        async ({ timeZone, a, b }, late) => {
          const t = tradeEngine({ policies: { cooldownMs: 0 } });
          t.clock.advance(a.at - t.clock.now());
          const windows = { ana: a, ben: b };
          for (const [userId, { from, to }] of Object.entries(windows))
            await t.engine.setPreferences({ userId, timeZone, quietHours: { from, to } });
          await t.put(item('x', 'ana', 'a', 'b'));
          const { told } = await t.put(item('y', 'ben', 'b', 'a'));
          const dueAt = Object.fromEntries(Object.entries(windows).map(([id, window]) => [id, firstOutside(timeZone, window, a.at)])); // biome-ignore format: one line
          expect(told[0]!.people.map(({ userId, pushed, heldBy }) => [userId, pushed ? a.at : heldBy!.retryAt]).sort()).toEqual(Object.entries(dueAt)); // biome-ignore format: one line
          const [trade] = await t.of('ana');
          expect(trade!.expiresAt).toBe(Math.max(...Object.values(dueAt)) + 48 * HOUR);
          const sentAt: Record<string, number> = Object.fromEntries(t.transport.sent.map(({ userId }) => [userId, t.clock.now()])); // biome-ignore format: one line
          // Looked at just before and at each instant that matters; or only later, where the window may be on again.
          const instants = Object.values(dueAt).flatMap((at) => [at - 1, at]).filter((at) => at > a.at).sort((x, y) => x - y); // biome-ignore format: one line
          for (const at of late ? instants.map((n) => n + 7 * HOUR) : instants) {
            t.clock.advance(at - t.clock.now());
            const before = t.transport.sent.length;
            await t.engine.deliverDue();
            for (const { userId } of t.transport.sent.slice(before)) sentAt[userId] = at;
          }
          for (const [userId, at] of Object.entries(sentAt)) {
            expect(isWithin(timeZone, windows[userId as 'ana'], at), userId).toBe(false);
            if (!late) expect(at).toBe(dueAt[userId]);
          }
          if (!late) expect(Object.keys(sentAt).sort()).toEqual(['ana', 'ben']);
          await t.engine.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
