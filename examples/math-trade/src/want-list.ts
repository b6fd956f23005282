import type { Item, Want } from 'barterloop';
import { expandDummies, isDummy } from './dummies';
import { WantListError } from './want-list-error';
import { type OfficialName, readLines, type WantLine } from './want-list-lines';

export { WantListError, type WantListErrorCode } from './want-list-error';

export interface WantListOptions {
  /** Refuse names that are not in the list instead of leaving them out with a warning. @defaultValue false */
  strict?: boolean;
  /** Most wants of one item after its dummies are expanded. @defaultValue 2048 */
  maxWantsPerItem?: number;
  /** Most characters of a line. @defaultValue 262144 */
  maxLineLength?: number;
}

export interface WantListWarning {
  /** Counts from 1. */
  line: number;
  message: string;
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
  const names = new Names(lines.options.includes('CASE-SENSITIVE'), strict);
  for (const { line, text } of lines.unknownDirectives) names.warn(line, `${text} is no directive here, left out`);
  if (lines.officialNames) names.declareOfficial(lines.officialNames);
  for (const wantLine of lines.wantLines) names.declare(wantLine, lines.officialNames !== undefined);

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

/** A real item as the list has it. */
interface Listed {
  /** As first spelled. */
  id: string;
  title: string;
  owner: string;
  wantLine?: WantLine;
}

/** How many names may be looked at for one item, in multiples of its most wants: repetitions among dummies are few. */
const READ_FACTOR = 32;

/** Who and what the list names, looked up without regard to case where it does not count. */
class Names {
  readonly items = new Map<string, Listed>();
  /** By user and name, because users choose the names of their dummies. */
  readonly dummies = new Map<string, { line: number; wants: string[] }>();
  /** Each user as first spelled. */
  readonly users = new Map<string, string>();
  readonly warnings: WantListWarning[] = [];

  constructor(
    private readonly caseSensitive: boolean,
    private readonly strict: boolean,
  ) {}

  warn(line: number, message: string): void {
    this.warnings.push({ line, message });
  }

  declareOfficial(official: OfficialName[]): void {
    for (const { line, name, title } of official) {
      const key = this.fold(name);
      if (this.items.has(key)) this.warn(line, `${name} is listed twice`);
      else this.items.set(key, { id: name, title: title ?? name, owner: name });
    }
  }

  declare(wantLine: WantLine, officialOnly: boolean): void {
    const { line, item, user } = wantLine;
    if (user !== undefined && !this.users.has(this.fold(user))) this.users.set(this.fold(user), user);
    const key = isDummy(item) ? this.dummyKey(user, item) : this.fold(item);
    const listed = this.items.get(key);
    const earlier = this.dummies.get(key) ?? listed?.wantLine;
    if (earlier) throw new WantListError('duplicate-item', line, `${item} has its wants on line ${earlier.line}`);
    if (isDummy(item)) {
      this.dummies.set(key, { line, wants: wantLine.wants.map((name) => this.fold(name)) });
    } else if (!listed && officialOnly) {
      this.unknown(line, [item], 'not an official name, left out');
    } else {
      const { id = item, title = item } = listed ?? {};
      const owner = user === undefined ? id : this.users.get(this.fold(user))!;
      this.items.set(key, { id, title, owner, wantLine });
    }
  }

  wantsOf({ id, owner, wantLine }: Listed, most: number): Want[] {
    if (!wantLine) return [];
    const { line, user } = wantLine;
    const expanded = expandDummies(
      wantLine.wants.map((name) => this.fold(name)),
      (dummy) => this.dummies.get(this.dummyKey(user, dummy))?.wants,
      most * READ_FACTOR,
    );
    const found: string[] = [];
    const missing: string[] = expanded?.unknown ?? [];
    const own: string[] = [];
    for (const name of expanded?.names ?? []) {
      const wanted = this.items.get(name);
      if (!wanted) missing.push(name);
      else if (wanted.id === id || wanted.owner === owner) own.push(wanted.id);
      else found.push(wanted.id);
    }
    if (!expanded || found.length > most) {
      throw new WantListError('too-many-wants', line, `more than ${most} wants; raise maxWantsPerItem`);
    }
    this.unknown(line, missing, 'wants what is not in the list');
    if (own.length > 0) this.warn(line, `wants the user's own items, left out: ${some(own)}`);
    return found.map((itemId, index) => ({ itemIds: [itemId], rank: index + 1 }));
  }

  private unknown(line: number, names: string[], what: string): void {
    if (names.length === 0) return;
    if (this.strict) throw new WantListError('unknown-name', line, `${what}: ${some(names)}`);
    this.warn(line, `${what}: ${some(names)}`);
  }

  private fold(name: string): string {
    return this.caseSensitive ? name : name.toUpperCase();
  }

  private dummyKey(user: string | undefined, name: string): string {
    // A line break can be in neither part, nor in the name of a real item.
    return `${this.fold(user ?? '')}\n${this.fold(name)}`;
  }
}

function some(names: string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(' ')} and ${names.length - 5} more` : names.join(' ');
}
