import { BarterGraph } from '../../../src/graph/barter-graph';
import { CandidateIndex } from '../../../src/market/candidate-index';
import { CategoryTree } from '../../../src/market/category-tree';
import { defaultScoring, EdgeScorer } from '../../../src/market/edge-score';
import { ItemTable } from '../../../src/market/item-table';
import { WantTable } from '../../../src/market/want-table';
import { Vocabulary } from '../../../src/text/vocabulary';
import type { Item } from '../../../src/types';
import { CATEGORIES } from './random-items';

/** What a market is made of, without what joins the parts. */
export class Tables {
  readonly graph = new BarterGraph();
  readonly vocabulary = new Vocabulary();
  readonly categories = new CategoryTree(CATEGORIES);
  readonly items = new ItemTable(this.graph, (number) => this.categories.idOf(number));
  readonly wants = new WantTable();
  readonly scorer = new EdgeScorer(defaultScoring, this);
  readonly index = new CandidateIndex(this, this.scorer);

  /** Into the tables, not into the index. */
  add(item: Item): number {
    this.graph.addItem(item.id, item.ownerId);
    const node = this.graph.nodeOf(item.id);
    this.items.add(node, item, this.categories, this.vocabulary);
    this.wants.add(node, item, this.categories, this.vocabulary);
    return node;
  }

  addIndexed(item: Item, inBulk = false): number {
    const node = this.add(item);
    this.index.addItem(node, inBulk);
    this.index.addWants(node);
    return node;
  }

  remove(node: number): void {
    this.items.remove(node, this.vocabulary);
    this.wants.remove(node, this.vocabulary);
    this.graph.removeItem(this.graph.idOfNode(node));
  }

  removeIndexed(node: number): void {
    this.index.removeItem(node);
    this.index.removeWants(node);
    this.remove(node);
  }

  nodes(): number[] {
    return Array.from(this.graph.items(), (id) => this.graph.nodeOf(id));
  }

  wantsOf(node: number): number[] {
    const numbers: number[] = [];
    for (let want = this.wants.first(node); want >= 0; want = this.wants.next(want)) numbers.push(want);
    return numbers;
  }
}

/** An item that says little. */
export function thing(id: string, fields: Partial<Item> = {}): Item {
  return { id, ownerId: `owner of ${id}`, title: 'thing', wants: [], status: 'available', ...fields };
}

export type Maps = Set<Map<unknown, unknown>>;

/** Notes every map that is written to meanwhile. */
export function noteMaps(written: Maps, action: () => void): void {
  const { set } = Map.prototype;
  Map.prototype.set = function (this: Map<unknown, unknown>, key: unknown, value: unknown) {
    written.add(this);
    return set.call(this, key, value);
  };
  try {
    action();
  } finally {
    Map.prototype.set = set;
  }
}

/** Each was emptied. */
export function areEmpty(written: Maps): boolean {
  return written.size > 0 && [...written].every(({ size }) => size === 0);
}
