import { createBarterEngine } from 'barterloop';
import { barterEvents, ownItems, takeMarket } from 'barterloop/adapters/prisma';
import express, { type Express } from 'express';
import type { PrismaClient } from '../generated/client';
import { categories, mapping } from './swaps';

/** A small shop: people list what they sell, and some would rather swap. */
export async function createApp(client: PrismaClient): Promise<Express> {
  const { storage, log } = await takeMarket(client, { items: ownItems(mapping) });
  const engine = createBarterEngine({ storage, categories });
  engine.follow(log);
  const prisma = client.$extends(barterEvents(mapping));

  const app = express();
  app.use(express.json());

  app.post('/listings', async (req, res) => {
    const { sellerId, title, department, swapFor } = req.body;
    res.status(201).json(await prisma.listing.create({ data: { sellerId, title, department, swapFor } }));
  });

  app.patch('/listings/:id', async (req, res) => {
    const { title, department, swapFor } = req.body;
    const where = { id: Number(req.params.id) };
    res.json(await prisma.listing.update({ where, data: { title, department, swapFor } }));
  });

  app.delete('/listings/:id', async (req, res) => {
    await prisma.listing.delete({ where: { id: Number(req.params.id) } });
    res.status(204).end();
  });

  app.post('/sellers/:id/close', async (req, res) => {
    const sellerId = Number(req.params.id);
    res.json(await prisma.$transaction((tx) => tx.listing.deleteMany({ where: { sellerId, sold: false } })));
  });

  app.get('/sellers/:id/swaps', async (req, res) => {
    const swaps = await engine.opportunities.list(req.params.id);
    res.json(swaps.map(({ id, state, revision, participants }) => ({ id, state, revision, participants })));
  });

  app.post('/sellers/:id/swaps/:swap/accept', async (req, res) => {
    const { revision } = req.body;
    const { state } = await engine.opportunities.accept(req.params.swap, req.params.id, { revision });
    res.json({ state });
  });

  app.locals.close = () => engine.close();
  return app;
}
