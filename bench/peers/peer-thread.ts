import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ArrayGraph } from '../support/array-graph';

/** The npm packages that list cycles, as far as known. */
export const PEERS = ['elementary-circuits-directed-graph', 'graph-cycles', 'graphology-simple-path'] as const;

export type Peer = (typeof PEERS)[number];

export interface Question {
  /** Cycles through this item; without it those of the whole graph. */
  root?: number;
  /** Edges of the longest; without it any length. */
  maxLength?: number;
  /** Whether to hand the cycles over, and not only their number. */
  withCycles?: boolean;
}

export interface PeerAnswer {
  /** Inside the package, without the preparation of its graph. */
  ms: number;
  count: number;
  cycles?: number[][];
}

/** What ended a question without an answer. */
export type Failure = 'time' | 'memory';

const HEAP_MB = 2_048;

/** A peer with a graph, on a thread that is given up when an answer takes too long or too much memory. */
export class PeerThread implements AsyncDisposable {
  #worker: Worker | undefined;
  #graph: ArrayGraph | undefined;

  constructor(
    readonly peer: Peer,
    readonly limitMs: number,
  ) {}

  /** The graph of the questions to come. */
  async load(graph: ArrayGraph): Promise<void> {
    this.#graph = graph;
    if (!this.#worker) return;
    this.#worker.postMessage({ load: graph.receivers.map((list) => [...list]) });
    await once(this.#worker, 'message');
  }

  async ask(question: Question): Promise<PeerAnswer | Failure> {
    const worker = await this.#start();
    worker.postMessage({ question });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<'time'>((resolve) => {
      timer = setTimeout(resolve, this.limitMs, 'time');
    });
    try {
      // `once` rejects where the thread fails.
      const answer = await Promise.race([once(worker, 'message').then(([message]) => message as PeerAnswer), timeout]);
      if (answer === 'time') await this[Symbol.asyncDispose]();
      return answer;
    } catch (error) {
      this.#worker = undefined;
      if ((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY') return 'memory';
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #start(): Promise<Worker> {
    if (this.#worker) return this.#worker;
    this.#worker = new Worker(new URL('./peer-worker.mjs', import.meta.url), {
      workerData: { peer: this.peer },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    if (this.#graph) await this.load(this.#graph);
    return this.#worker;
  }
}
