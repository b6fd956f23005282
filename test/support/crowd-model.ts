/*
 * A second opinion on the whole engine: what a market does to its people, by the plain words of the specification and
 * by brute force. It knows nothing of the code it judges, recomputes every edge at every event, and walks every path.
 * Scores are whole thousandths, so that no rounding can tell two equal trades apart.
 *
 * It covers the workload of `crowd-workload.ts` and throws where an event would leave that ground (`outside`), so that
 * a silent gap cannot pass for agreement.
 */

export interface ModelCategory {
  id: string;
  parentId?: string;
}

/** A want by name, or by category; nothing else is modelled. */
export type ModelWant = { itemIds: string[] } | { categoryId: string };

export interface ModelItem {
  id: string;
  ownerId: string;
  title: string;
  categoryId: string;
  wants: ModelWant[];
}

export interface ModelPreferences {
  /** Thousandths. */
  minScore?: number;
  /** Never in one trade with these. */
  blocked?: string[];
  /** No trade with these is told. */
  muted?: string[];
}

export interface ModelPolicies {
  /** Trades found per event. */
  limit: number;
  perEvent: number;
  cooldownMs: number;
  throttle: { limit: number; windowMs: number }[];
}

/** One push to one person. */
export interface Push {
  userId: string;
  type: 'new_match' | 'match_withdrawn';
  /** `a→b→c`, smallest id first: the trade it is about. */
  trade: string;
}

/** What one event did, to be compared with the engine's own report. */
export interface ModelReport {
  /** Trades found, best first. */
  found: string[];
  told: string[];
  withdrawn: string[];
}

interface Trade {
  items: string[];
  owners: string[];
  /** Sum of the edges' thousandths; the score is `sum / items.length`. */
  sum: number;
}

interface Live extends Trade {
  name: string;
  key: string;
  /** Whom a push has reached. */
  toldTo: string[];
}

interface Waiting {
  userId: string;
  opportunity: Live;
  fingerprint: string;
  deliverAt: number;
}

const NOTIFY_FROM = 600;
const SEARCH_FLOOR = 350;
const EDGE_FLOOR = 350;
const MAX_LENGTH = 5;

export class CrowdModel {
  readonly items = new Map<string, ModelItem>();
  readonly pushes: Push[] = [];
  readonly heldBack = { cooldown: 0, throttle: 0 };
  readonly refused = { blocked: 0, threshold: 0, muted: 0, live: 0, perEvent: 0 };
  private readonly parents = new Map<string, string | undefined>();
  private readonly closenessOf = new Map<string, Map<string, number>>();
  private readonly preferences = new Map<string, ModelPreferences>();
  /** Of the market as it stands: from, to, thousandths. */
  private edges = new Map<string, Map<string, number>>();
  private live: Live[] = [];
  private waiting: Waiting[] = [];
  private readonly coolUntil = new Map<string, number>();
  private readonly pushedAt = new Map<string, number[]>();
  tiesAtTheEnd = 0;

  constructor(
    categories: readonly ModelCategory[],
    private readonly policies: ModelPolicies,
    /** Which of the trades tied at the last place are returned is the engine's choice; the model only checks it. */
    private readonly breakTie: (tied: string[], room: number) => string[],
  ) {
    for (const { id, parentId } of categories) this.parents.set(id, parentId);
  }

  setPreferences(userId: string, preferences: ModelPreferences): void {
    this.preferences.set(userId, preferences);
  }

  /** An item is new, or has changed. */
  put(item: ModelItem, now: number): ModelReport {
    const before = this.items.has(item.id) ? this.scoresOfLive(item.id) : new Map<Live, number[]>();
    this.items.set(item.id, item);
    this.edges = this.allEdges();
    const { edges } = this;
    const withdrawn: Live[] = [];
    for (const [opportunity, oldScores] of before) {
      const scores = opportunity.items.map((from, i) => edges.get(from)?.get(next(opportunity.items, i)));
      if (scores.includes(undefined)) withdrawn.push(opportunity);
      else if (scores.some((score, i) => score !== oldScores[i])) this.outside('a live trade changed its score');
    }
    this.withdraw(withdrawn);

    const found = this.search(item);
    const told: Live[] = [];
    for (const trade of found) {
      if (!this.admits(trade)) continue;
      if (told.length === this.policies.perEvent) {
        this.refused.perEvent++;
        continue;
      }
      told.push(this.propose(trade, now));
    }
    return { found: found.map(({ items }) => nameOf(items)), told: names(told), withdrawn: names(withdrawn) };
  }

  remove(id: string): ModelReport {
    const withdrawn = this.live.filter(({ items }) => items.includes(id));
    this.items.delete(id);
    this.edges = this.allEdges();
    this.withdraw(withdrawn);
    return { found: [], told: [], withdrawn: names(withdrawn) };
  }

