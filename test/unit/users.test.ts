import { describe, expect, it } from 'vitest';
import { createUsers } from '../../examples/express-host/src/users';
import { manualClock } from '../../src/testing';

type Table = NonNullable<Parameters<typeof createUsers>[1]>;

/** A table whose writes take a while each, and may pass each other. */
function slowTable() {
  const rows = new Map<string, Parameters<Table['put']>[1]>();
  const waiting: (() => void)[] = [];
  const table: Table = {
    all: async () => [...rows],
    put: async (userId, record) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      rows.set(userId, record);
    },
    forgetRemovalsBefore: async () => {},
  };
  /** Ends the writes under way, the latest first, and those that they kept waiting. */
  const settle = async () => {
    for (let i = 0; i < 50; i++) {
      waiting.pop()?.();
      await Promise.resolve();
    }
  };
  return { rows, table, settle };
}

describe('accounts', () => {
  it('lose no change to another one at the same time', async () => {
    const { rows, table, settle } = slowTable();
    const users = await createUsers(manualClock(), table);
    const changes = [
      users.add('ana'),
      users.setReach('ana', { contact: 'phone' }),
      users.setReach('ana', { email: 'ana@people.example' }),
    ];
    await settle();
    await Promise.all(changes);
    expect([users.has('ana'), users.contactOf('ana'), users.emailOf('ana')]).toEqual([true, 'phone', 'ana@people.example']); // biome-ignore format: one line
    expect(rows.get('ana')).toMatchObject({ isActive: true, contact: 'phone', email: 'ana@people.example' });
  });

  it('that are removed stay so, whatever else is under way', async () => {
    const { rows, table, settle } = slowTable();
    const users = await createUsers(manualClock(5_000), table);
    const changes = [
      users.add('ana'),
      users.setReach('ana', { email: 'ana@people.example' }),
      users.remove('ana'),
      users.setReach('ana', { contact: 'phone' }),
    ];
    await settle();
    await Promise.all(changes);
    expect([users.has('ana'), users.contactOf('ana'), users.emailOf('ana')]).toEqual([false, null, null]);
    expect(users.accepts('ana', 5)).toBe(false);
    expect(rows.get('ana')).toEqual({ isActive: false, contact: null, email: null, removedAt: 5_000 });
  });
});
