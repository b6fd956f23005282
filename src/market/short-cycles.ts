import type { Bounds } from '../cycles/collectors';
import type { FoundCycle } from '../cycles/cycle';
import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK } from '../graph/half-edges';
import type { CandidateIndex } from './candidate-index';
import type { World } from './clauses';
import type { EdgeScorer } from './edge-score';
import type { ItemTable } from './item-table';

/** What a search for short cycles needs of its market. */
export interface ShortCyclesContext extends Omit<World, 'edgeFloor'> {
  graph: BarterGraph;
  index: CandidateIndex;
  scorer: EdgeScorer;
  canMeet(given: number, receiving: number): boolean;
}

/** To score a pair takes about as long as to read so many edges that are at hand. */
const EDGES_PER_PAIR = 50;

/** Who could get the root item, and for how great a deficit. */
interface Receivers {
  deficits: Map<number, number>;
  /** The same nodes in growing value, with their values and categories beside them. */
  nodes: Int32Array;
  values: Float64Array;
  categories: Int32Array;
}

/**
 * Trades of two and three people through an item, from the items and wants themselves: lists that were cut do not matter
 * to them. All edges of the item are found, and between who could get it and what could be given for it the edge that
 * closes the ring is scored directly, category by category, where the values allow it at all.
 */
export function findShortCycles(
  context: ShortCyclesContext,
  root: number,
  { minLength, maxMeanDeficit }: Pick<Bounds, 'minLength' | 'maxMeanDeficit'>,
  maxLength: 2 | 3,
  limit: number,
  budget: number,
): { found: FoundCycle[]; isComplete: boolean; work: number } {
  const rings = new BestRings(context.graph, limit, maxMeanDeficit);
  const most = budget / EDGES_PER_PAIR;
  const receivers = receiversOf(context, root, most);
  if (!receivers) return { found: [], isComplete: false, work: budget };
  let work = receivers.deficits.size;
  const { wants } = context;
  const { deficits, values } = receivers;
  const leastValue = values[0] ?? 0;
  const mostValue = Math.max(0, values.at(-1) ?? 0);
  const mayClose = (c: number) =>
    (maxLength > 2 && wants.mayTake(c, leastValue, mostValue)) || (minLength < 3 && deficits.has(c));
  const isComplete = forEachGiver(context, root, receivers, mayClose, (c, back) => {
    const out = receivers.deficits.get(c);
    if (out !== undefined && minLength <= 2) rings.offer([root, c], [out, back]);
    work++;
    if (maxLength < 3 || minLength > 3) return work <= most;
    work += forEachGiven(context, receivers, c, (b, deficit) => {
      if (b !== c) rings.offer([root, b, c], [receivers.deficits.get(b)!, deficit, back]);
    });
    return work <= most;
  });
  return { found: rings.best(), isComplete, work: work * EDGES_PER_PAIR };
}

/** All items at the other end of an edge of the root; undefined where they are more than `most`. */
export function ringNeighbours(context: ShortCyclesContext, root: number, most: number): number[] | undefined {
  const receivers = receiversOf(context, root, most);
  if (!receivers) return undefined;
  const nodes = new Set(receivers.deficits.keys());
  const isAll = forEachGiver(
    context,
    root,
    receivers,
    () => true,
    (given) => nodes.add(given).size <= most,
  );
  return isAll ? [...nodes] : undefined;
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

/** Whose wants the item answers, all of them; nothing where there are too many to look at. */
function receiversOf(
  { graph, index, scorer, wants, canMeet, items }: ShortCyclesContext,
  root: number,
  most: number,
): Receivers | undefined {
  const deficits = new Map<number, number>();
  const take = (receiving: number, deficit: number) => {
    const known = deficits.get(receiving);
    if (known === undefined || deficit < known) deficits.set(receiving, deficit);
  };
  const offer = (want: number) => {
    const deficit = scorer.deficitOf(root, want);
    if (deficit >= 0 && canMeet(root, wants.item(want))) take(wants.item(want), deficit);
  };
  if (!index.forEachWant(root, false, offer, most)) return undefined;
  for (const want of index.wantsNaming(items.idOf(root))) offer(want);
  for (const word of graph.outgoing.read(root)) take(word & NODE_MASK, word >>> NODE_BITS); // open to anything
  return inGrowingValue(deficits, items);
}

function inGrowingValue(deficits: Map<number, number>, items: ItemTable): Receivers {
  const count = deficits.size;
  const found = new Int32Array(count);
  // Value, then place, as one integer of 64 bits each, for the native sort.
  const keys = new BigUint64Array(count);
  const floats = new Float32Array(keys.buffer);
  const ints = new Uint32Array(keys.buffer);
  let place = 0;
  for (const node of deficits.keys()) {
    found[place] = node;
    ints[place * 2] = place;
    floats[place * 2 + 1] = Math.max(0, items.value(node));
    place++;
  }
  keys.sort();
  const nodes = new Int32Array(count);
  const values = new Float64Array(count);
  const categories = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const node = found[ints[i * 2]!]!;
    nodes[i] = node;
    values[i] = items.value(node);
    categories[i] = items.category(node);
  }
  return { deficits, nodes, values, categories };
}

