import { BarterError } from '../errors';
import { CountedNames } from '../util/counted-names';
import { grown } from '../util/grown';
import { hashInts, hashText } from '../util/hash';
import { NameTable } from '../util/name-table';
import { HalfEdges, NODE_BITS, NODE_MASK, packHalfEdge, SCORE_STEPS } from './half-edges';
import { sortedHalfEdges } from './sorted-half-edges';

/** Items a graph holds at most. */
export const MAX_ITEMS = NODE_MASK;

/** One end of an edge as the outside sees it. */
export interface Neighbour {
  id: string;
  /** Score of the edge, [0,1] in steps of 0.001. */
  score: number;
}

/**
 * A directed graph of items that changes at any time.
 *
 * An edge `a → b` means that item a can be given to the owner of b: goods move along arrows. Ids are yours outside and
 * integers inside, recycled as soon as an item is gone (its half-edges go with it). What the graph answers, to the
 * order of every list, depends on its items and edges alone and not on the order in which they came.
 *
 * Ids may be strings or finite numbers; numbers become strings, as in graphology.
 */
export class BarterGraph {
  /** @internal Edges by giver: who can receive this item. */
  readonly outgoing: HalfEdges;
  /** @internal Edges by receiver: what can be given for this item. */
  readonly incoming: HalfEdges;
  /** @internal Owner number of each node. */
  ownerOfNode = new Int32Array(0);
  /**
   * @internal Where a node's incoming list was cut: edges with this deficit or a greater one may be missing. -1: none is.
   */
  cutOfNode = new Int16Array(0);
  /** @internal Lists that are cut. */
  cutLists = 0;
  /**
   * @internal Told of each edge that is set, scored anew or removed, by its deficits before and after, -1 for no edge; not
   * of those that go with an item.
   */
  onEdge: ((giver: number, receiver: number, before: number, after: number) => void) | undefined;

  readonly #ids = new NameTable();
  readonly #owners = new CountedNames();
  #edges = 0;
  /** Whether the lists of givers wait to be made from those of receivers. */
  #isBulk = false;

  constructor() {
    const order = (a: number, b: number) => this.isNodeBefore(a, b);
    this.outgoing = new HalfEdges(order);
    this.incoming = new HalfEdges(order);
  }

  /** @internal Hash of each node's id: the order of neighbours that are equally good. */
  get tieOfNode(): Uint32Array {
    return this.#ids.hashes;
  }

  /** Number of items. */
  get order(): number {
    return this.#ids.size;
  }

  /** Number of edges. */
  get size(): number {
    return this.#edges;
  }

  /** Bytes in typed arrays; ids, owners' names and the way to them come on top. */
  get byteLength(): number {
    return (
      this.outgoing.byteLength +
      this.incoming.byteLength +
      this.ownerOfNode.byteLength * 1.5 +
      this.tieOfNode.byteLength
    );
  }

  /**
   * Adds an item, or gives a known one to another owner.
   * @throws BarterError `invalid-id`; `graph-full` beyond 4,194,303 items.
   */
  addItem(id: string | number, ownerId: string | number): this {
    const key = checkedId(id, 'item');
    const owner = checkedId(ownerId, 'owner');
    const known = this.#ids.find(key);
    if (known >= 0) {
      const before = this.ownerOfNode[known]!;
      this.ownerOfNode[known] = this.#owners.take(owner);
      this.#owners.giveBack(before);
      return this;
    }
    if (this.order >= MAX_ITEMS) {
      throw new BarterError(
        'graph-full',
        `The graph holds its ${MAX_ITEMS} items: partition the market (by shipping region, say) into several graphs.`,
      );
    }
    const node = this.#ids.add(key);
    this.#reserve(this.#ids.capacity);
    this.ownerOfNode[node] = this.#owners.take(owner);
    return this;
  }

