import { BarterError } from '../errors';
import type { Category, CategoryId } from '../types';

/** Categories a forest holds at most, and how deep it may be. */
const MAX_CATEGORIES = 100_000;
const MAX_CATEGORY_DEPTH = 32;

/** Categories that are all as close to one of them. */
export interface CloseCategories {
  closeness: number;
  categories: Iterable<number>;
}

/** The host's category forest, numbered in depth-first order so that a subtree is a range of numbers. */
export class CategoryTree {
  readonly #numberOf = new Map<CategoryId, number>();
  readonly #ids: CategoryId[] = [];
  readonly #parent: number[] = [];
  readonly #depth: number[] = [];
  /** One past the last number of the subtree. */
  readonly #end: number[] = [];
  /** The root above, and the child of it that is on the way there; the root itself for a root. */
  readonly #root: number[] = [];
  readonly #branch: number[] = [];
  #deepest = 0;

  /** @throws BarterError `invalid-category`: duplicate ids, unknown parents, circles, too many or too deep. */
  constructor(categories: readonly Category[] = []) {
    const children = childrenByParent(categories);
    const visit = (category: Category, parent: number, depth: number): void => {
      if (depth > MAX_CATEGORY_DEPTH) {
        throw new BarterError(
          'invalid-category',
          `Category ${category.id} lies deeper than ${MAX_CATEGORY_DEPTH}: flatten the tree.`,
        );
      }
      const number = this.#ids.length;
      this.#numberOf.set(category.id, number);
      this.#ids.push(category.id);
      this.#parent.push(parent);
      this.#depth.push(depth);
      this.#root.push(depth === 0 ? number : this.#root[parent]!);
      this.#branch.push(depth <= 1 ? number : this.#branch[parent]!);
      this.#deepest = Math.max(this.#deepest, depth);
      for (const child of children.get(category.id) ?? []) visit(child, number, depth + 1);
      this.#end[number] = this.#ids.length;
    };
    for (const root of children.get(undefined) ?? []) visit(root, -1, 0);
    if (this.#ids.length < categories.length) {
      const lost = categories.find(({ id }) => !this.#numberOf.has(id))!;
      throw new BarterError(
        'invalid-category',
        `Category ${lost.id} is its own ancestor: give each a way up to a root.`,
      );
    }
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Each with the one above it, in order of id. */
  list(): [CategoryId, CategoryId | null][] {
    const all = this.#ids.map((id, number): [CategoryId, CategoryId | null] => {
      const parent = this.#parent[number]!;
      return [id, parent < 0 ? null : this.#ids[parent]!];
    });
    return all.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  has(id: CategoryId): boolean {
    return this.#numberOf.has(id);
  }

  /** @throws BarterError `unknown-category`. */
  numberOf(id: CategoryId): number {
    const number = this.#numberOf.get(id);
    if (number === undefined) {
      throw new BarterError(
        'unknown-category',
        `Category ${JSON.stringify(id)} is not loaded: load it or name another.`,
      );
    }
    return number;
  }

  idOf(number: number): CategoryId {
    return this.#ids[number]!;
  }

  /**
   * How close an item's category is to the wanted one: 1 the same; deeper in its subtree 0.6 + 0.4 · depth of the
   * wanted / depth of the forest, so that a vague want does not outrank an exact one; 0.6 for an ancestor, where an item
   * is vaguely filed; 0.4 for a sibling under a parent that is no root; 0: not close.
   */
  closeness(wanted: number, actual: number): number {
    if (actual === wanted) return 1;
    if (this.#contains(wanted, actual)) return 0.6 + (0.4 * this.#depth[wanted]!) / this.#deepest;
    if (this.#contains(actual, wanted)) return 0.6;
    return this.#areSiblings(wanted, actual) ? 0.4 : 0;
  }

  /** Every category that is close to this one, with how close an item there is to a want here; closest first. */
  *closeTo(wanted: number): Iterable<CloseCategories> {
    const children = { from: wanted + 1, to: this.#end[wanted]! };
    yield { closeness: 1, categories: [wanted] };
    if (children.from < children.to) {
      yield { closeness: this.closeness(wanted, children.from), categories: range(children.from, children.to) };
    }
    if (this.#parent[wanted]! < 0) return;
    yield { closeness: 0.6, categories: this.#above(wanted) };
    if (this.#depth[this.#parent[wanted]!]! > 0) yield { closeness: 0.4, categories: this.#beside(wanted) };
  }

  /** Every category whose wants an item here is close to, with how close; the mirror image of {@link closeTo}. */
  *wantedFrom(actual: number): Iterable<CloseCategories> {
    yield { closeness: 1, categories: [actual] };
    for (const wanted of this.#above(actual)) {
      yield { closeness: this.closeness(wanted, actual), categories: [wanted] };
    }
    if (this.#end[actual]! > actual + 1) yield { closeness: 0.6, categories: range(actual + 1, this.#end[actual]!) };
    if (this.#parent[actual]! >= 0 && this.#depth[this.#parent[actual]!]! > 0) {
      yield { closeness: 0.4, categories: this.#beside(actual) };
    }
  }

  /** Whether it is a root with categories below it, which are branches of their own. */
  hasBranches(number: number): boolean {
    return this.#depth[number] === 0 && this.#end[number]! > number + 1;
  }

  /** The root above a category, or itself. */
  rootOf(number: number): number {
    return this.#root[number]!;
  }

  /**
   * The child of a root that a category lies under or is; a root is its own. Categories that are close to each other
   * have the same, or one of them is the root of the other.
   */
  branchOf(number: number): number {
    return this.#branch[number]!;
  }

  *#above(number: number): Iterable<number> {
    for (let above = this.#parent[number]!; above >= 0; above = this.#parent[above]!) yield above;
  }

  *#beside(number: number): Iterable<number> {
    const parent = this.#parent[number]!;
    for (let child = parent + 1; child < this.#end[parent]!; child = this.#end[child]!)
      if (child !== number) yield child;
  }

  #contains(outer: number, inner: number): boolean {
    return outer <= inner && inner < this.#end[outer]!;
  }

  #areSiblings(a: number, b: number): boolean {
    const parent = this.#parent[a]!;
    return parent >= 0 && parent === this.#parent[b] && this.#depth[parent]! > 0;
  }
}

function* range(from: number, to: number): Iterable<number> {
  for (let number = from; number < to; number++) yield number;
}

function childrenByParent(categories: readonly Category[]): Map<CategoryId | undefined, Category[]> {
  if (categories.length > MAX_CATEGORIES) {
    throw new BarterError(
      'invalid-category',
      `${categories.length} categories are more than the ${MAX_CATEGORIES} allowed.`,
    );
  }
  const ids = new Set<CategoryId>();
  for (const { id } of categories) {
    if (ids.has(id)) throw new BarterError('invalid-category', `Category ${id} is listed twice: keep one.`);
    ids.add(id);
  }
  const children = new Map<CategoryId | undefined, Category[]>();
  for (const category of categories) {
    const { id, parentId } = category;
    if (parentId !== undefined && !ids.has(parentId)) {
      throw new BarterError(
        'invalid-category',
        `Category ${id} has the unknown parent ${parentId}: list the parent, too.`,
      );
    }
    const siblings = children.get(parentId);
    if (siblings) siblings.push(category);
    else children.set(parentId, [category]);
  }
  return children;
}
