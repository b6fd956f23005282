import type { Packing } from './packing';

/** Columns of a packing, one after the other, so that they are read from end to end. */
export interface Core {
  starts: Int32Array;
  rows: Int32Array;
  weights: Float64Array;
  bundles: Int32Array;
  /** Numbers that they have in the packing, ascending. */
  columnOf: Int32Array;
}

/** The columns that `isIn` names. */
export function coreOf(packing: Omit<Core, 'columnOf'>, isIn: (column: number) => boolean): Core {
  const { starts, rows, weights, bundles } = packing;
  const kept: number[] = [];
  const ends: number[] = [0];
  let entries = 0;
  for (let bundle = 0; bundle + 1 < bundles.length; bundle++) {
    for (let column = bundles[bundle]!, end = bundles[bundle + 1]!; column < end; column++) {
      if (!isIn(column)) continue;
      kept.push(column);
      entries += starts[column + 1]! - starts[column]!;
    }
    if (kept.length > ends.at(-1)!) ends.push(kept.length);
  }
  const core: Core = {
    starts: new Int32Array(kept.length + 1),
    rows: new Int32Array(entries),
    weights: Float64Array.from(kept, (column) => weights[column]!),
    bundles: Int32Array.from(ends),
    columnOf: Int32Array.from(kept),
  };
  let at = 0;
  for (const [i, column] of kept.entries()) {
    for (let k = starts[column]!; k < starts[column + 1]!; k++) core.rows[at++] = rows[k]!;
    core.starts[i + 1] = at;
  }
  return core;
}

/** Of the last direction. */
const KEPT = 0.6;

/**
 * The relaxation of a packing at prices that move along its subgradient: rows that the best columns overbook become dearer,
 * unused ones cheaper, by Polyak steps with some of the last direction kept. (M. Held, P. Wolfe, H. Crowder, Validation
 * of subgradient optimization, Math. Programming 6, 1974.)
 */
export class Relaxation {
  readonly prices: Float64Array;
  /** The best column of each bundle that is worth more than its rows, as numbered in the core: the first `pickCount`. */
  readonly picks: Int32Array;
  pickCount = 0;
  readonly #penalties: Float64Array;
  readonly #slope: Float64Array;
  readonly #direction: Float64Array;

  constructor({ penalties, bundles }: Packing, prices: Float64Array) {
    this.prices = prices;
    this.picks = new Int32Array(bundles.length);
    this.#penalties = penalties;
    this.#slope = new Float64Array(prices.length);
    this.#direction = new Float64Array(prices.length);
  }

  /**
   * Picks, and says what all places left at their prices are worth, and each pick beyond its rows: a bound of these columns.
   * @param left Places of each row.
   */
  pick({ starts, rows, weights, bundles }: Core, left: Int32Array): number {
    const { prices, picks } = this;
    const slope = this.#slope;
    let sum = 0;
    for (let row = 0; row < prices.length; row++) {
      slope[row] = left[row]!;
      sum += left[row]! * prices[row]!;
    }
    this.pickCount = 0;
    for (let bundle = 0; bundle + 1 < bundles.length; bundle++) {
      let most = 0;
      let pick = -1;
      for (let column = bundles[bundle]!, end = bundles[bundle + 1]!; column < end; column++) {
        let worth = weights[column]!;
        for (let k = starts[column]!, last = starts[column + 1]!; k < last; k++) worth -= prices[rows[k]!]!;
        if (worth > most) {
          most = worth;
          pick = column;
        }
      }
      if (pick < 0) continue;
      sum += most;
      picks[this.pickCount++] = pick;
      for (let k = starts[pick]!; k < starts[pick + 1]!; k++) slope[rows[k]!]!--;
    }
    return sum;
  }

  /** Moves the prices by a step that makes up for `excess` if the way goes on as it begins. False where none can move. */
  move(excess: number): boolean {
    const { prices } = this;
    const slope = this.#slope;
    const direction = this.#direction;
    let square = 0;
    for (let row = 0; row < prices.length; row++) {
      const isStuck = slope[row]! > 0 ? prices[row]! <= 0 : slope[row]! < 0 && prices[row]! >= this.#penalties[row]!;
      direction[row] = isStuck ? 0 : slope[row]! + KEPT * direction[row]!;
      square += direction[row]! * direction[row]!;
    }
    if (square === 0) return false;
    const length = excess / square;
    for (let row = 0; row < prices.length; row++) {
      prices[row] = Math.min(this.#penalties[row]!, Math.max(0, prices[row]! - length * direction[row]!));
    }
    return true;
  }

  /** Goes another way from here. */
  turn(): void {
    this.#direction.fill(0);
  }
}
