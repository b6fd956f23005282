import {
  type BarterStorage,
  type Clock,
  type Item,
  isActive,
  isOpen,
  type Notification,
  type Opportunity,
  type Participant,
} from '../../src';
import type { Proposal, Step } from '../../src/storage/storage';

/** What somebody agreed to, as it was in the storage at that moment. */
interface Agreement {
  gives: string;
  gets: string;
  got: string;
  cashNet: number;
}

/**
 * Watches the storage from outside, and says after each step what does not hold. It knows opportunities by what it has
 * read before, and items by what the storage has of them: nothing of the engine's own reckoning.
 */
export class Invariants {
  readonly #clock: Clock;
  readonly #storage: BarterStorage;
  readonly #sent: readonly Notification[];
  readonly #known = new Map<string, Opportunity>();
  /** Those that a step may have changed. */
  readonly #touched = new Set<string>();
  readonly #active = new Set<string>();
  readonly #heldBy = new Map<string, string>();
  readonly #byCycle = new Map<string, Opportunity[]>();
  readonly #agreements = new Map<string, Agreement>();
  readonly #seen = new Set<string>();
  /** Ends by opportunity and person: how often they were told of it. */
  readonly #toldOfEnd = new Map<string, number>();
  readonly #toldOf = new Set<string>();
  #sentChecked = 0;
  #lastFence = 0;
  /** How many opportunities came to each state. */
  readonly reached: Record<string, number> = {};
  repairs = 0;
  keptAcceptances = 0;

  constructor(clock: Clock, storage: BarterStorage, sent: readonly Notification[]) {
    this.#clock = clock;
    this.#storage = storage;
    this.#sent = sent;
  }

