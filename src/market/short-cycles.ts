import type { Bounds } from '../cycles/collectors';
import type { FoundCycle } from '../cycles/cycle';
import type { BarterGraph } from '../graph/barter-graph';
import { NODE_MASK } from '../graph/half-edges';
import { grown } from '../util/grown';
import type { CandidateIndex } from './candidate-index';
import type { World } from './clauses';
import type { EdgeScorer } from './edge-score';
import { ASKS_NOTHING, ENTRY } from './item-postings';
import { mayHave } from './traits';

/** What a search for short cycles needs of its market. */
export interface ShortCyclesContext extends Omit<World, 'edgeFloor'> {
  graph: BarterGraph;
  index: CandidateIndex;
  scorer: EdgeScorer;
  canMeet(given: number, receiving: number): boolean;
}

/** To score a pair takes about as long as to read so many edges that are at hand. */
const EDGES_PER_PAIR = 50;
/** Not worked out yet. */
const UNKNOWN = -2;
const NO_EDGE = -1;
const NONE = -1;
/** Numbers of a pair; and what stands for its want where an open mind is all there is. */
const PAIR = 3;
const BY_EDGE = -1;
/** Few enough to stay at hand until they are looked at. */
const TOUCHED_AT_ONCE = 64;

/**
 * Trades of two and three people through an item, from the items and wants themselves: lists that were cut do not matter
 * to them.
 *
 * Two sets are gathered from the index, whose entries tell enough: who could get the item, and what could be given for
 * it. Whether anyone of the first could be given for one of the second, so that the ring closes, is settled by
 * categories and ranges of value; the few pairs for which it could are scored, and with them the other two edges.
 */
export class ShortCycles {
  readonly #context: ShortCyclesContext;
  /** Who could get the item; the item itself comes last, for rings of two. */
  #count = 0;
  #nodes = new Int32Array(256);
  #values = new Float32Array(256);
  #categories = new Int32Array(256);
  /** Deficit of the edge from the item, as soon as it is known. */
  #out = new Int16Array(256);
  /** The next of them in the same branch of the categories; the first, and the range of their values, by branch. */
  #next = new Int32Array(256);
  readonly #firstIn: Int32Array;
  readonly #leastIn: Float32Array;
  readonly #mostIn: Float32Array;
  #least = Infinity;
  #most = -Infinity;
  /** By node: its place among those who could get the item, or -1; and 1 if it could be given for it. */
  #placeOf = new Int32Array(0);
  #isGiver = new Uint8Array(0);
  #givers = new Int32Array(256);
  #giverCount = 0;
  /** Giver, place of whom it could get, and the giver's want. */
  #pairs = new Int32Array(256 * PAIR);
  #pairCount = 0;
  /** Pairs up to here are at hand. */
  #touched = 0;
  readonly #near = new Int32Array(TOUCHED_AT_ONCE);

  constructor(context: ShortCyclesContext) {
    this.#context = context;
    const { size } = context.categories;
    this.#firstIn = new Int32Array(size).fill(NONE);
    this.#leastIn = new Float32Array(size);
    this.#mostIn = new Float32Array(size);
  }

