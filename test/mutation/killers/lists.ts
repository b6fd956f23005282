import { NODE_BITS, NODE_MASK, packHalfEdge } from '../../../src/graph/half-edges';
import { BestCandidates } from '../../../src/market/best-candidates';
import { CandidateLists } from '../../../src/market/candidate-lists';
import type { Item, Want } from '../../../src/types';
import { Random } from '../random';
import { atMost, holds, same } from './expect';
import { Tables, thing } from './tables';

/** Cut lists by themselves: always the best, as many waiting as promised, and searched anew only when that is used up. */
export function checkLists(): void {
  let searches = 0;
  for (let seed = 1; seed <= 16; seed++) searches += new Case(new Random(seed), 1 + (seed % 3), seed).run();
  atMost(searches, SEARCHES, 'searches');
  checkStale();
  checkMemory();
}

const SEARCHES = 649;

const NAMES = ['c1', 'c3', 'c8'];

/** A list as it is promised to be. */
class Receiver {
  readonly candidates = new Map<number, number>();
  /** Known to wait, best first, and whether nobody else is known to be there. */
  waiting: number[] = [];
  knowsAll = true;
  searches = 0;

  readonly node: number;
  readonly wants: number;
  readonly names: readonly string[];
  readonly isOpen: boolean;

  constructor(node: number, { wants, openToAnything }: Item) {
    this.node = node;
    this.wants = wants.length;
    this.names = wants.flatMap(({ itemIds }) => itemIds ?? []);
    this.isOpen = openToAnything ?? false;
  }
}

/** Several lists over the same candidates, which come and go, with a plain model of each. */
class Case {
  readonly tables = new Tables();
  readonly best = new BestCandidates(this.tables.graph);
  readonly random: Random;
  readonly lists: CandidateLists;
  readonly receivers: Receiver[];
  perWant: number;

  constructor(random: Random, perWant: number, seed: number) {
    this.random = random;
    this.perWant = perWant;
    const { graph, items, wants } = this.tables;
    this.lists = new CandidateLists(
      graph,
      items,
      wants,
      perWant,
      (node) => {
        const receiver = this.receivers.find((one) => one.node === node)!;
        receiver.searches++;
        this.fill(receiver);
      },
      () => true,
    );
    this.receivers = [
      thing('plain', { wants: wantsOf(1 + (seed % 2)) }),
      thing('named', { wants: [{ itemIds: NAMES }, ...wantsOf(seed % 3)] }),
      thing('open', { wants: wantsOf(2), openToAnything: true }),
    ].map((item) => new Receiver(this.tables.add(item), item));
    for (const receiver of this.receivers) this.fill(receiver);
  }

  run(): number {
    const { random, lists } = this;
    let searches = 0;
    for (let step = 0; step < 240; step++) {
      const before = this.receivers.map((receiver) => receiver.searches);
      this.#change();
      if (random.chance(0.02)) this.fill(random.pick(this.receivers));
      if (random.chance(0.03)) lists.compact();
      this.#check();
      this.receivers.forEach((receiver, i) => {
        searches += receiver.searches - before[i]!;
      });
    }
    for (const receiver of this.receivers) {
      const { node } = receiver;
      lists.forget(node);
      same(lists.isCut(node), false, 'what is forgotten is not cut');
      this.tables.graph.setIncoming(node, new Uint32Array(0));
      const before = receiver.searches;
      same([lists.fillUp(node), receiver.searches], [false, before], 'nor searched for');
    }
    lists.forget(10_000);
    return searches;
  }

  /** Searches anew, in any order and with repeats. */
  fill(receiver: Receiver): void {
    const { best, lists, random } = this;
    const { node } = receiver;
    const capacity = this.perWant * receiver.wants;
    same(lists.wantedFor(node), capacity + Math.ceil(capacity / 2), 'half as many again');
    best.begin(lists.wantedFor(node), false);
    const named: number[] = [];
    for (const [given, deficit] of random.shuffled([...receiver.candidates])) {
      if (this.#isNamed(given, receiver)) named.push(packHalfEdge(deficit, given));
      else best.add(given, deficit);
    }
    lists.fill(node, best.take(), !best.isCut, named);
    this.#remember(receiver);
  }

  #remember(receiver: Receiver): void {
    const unnamed = this.#ranked(receiver).filter((word) => !this.#isNamed(word & NODE_MASK, receiver));
    const capacity = this.perWant * receiver.wants;
    receiver.waiting = unnamed.slice(capacity, capacity + Math.ceil(capacity / 2));
    receiver.knowsAll = unnamed.length <= capacity + Math.ceil(capacity / 2);
  }