  /** All opportunities ever seen, as last read. */
  get opportunities(): Opportunity[] {
    return [...this.#known.values()];
  }

  /** Those that have not ended, as last read. */
  get active(): Opportunity[] {
    return Array.from(this.#active, (id) => this.#known.get(id)!);
  }

  get hasTouched(): boolean {
    return this.#touched.size > 0;
  }

  /** Hears of every call to the opportunities' store. */
  note(verb: string, args: unknown[]): void {
    const touch = ({ opportunity }: Proposal) => this.#touched.add(opportunity.id);
    if (verb === 'propose') this.#touched.add((args[0] as Opportunity).id);
    else if (verb === 'extend' || verb === 'settle') this.#touched.add(args[0] as string);
    else if (verb === 'change' || verb === 'commit') {
      touch(args[0] as Step);
      const { successor } = (verb === 'change' ? (args[1] ?? {}) : {}) as { successor?: Proposal };
      if (successor) touch(successor);
      if (verb === 'commit') for (const other of args[1] as Step[]) touch(other);
    }
  }

  /** Whether anything stored is not what it was when last checked. */
  async hasChanged(): Promise<boolean> {
    for (const id of this.#touched) {
      const now = await this.#storage.opportunities.get(id);
      if (JSON.stringify(now ?? undefined) !== JSON.stringify(this.#known.get(id))) return true;
    }
    return false;
  }

  /** @throws Error that says which invariant is broken, and how. */
  async check(): Promise<void> {
    const touched: Opportunity[] = [];
    for (const id of this.#touched) {
      const now = await this.#storage.opportunities.get(id);
      if (now) touched.push(now);
    }
    this.#touched.clear();
    this.#readSent();
    // What ended frees its items before what was committed takes them.
    touched.sort((a, b) => Number(isActive(a)) - Number(isActive(b)) || a.repairCount - b.repairCount);
    for (const now of touched) await this.#checkOne(now);
    await this.#checkLocks();
    for (const now of touched) if (!isActive(now)) await this.#checkTold(now);
  }

  async #checkOne(now: Opportunity): Promise<void> {
    const { id } = now;
    const before = this.#known.get(id);
    const fail = (what: string): never => {
      throw new Error(`${what}\n${JSON.stringify(before)}\n${JSON.stringify(now)}`);
    };
    if (before && !isActive(before)) {
      const { settledAt: _, ...rest } = now;
      const { settledAt: __, ...was } = before;
      if (JSON.stringify(rest) !== JSON.stringify(was)) fail('A terminal state did not absorb.');
    }
    if (before && now.version < before.version) fail('A version went back.');
    if (before && now.version === before.version && now.state !== before.state)
      fail('A state changed without a version.');
    if (!before) {
      this.#checkAskedOnce(now, fail);
      if (now.repairs !== undefined) this.#checkRepair(now, fail);
    }
    this.#checkCash(now, fail);
    await this.#checkAcceptances(now, before, fail);
    if (before?.state !== now.state) this.reached[now.state] = (this.reached[now.state] ?? 0) + 1;

    if (before?.state === 'committed' && now.state !== 'committed') {
      for (const item of now.items) this.#heldBy.delete(item);
    }
    if (now.state === 'committed' && before?.state !== 'committed') {
      for (const item of now.items) {
        if (this.#heldBy.has(item)) fail(`Item ${item} is in two committed opportunities.`);
        this.#heldBy.set(item, id);
      }
      if (now.participants.some(({ acceptedAt }) => acceptedAt === null)) fail('Committed without an acceptance.');
      if (!(now.fence! > this.#lastFence)) fail('A fence is not greater than the last one.');
      this.#lastFence = now.fence!;
      for (const { gives, userId } of now.participants) {
        const item = await this.#storage.items.get(gives);
        if (item?.ownerId !== userId || item.status !== 'available')
          fail(`Item ${gives} was committed and is not there.`);
      }
    }
    if (now.settledAt !== undefined && before?.settledAt === undefined) {
      for (const item of now.items) {
        if ((await this.#storage.items.get(item))?.status !== 'traded') fail(`Item ${item} was not marked as traded.`);
      }
    }
    if (isActive(now)) this.#active.add(id);
    else this.#active.delete(id);
    if (!before) this.#byCycle.set(now.cycleKey, [...(this.#byCycle.get(now.cycleKey) ?? []), now]);
    this.#known.set(id, now);
  }

  /** Nobody is asked the same again after somebody said no, said nothing, or broke their word. */
  #checkAskedOnce(now: Opportunity, fail: (what: string) => never): void {
    for (const { id } of this.#byCycle.get(now.cycleKey) ?? []) {
      const earlier = this.#known.get(id)!;
      if (isActive(earlier)) fail(`It is proposed twice at once: ${id}.`);
      if (!['declined', 'expired', 'broken'].includes(earlier.state)) continue;
      if (deals(earlier) === deals(now)) fail(`It was asked before: ${id}.`);
    }
    const declined = this.#known.get(now.repairs ?? '');
    if (declined?.endedBy !== undefined && now.participants.some(({ userId }) => userId === declined.endedBy))
      fail('A repair asks who declined.');
  }

  #checkRepair(now: Opportunity, fail: (what: string) => never): void {
    this.repairs++;
    const old = this.#known.get(now.repairs!);
    if (!old || isActive(old)) {
      fail('A repair of what has not ended.');
      return;
    }
    if (old.repairedBy !== now.id) fail('The repaired one does not name its repair.');
    if (now.repairCount > 3) fail('Repaired too often.');
    for (const me of now.participants) {
      if (me.acceptedAt === null) continue;
      this.keptAcceptances++;
      const was = old.participants.find(({ userId }) => userId === me.userId);
      if (was?.acceptedAt !== me.acceptedAt) fail(`${me.userId} has not accepted what was repaired.`);
      const agreement = this.#agreements.get(`${old.id} ${me.userId}`);
      if (agreement) this.#agreements.set(`${now.id} ${me.userId}`, agreement);
    }
  }

  #checkCash({ participants, payments }: Opportunity, fail: (what: string) => never): void {
    if (participants.reduce((sum, { cashNet }) => sum + cashNet, 0) !== 0) fail('Cash does not sum to zero.');
    for (const { userId, cashNet } of participants) {
      const paid = payments.reduce((sum, { from, to, amount }) => sum + (from === userId ? amount : to === userId ? -amount : 0), 0); // biome-ignore format: one line
      if (paid !== cashNet) fail(`Payments of ${userId} do not make up their net.`);
    }
    if (payments.some(({ amount }) => !Number.isSafeInteger(amount) || amount <= 0)) fail('A payment of nothing.');
    if (payments.length >= participants.length) fail('More payments than are needed.');
  }

  /** An acceptance refers to the deal that was agreed to or a better one, as far as the items themselves tell. */
  async #checkAcceptances(
    now: Opportunity,
    before: Opportunity | undefined,
    fail: (what: string) => never,
  ): Promise<void> {
    for (const me of now.participants) {
      const key = `${now.id} ${me.userId}`;
      const was = before?.participants.find(({ userId }) => userId === me.userId);
      if (me.acceptedAt === null) {
        this.#agreements.delete(key);
        continue;
      }
      const known = this.#agreements.get(key);
      if (!known || (was?.acceptedAt ?? null) === null) {
        if (!known) this.#agreements.set(key, await this.#agreementOf(me));
        continue;
      }
      if (!isOpen(now)) continue; // what happens to an item after the end concerns nobody
      const present = await this.#agreementOf(me);
      const isSame = known.gives === present.gives && known.gets === present.gets && known.got === present.got;
      if (!isSame || present.cashNet > known.cashNet) fail(`The acceptance of ${me.userId} stands for another deal.`);
    }
  }

  async #agreementOf({ gives, gets, cashNet }: Participant): Promise<Agreement> {
    const item = (await this.#storage.items.get(gets)) as Item | null;
    return { gives, gets, got: JSON.stringify([item?.title, item?.description, item?.condition]), cashNet };
  }

  /** Hard locks are the items of committed opportunities, soft ones those of standing acceptances that have not lapsed. */
  async #checkLocks(): Promise<void> {
    const now = this.#clock.now();
    const hard = await this.#storage.opportunities.hardLocks({ limit: 10_000 });
    const said = new Map(hard.map(({ itemId, opportunityId }) => [itemId, opportunityId]));
    if (said.size !== this.#heldBy.size || [...this.#heldBy].some(([item, id]) => said.get(item) !== id))
      throw new Error(`Locks are not what the states say: ${JSON.stringify([[...said], [...this.#heldBy]])}`);
    for (const [item, id] of said) {
      if (this.#known.get(id)?.state !== 'committed') throw new Error(`The lock of ${item} outlives ${id}.`);
    }
    let soft = 0;
    for (const one of this.active) {
      for (const { acceptedAt, lockedUntil } of one.participants) {
        if (lockedUntil === null) continue;
        if (acceptedAt === null || !isOpen(one))
          throw new Error(`A soft lock without an acceptance: ${JSON.stringify(one)}`);
        if (lockedUntil > now) soft++;
      }
    }
    const counted = await this.#storage.opportunities.countLocks(now);
    if (counted.soft !== soft || counted.hard !== said.size)
      throw new Error(`Locks are miscounted: ${JSON.stringify(counted)}`);
  }

  /** Whoever heard of an opportunity hears of its end once: by a message of its own, or by the one of its repair. */
  async #checkTold(ended: Opportunity): Promise<void> {
    const rows = await this.#storage.notifications.ofOpportunity(ended.id);
    const type = ended.state === 'completed' ? 'match_completed' : 'match_withdrawn';
    if (rows.length !== ended.participants.length || rows.some((row) => row.type !== type))
      throw new Error(`The inbox does not tell how it ended: ${JSON.stringify([ended, rows])}`);
    for (const { userId } of ended.participants) {
      const key = `${ended.id} ${userId}`;
      const pending = rows.some((row) => row.userId === userId && row.deliverAt !== null && row.deliveredAt === null);
      const times = this.#toldOfEnd.get(key) ?? 0;
      if (times > 1 || (times === 0 && !pending && this.#toldOf.has(key) && !(await this.#isToBeTold(ended, userId))))
        throw new Error(`${userId} was told ${times} times that ${ended.id} ended: ${JSON.stringify(rows)}`);
    }
  }

  /** The message about the repair is still on its way. */
  async #isToBeTold({ repairedBy }: Opportunity, userId: string): Promise<boolean> {
    if (repairedBy === undefined) return false;
    const rows = await this.#storage.notifications.ofOpportunity(repairedBy);
    return rows.some((row) => row.userId === userId);
  }

  #readSent(): void {
    for (; this.#sentChecked < this.#sent.length; this.#sentChecked++) {
      const { id, type, opportunityId, userId, repairs } = this.#sent[this.#sentChecked]!;
      if (this.#seen.has(id)) continue; // receivers drop repeats by their id
      this.#seen.add(id);
      this.#toldOf.add(`${opportunityId} ${userId}`);
      const tell = (of: string) =>
        this.#toldOfEnd.set(`${of} ${userId}`, (this.#toldOfEnd.get(`${of} ${userId}`) ?? 0) + 1);
      if (type === 'match_withdrawn' || type === 'match_completed') tell(opportunityId);
      const old = repairs === undefined ? undefined : `${repairs} ${userId}`;
      if (type === 'updated_match' && old !== undefined && !this.#toldOfEnd.has(old)) tell(repairs!);
    }
  }
}

function deals({ participants }: Opportunity): string {
  return JSON.stringify(
    participants
      .map(({ userId, gives, gets, getsDigest, cashNet }) => [userId, gives, gets, getsDigest, cashNet])
      .sort(),
  );
}
