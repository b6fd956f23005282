import { deficitFor } from '../../../src/market/edge-score';
import { Says } from '../../../src/market/says';
import { KNOWS_NONE } from '../../../src/market/want-table';
import { CONDITIONS, type Item, type Want } from '../../../src/types';
import { Random } from '../random';
import { holds, same } from './expect';
import { randomItem } from './random-items';
import { Tables, thing } from './tables';

/** The records of items and wants against the items themselves, as they come, change and go. */
export function checkRecords(): void {
  const random = new Random(19);
  const tables = new Tables();
  const { graph, items, wants, vocabulary } = tables;
  const model = new Map<string, Item>();
  for (let step = 0; step < 900; step++) {
    const item: Item = { ...randomItem(random, step < 300 ? 40 : 150), status: 'available' };
    if (random.chance(0.2)) item.cash = { maxPay: random.below(100) };
    if (random.chance(0.3)) item.description = 'steel rare folding';
    const node = graph.hasItem(item.id) ? graph.nodeOf(item.id) : -1;
    if (node >= 0 && random.chance(0.3)) {
      // The same offer for something else.
      const changed = { ...model.get(item.id)!, wants: item.wants, openToAnything: random.chance(0.5) };
      if (random.chance(0.5)) delete changed.maxValueLoss;
      if (random.chance(0.5)) delete changed.cash;
      wants.remove(node, vocabulary);
      items.rewrite(node, changed);
      wants.add(node, changed, tables.categories, vocabulary);
      model.set(item.id, changed);
    } else {
      if (node >= 0) tables.remove(node);
      model.delete(item.id);
      if (node < 0 || random.chance(0.5)) {
        tables.add(item);
        model.set(item.id, item);
      }
    }
    if (step % 30 === 0) checkAll(tables, model);
  }
  checkAll(tables, model);
  const bytes = items.archiveBytes;
  holds(bytes > 0, 'texts');
  for (const node of tables.nodes()) tables.remove(node);
  same([items.limits.size, wants.named.size], [0, 0], 'nothing left');
  for (let owner = 0; owner < 7; owner++) same(items.nodesOf(`owner${owner}`), [], 'nobody left');
  for (let want = 0; want < wants.capacity; want++) same(wants.item(want), -1, 'a want of nobody');
  checkNumbers();
  checkManyOwners();
  checkRanks();
}

function checkAll(tables: Tables, model: ReadonlyMap<string, Item>): void {
  const { graph, items } = tables;
  same([...graph.items()].sort(), [...model.keys()].sort(), 'ids');
  const used = new Set<number>();
  for (const item of model.values()) {
    const node = graph.nodeOf(item.id);
    checkItem(tables, node, item);
    for (const want of tables.wantsOf(node)) {
      holds(!used.has(want), 'wants have numbers of their own');
      used.add(want);
    }
  }
  holds(used.size <= tables.wants.capacity, 'numbers below the capacity');
  const others = Array.from({ length: tables.wants.capacity }, (_, want) => want).filter((want) => !used.has(want));
  for (const want of others) same(tables.wants.item(want), -1, 'a want that is gone');
  for (let owner = 0; owner < 7; owner++) {
    const name = `owner${owner}`;
    const own = [...model.values()].filter(({ ownerId }) => ownerId === name).map(({ id }) => id);
    same(
      items
        .nodesOf(name)
        .map((node) => items.idOf(node))
        .sort(),
      own.sort(),
      'items of an account',
    );
  }
  same(items.nodesOf('nobody'), [], 'items of nobody');
}