  /**
   * What has waited long enough is tried again, longest due first. Of pushes of one person that came due at the same
   * instant the throttle may let only some through; which ones is the engine's choice, how many is not.
   */
  deliverDue(now: number, wasSent: (push: { userId: string; trade: string }) => boolean): Push[] {
    const due = this.waiting.filter(({ deliverAt }) => deliverAt <= now);
    this.waiting = this.waiting.filter(({ deliverAt }) => deliverAt > now);
    const sentFirst = ({ userId, opportunity }: Waiting) => (wasSent({ userId, trade: opportunity.name }) ? 0 : 1);
    due.sort((a, b) => a.deliverAt - b.deliverAt || sentFirst(a) - sentFirst(b));
    const before = this.pushes.length;
    for (const row of due) this.push(row, now);
    return this.pushes.slice(before);
  }

  get waitingPushes(): number {
    return this.waiting.length;
  }

  /** The trades that this person could take up now. */
  liveTradesOf(userId: string): string[] {
    return this.live.filter(({ owners }) => owners.includes(userId)).map(({ name }) => name);
  }

  // ---- edges ----

  private allEdges(): Map<string, Map<string, number>> {
    const edges = new Map<string, Map<string, number>>();
    for (const given of this.items.values()) {
      const row = new Map<string, number>();
      for (const wanting of this.items.values()) {
        const score = this.edge(given, wanting);
        if (score >= EDGE_FLOOR) row.set(wanting.id, score);
      }
      edges.set(given.id, row);
    }
    return edges;
  }

  /** How well `given` answers the wants of `wanting`; the best want counts, 0 is no edge. */
  private edge(given: ModelItem, wanting: ModelItem): number {
    if (given.ownerId === wanting.ownerId || this.areBlocked([given.ownerId, wanting.ownerId])) return 0;
    let best = 0;
    for (const want of wanting.wants) {
      const score =
        'itemIds' in want
          ? want.itemIds.includes(given.id)
            ? 1000
            : 0
          : this.closeness(want.categoryId, given.categoryId);
      best = Math.max(best, score);
    }
    return best;
  }

  private closeness(wanted: string, actual: string): number {
    const row = this.closenessOf.get(wanted) ?? new Map<string, number>();
    this.closenessOf.set(wanted, row);
    const closeness = row.get(actual) ?? this.compareCategories(wanted, actual);
    row.set(actual, closeness);
    return closeness;
  }

  private compareCategories(wanted: string, actual: string): number {
    if (wanted === actual) return 1000;
    if (this.path(actual).includes(wanted)) {
      return Math.round(600 + (400 * (this.path(wanted).length - 1)) / this.treeDepth(wanted));
    }
    if (this.path(wanted).includes(actual)) return 600;
    const parent = this.parents.get(wanted);
    const areSiblings = parent !== undefined && parent === this.parents.get(actual);
    return areSiblings && this.parents.get(parent) !== undefined ? 400 : 0;
  }

  /** The category and what it lies in, innermost first. */
  private path(category: string): string[] {
    const parent = this.parents.get(category);
    return parent === undefined ? [category] : [category, ...this.path(parent)];
  }

  private treeDepth(category: string): number {
    const root = this.path(category).at(-1);
    let deepest = 0;
    for (const id of this.parents.keys()) {
      const path = this.path(id);
      if (path.at(-1) === root) deepest = Math.max(deepest, path.length - 1);
    }
    return deepest;
  }

  // ---- trades ----

  /** Every path from the item back to itself, then the best of them. */
  private search(item: ModelItem): Trade[] {
    const { edges } = this;
    const floor = Math.max(this.minimumOf(item.ownerId), SEARCH_FLOOR);
    const trades: Trade[] = [];
    const walk = (path: string[], owners: string[], sum: number) => {
      for (const [to, score] of edges.get(path.at(-1)!)!) {
        if (to === item.id) {
          if (path.length > 1 && sum + score >= floor * path.length) {
            // Neighbours who blocked each other have no edge; here it is about any two in the trade.
            if (this.areBlocked(owners)) this.refused.blocked++;
            else trades.push(rotated({ items: path, owners, sum: sum + score }));
          }
          continue;
        }
        const owner = this.items.get(to)!.ownerId;
        if (path.length < MAX_LENGTH && !owners.includes(owner)) walk([...path, to], [...owners, owner], sum + score);
      }
    };
    walk([item.id], [item.ownerId], 0);
    const { limit } = this.policies;
    trades.sort(byWorth);
    const last = trades[limit - 1];
    if (!last || trades.length === limit) return trades;
    const better = trades.filter((trade) => isBetter(trade, last));
    const tied = trades.filter((trade) => !isBetter(trade, last) && !isBetter(last, trade));
    const room = limit - better.length;
    if (tied.length === room) return trades.slice(0, limit);
    this.tiesAtTheEnd++;
    const chosen = new Set(
      this.breakTie(
        tied.map(({ items }) => nameOf(items)),
        room,
      ),
    );
    const taken = tied.filter(({ items }) => chosen.has(nameOf(items)));
    if (chosen.size !== room || taken.length !== room) throw new Error(`Not a choice of ${room} among the tied trades`);
    return [...better, ...taken];
  }

