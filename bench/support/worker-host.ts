/** The host of the worker bench: a process of its own, whose event loop is what is measured. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createHost } from '../../examples/express-host/src/app';
import { generateMarket } from '../market';

/** To the host. */
export type HostCommand = { measure: true } | { report: true };

/** From the host. */
export type HostMessage =
  | { url: string; items: number; edges: number; loadMs: number }
  | { measuring: true }
  | { delay: { p50: number; p99: number; max: number }; processed: number; failed: number };

const [size, seed, worker] = process.argv.slice(2).map(Number) as [number, number, number];
const say = (message: HostMessage) => process.send!(message);

const market = generateMarket({ items: size, seed });
const unlimited = 1_000_000_000;
const begun = performance.now();
const host = await createHost({
  categories: market.categories,
  items: market.items(),
  engine: { worker: worker === 1 },
  rateLimits: { perAddress: unlimited, perUser: unlimited, searchesPerUser: unlimited, loginsPerAddress: unlimited },
  itemsPerUser: unlimited,
  sweepEveryMs: 0,
  log: { level: 'silent' },
});
const loadMs = performance.now() - begun;
const { url } = await host.listen(0, '127.0.0.1');
const { items, edges } = await host.engine.stats();

// Each sample is a timer of this length, so delays are told to within it.
const delay = monitorEventLoopDelay({ resolution: 1 });
process.on('message', async (command: HostCommand) => {
  if ('measure' in command) {
    delay.reset();
    delay.enable();
    say({ measuring: true });
    return;
  }
  delay.disable();
  const { eventsProcessed, eventsFailed } = await host.engine.stats();
  const ms = (nanoseconds: number) => nanoseconds / 1e6;
  say({
    delay: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
    processed: eventsProcessed,
    failed: eventsFailed,
  });
  await host.close();
  process.disconnect();
});
// Also where the bench itself has failed.
process.on('disconnect', () => process.exit());
say({ url: url.replace('localhost', '127.0.0.1'), items, edges, loadMs });
