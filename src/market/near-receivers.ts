import { grown } from '../util/grown';

/**
 * How the index came upon one. By words alone: a want is filed under the rarest there were at the time, so that it may or
 * may not be found where it does not agree enough. Beside words: by another want than one of those, which the item has, too.
 */
export const FoundBy = { WORDS: 1, BESIDE_WORDS: 2 } as const;

/**
 * Items that another might go to, by what the index tells of them; some may be there twice. Columns are written by who
 * fills them.
 */
export class NearReceivers {
  /** The item that might go to them; -1: they are out of date. */
  given = -1;
  count = 0;
  nodes = new Int32Array(1024);
  /** Of these items themselves: roughly the value, -1 where unknown, and the category number, -1 where none. */
  values = new Float32Array(1024);
  categories = new Int32Array(1024);
  /** The deficit is at least this by the want that the index found. */
  leastDeficits = new Int16Array(1024);
  /** Bits of {@link FoundBy}. */
  foundBy = new Uint8Array(1024);

  begin(given: number): void {
    this.given = given;
    this.count = 0;
  }

  forget(): void {
    this.given = -1;
  }

  /** Makes room for as many more. */
  expect(more: number): void {
    const needed = this.count + more;
    if (needed <= this.nodes.length) return;
    const length = Math.max(needed, this.nodes.length * 2);
    this.nodes = grown(this.nodes, length);
    this.values = grown(this.values, length);
    this.categories = grown(this.categories, length);
    this.leastDeficits = grown(this.leastDeficits, length);
    this.foundBy = grown(this.foundBy, length);
  }
}