function checkItem(tables: Tables, node: number, item: Item): void {
  const { items, wants, categories, vocabulary } = tables;
  const { latitude, longitude } = item.location ?? { latitude: Number.NaN, longitude: Number.NaN };
  const category = item.categoryId === undefined ? -1 : categories.numberOf(item.categoryId);
  const condition = item.condition === undefined ? -1 : CONDITIONS.indexOf(item.condition);
  same(
    [items.value(node), items.category(node), items.condition(node), items.isOpen(node)],
    [item.estimatedValue ?? -1, category, condition, item.openToAnything ?? false],
    'record',
  );
  same([items.latitude(node), items.longitude(node)], [latitude, longitude], 'place');
  same([items.userOf(node), items.users.name(items.user(node))], [item.ownerId, item.ownerId], 'account');
  same(items.get(node), JSON.parse(JSON.stringify(ordered(item, items.get(node)))), 'as it was written');
  const { cash, maxValueLoss } = item;
  same(items.limits.has(node), cash !== undefined || maxValueLoss !== undefined, 'limits');
  same([items.limits.get(node)?.cash, items.limits.get(node)?.maxValueLoss], [cash, maxValueLoss], 'limits');
  const numbers = [...items.words.read(node)];
  const text = `${item.title} ${item.description ?? ''}`;
  holds(numbers.length > 0, 'words');
  same(
    numbers,
    [...new Set(numbers)].sort((a, b) => a - b),
    'words, ascending',
  );
  for (const number of numbers) holds(text.includes(vocabulary.word(number).slice(0, 3)), vocabulary.word(number));

  const found = tables.wantsOf(node);
  same([found.length, wants.countOf(node)], [item.wants.length, item.wants.length], 'wants');
  found.forEach((want, place) => {
    same([wants.item(want), wants.placeOf(want)], [node, place], 'where it belongs');
    checkWant(tables, want, item.wants[place]!);
  });
  same(wants.knownTo(node), KNOWS_NONE, 'nothing is known to it');
  checkFinding(tables, node);
  const names = item.wants.flatMap(({ itemIds }) => itemIds ?? []);
  same([...(wants.namedBy(node) ?? [])].sort(), [...new Set(names)].sort(), 'named');
  same(wants.namedBy(node) === undefined, names.length === 0, 'nothing named');
}

/** With the fields in the order of another. */
function ordered(item: Item, like: Item): Partial<Item> {
  const keys = [...new Set([...Object.keys(like), ...Object.keys(item)])] as (keyof Item)[];
  const wants = item.wants.map((want, i) => {
    const wantKeys = [...new Set([...Object.keys(like.wants[i] ?? {}), ...Object.keys(want)])] as (keyof Want)[];
    return Object.fromEntries(wantKeys.map((key) => [key, want[key]]));
  });
  return { ...Object.fromEntries(keys.map((key) => [key, item[key]])), wants } as Partial<Item>;
}

function checkWant(tables: Tables, want: number, stated: Want): void {
  const { wants, categories } = tables;
  const category = stated.categoryId === undefined ? -1 : categories.numberOf(stated.categoryId);
  const condition = stated.minCondition === undefined ? -1 : CONDITIONS.indexOf(stated.minCondition);
  same(
    [wants.minValue(want), wants.maxValue(want), wants.radiusKm(want), wants.category(want), wants.condition(want)],
    [stated.minValue ?? -1, stated.maxValue ?? -1, stated.radiusKm, category, condition],
    'record of a want',
  );
  const says =
    (stated.itemIds ? Says.NAMES : 0) +
    (stated.minValue !== undefined || stated.maxValue !== undefined ? Says.VALUE : 0) +
    (stated.minCondition ? Says.CONDITION : 0) +
    (stated.categoryId ? Says.CATEGORY : 0) +
    (stated.keywords ? Says.KEYWORDS : 0) +
    (stated.radiusKm ? Says.RADIUS : 0) +
    (stated.rank ? Says.RANK : 0);
  same(wants.says(want), says, 'what it says');
  same([...(wants.named.get(want) ?? [])], stated.itemIds ?? [], 'what it names');
  const words = [...wants.words.read(want)];
  same(
    words,
    [...new Set(words)].sort((a, b) => a - b),
    'words, ascending',
  );
}

/** What holds a word may hold it. */
function checkFinding(tables: Tables, node: number): void {
  const { wants, items } = tables;
  for (const word of tables.wantsOf(node).flatMap((want) => [...wants.words.read(want)])) {
    for (const given of tables.nodes()) {
      if (items.words.read(given).includes(word)) holds(items.mayHold(given, word), 'it holds the word');
    }
  }
}

