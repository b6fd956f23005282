import { SCORE_STEPS } from '../graph/half-edges';
import { grown } from '../util/grown';
import { NumberPlaces } from '../util/number-places';
import type { CategoryTree } from './category-tree';
import { ASKS_NOTHING, askedCategory } from './item-postings';

/** Not worked out yet. */
export const UNKNOWN = -2;
const NONE = -1;
/** The last band; values up to 2^60 have bands of their own. */
const UNVALUED_BAND = 240;
export const BANDS = UNVALUED_BAND + 1;

/** What is told of receivers. */
class Columns {
  nodes = new Int32Array(256);
  /** Roughly; -1 where unknown. */
  values = new Float32Array(256);
  /** Category number, -1 where none. */
  categories = new Int32Array(256);
  /** The deficit of the edge from the item is at least this. */
  leastDeficits = new Int16Array(256);
  /** The deficit itself, -1 for no edge, {@link UNKNOWN} until somebody worked it out. */
  deficits = new Int16Array(256);
  /** 0 where it depends on what happened before whether the index knows of them, and there may be no edge. */
  isSure = new Uint8Array(256);

  growTo(length: number): void {
    this.nodes = grown(this.nodes, length);
    this.values = grown(this.values, length);
    this.categories = grown(this.categories, length);
    this.leastDeficits = grown(this.leastDeficits, length);
    this.deficits = grown(this.deficits, length);
    this.isSure = grown(this.isSure, length);
  }

  /** Copies one of the others to a place of these. */
  copy(place: number, others: Columns, from: number): void {
    this.nodes[place] = others.nodes[from]!;
    this.values[place] = others.values[from]!;
    this.categories[place] = others.categories[from]!;
    this.leastDeficits[place] = others.leastDeficits[from]!;
    this.deficits[place] = others.deficits[from]!;
    this.isSure[place] = others.isSure[from]!;
  }
}

/** The same before they are arranged: with the number of the branch, and the band. */
class Unarranged extends Columns {
  branches = new Int32Array(256);
  bands = new Uint8Array(256);

  override growTo(length: number): void {
    super.growTo(length);
    this.branches = grown(this.branches, length);
    this.bands = grown(this.bands, length);
  }
}

/** Receivers in growing band of value, in columns that are read from end to end. */
class ByValue {
  /** Where each of them is among the others. */
  places = new Int32Array(0);
  values = new Float32Array(0);
  leastDeficits = new Int16Array(0);
  isSure = new Uint8Array(0);
  /** Two for each: bits of the words that the item holds. */
  bits = new Int32Array(0);
  /** Where each band begins, and where the last one ends. */
  readonly bandStarts = new Int32Array(BANDS + 1);

  growTo(length: number): void {
    if (length <= this.places.length) return;
    this.places = new Int32Array(length);
    this.values = new Float32Array(length);
    this.leastDeficits = new Int16Array(length);
    this.isSure = new Uint8Array(length);
    this.bits = new Int32Array(length * 2);
  }
}

/**
 * Who could get an item, arranged so that those whom another could be given for are found without a look at the others:
 * by branch of the categories, within it by band of value, and there in growing deficit of the edge from the item, as far
 * as it is known. A run of them in one branch and band is a segment.
 */
export class RingReceivers extends Columns {
  count = 0;
  /** Least of all the least deficits. */
  least: number = SCORE_STEPS;

  /** Condition and place, see {@link packTraits}; 0 until somebody looked. */
  traits = new Uint32Array(256);
  /** Where each segment begins, and where the last one ends; and its band. */
  segments = new Int32Array(257);
  bands = new Uint8Array(256);
  /** The same by value alone, good after {@link arrangeByValue}. */
  readonly byValue = new ByValue();

  readonly #tree: CategoryTree;
  readonly #places = new NumberPlaces();
  #isByValue = false;
  /** The branches of those there are, numbered as they come; by category: its number plus one, or 0. */
  readonly #branchNumbers: Int32Array;
  readonly #branches: number[] = [];
  /** By number of the branch: its first segment, up to the next one's; and the range of the values there. */
  #firstSegments = new Int32Array(65);
  #leastValues = new Float32Array(64);
  #mostValues = new Float32Array(64);
  #leastValue = Infinity;
  #mostValue = -Infinity;