/**
 * Visits what answers the root's wants, all of it that is of `interest`, with the deficit by its best want; `visit` ends
 * it by returning false. Whether that was all.
 */
function forEachGiver(
  { graph, index, scorer, wants, items, canMeet }: ShortCyclesContext,
  root: number,
  receivers: Receivers,
  isOfInterest: (given: number) => boolean,
  visit: (given: number, deficit: number) => boolean,
): boolean {
  if (receivers.deficits.size === 0) return true;
  // With several wants, or words, or an open mind, an item may come more than once.
  const isOnce =
    wants.countOf(root) === 1 &&
    wants.words.count[wants.first(root)] === 0 &&
    !wants.namedBy(root) &&
    !items.isOpen(root);
  const best = new Map<number, number>();
  let goesOn = true;
  const take = (given: number, deficit: number): boolean => {
    if (isOnce) return visit(given, deficit);
    const known = best.get(given);
    if (known === undefined || deficit < known) best.set(given, deficit);
    return true;
  };
  for (const word of graph.incoming.read(root)) {
    if (!isOnce && isOfInterest(word & NODE_MASK)) take(word & NODE_MASK, word >>> NODE_BITS);
  }
  for (let want = wants.first(root); want >= 0; want = wants.next(want)) {
    if (wants.named.has(want)) continue;
    index.forEachItem(want, {
      isOpenTo: () => goesOn,
      visit: (given) => {
        if (!isOfInterest(given)) return goesOn;
        const deficit = scorer.deficitOf(given, want);
        if (goesOn && deficit >= 0 && canMeet(given, root)) goesOn = take(given, deficit);
        return goesOn;
      },
    });
  }
  for (const [given, deficit] of best) if (!visit(given, deficit)) return false;
  return goesOn;
}

/** Visits which of the receivers could be given for `c`, with the deficit by its best want. Returns pairs looked at. */
function forEachGiven(
  context: ShortCyclesContext,
  receivers: Receivers,
  c: number,
  visit: (b: number, deficit: number) => void,
): number {
  const { graph, items, wants, canMeet, scorer } = context;
  let work = 0;
  const best = new Map<number, number>();
  const take = (b: number, want: number) => {
    work++;
    const deficit = scorer.deficitOf(b, want);
    if (deficit >= 0 && deficit < (best.get(b) ?? Infinity) && canMeet(b, c)) best.set(b, deficit);
  };
  for (let want = wants.first(c); want >= 0; want = wants.next(want)) {
    const named = wants.named.get(want);
    if (!named) forEachInRange(context, receivers, want, (b) => take(b, want));
    else {
      for (const id of named) {
        if (graph.hasItem(id) && receivers.deficits.has(graph.nodeOf(id))) take(graph.nodeOf(id), want);
      }
    }
  }
  if (items.isOpen(c)) {
    for (const word of graph.incoming.read(c)) {
      const deficit = word >>> NODE_BITS;
      if (receivers.deficits.has(word & NODE_MASK) && deficit < (best.get(word & NODE_MASK) ?? Infinity))
        best.set(word & NODE_MASK, deficit);
    }
  }
  for (const [b, deficit] of best) visit(b, deficit);
  return work;
}

/** Visits the receivers whose category and value could answer a want. */
function forEachInRange(
  { wants, categories }: ShortCyclesContext,
  receivers: Receivers,
  want: number,
  visit: (b: number) => void,
): void {
  const low = wants.minValue(want);
  const high = wants.maxValue(want) < 0 ? Infinity : wants.maxValue(want);
  const category = wants.category(want);
  const { nodes, values, categories: actual } = receivers;
  for (let i = firstFrom(values, low); i < nodes.length && values[i]! <= high * (1 + ROUGHLY); i++) {
    if (category < 0 || (actual[i]! >= 0 && categories.closeness(category, actual[i]!) > 0)) visit(nodes[i]!);
  }
}

/** The order is that of values as 32-bit numbers. */
const ROUGHLY = 1e-6;

/** Index of the first value of at least this, or a little less. */
function firstFrom(values: Float64Array, least: number): number {
  const bound = least * (1 - ROUGHLY);
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Math.max(0, values[middle]!) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
