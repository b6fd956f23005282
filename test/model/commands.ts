import fc from 'fast-check';
import { type Item, isBarterError, type Opportunity } from '../../src';
import { CATEGORIES, Crash, USERS, type World } from './world';

/** What fast-check keeps beside the real thing; the invariants know the rest. */
export interface Model {
  steps: number;
}

/** There was nothing to do it with: no step. */
const NOTHING = Symbol('nothing');
/** Something that somebody does. */
type Deed = (world: World) => Promise<unknown>;

/** Refusals that are answers. Anything else fails the run. */
const ANSWERS = new Set([
  'wrong-state',
  'stale-revision',
  'too-late',
  'item-locked',
  'item-traded',
  'unknown-item',
  'unknown-opportunity',
  'owner-mismatch',
]);

class Command implements fc.AsyncCommand<Model, World> {
  constructor(
    readonly text: string,
    readonly deed: Deed,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, world: World): Promise<void> {
    try {
      if ((await this.deed(world)) === NOTHING) return;
      model.steps++;
    } catch (error) {
      model.steps++;
      if (!isBarterError(error) || !ANSWERS.has(error.code)) throw error;
      // A refusal changes nothing, unless it is the answer that the trade has lost an item.
      if (error.code !== 'item-locked' && (await world.invariants.hasChanged())) throw new Error(`${this.text} was refused and changed something: ${error.message}`); // biome-ignore format: one line
    }
    await world.invariants.check();
  }

  toString(): string {
    return this.text;
  }
}

function item(n: number, user: number, gives: number, wants: number): Item {
  return {
    id: `item${n}`,
    ownerId: `user${user}`,
    title: `Thing ${n}`,
    categoryId: CATEGORIES[gives % CATEGORIES.length]!,
    condition: 'GOOD',
    estimatedValue: 100 + ((n * 37) % 60),
    cash: { maxPay: 40 + (n % 30), maxReceive: 40 + (n % 20) },
    maxValueLoss: 60,
    wants: [{ categoryId: CATEGORIES[wants % CATEGORIES.length]! }],
    status: 'available',
  };
}

const MOST_ITEMS = 24;

const create =
  (user: number, gives: number, wants: number): Deed =>
  async (world) => {
    if (world.items.size >= MOST_ITEMS || gives % CATEGORIES.length === wants % CATEGORIES.length) return NOTHING;
    const made = item(world.nextItem++, user, gives, wants);
    world.items.set(made.id, made);
    return world.engine.submit({ type: 'item:created', itemId: made.id, userId: made.ownerId, item: made });
  };

const update =
  (pick: number, what: number, n: number): Deed =>
  async (world) => {
    const known = world.pickItem(pick);
    if (!known) return NOTHING;
    const changes: Partial<Item>[] = [
      { title: `Thing ${n}` },
      { description: `As described ${n}` },
      { condition: n % 2 === 0 ? 'GOOD' : 'FAIR' },
      { estimatedValue: 80 + (n % 90) },
      { wants: [{ categoryId: CATEGORIES[n % CATEGORIES.length]! }] },
      { categoryId: CATEGORIES[n % CATEGORIES.length]! },
    ];
    const next = { ...known, ...changes[what % changes.length] };
    return refreshed(world, known.id, () =>
      world.engine.submit({ type: 'item:updated', itemId: next.id, userId: next.ownerId, item: next }),
    );
  };

const remove =
  (pick: number): Deed =>
  async (world) => {
    const known = world.pickItem(pick);
    if (!known) return NOTHING;
    return refreshed(world, known.id, () =>
      world.engine.submit({ type: 'item:deleted', itemId: known.id, userId: known.ownerId }),
    );
  };

/** Brings what the world knows of an item up to the storage, whatever came of the deed. */
async function refreshed(world: World, id: string, deed: () => Promise<unknown>): Promise<void> {
  try {
    await deed();
  } finally {
    await refresh(world, id);
  }
}

async function refresh(world: World, id: string): Promise<void> {
  const { callsLeft } = world;
  world.callsLeft = undefined;
  const stored = await world.storage.items.get(id);
  world.callsLeft = callsLeft;
  if (stored && stored.status === 'available') world.items.set(id, stored);
  else world.items.delete(id);
}

type Verb = 'accept' | 'decline' | 'confirm' | 'dispute';

/** Mostly on an opportunity where it means something, at times on any. */
function pickOpportunity(world: World, verb: Verb, pick: number): Opportunity | undefined {
  const { active, opportunities } = world.invariants;
  const isLate = verb === 'confirm' || verb === 'dispute';
  const fitting = active.filter(({ state }) => (state === 'committed') === isLate);
  const all = pick % 10 === 0 || fitting.length === 0 ? opportunities : fitting;
  // Those on which somebody has begun come first, or rings of four would never be complete.
  if (pick % 3 !== 0) all.sort((a, b) => begun(b) - begun(a));
  return all[(pick % 3 === 0 ? pick : pick % 4) % Math.max(1, all.length)];
}

function begun({ participants }: Opportunity): number {
  return participants.filter(({ acceptedAt, confirmedAt }) => (acceptedAt ?? confirmedAt) !== null).length;
}

