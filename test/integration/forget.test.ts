import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prismaStorage } from '../../adapters/prisma';
import { type BarterEngineOptions, type BarterStorage, type Item, memoryStorage } from '../../src';
import { digest } from '../../src/util/digest';
import { pgliteDatabase, type TestDatabase } from '../support/databases';
import { HOUR, item, tradeEngine } from '../support/trades';

/** In every word of hers, so that whatever speaks of her says it. */
const MARK = 'quetzal';
const ZOE = `${MARK}-zoe`;

/** Item `n` of hers; its id is the host's and says nothing. */
function hers(n: number, gives: string, wants: string): Item {
  return item(`h${n}`, ZOE, gives, wants, { title: `${MARK} ${n}`, description: `a ${MARK}` });
}

/**
 * Zoe with all that can be known of her: a completed trade, one she disputed, one she declined that was repaired without her, one that is open, others' and
 * her own preferences, an inbox, places in ledgers.
 */
async function marketOfZoe(storage: BarterStorage, options: BarterEngineOptions = {}) {
  const t = tradeEngine({ policies: { throttle: [{ limit: 9, windowMs: HOUR }] }, ...options, storage });
  const { engine } = t;
  const trade = async (mine: Item, theirs: Item): Promise<string> => {
    await t.put(mine);
    await t.put(theirs);
    const { id } = (await t.of(theirs.ownerId)).at(-1)!;
    await t.accept(id, ZOE, theirs.ownerId);
    return id;
  };
  const completed = await trade(hers(1, 'a', 'b'), item('x1', 'xan', 'b', 'a'));
  for (const userId of [ZOE, 'xan']) await engine.opportunities.confirm(completed, userId);
  const broken = await trade(hers(2, 'a', 'b'), item('y1', 'yun', 'b', 'a'));
  await engine.opportunities.dispute(broken, ZOE, { note: `${MARK} was not there` });
  await t.drop(item('y1', 'yun', 'b', 'a'));
  await t.drop(hers(2, 'a', 'b'));

  // a → zoe → b …: whoever stays finds dan in her place.
  await t.put(item('1', 'ana', 'c', 'd'));
  await t.put(hers(3, 'd', 'e'));
  await t.put(item('3', 'ben', 'e', 'c'));
  const declined = await t.open('ana');
  await t.accept(declined.id, 'ana'); // from here on her item is in no other proposal
  await t.put(item('4', 'dan', 'd', 'e'));
  await engine.opportunities.decline(declined.id, ZOE, { note: MARK });
  const repaired = await t.open('ana');
  expect([repaired.repairs, repaired.leftOut]).toEqual([declined.id, [ZOE]]);

  await t.put(hers(5, 'f', 'b'));
  await t.put(item('5', 'eva', 'b', 'f'));
  const open = await t.open('eva');
  await engine.setPreferences({ userId: ZOE, mutedUserIds: ['gil'] });
  await engine.setPreferences({ userId: 'gil', blockedUserIds: [ZOE, 'hal'], mutedUserIds: [ZOE] });
  return { ...t, completed, broken, declined: declined.id, repaired: repaired.id, open: open.id };
}

