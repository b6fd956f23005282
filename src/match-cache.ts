import type { CycleSearchResult } from './cycles/find-cycles';
import type { BarterGraph } from './graph/barter-graph';
import { NODE_MASK } from './graph/half-edges';
import type { ItemId } from './types';

/** Nodes looked at to find whom a change may concern; beyond it everything is dropped. */
const MOST_VISITED = 5_000;
/** Answers kept. */
const MOST_ENTRIES = 10_000;

/**
 * Answers to reads, kept for a while and dropped at once when the graph around their item changes: a cycle that a
 * change makes or breaks runs through the changed item, or through an item that could get it; so whoever it reaches in as
 * many steps as the longest cycle has edges is asked anew. Call {@link dropAround} before and after each change.
 */
export class MatchCache {
  readonly #entries = new Map<ItemId, { answer: CycleSearchResult; until: number }>();
  readonly #keepMs: number;
  #lookups = 0;
  #hits = 0;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** Answers that still hold: none that a change has ended is kept, and those past their time do not count. */
  validSize(now: number): number {
    let valid = 0;
    for (const { until } of this.#entries.values()) if (until > now) valid++;
    return valid;
  }

  /** Hits by lookups, 0 before the first. */
  get hitRate(): number {
    return this.#lookups === 0 ? 0 : this.#hits / this.#lookups;
  }

  get(id: ItemId, now: number): CycleSearchResult | undefined {
    this.#lookups++;
    const entry = this.#entries.get(id);
    if (!entry || entry.until <= now) return undefined;
    this.#hits++;
    return entry.answer;
  }

  set(id: ItemId, answer: CycleSearchResult, now: number): void {
    this.#entries.delete(id);
    if (this.#entries.size >= MOST_ENTRIES) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(id, { answer, until: now + this.#keepMs });
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  drop(ids: readonly ItemId[]): void {
    for (const id of ids) this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Drops the answers that a change at this item may concern, as the graph is now. */
  dropAround(graph: BarterGraph, id: ItemId, maxLength: number): void {
    this.#entries.delete(id);
    if (this.#entries.size === 0 || !graph.hasItem(id)) return;
    const { outgoing } = graph;
    const seen = new Set([graph.nodeOf(id)]);
    let rim = [...seen];
    for (let step = 1; step <= maxLength && rim.length > 0; step++) {
      const next: number[] = [];
      for (const node of rim) {
        const start = outgoing.start[node]!;
        for (let i = start, end = start + outgoing.count[node]!; i < end; i++) {
          const receiver = outgoing.words[i]! & NODE_MASK;
          if (seen.has(receiver)) continue;
          if (seen.size === MOST_VISITED) {
            this.clear();
            return;
          }
          seen.add(receiver);
          next.push(receiver);
          this.#entries.delete(graph.idOfNode(receiver));
        }
      }
      rim = next;
    }
  }
}
