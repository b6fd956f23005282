import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cooldown } from '../../src/policy/cooldown';
import { type Gate, judge, PASS, refused } from '../../src/policy/gate';
import { throttle } from '../../src/policy/throttle';
import { memoryStorage } from '../../src/storage/memory-storage';
import type { StoredNotification } from '../../src/storage/storage';
import { sampleRow } from '../../src/testing';

const windows = [
  { limit: 3, windowMs: 100 },
  { limit: 5, windowMs: 400 },
];

describe('throttle', () => {
  it('never exceeds its limits in any window, under any interleaving of pushes and refusals', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ at: fc.nat({ max: 900 }), vetoed: fc.boolean() }), { minLength: 5, maxLength: 40 }),
        async (scheduler, pushes) => {
          const { counters } = memoryStorage();
          const slow = {
            take: scheduler.scheduleFunction(counters.take),
            release: scheduler.scheduleFunction(counters.release),
          };
          const veto = new Set<string>();
          const vetoGate: Gate<StoredNotification> = {
            name: 'veto',
            judge: async ({ id }) => (veto.has(id) ? refused('veto', 'said so') : PASS),
          };
          const gates = [...windows.map((window) => throttle(slow, window)), vetoGate];
          const passedAt: number[] = [];
          const inOrder = [...pushes].sort((a, b) => a.at - b.at);
          const all = Promise.all(
            inOrder.map(async ({ at, vetoed }, n) => {
              const row = sampleRow({ id: `n${n}` });
              if (vetoed) veto.add(row.id);
              if ((await judge(gates, row, at)).pass) passedAt.push(at);
            }),
          );
          await scheduler.waitFor(all);
          for (const { limit, windowMs } of windows) {
            for (const end of passedAt) {
              expect(passedAt.filter((at) => at > end - windowMs && at <= end).length).toBeLessThanOrEqual(limit);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives back what it took when a later gate refuses or fails', async () => {
    const { counters, claims } = memoryStorage();
    const row = sampleRow();
    const gates = [cooldown(claims, 100), throttle(counters, { limit: 1, windowMs: 100 })];
    const no: Gate<StoredNotification> = { name: 'no', judge: async () => refused('no', 'never') };
    const broken: Gate<StoredNotification> = {
      name: 'broken',
      judge: async () => Promise.reject(new Error('store is down')),
    };
    expect((await judge([...gates, no], row, 0)).pass).toBe(false);
    await expect(judge([...gates, broken], row, 0)).rejects.toThrow('store is down');
    expect((await judge(gates, { ...row, id: 'another' }, 0)).pass).toBe(true);
    expect(await judge(gates, row, 0)).toMatchObject({ refusal: { gate: 'cooldown', retryAt: 100 } });
  });
});

describe('cooldown', () => {
  it('lets one push per person and trade through, under any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ at: fc.nat({ max: 500 }), user: fc.nat({ max: 2 }) }), { minLength: 2, maxLength: 30 }),
        async (scheduler, pushes) => {
          const { claims } = memoryStorage();
          const gate = cooldown({ take: scheduler.scheduleFunction(claims.take), release: claims.release }, 100);
          const passed: { at: number; user: number }[] = [];
          const all = Promise.all(
            [...pushes]
              .sort((a, b) => a.at - b.at)
              .map(async ({ at, user }, n) => {
                if ((await gate.judge(sampleRow({ id: `n${n}`, userId: `u${user}` }), at)).pass)
                  passed.push({ at, user });
              }),
          );
          await scheduler.waitFor(all);
          for (const a of passed) {
            for (const b of passed) {
              if (a !== b && a.user === b.user) expect(Math.abs(a.at - b.at)).toBeGreaterThanOrEqual(100);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
