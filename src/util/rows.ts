import { grown } from './grown';

/**
 * Records of a fixed size side by side in one buffer: what is read together lies in one line of the processor's cache.
 * A record has `size` doubles, each of which may be used as two 32-bit integers instead.
 */
export class Rows {
  doubles = new Float64Array(0);
  ints = new Int32Array(0);
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** Records there is room for. */
  get capacity(): number {
    return this.doubles.length / this.#size;
  }

  get byteLength(): number {
    return this.doubles.byteLength;
  }

  reserve(records: number): void {
    if (records <= this.capacity) return;
    this.doubles = grown(this.doubles, records * this.#size);
    this.ints = new Int32Array(this.doubles.buffer);
  }
}
