import type { PipelineContext } from './admit';
import type { Opportunity } from './types';

/**
 * Marks the items of a completed trade as traded in the items' own store, which may be another one than that of the
 * opportunities. Can be repeated: what fails here is done by the next cleanup.
 */
export async function settle(
  { storage }: Pick<PipelineContext, 'storage'>,
  { id, participants }: Opportunity,
  now: number,
): Promise<void> {
  for (const { gives, userId } of participants) {
    const item = await storage.items.get(gives);
    // Its owner may have given it to somebody in the host's own tables: then it is no longer what was traded.
    if (item && item.ownerId === userId && item.status !== 'traded')
      await storage.items.put({ ...item, status: 'traded' });
  }
  await storage.opportunities.settle(id, now);
}