/** Numbers are used again, and arrays grow by an eighth. */
function checkNumbers(): void {
  const tables = new Tables();
  const { wants, items } = tables;
  const empty = [items.byteLength, wants.byteLength];
  same(empty, [4096, 8192], 'bytes of empty tables');
  const bytes: number[][] = [];
  const nodes: number[] = [];
  for (let i = 0; i < 40; i++) {
    nodes.push(tables.add(thing(`i${i}`, { ownerId: 'o', wants: [{ maxValue: 5 }] })));
    const now = [items.byteLength, wants.byteLength];
    if (bytes.at(-1)?.join() !== now.join()) bytes.push(now);
  }
  same(bytes, BYTES, 'bytes of tables that grow');
  same(wants.capacity, 40, 'as many numbers as wants');
  for (let round = 0; round < 10; round++) {
    nodes.forEach((node, i) => {
      tables.remove(node);
      nodes[i] = tables.add(thing(`i${i}`, { ownerId: 'o', wants: [{ maxValue: 5 }] }));
    });
  }
  same(wants.capacity, 40, 'numbers are used again');
  same([items.byteLength, wants.byteLength], bytes.at(-1), 'bytes after churn');
  const [want] = tables.wantsOf(nodes[7]!);
  wants.setKnownTo(nodes[7]!, 345);
  same([wants.knownTo(nodes[7]!), wants.knownTo(nodes[6]!)], [345, KNOWS_NONE], 'known');
  tables.remove(nodes[7]!);
  const next = tables.add(thing('again', { wants: [{}] }));
  same([next, tables.wantsOf(next), wants.knownTo(next)], [nodes[7], [want], KNOWS_NONE], 'forgotten');
  let misses = 0;
  const words = Array.from({ length: 60 }, (_, i) => `word${String.fromCharCode(97 + (i % 26))}x${i}`);
  const givers = words.map((title, i) => tables.add(thing(`giver${i}`, { title })));
  for (const keyword of words) {
    const receiver = tables.add(thing(`wants ${keyword}`, { wants: [{ keywords: [keyword] }] }));
    const [word] = wants.words.read(tables.wantsOf(receiver)[0]!);
    misses += givers.filter((node) => !items.mayHold(node, word!)).length;
  }
  same(misses, MISSES, 'pairs told apart by their signatures');
}

const BYTES = [
  [5136, 8992],
  [5258, 9092],
  [5441, 9242],
  [5624, 9392],
  [5807, 9542],
  [6051, 9742],
  [6295, 9942],
  [6600, 10192],
];
const MISSES = 3540;

/** Accounts by the hundred, each with a few items. */
function checkManyOwners(): void {
  const tables = new Tables();
  const { items } = tables;
  for (let i = 0; i < 300; i++) tables.add(thing(`i${i}`, { ownerId: `o${i % 100}` }));
  for (let owner = 0; owner < 100; owner++) {
    const nodes = items.nodesOf(`o${owner}`).map((node) => items.idOf(node));
    same(nodes.sort(), [`i${owner}`, `i${owner + 100}`, `i${owner + 200}`].sort(), 'of each account');
  }
  for (const middle of [100, 101, 102]) tables.remove(tables.graph.nodeOf(`i${middle}`));
  same(
    items.nodesOf('o1').map((node) => items.idOf(node)),
    ['i201', 'i1'],
    'without the one in the middle',
  );
  same(items.byteLength - items.words.byteLength, OWNER_BYTES, 'bytes of records and accounts');
}

/** Room for 319 items: a record, a place, the next of the account each; and for 124 accounts. */
const OWNER_BYTES = 319 * (32 + 16 + 4) + 124 * 4;

/** 1 for the first rank down to a half for the last, by place and not by number. */
function checkRanks(): void {
  const tables = new Tables();
  const { wants } = tables;
  const ranked = (...ranks: (number | undefined)[]) => {
    const node = tables.add(
      thing(`ranked ${ranks.join()}`, { wants: ranks.map((rank) => (rank === undefined ? {} : { rank })) }),
    );
    return tables.wantsOf(node).map((want) => deficitFor(wants.rankScore(want)));
  };
  same(ranked(4), [0], 'a single one');
  same(ranked(9, 2), [500, 0], 'two');
  same(ranked(30, 10, 20, 10), [500, 0, 250, 0], 'three, one of them twice');
  same(
    ranked(7, undefined, 8).filter((_, i) => i !== 1),
    [0, 500],
    'beside one without',
  );
}