  #change(): void {
    const { tables, random } = this;
    if (random.chance(0.03)) {
      this.#resize();
      return;
    }
    const id = `c${random.below(22)}`;
    if (tables.graph.hasItem(id)) this.#leave(tables.graph.nodeOf(id));
    else this.#come(tables.add(thing(id)));
  }

  #come(given: number): void {
    const { random, lists } = this;
    const answered = new Map<number, number>();
    for (const receiver of this.receivers) {
      if (random.chance(0.15)) continue;
      const deficit = random.chance(0.7) ? random.below(5) * 100 : random.below(651);
      const before = this.#unnamed(receiver);
      const capacity = this.perWant * receiver.wants;
      receiver.candidates.set(given, deficit);
      answered.set(receiver.node, deficit);
      if (this.#isNamed(given, receiver) || before.length < capacity) continue;
      const word = packHalfEdge(deficit, given);
      const [last] = before.slice(capacity - 1, capacity);
      const loser = this.#compare(word, last!) < 0 ? last! : word;
      const isAfterAll = receiver.waiting.every((other) => this.#compare(other, loser) < 0);
      if (loser === word && isAfterAll && !receiver.knowsAll) continue;
      receiver.waiting = [...receiver.waiting, loser].sort((a, b) => this.#compare(a, b));
      this.#trim(receiver, Math.ceil(capacity / 2));
    }
    lists.enterAll(given, answered);
  }

  #trim(receiver: Receiver, room: number): void {
    if (receiver.waiting.length <= room) return;
    receiver.waiting.length = room;
    receiver.knowsAll = false;
  }

  /** As the market does it: out of the graph first, then the lists are filled up that were cut and held it. */
  #leave(given: number): void {
    const { lists, tables, receivers } = this;
    const { graph } = tables;
    const id = graph.idOfNode(given);
    const toFill = receivers.filter(
      (receiver) =>
        graph.edgeScore(id, graph.idOfNode(receiver.node)) !== undefined &&
        lists.isCut(receiver.node) &&
        !this.#isNamed(given, receiver),
    );
    for (const receiver of receivers) {
      const hasRunDry = lists.leaveWaiting(given, Int32Array.of(receiver.node)).length > 0;
      const waiting = receiver.waiting.filter((word) => (word & NODE_MASK) !== given);
      same(hasRunDry, waiting.length < receiver.waiting.length && isDry({ ...receiver, waiting }), 'ran dry');
      if (hasRunDry) toFill.push(receiver);
      receiver.candidates.delete(given);
      receiver.waiting = waiting;
    }
    tables.remove(given);
    for (const receiver of toFill) this.#fillUp(receiver, () => lists.fillUp(receiver.node));
  }

  /** Takes from those that wait, and searches only where none is left of them and others may be there. */
  #fillUp(receiver: Receiver, action: () => unknown): void {
    const { node, searches } = receiver;
    const before = this.tables.graph.incoming.count[node]!;
    const capacity = this.perWant * receiver.wants;
    const missing = capacity - this.#listedUnnamed(receiver);
    const isUsedUp = missing >= receiver.waiting.length && !receiver.knowsAll;
    const result = action();
    same(receiver.searches - searches, isUsedUp ? 1 : 0, 'searches');
    if (typeof result === 'boolean')
      same(result, this.tables.graph.incoming.count[node]! > before, 'whether it got another');
    if (!isUsedUp) receiver.waiting.splice(0, Math.max(0, missing));
  }

  #resize(): void {
    this.perWant = this.random.pick([1, 2, 3, 4, Infinity]);
    this.lists.perWant = this.perWant;
    for (const receiver of this.random.shuffled(this.receivers)) {
      const capacity = this.perWant * receiver.wants;
      const listed = [...this.tables.graph.incoming.read(receiver.node)].filter(
        (word) => !this.#isNamed(word & NODE_MASK, receiver),
      );
      this.#fillUp(receiver, () => void this.lists.resize(receiver.node));
      receiver.waiting.unshift(...listed.slice(capacity));
      this.#trim(receiver, Math.ceil(capacity / 2));
    }
  }

  #check(): void {
    const { graph, wants } = this.tables;
    for (const receiver of this.receivers) {
      const { node, waiting, knowsAll } = receiver;
      const capacity = this.perWant * receiver.wants;
      const unnamed = this.#unnamed(receiver);
      const kept = this.#ranked(receiver).filter(
        (word) => this.#isNamed(word & NODE_MASK, receiver) || unnamed.indexOf(word) < capacity,
      );
      same([...graph.incoming.read(node)], kept, 'the best');
      for (const word of kept) same(graph.outgoing.find(word & NODE_MASK, node), word >>> NODE_BITS, 'and back');
      holds(waiting.length <= Math.ceil(capacity / 2), 'half as many again wait at most');
      same(waiting, unnamed.slice(capacity, capacity + waiting.length), 'the next best wait');
      if (knowsAll) same(waiting.length, Math.max(0, unnamed.length - capacity), 'all are known');
      same(isDry(receiver), false, 'somebody waits, or all are known');
      const isCut = waiting.length > 0;
      same(this.lists.isCut(node), isCut, 'cut');
      const last = unnamed.slice(0, capacity).at(-1);
      same(graph.cutOfNode[node], isCut && last !== undefined ? last >>> NODE_BITS : -1, 'cut at the last of the list');
      const lastKnown = waiting.at(-1) ?? (isCut ? last : undefined);
      const mayTakeAny = knowsAll || lastKnown === undefined || receiver.isOpen;
      const tie = mayTakeAny ? 0 : graph.tieOfNode[lastKnown & NODE_MASK]!;
      const knownTo = mayTakeAny ? 2 ** 16 - 1 : (lastKnown >>> NODE_BITS) * 2 ** 6 + Math.floor(tie / 2 ** 26);
      same(wants.knownTo(node), knownTo, 'what need not be told');
    }
  }

  #isNamed(given: number, { names }: Receiver): boolean {
    return names.includes(this.tables.graph.idOfNode(given));
  }

  #ranked({ candidates }: Receiver): number[] {
    return Array.from(candidates, ([given, deficit]) => packHalfEdge(deficit, given)).sort((a, b) =>
      this.#compare(a, b),
    );
  }

  #unnamed(receiver: Receiver): number[] {
    return this.#ranked(receiver).filter((word) => !this.#isNamed(word & NODE_MASK, receiver));
  }

  #listedUnnamed(receiver: Receiver): number {
    const words = this.tables.graph.incoming.read(receiver.node);
    return words.filter((word) => !this.#isNamed(word & NODE_MASK, receiver)).length;
  }

  #compare(a: number, b: number): number {
    const byDeficit = (a >>> NODE_BITS) - (b >>> NODE_BITS);
    return byDeficit || (a === b ? 0 : this.tables.graph.isNodeBefore(a & NODE_MASK, b & NODE_MASK) ? -1 : 1);
  }
}