describe('forgetUser', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await pgliteDatabase();
  });
  afterAll(() => database?.close());
  beforeEach(() => database.clear());

  /** Everything there is, table by table. */
  const tables = async (): Promise<[string, string][]> => {
    const { prisma } = database;
    const names = await prisma.$queryRawUnsafe<{ name: string }[]>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
    );
    const all = async (name: string) =>
      (await prisma.$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS row FROM "${name}" t`)).map(({ row }) => row);
    return Promise.all(names.map(async ({ name }): Promise<[string, string]> => [name, (await all(name)).join('\n')]));
  };
  const speakingOfHer = async () => (await tables()).filter(([, rows]) => rows.includes(MARK)).map(([name]) => name);

  it('leaves nothing of a person in any table, and the others their side', async () => {
    const t = await marketOfZoe(prismaStorage(database.prisma), { ledgerKey: 'secret' });
    expect(await speakingOfHer()).toEqual(
      expect.arrayContaining(['barter_items', 'barter_opportunities', 'barter_notifications', 'barter_preferences']),
    );
    const { engine } = t;
    const before = await engine.opportunities.get(t.completed, 'xan');
    expect(await engine.forgetUser(ZOE)).toEqual({ items: 3, opportunities: 4 });
    expect(await speakingOfHer()).toEqual([]);

    // What the others gave and got is what it was, but for her name and her words.
    const after = await engine.opportunities.get(t.completed, 'xan');
    const pseudonym = after.participants.find(({ userId }) => userId !== 'xan')!.userId;
    expect(pseudonym).toMatch(/^forgotten-[0-9a-f]{32}$/);
    expect(after.items).toEqual(before.items);
    expect([after.state, after.settledAt]).toEqual(['completed', before.settledAt]);
    const own = (one: typeof after) => one.participants.find(({ userId }) => userId === 'xan')!;
    expect(own(after)).toEqual({ ...own(before), givesTo: pseudonym, getsFrom: pseudonym, getsTitle: '—', getsDigest: '', reasons: [] }); // biome-ignore format: one line
    expect((await engine.opportunities.get(t.broken, 'yun')).endedBy).toBe(pseudonym);
    const [row] = await t.storage.notifications.inbox('xan', { limit: 9 });
    expect([row?.getsFrom, row?.gives.itemTitle, row?.gets.itemTitle]).toEqual([pseudonym, 'Item x1', '—']);

    // The repair goes on without her; the open one has ended, and eva has been told.
    const { state, leftOut } = await engine.opportunities.get(t.repaired, 'ana');
    expect([state, leftOut]).toEqual(['proposed', [pseudonym]]);
    expect((await t.accept(t.repaired, 'ana', 'ben', 'dan')).state).toBe('committed');
    expect((await engine.opportunities.get(t.open, 'eva')).state).toBe('withdrawn');
    expect(t.told(t.open, 'match_withdrawn')).toEqual(['eva', ZOE]);
    expect(await t.storage.preferences.get('gil')).toEqual({
      userId: 'gil',
      blockedUserIds: ['hal'],
      mutedUserIds: [],
    });

    expect(await engine.forgetUser(ZOE)).toEqual({ items: 0, opportunities: 0 });
    await engine.close();
  });

  it('is finished by a second call, wherever the first was cut off', async () => {
    let left = Infinity;
    // Each write of the storage may be the last one.
    const cut = <T extends object>(role: T): T =>
      new Proxy(role, {
        get: (target, verb) => (...args: unknown[]) => {
          if (/^(put|remove|change|rewrite|settle)$/.test(String(verb)) && left-- <= 0) throw new Error('cut');
          return (Reflect.get(target, verb) as (...args: unknown[]) => unknown).apply(target, args);
        },
      }); // biome-ignore format: one line each
    for (let writes = 0; ; writes++) {
      await database.clear();
      const whole = prismaStorage(database.prisma);
      const storage = { ...whole, items: cut(whole.items), opportunities: cut(whole.opportunities), preferences: cut(whole.preferences) }; // biome-ignore format: one line
      left = Infinity;
      const first = await marketOfZoe(storage, { retry: { attempts: 1, delayMs: 0 } });
      left = writes;
      const outcome = await first.engine.forgetUser(ZOE).then(
        () => 'done',
        () => 'cut',
      );
      left = Infinity;
      const again = tradeEngine({ storage: whole });
      await again.engine.forgetUser(ZOE);
      expect(await speakingOfHer(), `after ${writes} writes`).toEqual([]);
      await Promise.all([first.engine.close(), again.engine.close()]);
      if (outcome === 'done') {
        expect(writes).toBeGreaterThan(10);
        return;
      }
    }
  });

  it('waits for the end of a committed trade, and says so before anything is gone', async () => {
    const t = tradeEngine();
    await t.put(hers(1, 'a', 'b'));
    await t.put(item('x1', 'xan', 'b', 'a'));
    await t.put(hers(2, 'c', 'd'));
    const { id } = await t.open('xan');
    await t.accept(id, ZOE, 'xan');
    await expect(t.engine.forgetUser(ZOE)).rejects.toMatchObject({ code: 'item-locked' });
    expect(await t.storage.items.ownedBy(ZOE)).toHaveLength(2);
    await t.engine.opportunities.dispute(id, 'xan');
    expect(await t.engine.forgetUser(ZOE)).toEqual({ items: 2, opportunities: 1 });
    await t.engine.close();
  });

  it('takes nothing back that others say of themselves meanwhile', async () => {
    const storage = memoryStorage();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isSlow = false;
    const preferences: typeof storage.preferences = {
      ...storage.preferences,
      put: async (own) => {
        if (isSlow) await new Promise((resolve) => setTimeout(resolve, 5));
        await storage.preferences.put(own);
      },
      remove: async (userId) => {
        await held;
        await storage.preferences.remove(userId);
      },
    };
    const { engine } = tradeEngine({ storage: { ...storage, preferences } });
    const daily = { timeZone: 'UTC', digest: { at: '08:00' } };
    await engine.setPreferences({ userId: 'gil', blockedUserIds: [ZOE, 'hal'], ...daily });
    await engine.setPreferences({ userId: 'hal', blockedUserIds: [ZOE] });
    await engine.setPreferences({ userId: ZOE, blockedUserIds: ['hal'] });
    isSlow = true;
    const forgetting = [engine.forgetUser(ZOE)];
    await new Promise((resolve) => setTimeout(resolve, 5)); // her preferences are going
    const unsubscribing = engine.setPreferences({ userId: 'gil', blockedUserIds: [ZOE, 'hal'] });
    forgetting.push(engine.forgetUser('hal'));
    letGo();
    await Promise.all([...forgetting, unsubscribing]);
    expect(await storage.preferences.all()).toEqual([{ userId: 'gil', blockedUserIds: [] }]);
    await engine.close();
  });

  it('says what is still in a table of the host’s own', async () => {
    const storage = memoryStorage();
    const t = tradeEngine({ storage: { ...storage, items: { ...storage.items, remove: async () => {} } } });
    await t.put(hers(1, 'a', 'b'));
    await expect(t.engine.forgetUser(ZOE)).rejects.toMatchObject({ code: 'items-remain' });
    await storage.items.remove('h1');
    expect(await t.engine.forgetUser(ZOE)).toEqual({ items: 0, opportunities: 0 });
    for (const id of ['', 7, 'x'.repeat(300)])
      await expect(t.engine.forgetUser(id as string)).rejects.toMatchObject({ code: 'invalid-command' });
    await t.engine.close();
  });

  it('leaves no hash in which known ids could be tried without the key', async () => {
    const t = await marketOfZoe(prismaStorage(database.prisma), { ledgerKey: 'secret' });
    await t.engine.forgetUser(ZOE);
    const text = (await tables()).map(([, rows]) => rows).join('\n');
    expect(text).toContain('throttle 9 in');
    const opportunities = await database.prisma.barterOpportunity.findMany();
    for (const { id } of opportunities)
      for (let version = 1; version < 9; version++)
        for (const type of ['new_match', 'updated_match'])
          expect(text).not.toContain(digest('notification', id, version, ZOE, type));
    await t.engine.close();
  });

  it('knows a person in ledgers by a hash under the host’s key', async () => {
    const keys = async (ledgerKey?: string) => {
      await database.clear();
      const t = await marketOfZoe(prismaStorage(database.prisma), ledgerKey === undefined ? {} : { ledgerKey });
      const { prisma } = database;
      const all = [
        ...(await prisma.barterClaim.findMany()).map(({ key }) => key),
        ...(await prisma.barterCounter.findMany()).map(({ key }) => key),
        ...(await prisma.barterRefusal.findMany()).map(({ digest }) => digest),
      ];
      await t.engine.close();
      return all.sort();
    };
    const [one, again, other] = [await keys('one'), await keys('one'), await keys('other')];
    expect(one.length).toBeGreaterThan(6);
    expect(one.join()).not.toContain(MARK);
    expect(again).toEqual(one);
    expect(other.filter((key) => one.includes(key))).toEqual([]);
  });
});
