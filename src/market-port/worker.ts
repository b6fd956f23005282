import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { toMessage } from '../error-message';
import { systemSleep } from '../runtime';
import { openLocalMarket } from './local-market';
import type { MarketPort } from './market-port';
import { OPENED, type Request, type Response, type WorkerSetup } from './messages';

/** The entry of the worker: a market of its own that answers one message for each it gets. */
if (parentPort && (workerData as WorkerSetup | null)?.barterloop === 'market') void serve(parentPort, workerData);

async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const say = (response: Response) => {
    const bytes = 'value' in response && response.value instanceof Uint8Array ? response.value : undefined;
    port.postMessage(response, bytes ? [bytes.buffer as ArrayBuffer] : []); // handed over, not copied
  };
  try {
    const market = await openLocalMarket(setup, systemSleep);
    port.on('message', (request: Request) => void answer(market, request).then(say));
    say({ id: OPENED, value: undefined });
  } catch (error) {
    say({ id: OPENED, error: toMessage(error) });
  }
}

async function answer(market: MarketPort, { id, verb, args }: Request): Promise<Response> {
  try {
    const ask = market[verb] as (...args: unknown[]) => Promise<unknown>;
    return { id, value: await ask.apply(market, args) };
  } catch (error) {
    return { id, error: toMessage(error) };
  }
}
