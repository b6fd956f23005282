import { type BarterEngine, createBarterEngine, type Item, memoryStorage, type Opportunity } from 'barterloop';
import { manualClock } from 'barterloop/testing';
import { createRandom } from '../random';
import { forgettingTransport } from './transports';

export interface People {
  /** Chances that somebody who is asked says no, or says nothing. */
  declines: number;
  vanishes: number;
  seed: number;
}

export interface TradesOutcome {
  /** Found by a search and proposed. */
  proposals: number;
  /** Of these, those that completed, by themselves or by a ring that took their place. */
  completed: number;
  repairs: number;
  /** Acceptances that went over to a repair. */
  kept: number;
  itemsTraded: number;
  /** Pairs of a person and a cycle that were asked more than once. */
  askedTwice: number;
}

/** Proposals that are open at once. */
const AT_ONCE = 10;
const HOUR = 3_600_000;
const MANY_WANTS = 2_048;

/**
 * Proposes the best trades of some items of a market, a few at a time, and has their people answer in any order until
 * nothing is open. What a person says to a deal depends on the seed, the person and the deal alone, so that two runs
 * with and without repair meet the same minds; who vanishes lets the deadline pass. Whatever commits is confirmed.
 */
export async function simulateTrades(
  items: readonly Item[],
  { maxRepairs, people, asked }: { maxRepairs: number; people: People; asked: number },
): Promise<TradesOutcome> {
  const clock = manualClock();
  const storage = memoryStorage();
  await using engine = createBarterEngine({
    storage,
    clock,
    transport: forgettingTransport(),
    sleep: (ms) => (ms > 0 ? new Promise(() => {}) : Promise.resolve()),
    limits: { maxWants: MANY_WANTS },
    policies: { maxRepairs, perEvent: 1, throttle: [], cooldownMs: 0 },
  });
  await engine.load(items);
  const seen = new Map<string, Opportunity>();
  const watch = (opportunity: Opportunity) => seen.set(opportunity.id, opportunity);
  for (const what of ['proposed', 'repaired', 'withdrawn', 'completed'] as const)
    engine.on(`opportunity:${what}`, watch);

  let kept = 0;
  engine.on('opportunity:repaired', ({ participants }) => {
    kept += participants.filter(({ acceptedAt }) => acceptedAt !== null).length;
  });

  const order = createRandom(people.seed, 1).shuffle(items.map(({ id }) => id));
  const random = createRandom(people.seed, 2);
  const open = () => [...seen.values()].filter(({ state }) => state === 'proposed' || state === 'accepting');
  for (let next = 0; next < Math.min(asked, order.length); next += AT_ONCE) {
    for (const itemId of order.slice(next, Math.min(asked, next + AT_ONCE))) {
      const { status } = (await storage.items.get(itemId))!;
      if (status === 'available') await engine.trigger(itemId);
    }
    while (open().length > 0) {
      await answerAll(engine, random.shuffle(open()), people);
      if (open().length === 0) break;
      clock.advance(48 * HOUR); // who has not answered by now does not
      await engine.cleanup();
    }
  }
  return outcomeOf([...seen.values()], kept);

  /** Everybody who has not answered these does, in any order, until only those are left who never do. */
  async function answerAll(of: BarterEngine, waiting: Opportunity[], minds: People): Promise<void> {
    const queue = [...waiting];
    while (queue.length > 0) {
      const { id } = queue.shift()!;
      const now = (await storage.opportunities.get(id))!;
      seen.set(id, now);
      if (now.state !== 'proposed' && now.state !== 'accepting') continue;
      const mine = random.shuffle(now.participants.filter(({ acceptedAt }) => acceptedAt === null));
      const who = mine.find((one) => mindOf(one, minds) !== 'vanish');
      if (!who) continue;
      if (mindOf(who, minds) === 'decline') {
        const over = await of.opportunities.decline(id, who.userId);
        seen.set(id, over);
        if (over.repairedBy !== undefined) queue.push((await storage.opportunities.get(over.repairedBy))!);
        continue;
      }
      const after = await of.opportunities.accept(id, who.userId, { revision: now.revision });
      seen.set(id, after);
      if (after.state === 'committed')
        for (const { userId } of after.participants) await of.opportunities.confirm(id, userId);
      else queue.splice(random.int(queue.length + 1), 0, after);
    }
  }
}

/** What this person says to this deal: the same whenever they are asked. */
function mindOf(
  { userId, gives, gets }: Opportunity['participants'][number],
  { declines, vanishes, seed }: People,
): 'accept' | 'decline' | 'vanish' {
  const draw = createRandom(seed, ...Buffer.from(JSON.stringify([userId, gives, gets]))).next();
  return draw < vanishes ? 'vanish' : draw < vanishes + declines ? 'decline' : 'accept';
}

function outcomeOf(all: readonly Opportunity[], kept: number): TradesOutcome {
  const byId = new Map(all.map((one) => [one.id, one]));
  const endOf = (one: Opportunity): Opportunity => {
    const next = one.repairedBy === undefined ? undefined : byId.get(one.repairedBy);
    return next ? endOf(next) : one;
  };
  const first = all.filter(({ repairs }) => repairs === undefined);
  const done = all.filter(({ state }) => state === 'completed');
  const times = new Map<string, number>();
  for (const { participants, cycleKey } of all) {
    for (const { userId } of participants) {
      const key = JSON.stringify([userId, cycleKey]);
      times.set(key, (times.get(key) ?? 0) + 1);
    }
  }
  return {
    proposals: first.length,
    completed: first.filter((one) => endOf(one).state === 'completed').length,
    repairs: all.length - first.length,
    kept,
    itemsTraded: done.reduce((sum, one) => sum + one.items.length, 0),
    askedTwice: [...times.values()].filter((count) => count > 1).length,
  };
}