  /** Removes an item and its edges; false where it was not there. */
  removeItem(id: string | number): boolean {
    const node = this.#ids.find(String(id));
    if (node < 0) return false;
    this.endBulk();
    this.#unlink(node, this.outgoing, this.incoming);
    this.#unlink(node, this.incoming, this.outgoing);
    this.setCut(node, -1);
    this.#owners.giveBack(this.ownerOfNode[node]!);
    this.#ids.remove(node);
    return true;
  }

  /**
   * Adds an edge or changes its score, which is rounded to thousandths.
   * @throws BarterError `unknown-item`, `self-edge`; `invalid-score` outside [0,1].
   */
  setEdge(from: string | number, to: string | number, score: number): this {
    const giver = this.nodeOf(from);
    const receiver = this.nodeOf(to);
    if (giver === receiver) throw new BarterError('self-edge', `Item ${from} cannot be traded for itself.`);
    if (!(score >= 0 && score <= 1)) {
      throw new BarterError('invalid-score', `The score of ${from} → ${to} is ${score}: give a number from 0 to 1.`);
    }
    this.setEdgeDeficit(giver, receiver, SCORE_STEPS - Math.round(score * SCORE_STEPS));
    return this;
  }

  /** Removes an edge; false where it was not there. */
  removeEdge(from: string | number, to: string | number): boolean {
    const giver = this.#ids.find(String(from));
    const receiver = this.#ids.find(String(to));
    if (giver < 0 || receiver < 0) return false;
    const deficit = this.deficitBetween(giver, receiver);
    if (deficit < 0) return false;
    this.dropEdge(giver, receiver, deficit);
    return true;
  }

  hasItem(id: string | number): boolean {
    return this.#ids.find(String(id)) >= 0;
  }

  /** The score of an edge, or undefined where there is none. */
  edgeScore(from: string | number, to: string | number): number | undefined {
    const giver = this.#ids.find(String(from));
    const receiver = this.#ids.find(String(to));
    if (giver < 0 || receiver < 0) return undefined;
    const deficit = this.deficitBetween(giver, receiver);
    return deficit < 0 ? undefined : scoreOf(deficit);
  }

  /** @throws BarterError `unknown-item`. */
  ownerOf(id: string | number): string {
    return this.ownerName(this.nodeOf(id));
  }

  /** All item ids, in no particular order. */
  items(): IterableIterator<string> {
    return this.#ids.names();
  }

  /** Whose owners can be given this item, best edge first. @throws BarterError `unknown-item`. */
  receivers(id: string | number): Neighbour[] {
    this.endBulk();
    return this.#neighbours(this.outgoing, this.nodeOf(id));
  }

  /** What can be given to the owner of this item, best edge first. @throws BarterError `unknown-item`. */
  givers(id: string | number): Neighbour[] {
    return this.#neighbours(this.incoming, this.nodeOf(id));
  }

