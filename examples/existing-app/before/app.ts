import express, { type Express } from 'express';
import type { PrismaClient } from '../generated/client';

/** A small shop: people list what they sell, and some would rather swap. */
export async function createApp(prisma: PrismaClient): Promise<Express> {
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

  return app;
}