  /**
   * The best rings through an item; where `budget` does not suffice, the best of some.
   * @param budget Edges; a pair that is scored counts as {@link EDGES_PER_PAIR}.
   */
  find(
    root: number,
    { minLength, maxMeanDeficit }: Pick<Bounds, 'minLength' | 'maxMeanDeficit'>,
    maxLength: 2 | 3,
    limit: number,
    budget: number,
  ): { found: FoundCycle[]; isComplete: boolean; work: number } {
    const rings = new BestRings(this.#context.graph, limit, maxMeanDeficit);
    const most = budget / EDGES_PER_PAIR;
    let isComplete = true;
    this.#gatherReceivers(root);
    if (this.#count > 0) {
      if (minLength < 3) this.#addReceiver(root);
      this.#gatherGivers(root, true);
      isComplete = this.#pairUp(root, maxLength, most);
      if (!isComplete) {
        // Which of them the budget suffices for must not depend on how the market grew.
        this.#checkWords(root);
        this.#sortGivers();
        isComplete = this.#pairUp(root, maxLength, most);
      }
      for (let at = 0; at < this.#pairCount; ) at = this.#close(root, at, rings);
    }
    const work = isComplete ? this.#pairCount * EDGES_PER_PAIR : budget;
    this.#forget();
    return { found: rings.best(), isComplete, work };
  }

  /** All items at the other end of an edge of the root, and some more; undefined where they are more than `most`. */
  neighbours(root: number, most: number): number[] | undefined {
    this.#gatherReceivers(root);
    const nodes = new Set(this.#nodes.subarray(0, this.#count));
    this.#gatherGivers(root, false);
    for (const giver of this.#givers.subarray(0, this.#giverCount)) nodes.add(giver);
    this.#forget();
    return nodes.size <= most ? [...nodes] : undefined;
  }

  #gatherReceivers(root: number): void {
    const { graph, index, wants, items } = this.#context;
    if (this.#placeOf.length < graph.nodeCapacity) {
      this.#placeOf = grown(this.#placeOf, graph.nodeCapacity, NONE);
      this.#isGiver = grown(this.#isGiver, graph.nodeCapacity);
    }
    const near = index.receiversOf(root);
    for (let i = 0; i < near.count; i++) {
      if (near.nodes[i] !== root) this.#add(near.nodes[i]!, near.values[i]!, near.categories[i]!);
    }
    for (const want of index.wantsNaming(items.idOf(root))) this.#addReceiver(wants.item(want));
    for (const word of graph.outgoing.read(root)) this.#addReceiver(word & NODE_MASK); // open to anything
  }

  #addReceiver(node: number): void {
    const { items } = this.#context;
    this.#add(node, items.value(node), items.category(node));
  }

  #add(node: number, value: number, category: number): void {
    if (this.#placeOf[node] !== NONE) return;
    const place = this.#count++;
    if (place === this.#nodes.length) this.#growTo(place * 2);
    this.#placeOf[node] = place;
    this.#nodes[place] = node;
    this.#values[place] = value;
    this.#categories[place] = category;
    this.#out[place] = UNKNOWN;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
    if (category < 0) return;
    const branch = this.#context.categories.branchOf(category);
    this.#next[place] = this.#firstIn[branch]!;
    const isFirst = this.#firstIn[branch] === NONE;
    this.#leastIn[branch] = isFirst ? value : Math.min(this.#leastIn[branch]!, value);
    this.#mostIn[branch] = isFirst ? value : Math.max(this.#mostIn[branch]!, value);
    this.#firstIn[branch] = place;
  }

  #growTo(length: number): void {
    this.#nodes = grown(this.#nodes, length);
    this.#values = grown(this.#values, length);
    this.#categories = grown(this.#categories, length);
    this.#out = grown(this.#out, length);
    this.#next = grown(this.#next, length);
  }

  #forget(): void {
    const { categories } = this.#context;
    for (let place = 0; place < this.#count; place++) {
      this.#placeOf[this.#nodes[place]!] = NONE;
      if (this.#categories[place]! >= 0) this.#firstIn[categories.branchOf(this.#categories[place]!)] = NONE;
    }
    for (let i = 0; i < this.#giverCount; i++) this.#isGiver[this.#givers[i]!] = 0;
    this.#count = 0;
    this.#giverCount = 0;
    this.#pairCount = 0;
    this.#touched = 0;
    this.#least = Infinity;
    this.#most = -Infinity;
  }

  /** What could be given for the root. @param closes Just what someone who could get the root may be given for. */
  #gatherGivers(root: number, closes: boolean): void {
    const { graph, index, wants } = this.#context;
    const take = (node: number) => {
      if (this.#isGiver[node] === 1 || node === root) return;
      if (this.#giverCount === this.#givers.length) this.#givers = grown(this.#givers, this.#giverCount * 2);
      this.#isGiver[node] = 1;
      this.#givers[this.#giverCount++] = node;
    };
    for (const word of graph.incoming.read(root)) take(word & NODE_MASK);
    for (let want = wants.first(root); want >= 0; want = wants.next(want)) {
      if (wants.named.has(want)) continue;
      if (wants.category(want) < 0) {
        index.forEachItem(want, { isOpenTo: () => true, visit: take });
        continue;
      }
      const asked = index.askedTraits(want);
      const { low, high } = wants.roughRange(want);
      index.forEachEntry(want, (from, end) => {
        const { words, floats } = index.entries;
        for (let at = from; at < end; at += ENTRY.width) {
          const value = floats[at + ENTRY.value]!;
          if (value < low || value > high || !mayHave(words[at + ENTRY.traits]!, asked)) continue;
          const asks = words[at + ENTRY.asks]! | 0;
          if (!closes || this.#mayTakeAny(asks, floats[at + ENTRY.low]!, floats[at + ENTRY.high]!)) take(words[at]!);
        }
      });
    }
  }

  /** Whether an item whose owner asks for this could take any of those who could get the root. */
  #mayTakeAny(asks: number, low: number, high: number): boolean {
    if (asks === ASKS_NOTHING || low > this.#most || high < this.#least) return false;
    const { categories } = this.#context;
    if (asks < 0 || categories.isRoot(asks)) return true;
    return (
      this.#mayTakeFrom(categories.branchOf(asks), low, high) || this.#mayTakeFrom(categories.rootOf(asks), low, high)
    );
  }

  #mayTakeFrom(branch: number, low: number, high: number): boolean {
    return this.#firstIn[branch] !== NONE && this.#leastIn[branch]! <= high && this.#mostIn[branch]! >= low;
  }

  /**
   * Notes each giver with each of those it could get, by category and value, as far as there are no more than `most`
   * pairs. Whether there are no more.
   */
  #pairUp(root: number, maxLength: 2 | 3, most: number): boolean {
    const { items, graph, wants } = this.#context;
    let giver = 0;
    const pair = (place: number, want: number): void => {
      const b = this.#nodes[place]!;
      if (b === giver || this.#out[place] === NO_EDGE || (maxLength < 3 && b !== root)) return;
      if (this.#pairCount * PAIR === this.#pairs.length) this.#pairs = grown(this.#pairs, this.#pairs.length * 2);
      const at = this.#pairCount++ * PAIR;
      this.#pairs[at] = giver;
      this.#pairs[at + 1] = place;
      this.#pairs[at + 2] = want;
    };
    this.#pairCount = 0;
    wants.touch(this.#givers, this.#giverCount, graph);
    for (let i = 0; i < this.#giverCount; i++) {
      giver = this.#givers[i]!;
      const before = this.#pairCount;
      for (let want = wants.first(giver); want >= 0; want = wants.next(want)) this.#forEachTaken(want, pair);
      for (const word of items.isOpen(giver) ? graph.incoming.read(giver) : []) {
        const place = this.#placeOf[word & NODE_MASK]!;
        if (place !== NONE) pair(place, BY_EDGE);
      }
      if (this.#pairCount <= most) continue;
      this.#pairCount = before;
      return false;
    }
    return true;
  }

  /**
   * Lets go of what the index found by words only, and in vain: the words that a want is filed under, and those that a
   * search goes by, are the rarest there were at the time.
   */
  #checkWords(root: number): void {
    for (let place = 0; place < this.#count; place++) {
      const node = this.#nodes[place]!;
      if (node !== root && this.#looksByWords(node)) this.#outOf(root, place);
    }
    if (!this.#looksByWords(root)) return;
    let kept = 0;
    for (const giver of this.#givers.subarray(0, this.#giverCount)) {
      if (this.#deficit(giver, root) >= 0) this.#givers[kept++] = giver;
      else this.#isGiver[giver] = 0;
    }
    this.#giverCount = kept;
  }

  /** Whether any of the item's wants is looked for by its words. */
  #looksByWords(node: number): boolean {
    const { wants } = this.#context;
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      if (wants.category(want) < 0 && wants.words.count[want]! > 0 && !wants.named.has(want)) return true;
    }
    return false;
  }

  #sortGivers(): void {
    const { graph } = this.#context;
    this.#givers.subarray(0, this.#giverCount).sort((a, b) => (graph.isNodeBefore(a, b) ? -1 : 1));
  }

  /** Offers the rings that the pairs of one giver close. Returns where the pairs of the next begin. */
  #close(root: number, first: number, rings: BestRings): number {
    const { items, graph, wants } = this.#context;
    const c = this.#pairs[first * PAIR]!;
    const back = this.#deficit(c, root);
    const best = wants.countOf(c) === 1 && !items.isOpen(c) ? undefined : new Map<number, number>();
    let at = first;
    for (; at < this.#pairCount && this.#pairs[at * PAIR] === c; at++) {
      if (at >= this.#touched) this.#touch(at);
      if (back < 0) continue;
      const place = this.#pairs[at * PAIR + 1]!;
      const want = this.#pairs[at * PAIR + 2]!;
      const b = this.#nodes[place]!;
      const deficit = want === BY_EDGE ? graph.deficitBetween(b, c) : this.#deficitBy(b, want);
      if (deficit < 0) continue;
      if (!best) this.#offer(root, place, c, deficit, back, rings);
      else if (deficit < (best.get(place) ?? Infinity)) best.set(place, deficit);
    }
    for (const [place, deficit] of best ?? []) this.#offer(root, place, c, deficit, back, rings);
    return at;
  }

  #offer(root: number, place: number, c: number, deficit: number, back: number, rings: BestRings): void {
    const b = this.#nodes[place]!;
    if (b === root) {
      rings.offer([root, c], [deficit, back]);
      return;
    }
    const out = this.#outOf(root, place);
    if (out >= 0) rings.offer([root, b, c], [out, deficit, back]);
  }

  /** Reads what the next pairs need, see {@link ItemTable.touch}. */
  #touch(from: number): void {
    const { items, wants, graph } = this.#context;
    const count = Math.min(TOUCHED_AT_ONCE, this.#pairCount - from);
    for (let i = 0; i < count; i++) this.#near[i] = this.#nodes[this.#pairs[(from + i) * PAIR + 1]!]!;
    items.touch(this.#near, 0, count);
    wants.touch(this.#near, count, graph);
    this.#touched = from + count;
  }

  /** Visits those who could get the root and be given for a want, by category and value. */
  #forEachTaken(want: number, visit: (place: number, want: number) => void): void {
    const { graph, wants, categories } = this.#context;
    const named = wants.named.get(want);
    if (named) {
      for (const id of named) {
        const place = graph.hasItem(id) ? this.#placeOf[graph.nodeOf(id)]! : NONE;
        if (place !== NONE) visit(place, want);
      }
      return;
    }
    const { low, high } = wants.roughRange(want);
    const category = wants.category(want);
    if (category < 0 || categories.isRoot(category)) {
      for (let place = 0; place < this.#count; place++) {
        const value = this.#values[place]!;
        if (value < low || value > high) continue;
        const actual = this.#categories[place]!;
        if (category >= 0 && (actual < 0 || categories.closeness(category, actual) === 0)) continue;
        visit(place, want);
      }
      return;
    }
    for (const branch of [categories.branchOf(category), categories.rootOf(category)]) {
      for (let place = this.#firstIn[branch]!; place !== NONE; place = this.#next[place]!) {
        const value = this.#values[place]!;
        if (value < low || value > high || categories.closeness(category, this.#categories[place]!) === 0) continue;
        visit(place, want);
      }
    }
  }

  #outOf(root: number, place: number): number {
    if (this.#out[place] === UNKNOWN) this.#out[place] = this.#deficit(root, this.#nodes[place]!);
    return this.#out[place]!;
  }

  /** The deficit of an edge by the receiving item's best want, or -1. */
  #deficit(given: number, receiving: number): number {
    const { wants, items, graph, canMeet } = this.#context;
    if (!canMeet(given, receiving)) return NO_EDGE;
    let best = items.isOpen(receiving) ? graph.deficitBetween(given, receiving) : NO_EDGE;
    for (let want = wants.first(receiving); want >= 0; want = wants.next(want)) {
      const deficit = this.#context.scorer.deficitOf(given, want);
      if (deficit >= 0 && (best < 0 || deficit < best)) best = deficit;
    }
    return best;
  }

  #deficitBy(given: number, want: number): number {
    const { wants, scorer, canMeet } = this.#context;
    const deficit = scorer.deficitOf(given, want);
    return deficit >= 0 && canMeet(given, wants.item(want)) ? deficit : NO_EDGE;
  }
}

/** Keeps the best rings by mean deficit, then shorter ones, then in the order of the graph's lists. */
class BestRings {
  readonly #graph: BarterGraph;
  readonly #limit: number;
  readonly #most: number;
  #found: FoundCycle[] = [];

  constructor(graph: BarterGraph, limit: number, maxMeanDeficit: number) {
    this.#graph = graph;
    this.#limit = limit;
    this.#most = maxMeanDeficit + 1e-6;
  }

  offer(nodes: number[], edgeDeficits: number[]): void {
    const deficit = edgeDeficits.reduce((sum, one) => sum + one, 0);
    if (deficit > this.#most * nodes.length) return;
    this.#found.push({ nodes, edgeDeficits, deficit });
    if (this.#found.length > this.#limit + 256) this.#found = this.best();
  }

  best(): FoundCycle[] {
    return this.#found.sort((a, b) => this.#compare(a, b)).slice(0, this.#limit);
  }

  #compare(a: FoundCycle, b: FoundCycle): number {
    const byMean = a.deficit * b.nodes.length - b.deficit * a.nodes.length;
    if (byMean !== 0) return byMean;
    if (a.nodes.length !== b.nodes.length) return a.nodes.length - b.nodes.length;
    const at = a.nodes.findIndex((node, i) => node !== b.nodes[i]);
    return at < 0 ? 0 : this.#graph.isNodeBefore(a.nodes[at]!, b.nodes[at]!) ? -1 : 1;
  }
}
