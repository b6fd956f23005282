import { grown } from './grown';
import { NameTable } from './name-table';

/** Names as small integers, counted by their uses so that a name goes with the last of them. */
export class CountedNames {
  readonly #names = new NameTable();
  #uses = new Uint32Array(0);

  take(name: string): number {
    let number = this.#names.find(name);
    if (number < 0) {
      number = this.#names.add(name);
      if (this.#uses.length < this.#names.capacity) this.#uses = grown(this.#uses, this.#names.capacity);
      this.#uses[number] = 0;
    }
    this.#uses[number]!++;
    return number;
  }

  giveBack(number: number): void {
    this.#uses[number]!--;
    if (this.#uses[number] === 0) this.#names.remove(number);
  }

  /** The number of a name in use, or -1. */
  find(name: string): number {
    return this.#names.find(name);
  }

  name(number: number): string {
    return this.#names.name(number);
  }
}
