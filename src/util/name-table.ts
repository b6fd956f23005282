/** Names as small integers, counted by their uses so that a name goes with the last of them. */
export class NameTable {
  readonly #numberOf = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #uses: number[] = [];
  readonly #free: number[] = [];

  take(name: string): number {
    let number = this.#numberOf.get(name);
    if (number === undefined) {
      number = this.#free.pop() ?? this.#names.length;
      this.#names[number] = name;
      this.#uses[number] = 0;
      this.#numberOf.set(name, number);
    }
    this.#uses[number]!++;
    return number;
  }

  giveBack(number: number): void {
    this.#uses[number]!--;
    if (this.#uses[number] !== 0) return;
    this.#numberOf.delete(this.#names[number]!);
    this.#free.push(number);
  }

  /** The number of a name in use, or -1. */
  find(name: string): number {
    return this.#numberOf.get(name) ?? -1;
  }

  name(number: number): string {
    return this.#names[number]!;
  }
}
