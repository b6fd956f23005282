import type { Bounds } from '../cycles/collectors';
import type { FoundCycle } from '../cycles/cycle';
import type { BarterGraph } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK, SCORE_STEPS } from '../graph/half-edges';
import { grown } from '../util/grown';
import { BestRings } from './best-rings';
import type { CandidateIndex } from './candidate-index';
import { conditionScore, type World } from './clauses';
import { deficitOfLoss, type EdgeScorer, LEEWAY } from './edge-score';
import { ASKS_ANYTHING, askedCategory, askedSays, ENTRY, packAsks } from './item-postings';
import { FoundBy } from './near-receivers';
import { RingGivers } from './ring-givers';
import { BANDS, bandOf, RingReceivers, UNKNOWN } from './ring-receivers';
import { Says, saysJustWords } from './says';
import { type Bits, bitsOf } from './signature';
import { type AskedTraits, conditionOf, mayHave, packTraits } from './traits';

/** What a search for short cycles needs of its market. */
export interface ShortCyclesContext extends Omit<World, 'edgeFloor'> {
  graph: BarterGraph;
  index: CandidateIndex;
  scorer: EdgeScorer;
  canMeet(given: number, receiving: number): boolean;
}

/** To score a pair takes about as long as to read so many edges that are at hand. */
const EDGES_PER_PAIR = 50;
/** The same to look for words in what an item holds. */
const EDGES_PER_HOLDER = 10;
const NO_EDGE = -1;
const NONE = -1;
/** In place of a want: the giver's first, which is its only one and is read once it matters. */
const FIRST = -2;
/** Few enough to stay at hand until they are looked at. */
const TOUCHED_AT_ONCE = 64;

/**
 * Trades of two and three people through an item, the root, from the items and wants themselves: lists that were cut do
 * not matter to them.
 *
 * Two sets are gathered from the index, whose entries tell enough for a bound of each edge: who could get the root, and
 * what could be given for it. They are joined by what the owners of the second want, the most promising givers first
 * and for each of them the most promising receivers, until no ring that is left can be among the best (a ranked join:
 * Ilyas, Aref and Elmagarmid, VLDB 2003). Of the pairs that the bounds leave over, all three edges are scored.
 *
 * What is looked at, as far as it counts, depends on the market alone and not on how it grew.
 */
export class ShortCycles {
  readonly #context: ShortCyclesContext;
  /** Who could get the root; the root itself is one of them, for rings of two. */
  readonly #receivers: RingReceivers;
  readonly #givers: RingGivers;
  #root = 0;
  #rings!: BestRings;
  /** Edges, and pairs as {@link EDGES_PER_PAIR} each. */
  #work = 0;
  /** The giver that is being looked at, the least deficit of its edge to the root, and that itself once it is known. */
  #giver = 0;
  #leastBack = 0;
  #back = UNKNOWN;
  /** By place of the receiver: the last giver, by number of its turn, that they were met with. */
  #metIn = new Int32Array(256);
  #turn = 0;
  #holders = new Int32Array(256);
  /** What the want that was looked at last asks of condition and place. */
  #askedWant = NONE;
  #asked: AskedTraits = { condition: NONE, box: undefined };

  constructor(context: ShortCyclesContext) {
    this.#context = context;
    this.#receivers = new RingReceivers(context.categories);
    this.#givers = new RingGivers(context.graph);
  }

