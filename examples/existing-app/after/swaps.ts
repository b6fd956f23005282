import type { ItemMapping } from 'barterloop/adapters/prisma';
import type { Listing } from '../generated/client';

const DEPARTMENTS = ['phones', 'laptops', 'bikes', 'books'];
export const categories = DEPARTMENTS.map((id) => ({ id }));

/** Listings as items: who would swap takes part. */
export const mapping: ItemMapping = {
  model: 'listing',
  owner: 'sellerId',
  fromItemId: Number,
  fromUserId: Number,
  traded: { sold: true },
  toItem: ({ id, sellerId, title, department, swapFor, sold }: Listing) => ({
    id: String(id),
    ownerId: String(sellerId),
    title,
    ...(DEPARTMENTS.includes(department) && { categoryId: department }),
    wants: swapFor && DEPARTMENTS.includes(swapFor) ? [{ categoryId: swapFor }] : [],
    status: sold ? 'traded' : 'available',
  }),
};
