import { createRandom, type Random } from '../../bench/random';
import type { ModelCategory, ModelItem, ModelPreferences, ModelWant } from './crowd-model';

/** What a client asks of the host; ids of new items are the host's to give. */
export type CrowdEvent =
  | { type: 'create'; userId: string; body: { title: string; categoryId: string; wants: ModelWant[] } }
  | { type: 'update'; userId: string; itemId: string; change: { categoryId?: string; wants?: ModelWant[] } }
  | { type: 'delete'; userId: string; itemId: string };

export interface CrowdWorkload {
  categories: ModelCategory[];
  /** Everybody who has things to trade. */
  traders: string[];
  /** Connected as well, without items: whatever reaches them is an error. */
  bystanders: string[];
  preferences: Map<string, ModelPreferences>;
  /** The next event, given what there is. */
  next(items: readonly ModelItem[]): CrowdEvent;
  /** How much time passes before it. */
  pause(): number;
}

const TRADERS = 190;
const BYSTANDERS = 10;
const KEEN_TRADERS = 8;
const ROOTS = 2;
const MIDDLES_PER_ROOT = 36;
const LEAVES_PER_MIDDLE = 3;
const STEADY_ITEMS = 220;

/**
 * A seeded crowd whose rules are few enough to be modelled: wants by name or by one category, no values, no words. An
 * update moves to a middle category of its own, so that the edges of a live trade end or stay but never change score.
 */
export function crowdWorkload(seed: number): CrowdWorkload {
  const random = createRandom(seed);
  const traders = Array.from({ length: TRADERS }, (_, i) => `trader-${i}`);
  const bystanders = Array.from({ length: BYSTANDERS }, (_, i) => `bystander-${i}`);
  const { categories, middles } = forest();
  const deleted: { userId: string; body: { title: string; categoryId: string; wants: ModelWant[] } }[] = [];
  let made = 0;

  /** A leaf mostly, sometimes only the middle, rarely just the root. */
  const filing = (middle: Middle) =>
    random.chance(0.85) ? random.pick(middle.leaves) : random.chance(0.8) ? middle.id : middle.root;

  const middleOf = (category: string) => middles.find(({ id, leaves }) => id === category || leaves.includes(category));

  const wantersOf = (item: { categoryId: string }, items: readonly ModelItem[]) =>
    items.filter(({ wants }) =>
      wants.some((want) => 'categoryId' in want && middleOf(want.categoryId) === middleOf(item.categoryId)),
    );

  const named = (self: { categoryId: string; ownerId: string }, items: readonly ModelItem[], not: string[]) => {
    const usable = (list: readonly ModelItem[]) =>
      list.filter(({ id, ownerId }) => ownerId !== self.ownerId && !not.includes(id));
    // Wishes for something that could come back around, or there would hardly be a trade.
    const near = usable(wantersOf(self, items));
    const far = near.length > 0 ? usable(wantersOf(random.pick(near), items)) : [];
    const pool =
      random.chance(0.3) && far.length > 0 ? far : random.chance(0.4) && near.length > 0 ? near : usable(items);
    return pool.length > 0 ? random.pick(pool).id : undefined;
  };

  const wants = (
    self: { categoryId: string; ownerId: string },
    items: readonly ModelItem[],
    old: readonly ModelWant[] = [],
  ): ModelWant[] => {
    const oldIds = old.flatMap((want) => ('itemIds' in want ? want.itemIds : []));
    const oldMiddles = old.map((want) => ('categoryId' in want ? middleOf(want.categoryId) : undefined));
    const byName = old.length > 0 ? oldIds.length > 0 : random.chance(0.4);
    if (byName) {
      const ids = [named(self, items, oldIds), random.chance(0.4) ? named(self, items, oldIds) : undefined];
      const distinct = [...new Set(ids.filter((id) => id !== undefined))];
      if (distinct.length > 0) {
        return random.chance(0.5) ? [{ itemIds: distinct }] : distinct.map((id) => ({ itemIds: [id] }));
      }
      if (old.length > 0) return [...old];
    }
    const middle = random.pick(middles.filter((other) => !oldMiddles.includes(other)));
    return [{ categoryId: random.chance(0.8) ? random.pick(middle.leaves) : middle.id }];
  };

  const create = (items: readonly ModelItem[]): CrowdEvent => {
    const again = random.chance(0.4) ? deleted.pop() : undefined;
    if (again) return { type: 'create', userId: again.userId, body: again.body };
    const userId = random.chance(0.15) ? traders[random.int(KEEN_TRADERS)]! : random.pick(traders);
    const categoryId = filing(random.pick(middles));
    const title = `Thing ${made++}`;
    return {
      type: 'create',
      userId,
      body: { title, categoryId, wants: wants({ categoryId, ownerId: userId }, items) },
    };
  };

  const update = (item: ModelItem, items: readonly ModelItem[]): CrowdEvent => {
    const { id: itemId, ownerId: userId } = item;
    const from = middleOf(item.categoryId);
    if (from && random.chance(0.25)) {
      const to = random.pick(middles.filter((middle) => middle !== from));
      return { type: 'update', userId, itemId, change: { categoryId: random.pick(to.leaves) } };
    }
    return { type: 'update', userId, itemId, change: { wants: wants(item, items, item.wants) } };
  };

  return {
    categories,
    traders,
    bystanders,
    preferences: preferences(random, traders),
    pause: () => 3_000 + random.int(9_000),
    next(items) {
      const draw = random.next();
      const crowded = items.length / STEADY_ITEMS;
      if (items.length < 20 || draw < 0.65 - 0.3 * Math.min(crowded, 1.5)) return create(items);
      const item = random.pick(items);
      if (draw < 0.72) return update(item, items);
      const { ownerId: userId, title, categoryId, wants } = item;
      deleted.push({ userId, body: { title, categoryId, wants } });
      return { type: 'delete', userId, itemId: item.id };
    },
  };
}

interface Middle {
  id: string;
  root: string;
  leaves: string[];
}

function forest(): { categories: ModelCategory[]; middles: Middle[] } {
  const categories: ModelCategory[] = [];
  const middles: Middle[] = [];
  for (let r = 0; r < ROOTS; r++) {
    const root = `root-${r}`;
    categories.push({ id: root });
    for (let m = 0; m < MIDDLES_PER_ROOT; m++) {
      const id = `${root}-middle-${m}`;
      categories.push({ id, parentId: root });
      const leaves = Array.from({ length: LEAVES_PER_MIDDLE }, (_, i) => `${id}-leaf-${i}`);
      for (const leaf of leaves) categories.push({ id: leaf, parentId: id });
      middles.push({ id, root, leaves });
    }
  }
  return { categories, middles };
}

function preferences(random: Random, traders: readonly string[]): Map<string, ModelPreferences> {
  const all = new Map<string, ModelPreferences>();
  for (const userId of traders) {
    const draw = random.next();
    if (draw < 0.08) all.set(userId, { minScore: 450 });
    else if (draw < 0.16) all.set(userId, { minScore: 850 });
    else if (draw < 0.4) {
      const others = [...new Set([random.pick(traders), random.pick(traders)])].filter((other) => other !== userId);
      all.set(userId, random.chance(0.5) ? { blocked: others } : { muted: others });
    }
  }
  return all;
}