  /**
   * The best rings through an item; where `budget` does not suffice, the best of some.
   * @param budget Edges, about; a pair that is scored counts as {@link EDGES_PER_PAIR}.
   */
  find(
    root: number,
    { minLength, maxMeanDeficit }: Pick<Bounds, 'minLength' | 'maxMeanDeficit'>,
    maxLength: 2 | 3,
    limit: number,
    budget: number,
  ): { found: FoundCycle[]; isComplete: boolean; work: number } {
    this.#begin(root, limit, maxMeanDeficit);
    if (maxLength === 3) this.#gatherReceivers();
    if (minLength === 2) this.#noteReceiver(root, 0, true);
    let isComplete = true;
    if (this.#receivers.noted.length > 0) {
      this.#gatherGivers(true);
      this.#askForGivers();
      this.#receivers.arrange();
      isComplete = this.#join(budget);
    }
    return { found: this.#rings.best(), isComplete, work: Math.min(budget, this.#work) };
  }

  /** All items at the other end of an edge of the root, and some more; undefined where they are more than `most`. */
  neighbours(root: number, most: number): number[] | undefined {
    this.#begin(root, 1, SCORE_STEPS);
    this.#gatherReceivers();
    const nodes = new Set(this.#receivers.noted);
    this.#gatherGivers(false);
    for (const giver of this.#givers.nodes.subarray(0, this.#givers.count)) nodes.add(giver);
    return nodes.size <= most ? [...nodes] : undefined;
  }

  #begin(root: number, limit: number, maxMeanDeficit: number): void {
    const { graph } = this.#context;
    this.#root = root;
    this.#rings = new BestRings(graph, limit, maxMeanDeficit);
    this.#work = 0;
    this.#askedWant = NONE;
    this.#receivers.begin();
    this.#givers.begin();
  }

  #gatherReceivers(): void {
    const { graph, index, wants, items } = this.#context;
    const root = this.#root;
    const near = index.receiversOf(root);
    for (let i = 0; i < near.count; i++) {
      const node = near.nodes[i]!;
      if (node === root) continue;
      const foundBy = near.foundBy[i]!;
      // Whether the index finds a want by its words depends on when it was filed: that must not make the bound another.
      const least = foundBy & FoundBy.BESIDE_WORDS ? 0 : near.leastDeficits[i]!;
      const isSure = (foundBy & FoundBy.WORDS) === 0;
      this.#receivers.note(node, near.values[i]!, near.categories[i]!, least, isSure);
    }
    for (const want of index.wantsNaming(items.idOf(root))) this.#noteReceiver(wants.item(want), 0, true);
    for (const word of graph.outgoing.read(root)) {
      this.#noteReceiver(word & NODE_MASK, word >>> NODE_BITS, true, word >>> NODE_BITS);
    }
  }

  #noteReceiver(node: number, leastDeficit: number, isSure: boolean, deficit?: number): void {
    const { items } = this.#context;
    this.#receivers.note(node, items.value(node), items.category(node), leastDeficit, isSure, deficit);
  }

