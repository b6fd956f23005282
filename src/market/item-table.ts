import { createHash } from 'node:crypto';
import type { BarterGraph } from '../graph/barter-graph';
import { NODE_MASK } from '../graph/half-edges';
import type { Vocabulary } from '../text/vocabulary';
import { stems } from '../text/words';
import { type CategoryId, CONDITIONS, type Item } from '../types';
import { CountedNames } from '../util/counted-names';
import { grown } from '../util/grown';
import { PackedLists } from '../util/packed-lists';
import { Rows } from '../util/rows';
import type { CategoryTree } from './category-tree';
import { type Columns, ItemArchive } from './item-archive';
import { bitsOf, mayHold } from './signature';

/** Distinct words kept of an item's text. */
const MAX_ITEM_WORDS = 256;

/** Words of {@link ItemTable.writeDigest}. */
export const DIGEST_WORDS = 4;

/** Where a trade's difference in value is bounded by the item given. */
export type ValueLimits = Pick<Item, 'cash' | 'maxValueLoss'>;

/** An item's record: one double for the value, then integers. */
const DOUBLES = 4;
const INTS = DOUBLES * 2;
const CATEGORY = 2;
const USER = 3;
const SIGNATURE = 4;
const CONDITION = 6;
const IS_OPEN = 7;

/**
 * What matching reads of items, by their node in the graph: looked up once, compared often. A million items are a few
 * arrays.
 */
export class ItemTable {
  /** Word numbers of each item's text, ascending. */
  readonly words = new PackedLists();
  readonly users = new CountedNames();
  /** Of the few items that have some. */
  readonly limits = new Map<number, ValueLimits>();

  readonly #rows = new Rows(DOUBLES);
  /** Degrees, two for each item; NaN where there is no place. */
  #places = new Float64Array(0);
  /** The items of an account as a linked list: the first by account, the next by node. */
  #firstOfUser = new Int32Array(0);
  #nextOfUser = new Int32Array(0);
  readonly #graph: BarterGraph;
  readonly #archive = new ItemArchive();

  readonly #categoryIds: (number: number) => CategoryId;

  /** @param categoryIds The id of a category by its number. */
  constructor(graph: BarterGraph, categoryIds: (number: number) => CategoryId) {
    this.#graph = graph;
    this.#categoryIds = categoryIds;
  }

  /** Bytes in typed arrays. */
  get byteLength(): number {
    const lists = this.#firstOfUser.byteLength + this.#nextOfUser.byteLength;
    return this.#rows.byteLength + this.#places.byteLength + lists + this.words.byteLength;
  }

  /** Bytes of the items' own texts. */
  get archiveBytes(): number {
    return this.#archive.byteLength;
  }

  add(node: number, item: Item, categories: CategoryTree, vocabulary: Vocabulary): void {
    this.#reserve(this.#graph.nodeCapacity);
    const { doubles, ints } = this.#rows;
    const row = node * INTS;
    doubles[node * DOUBLES] = item.estimatedValue ?? -1;
    ints[row + CATEGORY] = item.categoryId === undefined ? -1 : categories.numberOf(item.categoryId);
    ints[row + CONDITION] = item.condition === undefined ? -1 : CONDITIONS.indexOf(item.condition);
    this.#places[node * 2] = item.location?.latitude ?? Number.NaN;
    this.#places[node * 2 + 1] = item.location?.longitude ?? Number.NaN;
    this.#giveTo(node, this.users.take(item.ownerId));
    const text = item.description === undefined ? item.title : `${item.title}\n${item.description}`;
    const words = vocabulary.takeAll(stems(text, MAX_ITEM_WORDS), true);
    this.words.assign(node, words);
    ints.set(bitsOf(words), row + SIGNATURE);
    this.rewrite(node, item);
  }

  /** Keeps a later state of an item that is otherwise the same offer. */
  rewrite(node: number, item: Item): void {
    this.#archive.set(node, item);
    this.#rows.ints[node * INTS + IS_OPEN] = item.openToAnything ? 1 : 0;
    const { cash, maxValueLoss } = item;
    if (cash === undefined && maxValueLoss === undefined) this.limits.delete(node);
    else this.limits.set(node, { ...(cash && { cash }), ...(maxValueLoss !== undefined && { maxValueLoss }) });
  }

  remove(node: number, vocabulary: Vocabulary): void {
    for (const word of this.words.read(node)) vocabulary.giveBack(word, true);
    this.words.clear(node);
    this.#takeFrom(node, this.user(node));
    this.limits.delete(node);
    this.#archive.drop(node);
  }

  /**
   * Reads the records of the nodes of some half-edges, and what the graph says of them, and makes nothing of them: one after the other they would each
   * wait for memory; read in a loop that does nothing else, they come together, and then are at hand.
   */
  touch(words: Uint32Array | Int32Array, from: number, to: number): number {
    const { ints } = this.#rows;
    const { ownerOfNode, tieOfNode } = this.#graph;
    let sum = 0;
    for (let at = from; at < to; at++) {
      const node = words[at]! & NODE_MASK;
      sum += ints[node * INTS]! + ownerOfNode[node]! + tieOfNode[node]!;
    }
    return sum;
  }

