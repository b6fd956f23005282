import { fromMessage } from '../error-message';
import { BarterError } from '../errors';
import type { MarketPort, MarketSetup, Verb } from './market-port';
import { OPENED, type Request, type Response, type WorkerSetup } from './messages';

/** How the market's worker is run. */
export interface WorkerOptions {
  /** The worker's file, where a bundler has moved it. @defaultValue `worker.js` beside the library's own files */
  entry?: string | URL;
  /** Heap of the worker. A million items need some gigabytes. @defaultValue Node's own limits */
  resourceLimits?: { maxOldGenerationSizeMb?: number; maxYoungGenerationSizeMb?: number };
}

type Worker = InstanceType<typeof import('node:worker_threads')['Worker']>;

/**
 * An empty market in a worker thread. Each verb is one message there and one back.
 *
 * @param onFailed Called once if the worker ends before it is closed; every call from then on is rejected.
 * @throws BarterError `invalid-options`, `invalid-category`, `worker-failed`.
 */
export async function openWorkerMarket(
  setup: MarketSetup,
  { entry = new URL('./worker.js', import.meta.url), resourceLimits }: WorkerOptions,
  onFailed: (error: BarterError) => void,
): Promise<MarketPort> {
  // Here and nowhere else, so that who keeps the market in one thread needs no threads.
  const { Worker } = await import('node:worker_threads');
  const workerData: WorkerSetup = { ...setup, barterloop: 'market' };
  const worker = new Worker(entry, { workerData, ...(resourceLimits && { resourceLimits }) });
  const market = new WorkerMarket(worker, onFailed);
  await market.opened;
  return market;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

class WorkerMarket implements MarketPort {
  /** Resolves when the worker has made its market. */
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #onFailed: (error: BarterError) => void;
  readonly #pending = new Map<number, Pending>();
  #next = OPENED + 1;
  #isOpen = false;
  /** Why nothing more can be asked. */
  #ended: BarterError | undefined;

  constructor(worker: Worker, onFailed: (error: BarterError) => void) {
    this.#worker = worker;
    this.#onFailed = onFailed;
    this.opened = this.#answerTo<void>(OPENED).then(() => {
      this.#isOpen = true;
    });
    worker.on('message', (response: Response) => this.#take(response));
    worker.on('error', (error) => this.#fail(`failed: ${error.message}`, error));
    worker.on('messageerror', (error) => this.#fail(`sent what cannot be read: ${error.message}`, error));
    worker.on('exit', (code) => this.#fail(`ended with code ${code}`));
    this.opened.catch(() => worker.terminate());
  }

  check(...args: Parameters<MarketPort['check']>) {
    return this.#ask('check', args);
  }

  turn(...args: Parameters<MarketPort['turn']>) {
    return this.#ask('turn', args);
  }

  review(...args: Parameters<MarketPort['review']>) {
    return this.#ask('review', args);
  }

  completeRing(...args: Parameters<MarketPort['completeRing']>) {
    return this.#ask('completeRing', args);
  }

  clear(...args: Parameters<MarketPort['clear']>) {
    return this.#ask('clear', args);
  }

  setPreferences(...args: Parameters<MarketPort['setPreferences']>) {
    return this.#ask('setPreferences', args);
  }

  setCategories(...args: Parameters<MarketPort['setCategories']>) {
    return this.#ask('setCategories', args);
  }

  stage(...args: Parameters<MarketPort['stage']>) {
    return this.#ask('stage', args);
  }

  drop(...args: Parameters<MarketPort['drop']>) {
    return this.#ask('drop', args);
  }

  link(...args: Parameters<MarketPort['link']>) {
    return this.#ask('link', args);
  }

  snapshot(...args: Parameters<MarketPort['snapshot']>) {
    return this.#ask('snapshot', args);
  }

  restore(bytes: Uint8Array<ArrayBuffer>) {
    return this.#ask('restore', [bytes], [bytes.buffer]);
  }

  reweigh(...args: Parameters<MarketPort['reweigh']>) {
    return this.#ask('reweigh', args);
  }

  matches(...args: Parameters<MarketPort['matches']>) {
    return this.#ask('matches', args);
  }

  itemsOf(...args: Parameters<MarketPort['itemsOf']>) {
    return this.#ask('itemsOf', args);
  }

  explain(...args: Parameters<MarketPort['explain']>) {
    return this.#ask('explain', args);
  }

  countAnswers(...args: Parameters<MarketPort['countAnswers']>) {
    return this.#ask('countAnswers', args);
  }

  neighbourhood(...args: Parameters<MarketPort['neighbourhood']>) {
    return this.#ask('neighbourhood', args);
  }

  size(...args: Parameters<MarketPort['size']>) {
    return this.#ask('size', args);
  }

  compare(...args: Parameters<MarketPort['compare']>) {
    return this.#ask('compare', args);
  }

  takeDirty(...args: Parameters<MarketPort['takeDirty']>) {
    return this.#ask('takeDirty', args);
  }

  countDirty(...args: Parameters<MarketPort['countDirty']>) {
    return this.#ask('countDirty', args);
  }

  markDirty(...args: Parameters<MarketPort['markDirty']>) {
    return this.#ask('markDirty', args);
  }

  nextOfPass(...args: Parameters<MarketPort['nextOfPass']>) {
    return this.#ask('nextOfPass', args);
  }

  async close(): Promise<void> {
    this.#end(new BarterError('closed', 'The engine is closed: create another one.'));
    await this.#worker.terminate();
  }

  /** @param handedOver Not copied: they are gone here. */
  #ask<V extends Verb>(verb: V, args: unknown[], handedOver: ArrayBuffer[] = []): ReturnType<MarketPort[V]> {
    if (this.#ended) return Promise.reject(this.#ended) as ReturnType<MarketPort[V]>;
    const request: Request = { id: this.#next++, verb, args };
    const answer = this.#answerTo<never>(request.id);
    this.#worker.postMessage(request, handedOver);
    return answer as ReturnType<MarketPort[V]>;
  }

  /** Keeps the process alive until it is there, as nothing else may. */
  #answerTo<T>(id: number): Promise<T> {
    if (this.#pending.size === 0) this.#worker.ref();
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #take(response: Response): void {
    const pending = this.#pending.get(response.id);
    if (!pending) return;
    this.#pending.delete(response.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ('error' in response) pending.reject(fromMessage(response.error));
    else pending.resolve(response.value);
  }

  #fail(what: string, cause?: unknown): void {
    if (this.#ended) return;
    const message = `The worker of the market ${what}. Nothing is lost: the market is loaded from the storage again by the next call, and the events that it was working on are tried again.`;
    const error = new BarterError('worker-failed', message, { cause });
    const wasOpen = this.#isOpen;
    this.#end(error);
    void this.#worker.terminate();
    if (wasOpen) this.#onFailed(error);
  }

  #end(reason: BarterError): void {
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}
