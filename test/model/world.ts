import {
  type BarterEngine,
  type BarterStorage,
  createBarterEngine,
  type Item,
  memoryStorage,
  type Notification,
} from '../../src';
import { manualClock } from '../../src/testing';
import { Invariants } from './invariants';

export const USERS = 50;
/** Few categories and one want each, so that rings of all lengths come and go. */
export const CATEGORIES = ['a', 'b', 'c', 'd', 'e'];
const TREE = [{ id: 'all' }, ...CATEGORIES.map((id) => ({ id, parentId: 'all' }))];

/** Says that the process died in the middle of something. */
export class Crash extends Error {}

/** Lets storage calls through one by one, in an order that somebody chooses. */
export type Turnstile = (name: string) => Promise<void>;

/**
 * A market of 50 users on a storage that outlives its engines: the engine under test, what has been sent so far, and
 * the invariants that watch both.
 */
export class World {
  readonly clock = manualClock();
  readonly storage: BarterStorage;
  readonly sent: Notification[] = [];
  readonly invariants: Invariants;
  /** As their owners last had them; the storage may know that one has been traded. */
  readonly items = new Map<string, Item>();
  engine: BarterEngine;
  nextItem = 0;
  /** Storage calls until the process dies; undefined: it lives. */
  callsLeft: number | undefined;
  turnstile: Turnstile | undefined;
  readonly #cash: 'off' | 'balance';

  constructor(cash: 'off' | 'balance') {
    this.#cash = cash;
    const inner = memoryStorage();
    this.invariants = new Invariants(this.clock, inner, this.sent);
    this.storage = this.#watched(inner);
    this.engine = this.newEngine();
  }

  /** Another process on the same storage. */
  newEngine(): BarterEngine {
    return createBarterEngine({
      storage: this.storage,
      clock: this.clock,
      categories: TREE,
      transport: {
        deliver: async (notification) => {
          this.sent.push(notification);
          return { receivers: 1 };
        },
        close: async () => {},
      },
      // Nothing takes time but what the clock says, so no push times out.
      sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
      matching: { cash: this.#cash, maxLength: 4 },
      policies: { cooldownMs: 0, throttle: [], perEvent: 2 },
      retry: { attempts: 1 },
      people: { isNewcomer: (userId) => userId === 'user7', reliability: () => 0.9 },
    });
  }

  /** The old process is gone without a word; another one takes over. */
  async reload(): Promise<void> {
    this.callsLeft = undefined;
    this.engine = this.newEngine();
    await this.engine.start();
  }

  /** An item of the market, or undefined where there is none. */
  pickItem(n: number): Item | undefined {
    const all = [...this.items.values()];
    return all[n % Math.max(1, all.length)];
  }

  #watched(inner: BarterStorage): BarterStorage {
    const watch = <Role extends object>(name: string, role: Role): Role =>
      Object.fromEntries(
        Object.entries(role).map(([verb, call]) => [
          verb,
          async (...args: unknown[]) => {
            await this.turnstile?.(`${name}.${verb}`);
            if (this.callsLeft !== undefined && --this.callsLeft < 0) throw new Crash('The process died.');
            const answer = await (call as (...args: unknown[]) => Promise<unknown>)(...args);
            if (name === 'opportunities') this.invariants.note(verb, args);
            return answer;
          },
        ]),
      ) as Role;
    return {
      items: watch('items', inner.items),
      opportunities: watch('opportunities', inner.opportunities),
      notifications: watch('notifications', inner.notifications),
      claims: inner.claims,
      counters: inner.counters,
      preferences: inner.preferences,
    };
  }
}