function isDry({ waiting, knowsAll }: Pick<Receiver, 'waiting' | 'knowsAll'>): boolean {
  return waiting.length === 0 && !knowsAll;
}

function wantsOf(count: number): Want[] {
  return Array.from({ length: count }, () => ({}));
}

/** Where one that waited no longer scores what it did, all are searched: words were weighed anew meanwhile. */
function checkStale(): void {
  const tables = new Tables();
  const { graph, items, wants } = tables;
  const receiver = tables.add(thing('receiver', { wants: wantsOf(2) }));
  const deficits = new Map([100, 200, 300, 400, 500].map((deficit, i) => [tables.add(thing(`c${i}`)), deficit]));
  const best = new BestCandidates(graph);
  const asked: number[][] = [];
  const lists: CandidateLists = new CandidateLists(
    graph,
    items,
    wants,
    1,
    () => fill(),
    (given, receiving, deficit) => {
      asked.push([given, receiving, deficit]);
      return deficits.get(given) === deficit;
    },
  );
  const fill = () => {
    best.begin(lists.wantedFor(receiver), false);
    for (const [given, deficit] of deficits) best.add(given, deficit);
    lists.fill(receiver, best.take(), !best.isCut, []);
  };
  const listed = () => [...graph.incoming.read(receiver)].map((word) => word >>> NODE_BITS);
  fill();
  same(listed(), [100, 200], 'the best two');
  const [first, , third] = [...deficits.keys()];
  deficits.delete(first!);
  graph.setEdgeDeficit(first!, receiver, -1);
  same(lists.fillUp(receiver), true, 'filled up');
  same([listed(), asked], [[200, 300], [[third, receiver, 300]]], 'from the one that waited');
  deficits.set(third!, 450);
  fill();
  same(listed(), [200, 400], 'scored anew');
  const fourth = [...deficits.keys()][2]!;
  same(deficits.get(fourth), 400, 'the fourth');
  deficits.delete(fourth);
  graph.setEdgeDeficit(fourth, receiver, -1);
  deficits.set(third!, 600);
  same(lists.fillUp(receiver), true, 'searched anew');
  same(listed(), [200, 500], 'as all are scored now');
  same(graph.cutOfNode[receiver], 500, 'cut there');
  same(lists.fillUp(receiver), false, 'nothing missing');
}

