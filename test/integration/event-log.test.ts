import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { barterEvents, ownItems, takeMarket } from '../../adapters/prisma';
import { categories, mapping } from '../../examples/existing-app/after/swaps';
import { createBarterEngine } from '../../src';
import { eventLogContract, sampleOpportunity } from '../../src/testing';
import { hasPostgres } from '../support/databases';
import { type ShopDatabase, shopInPGlite, shopInPostgres } from '../support/shop';

const ITEMS = { items: ownItems(mapping) };

for (const [name, open, isThere] of [
  ['PGlite', shopInPGlite, true],
  ['PostgreSQL', shopInPostgres, hasPostgres],
] as const) {
  describe.skipIf(!isThere)(`the log of item events on ${name}`, () => {
    let shop: ShopDatabase;
    beforeEach(async () => {
      shop = await open();
      await shop.prisma.seller.createMany({ data: [{ name: 'Ana' }, { name: 'Ben' }] });
    });
    afterEach(() => shop.close());

    const logged = async () => (await takeMarket(shop.prisma)).log.next(100);
    const listing = (sellerId: number, department: string, swapFor: string) => ({
      sellerId,
      title: `One of ${department}`,
      department,
      swapFor,
    });

    it('sees every writing operation, and gives the very answer that the client gives', async () => {
      const prisma = shop.prisma.$extends(barterEvents(mapping));
      const data = listing(1, 'bikes', 'books');
      const seen: Record<string, unknown[]> = {};
      let before = 0;
      const see = async (operation: string) => {
        const events = await logged();
        seen[operation] = events.slice(before).map(({ itemId, userId }) => `${itemId} of ${userId}`);
        before = events.length;
      };
      expect(await prisma.listing.create({ data, select: { title: true } })).toEqual({ title: data.title });
      await see('create');
      expect(await prisma.listing.createMany({ data: [data, data] })).toEqual({ count: 2 });
      await see('createMany');
      expect(await prisma.listing.createManyAndReturn({ data: [data], omit: { id: true } })).toEqual([{ ...data, sold: false }]); // biome-ignore format: one line
      await see('createManyAndReturn');
      expect(await prisma.listing.update({ where: { id: 1 }, data: { sellerId: 2 }, select: { seller: true } })).toEqual({ seller: { id: 2, name: 'Ben' } }); // biome-ignore format: one line
      await see('update');
      expect(await prisma.listing.updateMany({ where: { id: { gt: 2 } }, data: { title: 'New' } })).toEqual({
        count: 2,
      });
      await see('updateMany');
      const changed = await prisma.listing.updateManyAndReturn({ where: { id: 2 }, data: { title: 'Two' } });
      expect(changed).toEqual([{ ...data, id: 2, title: 'Two', sold: false }]);
      await see('updateManyAndReturn');
      await prisma.listing.upsert({ where: { id: 2 }, create: data, update: { title: 'Second' } });
      await prisma.listing.upsert({ where: { id: 99 }, create: data, update: {} });
      await see('upsert');
      expect(await prisma.listing.delete({ where: { id: 1 }, select: { title: true } })).toEqual({ title: data.title });
      await see('delete');
      expect(await prisma.listing.deleteMany({ where: { title: 'New' } })).toEqual({ count: 2 });
      await see('deleteMany');
      expect(seen).toEqual({
        create: ['1 of 1'],
        createMany: ['2 of 1', '3 of 1'],
        createManyAndReturn: ['4 of 1'],
        update: ['1 of 2'],
        updateMany: ['3 of 1', '4 of 1'],
        updateManyAndReturn: ['2 of 1'],
        upsert: ['2 of 1', '5 of 1'],
        delete: ['1 of 2'],
        deleteMany: ['3 of 1', '4 of 1'],
      });
      expect(await prisma.listing.findMany({ orderBy: { id: 'asc' }, select: { id: true } })).toEqual([
        { id: 2 },
        { id: 5 },
      ]);
    });

    it('has an event if and only if the change is there', async () => {
      const prisma = shop.prisma.$extends(barterEvents(mapping));
      const data = listing(1, 'bikes', 'books');
      const rolledBack = prisma.$transaction(async (tx) => {
        await tx.listing.create({ data });
        await tx.listing.updateMany({ where: {}, data: { title: 'x' } });
        throw new Error('the host changes its mind');
      });
      await expect(rolledBack).rejects.toThrow('changes its mind');
      await expect(prisma.listing.create({ data: { ...data, sellerId: 77 } })).rejects.toMatchObject({ code: 'P2003' });
      expect(await logged()).toEqual([]);
      await prisma.$transaction(async (tx) => {
        await tx.listing.create({ data });
        await tx.seller.update({ where: { id: 1 }, data: { name: 'Anna' } });
      });
      await prisma.$transaction((tx) => tx.listing.updateMany({ data: { title: 'y' } }));
      expect(await logged()).toHaveLength(2);
      const list = prisma.$transaction([prisma.listing.create({ data })]);
      await expect(list).rejects.toMatchObject({ code: 'invalid-command' });
      expect(await prisma.listing.count()).toBe(1);
    });

    it('leads to opportunities, each event done together with what it leads to', async () => {
      const prisma = shop.prisma.$extends(barterEvents(mapping));
      await prisma.listing.create({ data: listing(1, 'bikes', 'books') });
      await prisma.listing.create({ data: listing(2, 'books', 'bikes') });
      const { storage, log } = await takeMarket(shop.prisma, ITEMS);
      let failures = 2;
      const failing: typeof log = {
        ...log,
        handle: (event, work) =>
          log.handle(event, async (within) => {
            const result = await work(within);
            if (event.itemId === '2' && failures-- > 0) throw new Error('the database goes away');
            return result;
          }),
      };
      const engine = createBarterEngine({ storage, categories });
      const told: unknown[] = [];
      engine.on('opportunity:proposed', ({ items, attempt }) => told.push([items, attempt]));
      const done = new Promise<void>((resolve) =>
        engine.on('event:processed', ({ itemId }) => itemId === '2' && resolve()),
      );
      engine.follow(failing, { everyMs: 5 });
      await done;
      expect(failures).toBe(-1);
      expect(told).toEqual([[['1', '2'], 0]]);
      expect(await prisma.barterOpportunity.count()).toBe(1);
      expect(await log.next(10)).toEqual([]);
      // A busy database may refuse to take a push down at once: then it is due again a second later.
      await vi.waitFor(async () => {
        await engine.deliverDue();
        expect(await storage.notifications.pending()).toBe(0);
      }, 10_000);

      await prisma.listing.deleteMany({ where: { sellerId: 2 } });
      await new Promise<void>((resolve) => engine.on('opportunity:withdrawn', () => resolve()));
      await engine.close();
    });

    it('goes past an event that the engine refuses', async () => {
      const prisma = shop.prisma.$extends(barterEvents(mapping));
      await prisma.listing.create({ data: { ...listing(1, 'bikes', 'books'), title: ' ' } }); // a title that is none
      await prisma.listing.create({ data: listing(2, 'books', 'bikes') });
      const { storage, log } = await takeMarket(shop.prisma, ITEMS);
      const engine = createBarterEngine({ storage, categories });
      const done = new Promise<void>((resolve) => engine.on('event:processed', () => resolve()));
      engine.follow(log, { everyMs: 5 });
      await done;
      await engine.close();
      expect(await log.next(10)).toEqual([]);
    });

    eventLogContract({ describe, it }, async () => {
      const { storage, log } = await takeMarket(shop.prisma);
      const append = async (itemId: string, userId: string) =>
        void (await shop.prisma.barterEvent.create({ data: { itemId, userId } }));
      return { storage, log, append };
    });

    it('has one writer: the last who took the market', async () => {
      const former = await takeMarket(shop.prisma);
      const present = await takeMarket(shop.prisma);
      await shop.prisma.barterEvent.create({ data: { itemId: 'a', userId: 'ana' } });
      const [event] = await former.log.next(1);
      const refused = { code: 'not-the-writer' };
      await expect(former.storage.opportunities.propose(sampleOpportunity(), [])).rejects.toMatchObject(refused);
      await expect(former.log.handle(event!, async () => {})).rejects.toMatchObject(refused);
      expect(await present.log.next(1)).toEqual([event]);
      expect(await present.storage.opportunities.propose(sampleOpportunity(), [])).toBe(true);
    });
  });
}

describe.skipIf(!hasPostgres)('the order of the log', () => {
  it('waits for a transaction that is committed after one that began later', async () => {
    const shop = await shopInPostgres();
    const { log } = await takeMarket(shop.prisma);
    const ids = async () => (await log.next(10)).map(({ itemId }) => itemId);
    let commitFirst = () => {};
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const first = shop.prisma.$transaction(async (tx) => {
      await tx.barterEvent.create({ data: { itemId: 'n', userId: 'ana' } });
      begun();
      await new Promise<void>((resolve) => {
        commitFirst = resolve;
      });
    });
    await isBegun;
    await shop.prisma.barterEvent.create({ data: { itemId: 'n+1', userId: 'ben' } });
    expect(await shop.prisma.barterEvent.findMany({ select: { itemId: true } })).toEqual([{ itemId: 'n+1' }]);
    expect(await ids()).toEqual([]);
    commitFirst();
    await first;
    expect(await ids()).toEqual(['n', 'n+1']);
    await shop.close();
  });
});
