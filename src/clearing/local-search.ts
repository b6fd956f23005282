import { randomFrom } from '../util/random';
import { columnsOfRows, type Packing } from './packing';
import { Selection } from './selection';

/** Columns of a row to choose from, and to look through when places have become free. */
const SAMPLE = 8;
const LOOK = 64;
/** What chance adds to the loss of a sampled column at most, in items: ties are broken at random. */
const JITTER = 0.5;
/** What an entry that has to be looked up costs, in entries that are read one after the other. */
const SEEK = 8;

export interface LocalSearchOptions {
  /** A value that cannot be beaten: the search ends there. */
  target: number;
  /** What an item is worth, about. */
  unit: number;
  /** Entries of rows to read, about. */
  budget: number;
  seed: number;
  /** How warm the search begins and ends, in units: so warm it leaves its start behind, or stays near it. */
  warmth?: { first: number; last: number };
}

export const HOT = { first: 0.6, last: 0.05 };
export const MILD = { first: 0.3, last: 0.15 };

/**
 * Ejection chains under simulated annealing: a row that nothing uses gets one of its columns, the one that costs least;
 * what is in the way goes; places that become free are filled again. The move stands if it is no loss, or by chance the
 * less of a loss it is and the colder it has become.
 *
 * @param start Chosen columns to begin with.
 */
export function localSearch(
  packing: Packing,
  start: Int32Array,
  { target, unit, budget, seed, warmth = MILD }: LocalSearchOptions,
): { columns: Int32Array; value: number; work: number } {
  const { starts, rows, weights, capacities, penalties } = packing;
  const byRow = columnsOfRows(packing);
  const random = randomFrom(seed);
  const selection = new Selection(packing);
  const free = new FreeRows(capacities.length);
  for (let row = 0; row < capacities.length; row++) {
    if (penalties[row] === Infinity && byRow.starts[row + 1]! > byRow.starts[row]!) free.add(row);
  }
  let work = 0;
  const add = (column: number) => {
    selection.add(column);
    work += SEEK * (starts[column + 1]! - starts[column]!);
    for (let k = starts[column]!; k < starts[column + 1]!; k++) free.remove(rows[k]!);
  };
  const remove = (column: number) => {
    selection.remove(column);
    work += SEEK * (starts[column + 1]! - starts[column]!);
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      const row = rows[k]!;
      if (selection.used[row] === 0 && penalties[row] === Infinity) free.add(row);
    }
  };
  for (const column of start) add(column);

  let best = selection.value;
  let bestChosen = selection.isChosen.slice();
  let temperature = warmth.first * unit;
  const added: number[] = [];
  const removed: number[] = [];
  /** The best of some columns of a row that fit as they are. */
  const refill = (row: number): void => {
    const first = byRow.starts[row]!;
    const count = byRow.starts[row + 1]! - first;
    const offset = Math.floor(random() * count);
    let most = 0;
    let choice = -1;
    for (let i = 0; i < count && i < LOOK; i++) {
      const column = byRow.columns[first + ((offset + i) % count)]!;
      work += 2 * SEEK;
      if (weights[column]! <= most || !selection.fits(column)) continue;
      const gain = selection.gain(column);
      if (gain <= most) continue;
      most = gain;
      choice = column;
    }
    if (choice < 0) return;
    add(choice);
    added.push(choice);
  };

  for (let moves = 0; work < budget && best < target && free.count > 0; moves++) {
    if (moves % 256 === 0) temperature = warmth.first * unit * (warmth.last / warmth.first) ** (work / budget);
    const row = free.at(Math.floor(random() * free.count));
    const first = byRow.starts[row]!;
    const count = byRow.starts[row + 1]! - first;
    const offset = Math.floor(random() * count);
    let choice = -1;
    let least = Infinity;
    for (let i = 0; i < count && i < SAMPLE; i++) {
      const column = byRow.columns[first + (count <= SAMPLE ? (offset + i) % count : Math.floor(random() * count))]!;
      const loss = selection.weigh(column) + random() * JITTER * unit;
      work += SEEK * (starts[column + 1]! - starts[column]!);
      if (loss >= least) continue;
      least = loss;
      choice = column;
    }
    const before = selection.value;
    added.length = 0;
    removed.length = 0;
    selection.weigh(choice);
    for (let i = 0; i < selection.rivalCount; i++) removed[i] = selection.rivals[i]!;
    for (const rival of removed) remove(rival);
    add(choice);
    added.push(choice);
    for (const column of removed) {
      for (let k = starts[column]!; k < starts[column + 1]!; k++) {
        const freed = rows[k]!;
        if (penalties[freed] === Infinity && selection.used[freed]! < capacities[freed]!) refill(freed);
      }
    }
    const gain = selection.value - before;
    if (gain < 0 && random() >= Math.exp(gain / temperature)) {
      for (let i = added.length - 1; i >= 0; i--) remove(added[i]!);
      for (const column of removed) add(column);
    } else if (selection.value > best) {
      best = selection.value;
      bestChosen = selection.isChosen.slice();
    }
  }
  return {
    columns: Int32Array.from(bestChosen.keys()).filter((column) => bestChosen[column] === 1),
    value: best,
    work,
  };
}

/** A set of rows from which one can be drawn. */
class FreeRows {
  count = 0;
  readonly #rows: Int32Array;
  readonly #placeOf: Int32Array;

  constructor(size: number) {
    this.#rows = new Int32Array(size);
    this.#placeOf = new Int32Array(size).fill(-1);
  }

  at(place: number): number {
    return this.#rows[place]!;
  }

  add(row: number): void {
    if (this.#placeOf[row]! >= 0) return;
    this.#placeOf[row] = this.count;
    this.#rows[this.count++] = row;
  }

  remove(row: number): void {
    const place = this.#placeOf[row]!;
    if (place < 0) return;
    const last = this.#rows[--this.count]!;
    this.#rows[place] = last;
    this.#placeOf[last] = place;
    this.#placeOf[row] = -1;
  }
}