  /**
   * A hash of the items, their owners and the edges with their scores, read from both directions' lists. Equal graphs
   * have equal hashes, however they grew. 32 hexadecimal digits; reads the whole graph.
   */
  stateHash(): string {
    this.endBulk();
    const lanes = new Int32Array(4);
    const nodes = Array.from(this.#ids.names(), (id) => this.#ids.find(id));
    for (const node of nodes) {
      const id = this.idOfNode(node);
      const ownerHash = hashText(this.ownerName(node), 7);
      lanes[0]! += hashInts(1, hashText(id, 1), ownerHash, 0);
      lanes[1]! += hashInts(2, hashText(id, 2), ownerHash, 0);
    }
    for (const node of nodes) {
      for (const word of this.outgoing.read(node)) {
        const edge = [this.tieOfNode[node]!, this.tieOfNode[word & NODE_MASK]!, word >>> NODE_BITS] as const;
        lanes[0]! += hashInts(3, ...edge);
        lanes[2]! += hashInts(4, ...edge);
      }
      for (const word of this.incoming.read(node)) {
        lanes[3]! += hashInts(4, this.tieOfNode[word & NODE_MASK]!, this.tieOfNode[node]!, word >>> NODE_BITS);
      }
    }
    return [...lanes].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** @internal @throws BarterError `unknown-item`. */
  nodeOf(id: string | number): number {
    const node = this.#ids.find(String(id));
    if (node < 0) {
      throw new BarterError('unknown-item', `Item ${JSON.stringify(id)} is not in the graph: add it first.`);
    }
    return node;
  }

  /** @internal Nodes are numbers below this. */
  get nodeCapacity(): number {
    return this.tieOfNode.length;
  }

  /** @internal */
  idOfNode(node: number): string {
    return this.#ids.name(node);
  }

  /** @internal */
  ownerName(node: number): string {
    return this.#owners.name(this.ownerOfNode[node]!);
  }

  /** @internal Whether `a` is listed before `b` among equally good neighbours. */
  isNodeBefore(a: number, b: number): boolean {
    const left = this.tieOfNode[a]!;
    const right = this.tieOfNode[b]!;
    return left !== right ? left < right : this.idOfNode(a) < this.idOfNode(b);
  }

  /** @internal The deficit of an edge, or -1; reads the shorter of the two lists. */
  deficitBetween(giver: number, receiver: number): number {
    return !this.#isBulk && this.outgoing.count[giver]! <= this.incoming.count[receiver]!
      ? this.outgoing.find(giver, receiver)
      : this.incoming.find(receiver, giver);
  }

  /** @internal Sets an edge between two different nodes; a negative deficit removes it. */
  setEdgeDeficit(giver: number, receiver: number, deficit: number): void {
    const before = this.deficitBetween(giver, receiver);
    if (before === deficit) return;
    this.endBulk();
    this.onEdge?.(giver, receiver, before, Math.max(-1, deficit));
    if (before >= 0) this.#drop(giver, receiver, before);
    if (deficit < 0) return;
    this.outgoing.insert(giver, deficit, receiver);
    this.incoming.insert(receiver, deficit, giver);
    this.#edges++;
  }

  /** @internal Many lists of receivers are going to be set: the lists of givers may wait until {@link endBulk}. */
  beginBulk(): void {
    this.#isBulk = this.#edges === 0;
    this.incoming.expectMany();
    this.outgoing.expectMany();
  }

  /** @internal The lists of givers are there, whatever else is done now. */
  endBulk(): void {
    if (!this.#isBulk) return;
    this.#isBulk = false;
    this.#completeOutgoing();
  }

  /** @internal Replaces a receiver's list by these half-edges, best first. */
  setIncoming(receiver: number, words: Uint32Array): void {
    if (this.#isBulk) {
      for (const word of words) this.onEdge?.(word & NODE_MASK, receiver, -1, word >>> NODE_BITS);
      this.#edges += words.length - this.incoming.count[receiver]!;
      this.incoming.assign(receiver, words);
      return;
    }
    const before = this.incoming.read(receiver);
    const stays = new Set<number>(before.length > 0 ? words : undefined);
    for (const word of before) {
      if (stays.delete(word)) continue;
      this.onEdge?.(word & NODE_MASK, receiver, word >>> NODE_BITS, -1);
      this.outgoing.remove(word & NODE_MASK, word >>> NODE_BITS, receiver);
    }
    const isNew = before.length > 0 ? stays : undefined;
    for (const word of words) {
      if (isNew && !isNew.has(word)) continue;
      this.onEdge?.(word & NODE_MASK, receiver, -1, word >>> NODE_BITS);
      this.outgoing.insert(word & NODE_MASK, word >>> NODE_BITS, receiver);
    }
    this.incoming.assign(receiver, words);
    this.#edges += words.length - before.length;
  }

  /** @internal Removes an edge that is there with exactly this deficit. */
  dropEdge(giver: number, receiver: number, deficit: number): void {
    this.endBulk();
    this.onEdge?.(giver, receiver, deficit, -1);
    this.#drop(giver, receiver, deficit);
  }

  /** @internal Sets one end of new edges to this giver's receivers, and then, with all of them, the other. */
  insertIncoming(giver: number, receiver: number, deficit: number): void {
    this.endBulk();
    this.onEdge?.(giver, receiver, -1, deficit);
    this.incoming.insert(receiver, deficit, giver);
    this.#edges++;
  }

  /** @internal Adds the half-edges whose other ends {@link insertIncoming} has set. */
  addOutgoing(giver: number, words: readonly number[]): void {
    if (words.length === 0) return;
    const all = Uint32Array.from([...this.outgoing.read(giver), ...words]);
    this.outgoing.assign(giver, sortedHalfEdges(all, this));
  }

  /** @internal Gives back the memory that lists freed while they grew; reads the whole graph. */
  compact(): void {
    this.incoming.compact();
    this.outgoing.compact();
  }

  /** @internal */
  setCut(node: number, deficit: number): void {
    this.cutLists += Number(deficit >= 0) - Number(this.cutOfNode[node]! >= 0);
    this.cutOfNode[node] = deficit;
  }

  /** Makes the lists of givers from those of receivers; reads the whole graph. */
  #completeOutgoing(): void {
    const { words, start, count } = this.incoming;
    const ends = new Uint32Array(this.nodeCapacity + 1);
    const forEachEdge = (visit: (word: number, receiver: number) => void) => {
      for (let receiver = 0; receiver < this.nodeCapacity; receiver++) {
        for (let at = start[receiver]!, end = at + count[receiver]!; at < end; at++) visit(words[at]!, receiver);
      }
    };
    forEachEdge((word) => ends[word & NODE_MASK]!++);
    for (let node = 0, end = 0; node < ends.length; node++) {
      end += ends[node]!;
      ends[node] = end;
    }
    const halves = new Uint32Array(this.#edges);
    forEachEdge((word, receiver) => {
      const at = --ends[word & NODE_MASK]!;
      halves[at] = packHalfEdge(word >>> NODE_BITS, receiver);
    });
    for (let node = 0; node < this.nodeCapacity; node++) {
      this.outgoing.assign(node, sortedHalfEdges(halves.subarray(ends[node]!, ends[node + 1]!), this));
    }
  }

  #drop(giver: number, receiver: number, deficit: number): void {
    this.outgoing.remove(giver, deficit, receiver);
    this.incoming.remove(receiver, deficit, giver);
    this.#edges--;
  }

  #unlink(node: number, mine: HalfEdges, theirs: HalfEdges): void {
    const list = mine.read(node);
    for (const word of list) theirs.remove(word & NODE_MASK, word >>> NODE_BITS, node);
    this.#edges -= list.length;
    mine.clear(node);
  }

  #neighbours(halves: HalfEdges, node: number): Neighbour[] {
    return Array.from(halves.read(node), (word) => ({
      id: this.idOfNode(word & NODE_MASK),
      score: scoreOf(word >>> NODE_BITS),
    }));
  }

  #reserve(capacity: number): void {
    if (capacity === this.ownerOfNode.length) return;
    this.ownerOfNode = grown(this.ownerOfNode, capacity);
    this.cutOfNode = grown(this.cutOfNode, capacity, -1);
    this.outgoing.reserve(capacity);
    this.incoming.reserve(capacity);
  }
}

function scoreOf(deficit: number): number {
  return (SCORE_STEPS - deficit) / SCORE_STEPS;
}

function checkedId(id: string | number, what: string): string {
  if (typeof id === 'string' && id.length > 0) return id;
  if (typeof id === 'number' && Number.isFinite(id)) return String(id);
  throw new BarterError(
    'invalid-id',
    `The ${what} id is ${JSON.stringify(id) ?? String(id)}: give a non-empty string.`,
  );
}