  /** The same, and of their words. */
  touchWords(nodes: Uint32Array | Int32Array, from: number, to: number): number {
    const { words, start } = this.words;
    let sum = this.touch(nodes, from, to);
    for (let at = from; at < to; at++) sum += words[start[nodes[at]! & NODE_MASK]!]!;
    return sum;
  }

  /** Minor units, -1 where unknown. */
  value(node: number): number {
    return this.#rows.doubles[node * DOUBLES]!;
  }

  /** Category number, -1 where none. */
  category(node: number): number {
    return this.#rows.ints[node * INTS + CATEGORY]!;
  }

  /** Steps below NEW, -1 where unknown. */
  condition(node: number): number {
    return this.#rows.ints[node * INTS + CONDITION]!;
  }

  /** Number of the account. */
  user(node: number): number {
    return this.#rows.ints[node * INTS + USER]!;
  }

  /** Whether the owner would take anything. */
  isOpen(node: number): boolean {
    return this.#rows.ints[node * INTS + IS_OPEN] === 1;
  }

  /** Degrees; NaN where there is no place. */
  latitude(node: number): number {
    return this.#places[node * 2]!;
  }

  longitude(node: number): number {
    return this.#places[node * 2 + 1]!;
  }

  /** Writes the bits of the words that the item holds, see {@link bitsOf}. */
  writeBits(node: number, into: Int32Array, at: number): void {
    const { ints } = this.#rows;
    into[at] = ints[node * INTS + SIGNATURE]!;
    into[at + 1] = ints[node * INTS + SIGNATURE + 1]!;
  }

  /** False only where the item does not hold the word. */
  mayHold(node: number, word: number): boolean {
    return mayHold(this.#rows.ints, node * INTS + SIGNATURE, word);
  }

  /** The item as its owner wrote it; not to be changed. */
  get(node: number): Item {
    return this.#archive.get(node, () => this.#columnsOf(node));
  }

  /**
   * 128 bits of SHA-256 over all that the table knows of an item, and what its owner's blocks add.
   *
   * @param into Where its four words are written, from `at` on.
   */
  writeDigest(node: number, blocks: string, into: Uint32Array, at: number): void {
    const columns = JSON.stringify([this.#columnsOf(node), blocks]);
    const digest = createHash('sha256').update(columns).update(this.#archive.bytes(node)).digest();
    for (let i = 0; i < DIGEST_WORDS; i++) into[at + i] = digest.readUInt32LE(i * 4);
  }

  #columnsOf(node: number): Columns {
    const value = this.value(node);
    const category = this.category(node);
    const condition = this.condition(node);
    const latitude = this.latitude(node);
    return {
      id: this.idOf(node),
      ownerId: this.userOf(node),
      ...(category >= 0 && { categoryId: this.#categoryIds(category) }),
      ...(condition >= 0 && { condition: CONDITIONS[condition]! }),
      ...(value >= 0 && { estimatedValue: value }),
      ...(!Number.isNaN(latitude) && { location: { latitude, longitude: this.longitude(node) } }),
      status: 'available',
    };
  }

  idOf(node: number): string {
    return this.#graph.idOfNode(node);
  }

  userOf(node: number): string {
    return this.users.name(this.user(node));
  }

  /** The items of an account. */
  nodesOf(user: string): number[] {
    const nodes: number[] = [];
    const number = this.users.find(user);
    if (number < 0) return nodes;
    for (let node = this.#firstOfUser[number]!; node >= 0; node = this.#nextOfUser[node]!) nodes.push(node);
    return nodes;
  }

  #giveTo(node: number, user: number): void {
    if (user >= this.#firstOfUser.length) {
      this.#firstOfUser = grown(this.#firstOfUser, Math.max(16, user + 1, Math.ceil(user * 1.25)), -1);
    }
    this.#rows.ints[node * INTS + USER] = user;
    this.#nextOfUser[node] = this.#firstOfUser[user]!;
    this.#firstOfUser[user] = node;
  }

  #takeFrom(node: number, user: number): void {
    const next = this.#nextOfUser[node]!;
    if (this.#firstOfUser[user] === node) this.#firstOfUser[user] = next;
    else {
      let before = this.#firstOfUser[user]!;
      while (this.#nextOfUser[before] !== node) before = this.#nextOfUser[before]!;
      this.#nextOfUser[before] = next;
    }
    this.users.giveBack(user);
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#rows.capacity) return;
    this.#rows.reserve(capacity);
    this.#places = grown(this.#places, capacity * 2);
    this.#nextOfUser = grown(this.#nextOfUser, capacity);
    this.words.reserve(capacity);
    this.#archive.reserve(capacity);
  }
}
