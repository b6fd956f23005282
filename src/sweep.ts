import type { EventReport, SweepOptions, SweepReport } from './api';
import type { MarketPort } from './market-port/market-port';
import type { Sleep } from './runtime';
import type { ItemId } from './types';

/** Items looked at between two turns of the event loop. */
const SLICE = 64;

/** What the searches of a sweep came to. */
type Searched = Omit<SweepReport, 'tookMs' | 'differences'>;

interface Portion {
  itemIds: ItemId[];
  /** How many come after these. */
  left: number;
}

export interface SweepContext {
  market: Pick<MarketPort, 'takeDirty' | 'countDirty' | 'markDirty' | 'nextOfPass'>;
  sleep: Sleep;
  /** Items whose events wait to be tried again, or have left cycles untold. */
  unfinished(): ItemId[];
  /** Searches an item again; undefined where that failed. */
  lookAgain(id: ItemId): Promise<EventReport | undefined>;
  isClosing(): boolean;
}

/**
 * Looks again at items that may be on a trade nobody has been told of: those left unfinished and those whose
 * surroundings changed; before these, on request, at all.
 */
export async function sweepItems(
  context: SweepContext,
  { signal, full = false, budget = Infinity }: SweepOptions,
): Promise<Searched> {
  const { market, unfinished } = context;
  const report = { items: 0, left: 0, cycles: 0, told: 0, withdrawn: 0 };
  const look = looker(context, report, signal);
  /** Returns how many are left. */
  const lookAtAll = async (portions: AsyncIterable<Portion>): Promise<number> => {
    let left = 0;
    for await (const { itemIds, left: later } of portions) {
      const rest = await look(itemIds);
      left = later + rest.length;
      if (rest.length > 0) await market.markDirty(rest);
      if (hasEnded(context, signal)) break;
    }
    return left;
  };

  const urgent = new Set(unfinished());
  await look([...urgent]);
  if (full) report.left = await lookAtAll(passOver(market, budget, urgent));
  const awaiting = await lookAtAll(dirtyOf(market));
  if (!full) report.left = awaiting;
  return report;
}

/** Looks at items until it is to end; returns those it did not come to. */
function looker(context: SweepContext, report: Searched, signal: AbortSignal | undefined) {
  const keys = new Set<string>();
  return async (ids: readonly ItemId[]): Promise<ItemId[]> => {
    for (const [i, id] of ids.entries()) {
      if (hasEnded(context, signal)) return ids.slice(i);
      const done = await context.lookAgain(id);
      for (const { key } of done?.found ?? []) keys.add(key);
      report.cycles = keys.size;
      report.told += done?.told.length ?? 0;
      report.withdrawn += done?.withdrawn.length ?? 0;
      if (++report.items % SLICE === 0) await context.sleep(0);
    }
    return [];
  };
}

function hasEnded({ isClosing }: SweepContext, signal: AbortSignal | undefined): boolean {
  return isClosing() || (signal?.aborted ?? false);
}

/** Those marked by now; marks that come while they are looked at are for the next sweep. */
async function* dirtyOf(market: Pick<MarketPort, 'takeDirty' | 'countDirty'>): AsyncGenerator<Portion> {
  for (let left = await market.countDirty(); left > 0; ) {
    const itemIds = await market.takeDirty(Math.min(SLICE, left));
    if (itemIds.length === 0) return; // their own events have come first
    left -= itemIds.length;
    yield { itemIds, left };
  }
}

/**
 * All items, or as many as the budget allows from where the last such pass stopped; those looked at just before are
 * passed by.
 */
async function* passOver(
  market: Pick<MarketPort, 'nextOfPass'>,
  budget: number,
  before: ReadonlySet<ItemId>,
): AsyncGenerator<Portion> {
  for (let spent = 0; spent < budget; spent += SLICE) {
    const fromStart = spent === 0 && budget === Infinity;
    const { itemIds, left } = await market.nextOfPass(Math.min(SLICE, budget - spent), fromStart);
    yield { itemIds: itemIds.filter((id) => !before.has(id)), left };
    if (left === 0) return;
  }
}
