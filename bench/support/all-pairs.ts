import { type Category, type Item, type ItemId, Market } from 'barterloop';
import type { BestFirstGraph } from './pruned-search';

/**
 * Every edge of a market in plain arrays, from nothing but the score of each pair: what an engine answers can be held
 * against it. The library's own market is asked for scores and never builds an edge. An item that changes is scored
 * anew with all others.
 */
export class AllPairs implements BestFirstGraph {
  readonly receivers: number[][] = [];
  readonly scores: number[][] = [];
  readonly givers: number[][] = [];
  readonly owners: number[] = [];
  edges = 0;
  readonly #pairs: Market;
  readonly #nodes = new Map<ItemId, number>();
  readonly #ids: ItemId[] = [];
  readonly #ownerNumbers = new Map<string, number>();

  /** Words are weighed once all items are there, as an engine does when it starts. */
  constructor(items: Iterable<Item>, categories: readonly Category[]) {
    this.#pairs = new Market({}, categories);
    for (const item of items) this.#add(item);
    this.#pairs.refreshWordWeights();
    for (const from of this.#nodes.values()) {
      for (const to of this.#nodes.values()) this.#score(from, to, false);
      const order = this.receivers[from]!.map((_, i) => i).sort(
        (a, b) => this.scores[from]![b]! - this.scores[from]![a]!,
      );
      this.receivers[from] = order.map((i) => this.receivers[from]![i]!);
      this.scores[from] = order.map((i) => this.scores[from]![i]!);
    }
  }

  nodeOf(id: ItemId): number {
    return this.#nodes.get(id)!;
  }

  /** Thousandths; undefined where there is no edge. */
  scoreOf(from: ItemId, to: ItemId): number | undefined {
    const node = this.nodeOf(from);
    return this.scores[node]![this.receivers[node]!.indexOf(this.nodeOf(to))];
  }

  put(item: Item): void {
    this.remove(item.id);
    const node = this.#add(item);
    for (const other of this.#nodes.values()) {
      if (other === node) continue;
      this.#score(node, other, true);
      this.#score(other, node, true);
    }
  }

  remove(id: ItemId): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    this.edges -= this.receivers[node]!.length + this.givers[node]!.length;
    for (const receiver of this.receivers[node]!) {
      const givers = this.givers[receiver]!;
      givers.splice(givers.indexOf(node), 1);
    }
    for (const giver of this.givers[node]!) {
      const at = this.receivers[giver]!.indexOf(node);
      this.receivers[giver]!.splice(at, 1);
      this.scores[giver]!.splice(at, 1);
    }
    for (const lists of [this.receivers, this.scores, this.givers]) lists[node] = [];
    this.#nodes.delete(id);
    this.#pairs.remove(id);
  }

  #add(item: Item): number {
    this.#pairs.stage(item); // without its edges
    const node = this.#ids.push(item.id) - 1;
    this.#nodes.set(item.id, node);
    const owner = this.#ownerNumbers.get(item.ownerId) ?? this.#ownerNumbers.size;
    this.#ownerNumbers.set(item.ownerId, owner);
    this.owners[node] = owner;
    for (const lists of [this.receivers, this.scores, this.givers]) lists[node] = [];
    return node;
  }

  #score(from: number, to: number, inOrder: boolean): void {
    if (from === to) return;
    const score = this.#pairs.edgeScore(this.#ids[from]!, this.#ids[to]!);
    if (score === undefined) return;
    const thousandths = Math.round(score * 1000);
    const scores = this.scores[from]!;
    const at = inOrder ? scores.findIndex((other) => other < thousandths) : -1;
    const place = at < 0 ? scores.length : at;
    scores.splice(place, 0, thousandths);
    this.receivers[from]!.splice(place, 0, to);
    this.givers[to]!.push(from);
    this.edges++;
  }
}
