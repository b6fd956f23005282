import { describe, expect, it } from 'vitest';
import { crashRun } from '../crash/run';
import { hasPostgres } from '../support/databases';

/* The short form of `npm run test:crash`. */

for (const { on, isThere, commands, kills } of [
  { on: 'PGlite', isThere: true, commands: 50, kills: 2 },
  { on: 'PostgreSQL', isThere: hasPostgres, commands: 120, kills: 3 },
] as const) {
  describe.skipIf(!isThere)(`killed again and again, the host on ${on}`, () => {
    it('ends where one ends that nobody kills', { timeout: 600_000 }, async () => {
      const options = { on, seed: 7, commands };
      const quiet = await crashRun({ ...options, kills: 0 });
      const killed = await crashRun({ ...options, kills });
      expect(killed.outcome).toEqual(quiet.outcome);
      expect(killed.missing).toBe(0);
      expect(killed.pushed).toBeGreaterThan(0);
    });
  });
}
