/** Runs tasks one after the other, in order. A task that fails fails alone. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  /** When each waiting task came, in order; those before `#next` wait no more. */
  #waitingSince: number[] = [];
  #next = 0;

  /** A task is running right now. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Tasks waiting for their turn. */
  get length(): number {
    return this.#waitingSince.length - this.#next;
  }

  /** When the oldest waiting task came, by the clock given to {@link run}. */
  get oldest(): number | undefined {
    return this.#waitingSince[this.#next];
  }

  run<T>(now: number, task: () => Promise<T>): Promise<T> {
    this.#waitingSince.push(now);
    const result = this.#tail.then(async () => {
      this.#begin();
      try {
        return await task();
      } finally {
        this.#isRunning = false;
      }
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  /** Resolves when everything queued by then is done. */
  async drained(): Promise<void> {
    await this.#tail;
  }

  #begin(): void {
    this.#isRunning = true;
    this.#next++;
    if (this.#next < 1_000 || this.#next * 2 < this.#waitingSince.length) return;
    this.#waitingSince = this.#waitingSince.slice(this.#next);
    this.#next = 0;
  }
}
