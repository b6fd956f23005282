import { createHash } from 'node:crypto';
import type { Loop, LoopClearing, LoopItem, MarketClearing } from 'barterloop';
import type { TradeList } from './trade-list';

/** One item on its way. */
export interface Delivery {
  item: string;
  title: string;
  /** Who gives it … */
  from: string;
  /** … to whom … */
  to: string;
  /** … and what for. */
  forItem: string;
  /** Of the want of the receiver. */
  cost: number;
}

/** A cleared math trade, for people and programs to read. */
export interface TradeReport {
  /** Items that change hands, and how many there were. */
  trades: number;
  items: number;
  /** People with a trade, and how many took part. */
  users: number;
  people: number;
  groups: number;
  /** The greatest first. */
  groupSizes: number[];
  sumOfSquares: number;
  cost: number;
  /** No clearing has more trades … */
  upperBound: number;
  /** … so that there can be no better one. */
  proven: boolean;
  /** Most items of a group; null: as long as may be. */
  maxLength: number | null;
  rounds: number;
  seed: number;
  options: string[];
  /** SHA-256 of the list as it was read, so that everybody can tell which one this is. */
  inputChecksum: string;
  loops: Delivery[][];
  notTraded: { item: string; title: string; user: string }[];
  missing: string[];
  warnings: { line: number; message: string }[];
}

/** What a solver says of a trade. */
export interface Solved
  extends Pick<LoopClearing, 'trades' | 'users' | 'cost' | 'sumOfSquares' | 'upperBound' | 'rounds'> {
  loops: Omit<Loop, 'via'>[];
  maxLength: number | null;
}

/** A clearing in cycles as loops, with what each owner's want costs; through dummies, the cheapest that leads there. */
export function cappedAsSolved(items: readonly LoopItem[], clearing: MarketClearing, maxLength: number): Solved {
  const byId = new Map(items.map((item) => [item.id, item]));
  const leadsTo = (from: LoopItem, id: string, seen: ReadonlySet<string>): boolean =>
    from.wants.some(({ itemId }) => itemId === id || leadsThrough(itemId, id, seen));
  const leadsThrough = (dummy: string, id: string, seen: ReadonlySet<string>): boolean => {
    const item = byId.get(dummy)!;
    return item.isDummy === true && !seen.has(dummy) && leadsTo(item, id, new Set([...seen, dummy]));
  };
  const loops = clearing.cycles
    .map(({ items: ids, owners }) => ({
      items: ids,
      owners,
      costs: ids.map((id, place) => {
        const got = ids[(place - 1 + ids.length) % ids.length]!;
        const wants = byId
          .get(id)!
          .wants.filter(({ itemId }) => itemId === got || leadsThrough(itemId, got, new Set()));
        return Math.min(...wants.map(({ cost = 1 }) => cost));
      }),
    }))
    .sort((a, b) => b.items.length - a.items.length);
  return {
    loops,
    trades: clearing.items,
    users: clearing.users,
    cost: loops.reduce((sum, { costs }) => sum + costs.reduce((a, b) => a + b), 0),
    sumOfSquares: loops.reduce((sum, { items: ids }) => sum + ids.length ** 2, 0),
    upperBound: Math.max(clearing.items, Math.floor(clearing.upperBound)),
    rounds: 1,
    maxLength,
  };
}

export function tradeReport(text: string, list: TradeList, solved: Solved): TradeReport {
  const { trades, users, cost, sumOfSquares, upperBound, maxLength, rounds } = solved;
  const titleOf = (id: string) => list.titles.get(id) ?? id;
  const loops = solved.loops.map(({ items, owners, costs }) =>
    items.map((item, place): Delivery => {
      const next = (place + 1) % items.length;
      return {
        item,
        title: titleOf(item),
        from: owners[place]!,
        to: owners[next]!,
        forItem: items[next]!,
        cost: costs[next]!,
      };
    }),
  );
  const traded = new Set(loops.flat().map(({ item }) => item));
  return {
    trades,
    items: list.itemCount,
    users,
    people: list.userCount,
    groups: loops.length,
    groupSizes: loops.map(({ length }) => length),
    sumOfSquares,
    cost,
    upperBound,
    proven: trades === upperBound,
    maxLength,
    rounds,
    seed: list.rules.seed,
    options: list.options,
    inputChecksum: createHash('sha256').update(text).digest('hex'),
    loops,
    notTraded: list.items
      .filter(({ id, isDummy }) => !isDummy && !traded.has(id))
      .map(({ id, ownerId }) => ({ item: id, title: titleOf(id), user: ownerId })),
    missing: list.missing,
    warnings: list.warnings,
  };
}