  private areBlocked(owners: string[]): boolean {
    return owners.some((owner) => this.preferences.get(owner)?.blocked?.some((other) => owners.includes(other)));
  }

  private minimumOf(userId: string): number {
    return this.preferences.get(userId)?.minScore ?? NOTIFY_FROM;
  }

  private admits(trade: Trade): boolean {
    const { owners, items, sum } = trade;
    if (owners.some((owner) => sum < this.minimumOf(owner) * items.length)) {
      this.refused.threshold++;
      return false;
    }
    if (owners.some((owner) => this.preferences.get(owner)?.muted?.some((other) => owners.includes(other)))) {
      this.refused.muted++;
      return false;
    }
    if (this.live.some(({ key }) => key === JSON.stringify(items))) {
      this.refused.live++;
      return false;
    }
    return true;
  }

  private scoresOfLive(itemId: string): Map<Live, number[]> {
    const { edges } = this;
    return new Map(
      this.live
        .filter(({ items }) => items.includes(itemId))
        .map((opportunity) => [
          opportunity,
          opportunity.items.map((from, i) => edges.get(from)!.get(next(opportunity.items, i))!),
        ]),
    );
  }

  // ---- telling ----

  private propose(trade: Trade, now: number): Live {
    const opportunity: Live = { ...trade, name: nameOf(trade.items), key: JSON.stringify(trade.items), toldTo: [] };
    this.live.push(opportunity);
    // The goods, not the ids: listing the same thing again makes no other trade of it.
    const goods = trade.items
      .map((id) => this.items.get(id)!)
      .map(({ ownerId, categoryId, title }) => JSON.stringify([ownerId, categoryId, title]));
    const fingerprint = rotated({ ...trade, items: goods }).items.join();
    for (const userId of trade.owners) {
      this.push({ userId, opportunity, fingerprint, deliverAt: now }, now);
    }
    return opportunity;
  }

  /** Cooldown, then throttle; whoever is held back waits for the gate that said no. */
  private push(row: Waiting, now: number): void {
    const { userId, opportunity, fingerprint } = row;
    const coolKey = `${userId} ${fingerprint}`;
    const coolUntil = this.coolUntil.get(coolKey) ?? 0;
    if (coolUntil > now) {
      this.heldBack.cooldown++;
      this.waiting.push({ ...row, deliverAt: coolUntil });
      return;
    }
    const earlier = this.pushedAt.get(userId) ?? [];
    for (const { limit, windowMs } of this.policies.throttle) {
      const inWindow = earlier.filter((at) => at > now - windowMs);
      if (inWindow.length < limit) continue;
      this.heldBack.throttle++;
      this.waiting.push({ ...row, deliverAt: inWindow[0]! + windowMs });
      return;
    }
    this.coolUntil.set(coolKey, now + this.policies.cooldownMs);
    this.pushedAt.set(userId, [...earlier, now]);
    opportunity.toldTo.push(userId);
    this.pushes.push({ userId, type: 'new_match', trade: opportunity.name });
  }

  /** Ungated, to all who had been told; what was still waiting to be pushed is not pushed any more. */
  private withdraw(ended: Live[]): void {
    this.live = this.live.filter((opportunity) => !ended.includes(opportunity));
    this.waiting = this.waiting.filter(({ opportunity }) => !ended.includes(opportunity));
    for (const opportunity of ended) {
      for (const userId of opportunity.toldTo) {
        this.pushes.push({ userId, type: 'match_withdrawn', trade: opportunity.name });
      }
    }
  }

  private outside(what: string): never {
    throw new Error(`The workload left the ground that the model covers: ${what}. Choose another seed.`);
  }
}

function next(items: string[], i: number): string {
  return items[(i + 1) % items.length]!;
}

function rotated({ items, owners, sum }: Trade): Trade {
  const start = items.indexOf([...items].sort()[0]!);
  const turn = (list: string[]) => [...list.slice(start), ...list.slice(0, start)];
  return { items: turn(items), owners: turn(owners), sum };
}

/** Score, then shorter, then key. Scores are compared as fractions. */
function byWorth(a: Trade, b: Trade): number {
  const [keyA, keyB] = [JSON.stringify(a.items), JSON.stringify(b.items)];
  return (
    b.sum * a.items.length - a.sum * b.items.length ||
    a.items.length - b.items.length ||
    (keyA < keyB ? -1 : keyA > keyB ? 1 : 0)
  );
}

function isBetter(a: Trade, b: Trade): boolean {
  return a.sum * b.items.length > b.sum * a.items.length;
}

function nameOf(items: string[]): string {
  return items.join('→');
}

function names(opportunities: Live[]): string[] {
  return opportunities.map(({ name }) => name);
}