const act =
  (verb: Verb, pick: number, who: number, engine?: (world: World) => World['engine']): Deed =>
  async (world) => {
    const opportunity = pickOpportunity(world, verb, pick);
    if (!opportunity) return NOTHING;
    const { participants, revision, id } = opportunity;
    const isToDo = verb === 'accept' ? 'acceptedAt' : 'confirmedAt';
    const waiting = participants.filter((one) => one[isToDo] === null);
    const people = who % 5 === 0 || waiting.length === 0 ? participants : waiting;
    const userId = who % 97 === 0 ? 'stranger' : people[who % people.length]!.userId;
    const { opportunities } = (engine ?? ((of) => of.engine))(world);
    if (verb === 'accept')
      await opportunities.accept(id, userId, { revision: who % 31 === 0 ? revision + 1 : revision });
    else await opportunities[verb](id, userId);
    if (verb === 'confirm') for (const itemId of opportunity.items) await refresh(world, itemId);
    return undefined;
  };

const HOUR = 3_600_000;
const pass =
  (hours: number): Deed =>
  async (world) => {
    world.clock.advance(hours * HOUR);
  };

const cleanup: Deed = (world) => world.engine.cleanup();
const sweep: Deed = (world) => world.engine.sweep();
const deliver: Deed = (world) => world.engine.deliverDue();
const reload: Deed = (world) => world.reload();

/** The process dies after so many calls to the storage, and another one takes over and cleans up. */
const crash =
  (calls: number, deed: Deed): Deed =>
  async (world) => {
    world.callsLeft = calls;
    try {
      await deed(world);
    } catch (error) {
      if (!(error instanceof Crash) && !isBarterError(error)) throw error;
    }
    world.callsLeft = 0; // and nothing that it still had in mind happens
    await new Promise((resolve) => setImmediate(resolve));
    await world.reload();
    for (const id of [...world.items.keys()]) await refresh(world, id);
    await world.engine.cleanup();
    await world.engine.deliverDue();
  };

/** Two processes on one storage, whose calls to it come in any order. */
const race =
  (scheduler: fc.Scheduler, deeds: ((engine: (world: World) => World['engine']) => Deed)[]): Deed =>
  async (world) => {
    const other = world.newEngine();
    await other.start();
    const answers = deeds.map((deed, i) => deed(i % 2 === 0 ? (of) => of.engine : () => other)(world));
    world.turnstile = (name) => scheduler.schedule(Promise.resolve(), name);
    const settled = Promise.allSettled(answers);
    await scheduler.waitFor(settled);
    world.turnstile = undefined;
    for (const answer of await settled) {
      if (answer.status === 'rejected' && !isBarterError(answer.reason)) throw answer.reason;
    }
    // Each process knows its own market: one of them goes on, from what is stored.
    await world.reload();
    for (const id of [...world.items.keys()]) await refresh(world, id);
  };

const nat = fc.nat({ max: 1_000_000 });
const user = fc.nat({ max: USERS - 1 });
const category = fc.nat({ max: CATEGORIES.length - 1 });
const verb = fc.constantFrom<Verb>('accept', 'accept', 'accept', 'decline', 'confirm', 'confirm', 'dispute');

const creation = fc
  .tuple(user, category, category)
  .map(([u, g, w]) => ({ text: `create(${u}, ${g}, ${w})`, deed: create(u, g, w) }));
const acceptance = fc.tuple(nat, nat).map(([p, w]) => ({ text: `accept(${p}, ${w})`, deed: act('accept', p, w) }));
const action = fc.tuple(verb, nat, nat).map(([v, p, w]) => ({ text: `${v}(${p}, ${w})`, deed: act(v, p, w) }));
const confirmation = fc.tuple(nat, nat).map(([p, w]) => ({ text: `confirm(${p}, ${w})`, deed: act('confirm', p, w) }));
const change = fc
  .tuple(nat, nat, nat)
  .map(([p, k, n]) => ({ text: `update(${p}, ${k}, ${n})`, deed: update(p, k, n) }));
const removal = nat.map((p) => ({ text: `delete(${p})`, deed: remove(p) }));
const time = fc.constantFrom(0.1, 0.5, 1, 7, 25, 43).map((h) => ({ text: `pass(${h} h)`, deed: pass(h) }));
const crashing = fc
  .tuple(fc.nat({ max: 25 }), fc.oneof(acceptance, acceptance, action, change, removal))
  .map(([n, { text, deed }]) => ({ text: `crash(${n}, ${text})`, deed: crash(n, deed) }));
const racing = (scheduler: fc.Scheduler) =>
  fc.array(fc.tuple(verb, nat, nat), { minLength: 2, maxLength: 5 }).map((deeds) => ({
    text: `race(${deeds.join(' | ')})`,
    deed: race(
      scheduler,
      deeds.map(
        ([v, p, w]) =>
          (engine) =>
            act(v, p, w, engine),
      ),
    ),
  }));

/** Everything that can happen, as commands: the frequent ones are there several times. */
export function commandsWith(scheduler: fc.Scheduler, maxCommands: number) {
  const often = (count: number, of: fc.Arbitrary<{ text: string; deed: Deed }>) => Array<typeof of>(count).fill(of);
  const all = [
    ...often(32, creation),
    ...often(70, acceptance),
    ...often(26, action),
    ...often(40, confirmation),
    ...often(20, change),
    ...often(6, removal),
    ...often(8, time),
    ...often(3, fc.constant({ text: 'cleanup()', deed: cleanup })),
    fc.constant({ text: 'sweep()', deed: sweep }),
    ...often(2, fc.constant({ text: 'deliver()', deed: deliver })),
    fc.constant({ text: 'reload()', deed: reload }),
    crashing,
    racing(scheduler),
  ];
  return fc.commands(
    all.map((one) => one.map(({ text, deed }) => new Command(text, deed))),
    { maxCommands, size: 'max' },
  );
}
