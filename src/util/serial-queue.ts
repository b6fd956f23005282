/** Runs tasks one after the other, in order. A task that fails fails alone. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  readonly #waitingSince: number[] = [];

  /** A task is running right now. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Tasks waiting for their turn. */
  get length(): number {
    return this.#waitingSince.length;
  }

  /** When the oldest waiting task came, by the clock given to {@link run}. */
  get oldest(): number | undefined {
    return this.#waitingSince[0];
  }

  run<T>(now: number, task: () => Promise<T>): Promise<T> {
    this.#waitingSince.push(now);
    const result = this.#tail.then(async () => {
      this.#waitingSince.shift();
      this.#isRunning = true;
      try {
        return await task();
      } finally {
        this.#isRunning = false;
      }
    });
    this.#tail = result.catch(() => {});
    return result;
  }

  /** Resolves when everything queued so far is done. */
  async drained(): Promise<void> {
    await this.#tail;
  }
}
