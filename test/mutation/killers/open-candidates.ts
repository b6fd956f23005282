import type { CandidateIndex } from '../../../src/market/candidate-index';
import { Market } from '../../../src/market/market';
import { OpenCandidates } from '../../../src/market/open-candidates';
import type { Item } from '../../../src/types';
import { hashText } from '../../../src/util/hash';
import { Random } from '../random';
import { atMost, same } from './expect';
import { Tables, thing } from './tables';

/** Owners who are open to anything: the closest by value, then in the order of the graph's lists, whatever the history. */
export function checkOpenCandidates(): void {
  checkReading();
  for (const openCandidates of [1, 2, 5]) {
    const random = new Random(openCandidates);
    const market = new Market({ openCandidates }, []);
    const items = new Map<string, Item>();
    for (let step = 0; step < 260; step++) {
      const n = random.below(40);
      const id = `item${n}`;
      if (random.chance(0.35)) {
        same(market.remove(id), items.delete(id), 'removed');
      } else {
        const item: Item = { id, ownerId: `owner${n % 9}`, title: 'thing', wants: [], status: 'available' };
        if (n % 4 === 0) item.openToAnything = true;
        if (n % 8 === 0) item.maxValueLoss = 30;
        if (random.chance(0.85)) item.estimatedValue = random.chance(0.6) ? random.below(6) * 10 : random.below(10_000);
        market.put(item);
        items.set(id, item);
      }
      if (step % 2 === 0) check(market, [...items.values()], openCandidates);
    }
  }
}

/** Of items by the hundred only those nearest in value are looked at. */
function checkReading(): void {
  const tables = new Tables();
  const { graph, items, index } = tables;
  const nodes = Array.from({ length: 300 }, (_, i) =>
    tables.addIndexed(thing(`item${i}`, { estimatedValue: i * 1000 })),
  );
  let read = 0;
  const counting: Pick<CandidateIndex, 'forEachByValue'> = {
    forEachByValue: (value, visit) =>
      index.forEachByValue(value, (step, atLeast) => {
        const goesOn = visit(step, atLeast);
        if (goesOn) read += step.length;
        return goesOn;
      }),
  };
  const open = new OpenCandidates(graph, items, 4, (given, taker) => given !== taker);
  const taken = open.refill(nodes[100]!, counting as CandidateIndex);
  same(Array.from(taken, (node) => items.value(node)).sort(), [101_000, 102_000, 98_000, 99_000], 'the closest');
  atMost(read, READ, 'items looked at for 4');
  same([open.has(nodes[100]!, nodes[101]!), open.has(nodes[100]!, nodes[103]!)], [true, false], 'has');
  same(open.has(nodes[101]!, nodes[100]!), false, 'is no taker');
  checkOffers(tables, open, nodes[100]!);
}

const READ = 9;

/** A new item that is closer takes the place of the farthest; who is removed takes nothing. */
function checkOffers(tables: Tables, open: OpenCandidates, taker: number): void {
  const { graph } = tables;
  const offered = (id: string, estimatedValue?: number) => {
    const fields = estimatedValue === undefined ? {} : { estimatedValue };
    const changes = open.offer(tables.addIndexed(thing(id, fields)));
    return changes.map(({ taker: by, dropped }) => [by, dropped === undefined ? undefined : graph.idOfNode(dropped)]);
  };
  same(offered('far', 120_000), [], 'too far');
  same(offered('without'), [], 'without a value');
  same(offered('near', 100_400).length, 1, 'nearer');
  same(offered('nearer', 100_100)[0]?.[0], taker, 'who takes it');
  same(offered('nearest', 100_000), [[taker, 'item99']], 'whom they drop for it');
  same(offered('farther', 101_500), [], 'farther than all of them');
  open.remove(taker);
  open.remove(taker);
  same(offered('late', 100_000), [], 'takes nothing any more');
}

function check(market: Market, items: Item[], most: number): void {
  for (const taker of items) {
    const closest = items
      .filter((given) => taker.openToAnything && given.ownerId !== taker.ownerId && isFair(given, taker))
      .sort((a, b) => compare(distance(a, taker), distance(b, taker)) || hashText(a.id) - hashText(b.id))
      .slice(0, most);
    same(
      market.graph
        .givers(taker.id)
        .map(({ id }) => id)
        .sort(),
      closest.map(({ id }) => id).sort(),
      'the closest',
    );
  }
}

function isFair(given: Item, taker: Item): boolean {
  const { maxValueLoss } = taker;
  if (maxValueLoss === undefined) return true;
  if (given.estimatedValue === undefined || taker.estimatedValue === undefined) return false;
  return taker.estimatedValue - given.estimatedValue <= maxValueLoss;
}

function distance(a: Item, b: Item): number {
  return a.estimatedValue === undefined || b.estimatedValue === undefined
    ? Infinity
    : Math.abs(a.estimatedValue - b.estimatedValue);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
