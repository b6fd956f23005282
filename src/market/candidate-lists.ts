import type { BarterGraph } from '../graph/barter-graph';
import { HalfEdges, NODE_BITS, NODE_MASK, packHalfEdge } from '../graph/half-edges';
import { grown } from '../util/grown';
import type { ItemTable } from './item-table';
import { KNOWS_NONE, rankOf, type WantTable } from './want-table';

/**
 * The lists of what can be given for each item: its best candidates as edges of the graph, and behind a full list half as
 * many again that wait for a place, so that a list is filled up from what is known and searched anew only once that is
 * used up. A list is always exactly the best of all candidates, whatever happened before. Named items are never cut.
 */
export class CandidateLists {
  /** Candidates kept per want. */
  perWant: number;

  readonly #graph: BarterGraph;
  readonly #items: ItemTable;
  readonly #wants: WantTable;
  readonly #refill: (receiving: number) => void;
  readonly #isStillSo: (given: number, receiving: number, deficit: number) => boolean;
  readonly #waiting: HalfEdges;
  /** 1 where listed and waiting are all candidates there are. */
  #knowsAll = new Uint8Array(0);

  /**
   * @param refill Searches all candidates of an item and hands them to {@link fill}.
   * @param isStillSo Whether the score of a pair is what it was.
   */
  constructor(
    graph: BarterGraph,
    items: ItemTable,
    wants: WantTable,
    perWant: number,
    refill: (receiving: number) => void,
    isStillSo: (given: number, receiving: number, deficit: number) => boolean,
  ) {
    this.#graph = graph;
    this.#items = items;
    this.#wants = wants;
    this.perWant = perWant;
    this.#refill = refill;
    this.#isStillSo = isStillSo;
    this.#waiting = new HalfEdges((a, b) => graph.isNodeBefore(a, b));
  }

  get byteLength(): number {
    return this.#waiting.byteLength + this.#knowsAll.byteLength;
  }

  /** How many candidates the item wants to know: those listed and those waiting. */
  wantedFor(receiving: number): number {
    return this.#capacity(receiving) + this.#waitingCapacity(receiving);
  }

  /**
   * Makes the list from the best of all candidates, best first, and the named ones, as half-edges.
   *
   * @param knowsAll Whether there are no other candidates.
   */
  fill(receiving: number, unnamed: Uint32Array, knowsAll: boolean, named: readonly number[]): void {
    this.#reserve();
    const capacity = this.#capacity(receiving);
    const listed = unnamed.subarray(0, Math.min(capacity, unnamed.length));
    this.#waiting.assign(receiving, unnamed.subarray(listed.length));
    this.#knowsAll[receiving] = knowsAll ? 1 : 0;
    this.#graph.setIncoming(receiving, named.length > 0 ? this.#merged(listed, named) : listed);
    this.#mark(receiving);
  }

  /**
   * The same from what was known before some of its candidates went. False where there may be others that nobody knows
   * of: it is to be made from all then.
   */
  fillAgain(receiving: number, unnamed: Uint32Array, knowsAll: boolean, named: readonly number[]): boolean {
    const hasEnough = knowsAll || unnamed.length > this.#capacity(receiving);
    if (!hasEnough || unnamed.length > this.wantedFor(receiving)) return false;
    this.fill(receiving, unnamed, knowsAll, named);
    return true;
  }

  /** Those that wait for a place, best first. */
  waitingFor(receiving: number): Uint32Array {
    return receiving < this.#knowsAll.length ? this.#waiting.read(receiving) : new Uint32Array(0);
  }

  /** Whether listed and waiting are all candidates there are. */
  knowsAllOf(receiving: number): boolean {
    return this.#knowsAll[receiving] === 1;
  }

