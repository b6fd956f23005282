import { Random } from '../mutation/random';

/** A request that changes something. Made again after a crash, it does no more than once. */
export interface Command {
  userId: string;
  method: 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: object;
  /** Its `Idempotency-Key`. */
  key: string;
}

/** An own opportunity, as the API shows it. */
export interface OwnTrade {
  id: string;
  state: string;
  revision: number;
  participants: { userId: string; accepted: boolean; received: boolean }[];
}

export const USERS = Array.from({ length: 24 }, (_, i) => `user-${i}`);
const LEAVES = Array.from({ length: 20 }, (_, i) => `leaf-${i}`);
export const CATEGORIES = [{ id: 'all' }, ...LEAVES.map((id) => ({ id, parentId: 'all' }))];
/** Above this more items go than come. */
const MANY_ITEMS = 90;

/** A stream of commands that follows from its seed and from what the host answers. */
export class Workload {
  readonly #random: Random;
  readonly #owners = new Map<string, string>();
  #made = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** @param tradesOf Asks the host. Undefined: this person has nothing to do. */
  async next(tradesOf: (userId: string) => Promise<OwnTrade[]>): Promise<Command | undefined> {
    const random = this.#random;
    const key = `command-${this.#made++}`;
    const kind = random.next();
    if (kind < 0.25) return this.#act(random.pick(USERS), key, tradesOf);
    const isFull = this.#owners.size > MANY_ITEMS;
    if (kind < (isFull ? 0.4 : 0.75)) return this.#create(random.pick(USERS), key);
    const itemId = random.pick([...this.#owners.keys()]);
    const userId = this.#owners.get(itemId)!;
    const path = `/items/${itemId}`;
    if (kind < (isFull ? 0.6 : 0.9)) return { userId, method: 'PATCH', path, body: this.#change(), key };
    this.#owners.delete(itemId);
    return { userId, method: 'DELETE', path, key };
  }

  /** An item that has come to be. */
  add(itemId: string, userId: string): void {
    this.#owners.set(itemId, userId);
  }

  #create(userId: string, key: string): Command {
    const body = { title: `Thing ${key}`, categoryId: this.#random.pick(LEAVES), wants: this.#wants() };
    return { userId, method: 'POST', path: '/items', body, key };
  }

  #change(): object {
    return this.#random.chance(0.5) ? { wants: this.#wants() } : { categoryId: this.#random.pick(LEAVES) };
  }

  #wants(): object[] {
    const count = this.#random.chance(0.3) ? 2 : 1;
    return Array.from({ length: count }, () => ({ categoryId: this.#random.pick(LEAVES) }));
  }

  async #act(
    userId: string,
    key: string,
    tradesOf: (userId: string) => Promise<OwnTrade[]>,
  ): Promise<Command | undefined> {
    const [which, how] = [this.#random.next(), this.#random.next()];
    const isMine = ({ participants }: OwnTrade) => participants.find((one) => one.userId === userId)!;
    const open = (await tradesOf(userId))
      .filter((one) => (one.state === 'committed' ? !isMine(one).received : !isMine(one).accepted))
      .filter(({ state }) => ['proposed', 'accepting', 'committed'].includes(state))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    // Trades that somebody else waits in come first, so that some are committed.
    const waiting = open.filter(({ state }) => state !== 'proposed');
    const choice = waiting.length > 0 ? waiting : open;
    const trade = choice[Math.floor(which * choice.length)];
    if (!trade) return undefined;
    const path = `/barter/opportunities/${trade.id}`;
    const command = { userId, method: 'POST', key } as const;
    if (trade.state === 'committed') return { ...command, path: `${path}/confirm`, body: {} };
    if (how < 0.1) return { ...command, path: `${path}/decline`, body: {} };
    return { ...command, path: `${path}/accept`, body: { revision: trade.revision } };
  }
}
