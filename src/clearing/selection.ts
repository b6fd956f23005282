import type { Packing } from './packing';

/** Chosen columns of a packing, what they are worth together, and who holds the places of each row. */
export class Selection {
  value = 0;
  readonly isChosen: Uint8Array;
  /** Chosen columns with each row. */
  readonly used: Int32Array;
  /** The first `rivalCount` of them: see {@link weigh}. */
  readonly rivals: Int32Array;
  rivalCount = 0;
  readonly #packing: Packing;
  /** Where the holders of a hard row are noted; soft rows need none. */
  readonly #firstHolder: Int32Array;
  readonly #holders: Int32Array;

  constructor(packing: Packing) {
    const { capacities, penalties, weights } = packing;
    this.#packing = packing;
    this.isChosen = new Uint8Array(weights.length);
    this.used = new Int32Array(capacities.length);
    this.rivals = new Int32Array(longest(packing));
    this.#firstHolder = new Int32Array(capacities.length + 1);
    for (let row = 0; row < capacities.length; row++) {
      this.#firstHolder[row + 1] = this.#firstHolder[row]! + (penalties[row] === Infinity ? capacities[row]! : 0);
    }
    this.#holders = new Int32Array(this.#firstHolder[capacities.length]!);
  }

  add(column: number): void {
    const { starts, rows, weights, capacities, penalties } = this.#packing;
    this.isChosen[column] = 1;
    this.value += weights[column]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      const row = rows[k]!;
      const used = this.used[row]!++;
      if (penalties[row] === Infinity) this.#holders[this.#firstHolder[row]! + used] = column;
      else if (used >= capacities[row]!) this.value -= penalties[row]!;
    }
  }

  remove(column: number): void {
    const { starts, rows, weights, capacities, penalties } = this.#packing;
    this.isChosen[column] = 0;
    this.value -= weights[column]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      const row = rows[k]!;
      const used = --this.used[row]!;
      if (penalties[row] !== Infinity) {
        if (used >= capacities[row]!) this.value += penalties[row]!;
        continue;
      }
      const first = this.#firstHolder[row]!;
      let at = first;
      while (this.#holders[at] !== column) at++;
      this.#holders[at] = this.#holders[first + used]!;
    }
  }

  /** Whether all hard rows of a column have a place left. */
  fits(column: number): boolean {
    const { starts, rows, capacities, penalties } = this.#packing;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      const row = rows[k]!;
      if (this.used[row]! >= capacities[row]! && penalties[row] === Infinity) return false;
    }
    return true;
  }

  /** What adding a column would add, soft rows counted. */
  gain(column: number): number {
    const { starts, rows, weights, capacities, penalties } = this.#packing;
    let gain = weights[column]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) {
      const row = rows[k]!;
      if (this.used[row]! >= capacities[row]! && penalties[row] !== Infinity) gain -= penalties[row]!;
    }
    return gain;
  }

  /**
   * What choosing a column would lose, about; who would have to go for it is then in `rivals`: of each full row its
   * lightest holder. (What soft rows give back when a rival goes is left out.)
   */
  weigh(column: number): number {
    const { starts, rows, weights, capacities, penalties } = this.#packing;
    let loss = -weights[column]!;
    let count = 0;
    for (let k = starts[column]!, end = starts[column + 1]!; k < end; k++) {
      const row = rows[k]!;
      if (this.used[row]! < capacities[row]!) continue;
      if (penalties[row] !== Infinity) {
        loss += penalties[row]!;
        continue;
      }
      const first = this.#firstHolder[row]!;
      let rival = this.#holders[first]!;
      for (let at = first + 1; at < first + capacities[row]!; at++) {
        if (weights[this.#holders[at]!]! < weights[rival]!) rival = this.#holders[at]!;
      }
      let known = 0;
      while (known < count && this.rivals[known] !== rival) known++;
      if (known < count) continue;
      this.rivals[count++] = rival;
      loss += weights[rival]!;
    }
    this.rivalCount = count;
    return loss;
  }

  columns(): Int32Array {
    const chosen: number[] = [];
    for (let column = 0; column < this.isChosen.length; column++) if (this.isChosen[column]) chosen.push(column);
    return Int32Array.from(chosen);
  }
}

function longest({ starts }: Packing): number {
  let most = 0;
  for (let column = 0; column + 1 < starts.length; column++)
    most = Math.max(most, starts[column + 1]! - starts[column]!);
  return most;
}
