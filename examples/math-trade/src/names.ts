import type { Want } from 'barterloop';
import { expandDummies, isDummy } from './dummies';
import type { TradeRules } from './trade-rules';
import { WantListError } from './want-list-error';
import type { OfficialName, WantLine, WantListLines } from './want-list-lines';

export interface WantListWarning {
  /** Counts from 1. */
  line: number;
  message: string;
}

/** A real item as the list has it. */
export interface Listed {
  /** As first spelled. */
  id: string;
  title: string;
  owner: string;
  wantLine?: WantLine;
}

/** How many names may be looked at for one item, in multiples of its most wants: repetitions among dummies are few. */
const READ_FACTOR = 32;

/** Who and what the list names, looked up without regard to case where it does not count. */
export class Names {
  readonly items = new Map<string, Listed>();
  /** By user and name, because users choose the names of their dummies. */
  readonly dummies = new Map<string, WantLine>();
  /** Each user as first spelled. */
  readonly users = new Map<string, string>();
  readonly warnings: WantListWarning[] = [];
  private readonly caseSensitive: boolean;

  constructor(
    lines: WantListLines,
    private readonly strict: boolean,
  ) {
    this.caseSensitive = lines.rules.caseSensitive;
    for (const { line, text } of lines.unknownDirectives) this.warn(line, `${text} is no directive here, left out`);
    if (lines.officialNames) this.declareOfficial(lines.officialNames);
    for (const wantLine of lines.wantLines) this.declare(wantLine, lines.officialNames !== undefined);
  }

  private warn(line: number, message: string): void {
    this.warnings.push({ line, message });
  }

  private declareOfficial(official: OfficialName[]): void {
    for (const { line, name, title } of official) {
      const key = this.fold(name);
      if (this.items.has(key)) this.warn(line, `${name} is listed twice`);
      else this.items.set(key, { id: name, title: title ?? name, owner: name });
    }
  }

  private declare(wantLine: WantLine, officialOnly: boolean): void {
    const { line, item, user } = wantLine;
    if (user !== undefined && !this.users.has(this.fold(user))) this.users.set(this.fold(user), user);
    const key = this.keyOf(user, item);
    const listed = this.items.get(key);
    const earlier = this.dummies.get(key) ?? listed?.wantLine;
    if (earlier) throw new WantListError('duplicate-item', line, `${item} has its wants on line ${earlier.line}`);
    if (isDummy(item)) {
      this.dummies.set(key, wantLine);
    } else if (!listed && officialOnly) {
      this.unknown(line, [item], 'not an official name, left out');
    } else {
      const { id = item, title = item } = listed ?? {};
      const owner = user === undefined ? id : this.userAs(user);
      this.items.set(key, { id, title, owner, wantLine });
    }
  }

  wantsOf({ id, owner, wantLine }: Listed, most: number): Want[] {
    if (!wantLine) return [];
    const { line, user } = wantLine;
    const folded = ({ wants }: WantLine) => wants.map(({ name }) => this.fold(name));
    const expanded = expandDummies(
      folded(wantLine),
      (dummy) => {
        const inner = this.dummies.get(this.dummyKey(user, dummy));
        return inner && folded(inner);
      },
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

  /**
   * The wants of a line as they are written, dummies kept: each by its key, with its rank by the steps between them.
   * Repetitions, own items and unknown names are left out and take no rank.
   */
  rankedWants({ line, user, item, wants }: WantLine, rules: TradeRules): { key: string; rank: number }[] {
    const ranked = new Map<string, number>();
    const missing: string[] = [];
    const own: string[] = [];
    const me = this.keyOf(user, item);
    const owner = user === undefined ? undefined : this.userAs(user);
    let rank = 1;
    for (const { name, bigSteps, cost } of wants) {
      rank = cost ?? rank + bigSteps * rules.bigStep;
      const key = this.keyOf(user, name);
      const listed = this.items.get(key);
      if (!listed && !this.dummies.has(key)) missing.push(name);
      else if (key === me || (listed && listed.owner === owner)) own.push(name);
      else if (!ranked.has(key)) {
        ranked.set(key, rank);
        rank += rules.smallStep;
      }
    }
    this.unknown(line, missing, 'wants what is not in the list');
    if (own.length > 0) this.warn(line, `wants the user's own items, left out: ${some(own)}`);
    return Array.from(ranked, ([key, rank]) => ({ key, rank }));
  }

  private unknown(line: number, names: string[], what: string): void {
    if (names.length === 0) return;
    if (this.strict) throw new WantListError('unknown-name', line, `${what}: ${some(names)}`);
    this.warn(line, `${what}: ${some(names)}`);
  }

  private fold(name: string): string {
    return this.caseSensitive ? name : name.toUpperCase();
  }

  /** The user as first spelled. */
  userAs(user: string): string {
    return this.users.get(this.fold(user))!;
  }

  /** Under which an item, or the user's dummy, is looked up. */
  keyOf(user: string | undefined, name: string): string {
    return isDummy(name) ? this.dummyKey(user, name) : this.fold(name);
  }

  private dummyKey(user: string | undefined, name: string): string {
    // A line break can be in neither part, nor in the name of a real item.
    return `${this.fold(user ?? '')}\n${this.fold(name)}`;
  }
}

function some(names: string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(' ')} and ${names.length - 5} more` : names.join(' ');
}
