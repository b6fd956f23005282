import type { LoadReport } from './api';
import { isBarterError } from './errors';
import type { MarketPort, RefusedItem } from './market-port/market-port';
import type { Sleep } from './runtime';
import type { ItemStore } from './storage/storage';
import type { CategoryId, Item, ItemId } from './types';

/** Items checked and staged between two turns of the event loop. */
const SLICE = 64;
/** Stored items read at once, and pages of them that are put in order together. */
const PAGE = 1_000;
const PAGES_IN_ORDER = 50;
/** Refusals kept in the report. */
const MOST_REFUSED = 100;

export interface LoadContext {
  market: Pick<MarketPort, 'stage' | 'drop' | 'link'>;
  checkItem(input: unknown): Item;
  /** Keeps what was taken in. Absent: it is kept already. */
  store?: (item: Item) => Promise<void>;
  onRefused(refused: RefusedItem): void;
  sleep: Sleep;
}

/**
 * Items → checked → staged → stored → linked. A source or a store that fails ends it; what was stored by then is linked
 * all the same, and nothing else stays.
 */
export async function loadItems(
  { market, checkItem, store, onRefused, sleep }: LoadContext,
  source: AsyncIterable<unknown> | Iterable<unknown>,
): Promise<Omit<LoadReport, 'tookMs'>> {
  const report: Omit<LoadReport, 'tookMs'> = { items: 0, refused: [], refusedCount: 0 };
  const refuse = (refused: RefusedItem) => {
    report.refusedCount++;
    if (report.refused.length < MOST_REFUSED) report.refused.push(refused);
    onRefused(refused);
  };
  try {
    for await (const slice of slicesOf(source)) {
      const items = slice.flatMap((input) => checked(checkItem, input, refuse));
      const refused = await market.stage(items);
      refused.forEach(refuse);
      const out = new Set(refused.map(({ itemId }) => itemId));
      const taken = items.filter(({ id }) => !out.has(id));
      if (store) await storeAll(market, taken, store);
      report.items += taken.length;
      await sleep(0);
    }
  } finally {
    await market.link();
  }
  return report;
}

/**
 * All items of the store but these. Of each fifty thousand those that are alike come one after the other: the market keeps
 * side by side what comes side by side, and who looks at one of them looks at the others, too.
 */
export async function* storedItems(items: ItemStore, without: ReadonlySet<ItemId>): AsyncGenerator<Item> {
  let after: ItemId | undefined;
  for (let isLast = false; !isLast; ) {
    const some: Item[] = [];
    for (let pages = 0; pages < PAGES_IN_ORDER && !isLast; pages++) {
      const page = await items.page({ ...(after !== undefined && { after }), limit: PAGE });
      for (const item of page) if (!without.has(item.id)) some.push(item);
      after = page.at(-1)?.id;
      isLast = page.length < PAGE;
    }
    yield* alikeTogether(some);
  }
}

/** By category, and within it by value. */
function alikeTogether(items: readonly Item[]): Item[] {
  const byCategory = new Map<CategoryId, Item[]>();
  for (const item of items) {
    const category = item.categoryId ?? '';
    const others = byCategory.get(category);
    if (others) others.push(item);
    else byCategory.set(category, [item]);
  }
  const value = (item: Item) => item.estimatedValue ?? -1;
  return [...byCategory]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => group.sort((a, b) => value(a) - value(b)));
}

async function* slicesOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T[]> {
  let slice: T[] = [];
  for await (const item of source) {
    slice.push(item);
    if (slice.length < SLICE) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

function checked(checkItem: (input: unknown) => Item, input: unknown, refuse: (refused: RefusedItem) => void): Item[] {
  try {
    return [checkItem(input)];
  } catch (error) {
    if (!isBarterError(error)) throw error;
    const { id } = (input ?? {}) as { id?: unknown };
    refuse({ itemId: String(id), code: error.code, message: error.message });
    return [];
  }
}

/** Whatever cannot be stored does not stay in the market. */
async function storeAll(
  market: Pick<MarketPort, 'drop'>,
  items: readonly Item[],
  store: (item: Item) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(store));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return;
  await market.drop(items.filter((_, i) => outcomes[i]!.status === 'rejected').map(({ id }) => id));
  throw failed.reason;
}