/** What waits takes as much memory after ten times the churn as before. */
function checkMemory(): void {
  const random = new Random(29);
  const tables = new Tables();
  const { graph, items, wants } = tables;
  const best = new BestCandidates(graph);
  const receivers = Array.from({ length: 100 }, (_, i) => tables.add(thing(`r${i}`, { wants: wantsOf(3) })));
  const givers = Array.from({ length: 90 }, (_, i) => tables.add(thing(`g${i}`)));
  const lists = new CandidateLists(
    graph,
    items,
    wants,
    10,
    () => {},
    () => true,
  );
  const fill = (receiver: number) => {
    best.begin(lists.wantedFor(receiver), false);
    for (const given of random.shuffled(givers).slice(0, random.between(10, 90))) best.add(given, random.below(900));
    lists.fill(receiver, best.take(), !best.isCut, []);
  };
  same(lists.byteLength, 4096, 'bytes of empty lists');
  for (const receiver of receivers) fill(receiver);
  lists.compact();
  const before = lists.byteLength;
  same(before >= 4096 + graph.nodeCapacity * 10, true, 'bytes');
  for (let i = 0; i < 600; i++) fill(receivers[i % 100]!);
  holds(lists.byteLength <= before * 1.8, `${lists.byteLength} bytes, ${before} before`);
  for (const receiver of receivers) {
    best.begin(lists.wantedFor(receiver), false);
    for (const given of givers) best.add(given, 7);
    lists.fill(receiver, best.take(), !best.isCut, []);
  }
  lists.compact();
  const late = tables.add(thing('late', { wants: wantsOf(2) }));
  same([lists.fillUp(late), lists.isCut(late)], [false, false], 'one that was never searched for');
  lists.perWant = Infinity;
  same(lists.wantedFor(givers[0]!), 0, 'nothing for who wants nothing');
  const blocks = 100 * 16;
  same(lists.byteLength, 4 * Math.ceil(blocks * 1.03) + graph.nodeCapacity * 10, 'little more than the blocks');
  for (let i = 0; i < 2000; i++) lists.forget(graph.nodeCapacity);
  same(lists.byteLength, 4 * Math.ceil(blocks * 1.03) + graph.nodeCapacity * 10, 'what was never there');
  for (const receiver of receivers) lists.forget(receiver);
  same(lists.byteLength, 4096 + graph.nodeCapacity * 10, 'bytes once all are forgotten');
}