  /** Gives a new item its places in the lists of those it could go to, each with the deficit. */
  enterAll(given: number, answered: ReadonlyMap<number, number>): void {
    this.#touch(answered.keys());
    const listed: number[] = [];
    for (const [receiving, deficit] of answered) {
      if (this.#enter(given, receiving, deficit)) listed.push(packHalfEdge(deficit, receiving));
    }
    this.#graph.addOutgoing(given, listed);
  }

  /** Whether it is listed. */
  #enter(given: number, receiving: number, deficit: number): boolean {
    if (this.#graph.outgoing.find(given, receiving) >= 0) return false; // searched anew meanwhile
    const capacity = this.#capacity(receiving);
    const isFull = this.#graph.incoming.count[receiving]! >= capacity && !this.#isNamed(given, receiving);
    const last = isFull ? this.#lastUnnamedBeyond(receiving, capacity - 1) : undefined;
    const isListed = last === undefined || this.#isBefore(deficit, given, last);
    if (isListed) {
      if (last !== undefined) {
        this.#graph.dropEdge(last & NODE_MASK, receiving, last >>> NODE_BITS);
        this.#waiting.insertAt(receiving, 0, last);
        this.#trim(receiving);
      }
      this.#graph.insertIncoming(given, receiving, deficit);
    } else this.#wait(receiving, deficit, given);
    if (last !== undefined) this.#mark(receiving);
    return isListed;
  }

  /** Reads the ends of these lists and makes nothing of them, see {@link ItemTable.touch}. */
  #touch(receivers: Iterable<number>): number {
    const listed = this.#graph.incoming;
    const waiting = this.#waiting;
    let sum = 0;
    for (const node of receivers) {
      sum += listed.words[listed.start[node]! + listed.count[node]!]! + waiting.words[waiting.start[node]!]!;
    }
    return sum;
  }