  /** As they come, and those of them that are kept. */
  readonly #noted = new Unarranged();
  #notedCount = 0;
  readonly #gathered = new Unarranged();
  /** What is going to be looked for: ranges of values in any branch, and by number of the branch; and by node. */
  #leastAsked = Infinity;
  #mostAsked = -Infinity;
  #leastAskedOf = new Float32Array(64);
  #mostAskedOf = new Float32Array(64);
  readonly #asked = new NumberPlaces();
  #hasAsked = false;
  #order = new Int32Array(256);
  #otherOrder = new Int32Array(256);
  readonly #counts = new Int32Array(SCORE_STEPS + 2);
  #branchCounts = new Int32Array(64);

  constructor(tree: CategoryTree) {
    super();
    this.#tree = tree;
    this.#branchNumbers = new Int32Array(tree.size + 1);
  }

  /** The place of a node, or -1. */
  placeOf(node: number): number {
    return this.#places.get(node);
  }

  /** Notes somebody who could get the item; one may be noted more than once. */
  note(
    node: number,
    value: number,
    category: number,
    leastDeficit: number,
    isSure: boolean,
    deficit: number = UNKNOWN,
  ): void {
    const all = this.#noted;
    const at = this.#notedCount++;
    if (at === all.nodes.length) all.growTo(at * 2);
    const branch = this.#numberOf(category, value);
    all.nodes[at] = node;
    all.values[at] = value;
    all.categories[at] = category;
    all.leastDeficits[at] = leastDeficit;
    all.deficits[at] = deficit;
    all.isSure[at] = isSure ? 1 : 0;
    all.branches[at] = branch;
    if (value < this.#leastValue) this.#leastValue = value;
    if (value > this.#mostValue) this.#mostValue = value;
    if (leastDeficit < this.least) this.least = leastDeficit;
  }

  /** All that have been noted. */
  get noted(): Int32Array {
    return this.#noted.nodes.subarray(0, this.#notedCount);
  }

  /** False only where an item whose owner asks for this, roughly in this range, could take none of them. */
  mayTakeAny(asks: number, low: number, high: number): boolean {
    if (asks === ASKS_NOTHING || low > this.#mostValue || high < this.#leastValue) return false;
    const category = asks < 0 ? NONE : askedCategory(asks);
    if (category < 0 || this.#tree.hasBranches(category)) return true;
    return (
      this.#mayTakeFrom(this.#tree.branchOf(category), low, high) ||
      this.#mayTakeFrom(this.#tree.rootOf(category), low, high)
    );
  }

  /** Whom an owner who asks for this, roughly in this range, could take is going to be looked for. */
  ask(asks: number, low: number, high: number): void {
    const category = askedCategory(asks);
    if (category < 0 || this.#tree.hasBranches(category)) {
      this.#leastAsked = Math.min(this.#leastAsked, low);
      this.#mostAsked = Math.max(this.#mostAsked, high);
      return;
    }
    this.#askBranch(this.#tree.branchOf(category), low, high);
    this.#askBranch(this.#tree.rootOf(category), low, high);
  }

  /** The same of one of them. */
  askFor(node: number): void {
    this.#asked.set(node, 0);
    this.#hasAsked = true;
  }

  /** Keeps those that are going to be looked for, each once, and arranges them; no more may be noted. */
  arrange(): void {
    const all = this.#gathered;
    this.#keepAsked();
    const { count } = this;
    this.growTo(all.nodes.length);
    this.traits.fill(0, 0, count);
    for (let i = 0; i < count; i++) this.#order[i] = i;
    this.#sort(all.leastDeficits, SCORE_STEPS);
    this.#sort(all.bands, BANDS - 1);
    this.#sort(all.branches, this.#branches.length - 1);
    let branch = NONE;
    let band = NONE;
    let segment = 0;
    for (let place = 0; place < count; place++) {
      const from = this.#order[place]!;
      this.copy(place, all, from);
      this.#places.set(this.nodes[place]!, place);
      if (all.branches[from] !== branch) {
        while (branch < all.branches[from]!) this.#firstSegments[++branch] = segment;
        band = NONE;
      }
      if (all.bands[from] === band) continue;
      band = all.bands[from]!;
      this.bands[segment] = band;
      this.segments[segment++] = place;
    }
    this.segments[segment] = count;
    while (branch < this.#branches.length) this.#firstSegments[++branch] = segment;
  }

  /**
   * Arranges them by band of value alone, too, within it in growing deficit.
   *
   * @param bitsOf The bits of the words that an item holds, see {@link ItemTable.writeBits}.
   */
  arrangeByValue(bitsOf: (node: number, into: Int32Array, at: number) => void): void {
    if (this.#isByValue) return;
    this.#isByValue = true;
    const { byValue, count } = this;
    const all = this.#gathered;
    for (let i = 0; i < count; i++) this.#order[i] = i;
    this.#sort(this.leastDeficits, SCORE_STEPS);
    for (let i = 0; i < count; i++) all.bands[i] = bandOf(this.values[i]!);
    this.#sort(all.bands, BANDS - 1);
    byValue.growTo(this.nodes.length);
    for (let i = 0; i < count; i++) {
      const place = this.#order[i]!;
      byValue.places[i] = place;
      byValue.values[i] = this.values[place]!;
      byValue.leastDeficits[i] = this.leastDeficits[place]!;
      byValue.isSure[i] = this.isSure[place]!;
      bitsOf(this.nodes[place]!, byValue.bits, i * 2);
    }
    const { bandStarts } = byValue;
    bandStarts.fill(0);
    for (let i = 0; i < count; i++) bandStarts[all.bands[i]! + 1]!++;
    for (let band = 0; band < BANDS; band++) bandStarts[band + 1]! += bandStarts[band]!;
  }

  /** The segments of a branch: the first, and one past the last. */
  firstSegment(branch: number): number {
    const number = this.#branchNumbers[branch]! - 1;
    return number < 0 ? 0 : this.#firstSegments[number]!;
  }

  endSegment(branch: number): number {
    const number = this.#branchNumbers[branch]! - 1;
    return number < 0 ? 0 : this.#firstSegments[number + 1]!;
  }

  /** Forgets all. */
  begin(): void {
    for (const branch of this.#branches) this.#branchNumbers[branch] = 0;
    this.#branches.length = 0;
    this.count = 0;
    this.#notedCount = 0;
    this.#isByValue = false;
    this.least = SCORE_STEPS;
    this.#leastValue = Infinity;
    this.#mostValue = -Infinity;
    this.#leastAsked = Infinity;
    this.#mostAsked = -Infinity;
    if (this.#hasAsked) this.#asked.begin(0);
    this.#hasAsked = false;
  }

  #mayTakeFrom(branch: number, low: number, high: number): boolean {
    const number = this.#branchNumbers[branch]! - 1;
    return number >= 0 && this.#leastValues[number]! <= high && this.#mostValues[number]! >= low;
  }

  /** The number of a category's branch, whose values reach to this one. */
  #numberOf(category: number, value: number): number {
    const branch = category < 0 ? this.#tree.size : this.#tree.branchOf(category);
    let number = this.#branchNumbers[branch]! - 1;
    if (number < 0) {
      number = this.#branches.push(branch) - 1;
      this.#branchNumbers[branch] = number + 1;
      if (number === this.#leastValues.length) this.#growBranchesTo(number * 2);
      this.#leastValues[number] = value;
      this.#mostValues[number] = value;
      this.#leastAskedOf[number] = Infinity;
      this.#mostAskedOf[number] = -Infinity;
      return number;
    }
    if (value < this.#leastValues[number]!) this.#leastValues[number] = value;
    if (value > this.#mostValues[number]!) this.#mostValues[number] = value;
    return number;
  }

  #askBranch(branch: number, low: number, high: number): void {
    const number = this.#branchNumbers[branch]! - 1;
    if (number < 0) return;
    if (low < this.#leastAskedOf[number]!) this.#leastAskedOf[number] = low;
    if (high > this.#mostAskedOf[number]!) this.#mostAskedOf[number] = high;
  }

  /** Of several bounds for one of them the least counts; a deficit is there to stay. */
  #keepAsked(): void {
    const noted = this.#noted;
    const all = this.#gathered;
    this.#places.begin(0);
    for (let i = 0; i < this.#notedCount; i++) {
      const value = noted.values[i]!;
      const branch = noted.branches[i]!;
      const isAsked =
        (value >= this.#leastAsked && value <= this.#mostAsked) ||
        (value >= this.#leastAskedOf[branch]! && value <= this.#mostAskedOf[branch]!) ||
        (this.#hasAsked && this.#asked.get(noted.nodes[i]!) >= 0);
      if (!isAsked) continue;
      const place = this.#places.get(noted.nodes[i]!);
      if (place < 0) this.#keep(i);
      else if (noted.deficits[i] !== UNKNOWN) {
        all.leastDeficits[place] = noted.deficits[i]!;
        all.deficits[place] = noted.deficits[i]!;
      } else if (all.deficits[place] === UNKNOWN && noted.leastDeficits[i]! < all.leastDeficits[place]!) {
        all.leastDeficits[place] = noted.leastDeficits[i]!;
      }
      if (place >= 0 && noted.isSure[i] === 1) all.isSure[place] = 1;
    }
  }

  #keep(i: number): void {
    const noted = this.#noted;
    const all = this.#gathered;
    const place = this.count++;
    if (place === all.nodes.length) all.growTo(place * 2);
    this.#places.set(noted.nodes[i]!, place);
    all.copy(place, noted, i);
    all.branches[place] = noted.branches[i]!;
    all.bands[place] = bandOf(noted.values[i]!);
  }

  /** Brings the order into that of the keys, and leaves those with equal keys as they are. */
  #sort(keys: Int16Array | Int32Array | Uint8Array, most: number): void {
    const counts = most < this.#counts.length ? this.#counts : this.#branchCounts;
    const { count } = this;
    const from = this.#order;
    const to = this.#otherOrder;
    counts.fill(0, 0, most + 1);
    for (let i = 0; i < count; i++) counts[keys[i]!]!++;
    for (let key = 0, end = 0; key <= most; key++) {
      const size = counts[key]!;
      counts[key] = end;
      end += size;
    }
    for (let i = 0; i < count; i++) to[counts[keys[from[i]!]!]!++] = from[i]!;
    this.#order = to;
    this.#otherOrder = from;
  }

  override growTo(length: number): void {
    if (length <= this.nodes.length) return;
    super.growTo(length);
    this.traits = new Uint32Array(length);
    this.segments = new Int32Array(length + 1);
    this.bands = new Uint8Array(length);
    this.#order = new Int32Array(length);
    this.#otherOrder = new Int32Array(length);
  }

  #growBranchesTo(length: number): void {
    this.#leastValues = grown(this.#leastValues, length);
    this.#mostValues = grown(this.#mostValues, length);
    this.#leastAskedOf = grown(this.#leastAskedOf, length);
    this.#mostAskedOf = grown(this.#mostAskedOf, length);
    this.#firstSegments = grown(this.#firstSegments, length + 1);
    this.#branchCounts = grown(this.#branchCounts, length);
  }
}

/**
 * The band of a value, a quarter of a doubling wide or less: what is near in value is in one or in two of them. Never falls
 * with the value; what has none is in the last one.
 */
export function bandOf(value: number): number {
  if (value < 0) return UNVALUED_BAND;
  FLOAT[0] = value + 1;
  return Math.min(UNVALUED_BAND - 1, (FLOAT_BITS[0]! >>> 21) - BITS_OF_ONE); // exponent and two bits of the mantissa
}

const FLOAT = new Float32Array(1);
const FLOAT_BITS = new Uint32Array(FLOAT.buffer);
const BITS_OF_ONE = 127 << 2;
