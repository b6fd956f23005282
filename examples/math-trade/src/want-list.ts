import type { Item } from 'barterloop';
import { Names, type WantListWarning } from './names';
import { readLines } from './want-list-lines';

export type { WantListWarning } from './names';
export { WantListError, type WantListErrorCode } from './want-list-error';

export interface WantListOptions {
  /** Refuse names that are not in the list instead of leaving them out with a warning. @defaultValue false */
  strict?: boolean;
  /** Most wants of one item after its dummies are expanded. @defaultValue 2048 */
  maxWantsPerItem?: number;
  /** Most characters of a line. @defaultValue 262144 */
  maxLineLength?: number;
}

export interface WantList {
  /** The real items, in the order of the official names, with ranked wants of one named item each. */
  items: Item[];
  /** Wants of all items together, dummies expanded. */
  wantCount: number;
  dummyCount: number;
  /** Owners, and users who have nothing but dummies. */
  userCount: number;
  warnings: WantListWarning[];
  /** The words of the `#!` lines. */
  options: string[];
}

/**
 * Reads a board-game math-trade want list (OLWLG format, as TradeMaximizer takes it) into items and wants.
 *
 * A line `(user) ITEM : WANT1 WANT2 …` says that the user gives ITEM for any one of the wants, best first. A dummy
 * `%name` belongs to its user and is replaced by what it wants; an item without a user is its own owner. Case does not
 * tell names apart unless the list sets `CASE-SENSITIVE`. Repeated wants keep their best place, and wants for the
 * user's own items are left out with a warning. The work is linear in the text and in the wants that come out.
 *
 * @throws WantListError with the line and a code, for a line that cannot be read.
 * @example
 * ```ts
 * const { items } = readWantList('(ana) PHONE : LAPTOP BIKE\n(ben) LAPTOP : PHONE\n(cem) BIKE :\n');
 * ```
 */
export function readWantList(text: string, options: WantListOptions = {}): WantList {
  const { strict = false, maxWantsPerItem = 2048, maxLineLength = 262_144 } = options;
  const lines = readLines(text, maxLineLength);
  const names = new Names(lines, strict);

  const items: Item[] = [];
  let wantCount = 0;
  for (const listed of names.items.values()) {
    const wants = names.wantsOf(listed, maxWantsPerItem);
    wantCount += wants.length;
    const { id, owner: ownerId, title } = listed;
    items.push({ id, ownerId, title, wants, status: 'available' });
  }
  const people = new Set(names.users.values());
  for (const { ownerId } of items) people.add(ownerId);
  return {
    items,
    wantCount,
    dummyCount: names.dummies.size,
    userCount: people.size,
    warnings: names.warnings,
    options: lines.options,
  };
}
