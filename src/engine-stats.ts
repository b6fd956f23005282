/** Counts what the engine does, for `stats()`. */
export class EngineCounters {
  eventsProcessed = 0;
  eventsMerged = 0;
  eventsFailed = 0;
  cyclesFound = 0;
  readonly truncated = { budget: 0, cap: 0 };
  opportunitiesTold = 0;
  notificationsSent = 0;
  readonly suppressedByGate: Record<string, number> = {};
  /** The last durations, a ring. */
  readonly #durations: number[] = [];
  /** When the last events were done, a ring of as many. */
  readonly #doneAt: number[] = [];
  #next = 0;

  done(now: number, tookMs: number): void {
    this.eventsProcessed++;
    this.#durations[this.#next] = tookMs;
    this.#doneAt[this.#next] = now;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  suppressed(gate: string): void {
    this.suppressedByGate[gate] = (this.suppressedByGate[gate] ?? 0) + 1;
  }

  /** Over the last minute; a lower bound where more than are remembered came in it. */
  eventsPerMinute(now: number): number {
    return this.#doneAt.filter((at) => at > now - 60_000).length;
  }

  processingMs(): { mean: number; p50: number; p99: number } {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const mean = sorted.length === 0 ? 0 : sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
    return { mean, p50: at(0.5), p99: at(0.99) };
  }
}

const REMEMBERED = 1_000;
