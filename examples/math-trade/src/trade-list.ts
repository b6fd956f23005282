import type { LoopItem } from 'barterloop';
import { Names, type WantListWarning } from './names';
import { costOfRank, type TradeRules } from './trade-rules';
import { WantListError } from './want-list-error';
import { readLines } from './want-list-lines';

/** A math trade as it is to be cleared: dummies are items of their own, wants have costs. */
export interface TradeList {
  /** Real items in the order of the official names, then dummies; each knows what it would be taken for. */
  items: LoopItem[];
  titles: ReadonlyMap<string, string>;
  rules: TradeRules;
  /** The words of the `#!` lines. */
  options: string[];
  itemCount: number;
  dummyCount: number;
  userCount: number;
  /** Official names without a line of wants. */
  missing: string[];
  warnings: WantListWarning[];
}

/**
 * Reads a want list as the organiser of a math trade has it, with the options in its `#!` lines.
 * @throws WantListError with the line and a code, for a line that cannot be read.
 */
export function readTradeList(text: string, maxLineLength = 262_144): TradeList {
  const lines = readLines(text, maxLineLength);
  const { rules, options } = lines;
  const names = new Names(lines, false);
  const idOf = new Map<string, string>();
  for (const [key, { id }] of names.items) idOf.set(key, id);
  for (const [key, { line, item, user }] of names.dummies) {
    if (user === undefined) throw new WantListError('missing-user', line, `the dummy ${item} needs a user before it`);
    idOf.set(key, `${item} of ${user}`);
  }
  const wantsOf = (line: Parameters<Names['rankedWants']>[0]) =>
    names.rankedWants(line, rules).map(({ key, rank }) => ({
      itemId: idOf.get(key)!,
      cost: costOfRank(rank, rules.priorities),
    }));
  const real = Array.from(names.items.values(), ({ id, owner, wantLine }): LoopItem => {
    return { id, ownerId: owner, wants: wantLine ? wantsOf(wantLine) : [] };
  });
  const dummies = Array.from(names.dummies, ([key, line]): LoopItem => {
    return { id: idOf.get(key)!, ownerId: names.userAs(line.user!), wants: wantsOf(line), isDummy: true };
  });
  return {
    items: [...real, ...dummies],
    titles: new Map(Array.from(names.items.values(), ({ id, title }) => [id, title])),
    rules,
    options,
    itemCount: real.length,
    dummyCount: dummies.length,
    userCount: new Set([...real, ...dummies].map(({ ownerId }) => ownerId)).size,
    missing: Array.from(names.items.values())
      .filter(({ wantLine }) => !wantLine)
      .map(({ id }) => id),
    warnings: names.warnings,
  };
}
