import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { UserId } from '../types';
import type { EdgeScorer } from './edge-score';
import type { ItemTable } from './item-table';
import type { WantTable } from './want-table';

/** What two items are to each other, whatever lists were cut: whether their owners may meet, and the score of the edge. */
export class Pairs {
  /** For the categories there are now. */
  scorer!: EdgeScorer;
  /** Items of a group: only of these the owner's account is not told by who they are to the graph. */
  readonly grouped = new Set<number>();
  /** Whom each person keeps away from, by their own account of it. */
  readonly blocked = new Map<UserId, ReadonlySet<UserId>>();

  readonly #graph: BarterGraph;
  readonly #items: ItemTable;
  readonly #wants: WantTable;

  constructor(graph: BarterGraph, items: ItemTable, wants: WantTable) {
    this.#graph = graph;
    this.#items = items;
    this.#wants = wants;
  }

  /** Keeps this person apart from those and no others. Returns for whom that is new. */
  setBlocked(userId: UserId, others: Iterable<UserId>): UserId[] {
    const before = this.blocked.get(userId) ?? new Set();
    const after = new Set(others);
    if (after.size > 0) this.blocked.set(userId, after);
    else this.blocked.delete(userId);
    return [...new Set([...before, ...after])].filter((other) => before.has(other) !== after.has(other));
  }

  /** By either side. */
  isBlocked(a: UserId, b: UserId): boolean {
    return (this.blocked.get(a)?.has(b) ?? false) || (this.blocked.get(b)?.has(a) ?? false);
  }

  /**
   * Whether these people may be in one trade. The graph sees to it for neighbours, and for people it can tell apart: one
   * owner whose items name different groups is two to it.
   */
  canMeetAll(people: readonly UserId[]): boolean {
    if (new Set(people).size < people.length) return false;
    return this.blocked.size === 0 || !people.some((a, i) => people.slice(i + 1).some((b) => this.isBlocked(a, b)));
  }

  canMeet(given: number, receiving: number): boolean {
    if (this.areApart(given, receiving)) return false;
    return !this.scorer.hasLimits(receiving) || this.scorer.pairObstacle(given, receiving) === undefined;
  }

  /** One person, by account or group, or two of whom one blocked the other. */
  areApart(given: number, receiving: number): boolean {
    const { ownerOfNode } = this.#graph;
    const items = this.#items;
    if (ownerOfNode[given] === ownerOfNode[receiving]) return true;
    if (this.grouped.size > 0 && items.user(given) === items.user(receiving)) return true;
    return this.blocked.size > 0 && this.isBlocked(items.userOf(given), items.userOf(receiving));
  }

  /** By the best of the wants; -1 where there is no edge or it is more than `most`. */
  deficit(given: number, receiving: number, most = SCORE_STEPS): number {
    let best = -1;
    for (let want = this.#wants.first(receiving); want >= 0; want = this.#wants.next(want)) {
      const deficit = this.scorer.deficitOf(given, want, most);
      if (deficit >= 0 && (best < 0 || deficit < best)) best = deficit;
    }
    return best >= 0 && this.canMeet(given, receiving) ? best : -1;
  }

  /** By the best of the wants; -1 where there is no edge. */
  score(given: number, receiving: number): number {
    if (!this.canMeet(given, receiving)) return -1;
    let best = -1;
    for (let want = this.#wants.first(receiving); want >= 0; want = this.#wants.next(want)) {
      best = Math.max(best, this.scorer.scoreWant(given, want));
    }
    return best;
  }

  /** As what somebody gets who is open to anything; -1 where there is no edge. */
  openScore(given: number, receiving: number): number {
    return this.#items.isOpen(receiving) && this.canMeet(given, receiving) ? this.scorer.scoreOpen() : -1;
  }
}