  /** What could be given for the root. @param closes Just what someone who could get the root may be given for. */
  #gatherGivers(closes: boolean): void {
    const { graph, index, wants, items, scorer } = this.#context;
    const root = this.#root;
    const receivers = this.#receivers;
    const givers = this.#givers;
    const mostBack = closes ? this.#rings.mostOf(3) - receivers.least : SCORE_STEPS;
    const named = wants.namedBy(root);
    for (let want = wants.first(root); want >= 0; want = wants.next(want)) {
      if (wants.named.has(want)) continue;
      const says = wants.says(want);
      if (wants.category(want) < 0) {
        this.#gatherByWords(want, mostBack, closes);
        continue;
      }
      const asked = index.askedTraits(want);
      const { low, high } = wants.roughRange(want);
      const isRange = low >= 0 && high !== Infinity;
      index.forEachEntry(want, (from, end, leastLoss) => {
        const { words, floats } = index.entries;
        for (let at = from; at < end; at += ENTRY.width) {
          const value = floats[at + ENTRY.value]!;
          if (value < low || value > high || !mayHave(words[at + ENTRY.traits]!, asked)) continue;
          const asks = words[at + ENTRY.asks]! | 0;
          const least = deficitOfLoss(leastLoss + (isRange ? scorer.valueLoss(says, value, low, high) : 0));
          if (least > mostBack || words[at] === root) continue;
          const leastValue = floats[at + ENTRY.low]!;
          const mostValue = floats[at + ENTRY.high]!;
          if (closes && !receivers.mayTakeAny(asks, leastValue, mostValue)) continue;
          givers.add(words[at]!, least, asks, leastValue, mostValue);
        }
      });
    }
    for (const word of graph.incoming.read(root)) {
      const node = word & NODE_MASK;
      // What a want asks for in other words than a name has been looked at, whether or not it is listed.
      const isNew = items.isOpen(root) || named?.has(items.idOf(node)) === true;
      if (isNew || !closes) givers.add(node, word >>> NODE_BITS, ASKS_ANYTHING, NONE, Infinity);
      givers.know(node, word >>> NODE_BITS);
    }
  }

  /**
   * What answers a want that no category tells about. The index comes upon many that do not agree, and on which of them
   * depends on what happened before, so each is scored here and now.
   */
  #gatherByWords(want: number, mostBack: number, closes: boolean): void {
    const { index, scorer, wants, items, graph } = this.#context;
    const givers = this.#givers;
    let count = 0;
    index.forEachHolder(want, (node) => {
      if (node === this.#root) return;
      if (count === this.#holders.length) this.#holders = grown(this.#holders, count * 2);
      this.#holders[count++] = node;
    });
    const holders = this.#holders;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (closes && i % TOUCHED_AT_ONCE === 0)
        wants.touch(holders.subarray(i), Math.min(TOUCHED_AT_ONCE, count - i), graph);
      if (!closes || this.#mayTakeAny(holders[i]!)) holders[kept++] = holders[i]!;
    }
    for (let i = 0; i < kept; i++) {
      if (i % TOUCHED_AT_ONCE === 0) items.touchWords(holders, i, Math.min(kept, i + TOUCHED_AT_ONCE));
      const node = holders[i]!;
      if (givers.isKnown(node) || scorer.deficitOf(node, want, mostBack) < 0) continue;
      const deficit = this.#deficit(node, this.#root, SCORE_STEPS);
      if (deficit === NO_EDGE) continue;
      givers.add(node, deficit, ASKS_ANYTHING, NONE, Infinity);
      givers.know(node, deficit);
    }
  }

  /** False only where the item's owner could take nothing from those who could get the root. */
  #mayTakeAny(node: number): boolean {
    const { wants, items } = this.#context;
    if (items.isOpen(node)) return true;
    for (let want = wants.first(node); want >= 0; want = wants.next(want)) {
      if (wants.named.has(want)) return true;
      const { low, high } = wants.roughRange(want);
      if (this.#receivers.mayTakeAny(packAsks(wants.category(want), wants.says(want)), low, high)) return true;
    }
    return false;
  }

  /** Tells the receivers which of them are going to be looked for. */
  #askForGivers(): void {
    const { wants, graph, items } = this.#context;
    const receivers = this.#receivers;
    const givers = this.#givers;
    for (let place = 0, touched = 0; place < givers.count; place++) {
      if (place === touched) touched = this.#touch(place);
      const asks = givers.asks[place]!;
      if (asks >= 0) {
        receivers.ask(asks, givers.lows[place]!, givers.highs[place]!);
        continue;
      }
      const giver = givers.nodes[place]!;
      let isListed = items.isOpen(giver);
      for (let want = wants.first(giver); want >= 0; want = wants.next(want)) {
        if (wants.says(want) & Says.NAMES) {
          isListed = true;
          if (graph.incoming.count[giver] === 0) {
            for (const id of wants.named.get(want)!) if (graph.hasItem(id)) receivers.askFor(graph.nodeOf(id));
          }
          continue;
        }
        const { low, high } = wants.roughRange(want);
        receivers.ask(packAsks(wants.category(want), wants.says(want)), low, high);
      }
      if (!isListed) continue;
      const { words, start, count } = graph.incoming;
      const first = start[giver]!;
      for (let at = first; at < first + count[giver]!; at++) receivers.askFor(words[at]! & NODE_MASK);
    }
  }

  /** Looks for rings, the most promising first. Whether the budget sufficed. */
  #join(budget: number): boolean {
    const receivers = this.#receivers;
    const rings = this.#rings;
    const givers = this.#givers;
    if (this.#metIn.length < receivers.nodes.length) this.#metIn = new Int32Array(receivers.nodes.length);
    this.#metIn.fill(0, 0, receivers.count);
    this.#turn = 0;
    givers.arrange();
    for (let i = 0, end = 0; i < givers.count; i++) {
      if (i === end) end = givers.sortFrom(i);
      const giver = givers.order[i]!;
      if (givers.leastDeficits[giver]! + receivers.least > rings.mostOf(3)) return true;
      if (this.#work > budget) return false;
      this.#look(giver);
      rings.raiseBar();
    }
    return this.#work <= budget;
  }

  /**
   * Reads the wants and the lists of the next givers whose entries do not tell what they want, see
   * {@link ItemTable.touch}. Returns how far.
   */
  #touch(from: number): number {
    const { wants, graph } = this.#context;
    const givers = this.#givers;
    const end = Math.min(givers.count, from + TOUCHED_AT_ONCE);
    let count = 0;
    for (let place = from; place < end; place++) {
      if (givers.asks[place]! < 0) this.#holders[count++] = givers.nodes[place]!;
    }
    wants.touch(this.#holders, count, graph);
    graph.incoming.touch(this.#holders, count);
    return end;
  }

  /** Looks for rings with a giver. */
  #look(place: number): void {
    const { wants, items } = this.#context;
    const givers = this.#givers;
    const giver = givers.nodes[place]!;
    this.#turn++;
    this.#giver = giver;
    this.#leastBack = givers.leastDeficits[place]!;
    this.#back = givers.deficits[place]!;
    const asks = givers.asks[place]!;
    if (asks >= 0) {
      this.#seek(FIRST, askedCategory(asks), askedSays(asks), givers.lows[place]!, givers.highs[place]!);
      return;
    }
    for (let want = wants.first(giver); want >= 0; want = wants.next(want)) {
      if (!saysJustWords(wants.says(want))) this.#seekFor(want);
    }
    if (items.isOpen(giver)) this.#meetListed();
    // Last, so that whom these come upon by chance has been scored before if anything else leads there.
    for (let want = wants.first(giver); want >= 0; want = wants.next(want)) {
      if (saysJustWords(wants.says(want))) this.#seekFor(want);
    }
  }

  #seekFor(want: number): void {
    const { wants } = this.#context;
    if (wants.says(want) & Says.NAMES) {
      this.#seekNamed(want);
      return;
    }
    const { low, high } = wants.roughRange(want);
    this.#seek(want, wants.category(want), wants.says(want), low, high);
  }

  /** What is named is always listed, once the giver's edges have been found. */
  #seekNamed(want: number): void {
    const { graph, wants } = this.#context;
    this.#meetListed();
    if (graph.incoming.count[this.#giver]! > 0) return;
    for (const id of wants.named.get(want)!) if (graph.hasItem(id)) this.#meetNode(graph.nodeOf(id));
  }

  /** Whatever can be given for the giver as far as the graph lists it. */
  #meetListed(): void {
    const { words, start, count } = this.#context.graph.incoming;
    const first = start[this.#giver]!;
    for (let at = first; at < first + count[this.#giver]!; at++) this.#meetNode(words[at]! & NODE_MASK);
  }

  /** Looks for receivers whose items are roughly what the giver's owner wants. */
  #seek(want: number, category: number, says: number, low: number, high: number): void {
    const { categories } = this.#context;
    if (category < 0 || categories.hasBranches(category)) {
      this.#seekByValue(this.#wantOf(want), category, says, low, high);
      return;
    }
    const branch = categories.branchOf(category);
    const root = categories.rootOf(category);
    this.#seekInBranch(branch, want, category, says, low, high);
    if (root !== branch) this.#seekInBranch(root, want, category, says, low, high);
  }

  #seekInBranch(branch: number, want: number, category: number, says: number, low: number, high: number): void {
    const receivers = this.#receivers;
    const end = receivers.endSegment(branch);
    let segment = receivers.firstSegment(branch);
    if (segment === end) return;
    const { scorer, categories } = this.#context;
    const rings = this.#rings;
    const { segments, bands, values, leastDeficits } = receivers;
    const first = low < 0 ? 0 : bandOf(low);
    const last = low < 0 || high === Infinity ? Infinity : bandOf(high);
    const isRange = low >= 0 && high !== Infinity;
    const closest = scorer.leastLosses(1)[says]!;
    let closeness = -1;
    let least = 0;
    for (; segment < end; segment++) {
      if (bands[segment]! < first) continue;
      if (bands[segment]! > last) return;
      let level = -1;
      let most = 0;
      for (let place = segments[segment]!; place < segments[segment + 1]!; place++) {
        const value = values[place]!;
        if (value < low || value > high) continue;
        if (leastDeficits[place] !== level) {
          rings.raiseBar();
          level = leastDeficits[place]!;
          most = rings.mostOf(3) - this.#leastBack - level + LEEWAY;
          if (closest > most) break;
        }
        this.#work += receivers.isSure[place]!;
        const here = categories.closeness(category, receivers.categories[place]!);
        if (here === 0) continue;
        if (here !== closeness) {
          closeness = here;
          least = scorer.leastLosses(here)[says]!;
        }
        const loss = least + (isRange ? scorer.valueLoss(says, value, low, high) : 0);
        if (loss <= most) this.#meet(place, want, loss);
      }
    }
  }

  /** The same for wants that any branch of the categories may answer. */
  #seekByValue(want: number, category: number, says: number, low: number, high: number): void {
    const { scorer, categories, items } = this.#context;
    const receivers = this.#receivers;
    const rings = this.#rings;
    receivers.arrangeByValue((node, into, at) => items.writeBits(node, into, at));
    const { places, values, leastDeficits, isSure, bits, bandStarts } = receivers.byValue;
    const first = low < 0 ? 0 : bandOf(low);
    const last = low < 0 || high === Infinity ? BANDS - 1 : bandOf(high);
    const isRange = low >= 0 && high !== Infinity;
    const closest = scorer.leastLosses(1)[says]!;
    const isByWords = saysJustWords(says);
    // It answers with one of the words that the want is filed under, or not at all.
    const filed = isByWords ? this.#bitsOfFiled(want) : NO_BITS;
    const mostOfAll = rings.mostOf(3) - this.#leastBack + LEEWAY;
    for (let band = first; band <= last; band++) {
      for (let i = bandStarts[band]!; i < bandStarts[band + 1]!; i++) {
        const most = mostOfAll - leastDeficits[i]!;
        if (closest > most) break;
        const value = values[i]!;
        if (value < low || value > high) continue;
        // Which pairs are scored for their words depends on what the want was filed under, and what counts must not.
        this.#work += isSure[i]!;
        if (isByWords && !holdsOneOf(filed, bits[i * 2]!, bits[i * 2 + 1]!)) continue;
        const place = places[i]!;
        const actual = category < 0 ? NONE : receivers.categories[place]!;
        const closeness = category < 0 ? 1 : actual < 0 ? 0 : categories.closeness(category, actual);
        if (closeness === 0) continue;
        const least = closeness === 1 ? closest : scorer.leastLosses(closeness)[says]!;
        const loss = least + (isRange ? scorer.valueLoss(says, value, low, high) : 0);
        if (loss <= most) this.#meet(place, want, loss, isByWords);
      }
    }
  }

  #bitsOfFiled(want: number): Bits[] {
    const filed: Bits[] = [];
    for (const word of this.#context.wants.filed.read(want)) filed.push(bitsOf([word]));
    return filed;
  }

  #meetNode(node: number): void {
    const place = this.#receivers.placeOf(node);
    if (place !== NONE) this.#meet(place, NONE, 0);
  }

  /**
   * Scores what the bounds have left over: the ring of the root, a receiver and the giver, if it is one.
   * @param want The giver's want that led there, if one did.
   * @param leastLoss What the receiver's item loses by it at least.
   * @param isByChance Whether what led there depends on what happened before: it counts only where there is an edge.
   */
  #meet(place: number, want: number, leastLoss: number, isByChance = false): void {
    const receivers = this.#receivers;
    const root = this.#root;
    const giver = this.#giver;
    const receiver = receivers.nodes[place]!;
    if (this.#back === NO_EDGE || receiver === giver || this.#metIn[place] === this.#turn) return;
    const out = receiver === root ? 0 : this.#findOut(place);
    if (out === NO_EDGE || this.#findBack() === NO_EDGE) return;
    const most = this.#rings.mostOf(receiver === root ? 2 : 3) - this.#back - out;
    const leeway = most + LEEWAY - leastLoss;
    if (most < 0 || leeway < 0) return;
    if (want !== NONE && this.#lossOfRest(place, this.#wantOf(want), isByChance) > leeway) return;
    if (!isByChance) this.#metIn[place] = this.#turn;
    const across = this.#deficit(receiver, giver, most);
    if (across >= 0 || !isByChance) this.#work += EDGES_PER_PAIR;
    if (across === NO_EDGE) return;
    this.#metIn[place] = this.#turn;
    if (receiver === root) this.#rings.offer([root, giver], [across, this.#back]);
    else this.#rings.offer([root, receiver, giver], [out, across, this.#back]);
  }

  #wantOf(want: number): number {
    return want === FIRST ? this.#context.wants.first(this.#giver) : want;
  }

  /** What a receiver's item loses at least by what a want says beyond category and value; Infinity: it is no answer. */
  #lossOfRest(place: number, want: number, isByChance: boolean): number {
    const { wants, scorer } = this.#context;
    const says = wants.says(want);
    let loss = says & Says.RANK ? scorer.rankLoss(says, wants.rankScore(want)) : 0;
    if (says & (Says.CONDITION | Says.RADIUS)) {
      const traits = this.#traitsOf(place);
      const asked = this.#askedBy(want);
      if (!mayHave(traits, asked)) return Infinity;
      if (says & Says.CONDITION)
        loss += scorer.conditionLoss(says, conditionScore(conditionOf(traits), asked.condition));
    }
    if (says & Says.KEYWORDS) {
      if (!isByChance) this.#work += EDGES_PER_HOLDER;
      loss += scorer.keywordLoss(this.#receivers.nodes[place]!, want);
    }
    return loss;
  }

  #askedBy(want: number): AskedTraits {
    if (this.#askedWant !== want) {
      this.#askedWant = want;
      this.#asked = this.#context.index.askedTraits(want);
    }
    return this.#asked;
  }

  #traitsOf(place: number): number {
    const { traits, nodes } = this.#receivers;
    if (traits[place] === 0) {
      const { items } = this.#context;
      const node = nodes[place]!;
      traits[place] = packTraits(items.condition(node), items.latitude(node), items.longitude(node));
    }
    return traits[place]!;
  }

  /** The deficit of the edge from the root to a receiver. */
  #findOut(place: number): number {
    const { deficits, nodes } = this.#receivers;
    if (deficits[place] === UNKNOWN) deficits[place] = this.#deficit(this.#root, nodes[place]!, SCORE_STEPS);
    return deficits[place]!;
  }

  /** The deficit of the edge from the giver to the root. */
  #findBack(): number {
    if (this.#back === UNKNOWN) this.#back = this.#deficit(this.#giver, this.#root, SCORE_STEPS);
    return this.#back;
  }

  /** The deficit of an edge by the receiving item's best want; -1 where there is none or it is more than `most`. */
  #deficit(given: number, receiving: number, most: number): number {
    const { wants, items, graph, scorer, canMeet } = this.#context;
    let best = items.isOpen(receiving) ? graph.deficitBetween(given, receiving) : NO_EDGE;
    for (let want = wants.first(receiving); want >= 0; want = wants.next(want)) {
      const deficit = scorer.deficitOf(given, want, most);
      if (deficit >= 0 && (best < 0 || deficit < best)) best = deficit;
    }
    return best >= 0 && best <= most && canMeet(given, receiving) ? best : NO_EDGE;
  }
}

const NO_BITS: readonly Bits[] = [];

/** Whether bits of what an item holds have those of one of some words. */
function holdsOneOf(words: readonly Bits[], low: number, high: number): boolean {
  for (const [wordLow, wordHigh] of words) {
    if ((low & wordLow) === wordLow && (high & wordHigh) === wordHigh) return true;
  }
  return false;
}