  /**
   * Strikes a candidate that is leaving from those that wait for these. Returns whose lists are to be filled up once it has
   * left.
   */
  leaveWaiting(given: number, receivers: Int32Array): number[] {
    this.#waiting.touch(receivers, receivers.length);
    const dry: number[] = [];
    for (const receiving of receivers) {
      const { words, start, count } = this.#waiting;
      const first = start[receiving]!;
      let at = 0;
      while (at < count[receiving]! && (words[first + at]! & NODE_MASK) !== given) at++;
      if (at === count[receiving]) continue;
      this.#waiting.removeAt(receiving, at);
      this.#mark(receiving);
      if (this.#isDry(receiving)) dry.push(receiving);
    }
    return dry;
  }

  /**
   * Fills up a list that has lost one of its own, or the last of those that waited: so a list is cut just where more
   * candidates answer it than it holds, whatever came and went. Whether it got another.
   */
  fillUp(receiving: number): boolean {
    const capacity = this.#capacity(receiving);
    let isChanged = false;
    while (this.#lastUnnamedBeyond(receiving, capacity - 1) === undefined) {
      if (this.#waiting.count[receiving] === 0) {
        if (this.#knowsAll[receiving] === 1) break;
        this.#refill(receiving);
        return true;
      }
      const word = this.#waiting.words[this.#waiting.start[receiving]!]!;
      this.#waiting.removeAt(receiving, 0);
      if (!this.#isStillSo(word & NODE_MASK, receiving, word >>> NODE_BITS)) {
        this.#refill(receiving); // words were weighed anew, and this list's turn has not come
        return true;
      }
      this.#graph.setEdgeDeficit(word & NODE_MASK, receiving, word >>> NODE_BITS);
      isChanged = true;
    }
    if (this.#isDry(receiving)) this.#refill(receiving);
    else this.#mark(receiving);
    return isChanged;
  }

  /** Whether nobody waits and there may be more to know of. */
  #isDry(receiving: number): boolean {
    return this.#waiting.count[receiving] === 0 && this.#knowsAll[receiving] === 0;
  }

  /** Brings a list to the length that lists have now. */
  resize(receiving: number): void {
    const capacity = this.#capacity(receiving);
    let last = this.#lastUnnamedBeyond(receiving, capacity);
    if (last === undefined) {
      this.fillUp(receiving);
      return;
    }
    for (; last !== undefined; last = this.#lastUnnamedBeyond(receiving, capacity)) {
      this.#graph.dropEdge(last & NODE_MASK, receiving, last >>> NODE_BITS);
      this.#waiting.insertAt(receiving, 0, last);
    }
    for (let count = this.#waiting.count[receiving]!; count > this.#waitingCapacity(receiving); count--)
      this.#trim(receiving);
    this.#mark(receiving);
  }

  /** Whether candidates are missing from the list. */
  isCut(receiving: number): boolean {
    return this.#waiting.count[receiving]! > 0;
  }

  /** Forgets an item that has left. */
  forget(receiving: number): void {
    if (receiving >= this.#knowsAll.length) return;
    this.#waiting.clear(receiving);
    this.#knowsAll[receiving] = 1;
  }

  compact(): void {
    this.#waiting.compact();
  }

  /** Puts a candidate among those that wait; beyond the last of them nobody is known unless all are. */
  #wait(receiving: number, deficit: number, given: number): void {
    const at = this.#waiting.position(receiving, deficit, given);
    const isLast = at === this.#waiting.count[receiving];
    if (isLast && this.#knowsAll[receiving] === 0) return;
    if (!isLast && this.#waiting.words[this.#waiting.start[receiving]! + at] === packHalfEdge(deficit, given)) return;
    this.#waiting.insertAt(receiving, at, packHalfEdge(deficit, given));
    this.#trim(receiving);
  }

  #trim(receiving: number): void {
    const count = this.#waiting.count[receiving]!;
    if (count <= this.#waitingCapacity(receiving)) return;
    this.#waiting.removeAt(receiving, count - 1);
    this.#knowsAll[receiving] = 0;
  }

  /** Notes where the list was cut, and what of new candidates it need not hear. */
  #mark(receiving: number): void {
    const last = this.isCut(receiving) ? this.#lastUnnamedBeyond(receiving, 0) : undefined;
    this.#graph.setCut(receiving, last === undefined ? -1 : last >>> NODE_BITS);
    const { words, start, count } = this.#waiting;
    const waiting = count[receiving]!;
    const lastKnown = waiting > 0 ? words[start[receiving]! + waiting - 1] : last;
    const mayTakeAny = this.#knowsAll[receiving] === 1 || lastKnown === undefined || this.#items.isOpen(receiving);
    this.#wants.setKnownTo(receiving, mayTakeAny ? KNOWS_NONE : this.#rankOf(lastKnown));
  }

  #rankOf(word: number): number {
    return rankOf(word >>> NODE_BITS, this.#graph.tieOfNode[word & NODE_MASK]!);
  }

  /** The last listed candidate that no want names, if more than `skip` of them are listed. */
  #lastUnnamedBeyond(receiving: number, skip: number): number | undefined {
    const { words, start, count } = this.#graph.incoming;
    const first = start[receiving]!;
    const all = count[receiving]!;
    if (all <= skip) return undefined;
    const named = this.#wants.namedBy(receiving);
    if (!named) return words[first + all - 1]!;
    let last: number | undefined;
    let unnamed = 0;
    for (let i = first; i < first + all; i++) {
      if (named.has(this.#items.idOf(words[i]! & NODE_MASK))) continue;
      last = words[i]!;
      unnamed++;
    }
    return unnamed > skip ? last : undefined;
  }

  #isNamed(given: number, receiving: number): boolean {
    return this.#wants.namedBy(receiving)?.has(this.#items.idOf(given)) ?? false;
  }

  #merged(listed: Uint32Array, named: readonly number[]): Uint32Array {
    const order = (a: number, b: number) => (this.#isBefore(a >>> NODE_BITS, a & NODE_MASK, b) ? -1 : 1);
    return Uint32Array.from([...listed, ...named].sort(order));
  }

  #isBefore(deficit: number, node: number, word: number): boolean {
    const other = word >>> NODE_BITS;
    return deficit !== other ? deficit < other : this.#graph.isNodeBefore(node, word & NODE_MASK);
  }

  #capacity(receiving: number): number {
    const wants = this.#wants.countOf(receiving);
    return wants === 0 ? 0 : this.perWant * wants;
  }

  #waitingCapacity(receiving: number): number {
    return Math.ceil(this.#capacity(receiving) / 2);
  }

  #reserve(): void {
    const capacity = this.#graph.nodeCapacity;
    if (capacity <= this.#knowsAll.length) return;
    this.#knowsAll = grown(this.#knowsAll, capacity, 1);
    this.#waiting.reserve(capacity);
  }
}
