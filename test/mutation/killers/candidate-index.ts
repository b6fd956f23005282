import { NODE_BITS, packHalfEdge, SCORE_STEPS } from '../../../src/graph/half-edges';
import type { CandidateVisitor } from '../../../src/market/candidate-index';
import { defaultScoring, deficitOfLoss } from '../../../src/market/edge-score';
import { ASKS_ANYTHING, ASKS_NOTHING, ENTRY, packAsks } from '../../../src/market/item-postings';
import { FoundBy } from '../../../src/market/near-receivers';
import { saysJustWords } from '../../../src/market/says';
import { mayHave } from '../../../src/market/traits';
import type { Item } from '../../../src/types';
import { Random } from '../random';
import { atLeast, atMost, holds, same } from './expect';
import { CATEGORIES, randomItem } from './random-items';
import { areEmpty, type Maps, noteMaps, Tables, thing } from './tables';

/** The index by itself: nothing that could answer is left out, little else is looked at, nothing stays behind. */
export function checkCandidateIndex(): void {
  const random = new Random(83);
  const tables = new Tables();
  const { index, vocabulary, graph } = tables;
  const visits = { items: 0, exact: 0, wants: 0, best: 0, entries: 0, bounds: 0 };
  for (let step = 0; step < 700; step++) {
    const item = randomItem(random, 160);
    const isKnown = graph.hasItem(item.id);
    if (isKnown) tables.removeIndexed(graph.nodeOf(item.id));
    if (!isKnown || random.chance(0.7)) tables.addIndexed(spread(item, random), random.chance(0.3));
    if (random.chance(0.2)) wantOtherwise(tables, random);
    if (step % 100 === 50) vocabulary.refreshWeights();
    if (step % 100 === 51) refile(tables);
    if (step % 175 === 174) {
      checkBoth(tables, visits);
      checkEntries(tables, visits);
      for (const most of [1, 3, 10]) checkBest(tables, most, visits);
    }
    if (step % 100 === 99) checkByValue(tables, random);
  }
  for (const key of ['items', 'wants', 'best', 'entries'] as const)
    atMost(visits[key], RECORDED[key], `looked at (${key})`);
  atLeast(visits.exact, RECORDED.exact, 'scored by their entries alone');
  atLeast(visits.bounds, RECORDED.bounds, 'sum of the least deficits');
  checkNothingStays(tables);
  same(index.byteLength > 0, true, 'bytes');
  checkValues();
  checkLongLists();
  checkRareWords();
  checkVagueWants();
  checkDirectories();
  checkMemory();
  checkHistory();
}

/** Better ones are welcome: record them. */
const RECORDED = { items: 23879, wants: 19811, best: 51145, entries: 7583, bounds: 4_925_722, exact: 4537 };

/** Values over many powers of two, and ranges that are wide and narrow. */
function spread(item: Item, random: Random): Item {
  if (random.chance(0.5)) return item;
  const scale = 10 ** random.below(7);
  const times = (value: number | undefined) => (value === undefined ? undefined : value * scale);
  const copy = { ...item, wants: item.wants.map((want) => ({ ...want })) };
  if (copy.estimatedValue !== undefined) copy.estimatedValue = times(copy.estimatedValue)!;
  for (const want of copy.wants) {
    if (want.maxValue !== undefined) want.maxValue = times(want.maxValue)!;
    if (want.minValue !== undefined && random.chance(0.5)) want.minValue = times(want.minValue)!;
  }
  return copy;
}

/** The same offer for something else. */
function wantOtherwise(tables: Tables, random: Random): void {
  const { graph, items, wants, index, vocabulary, categories } = tables;
  const node = random.pick(tables.nodes());
  const { wants: others } = spread(randomItem(random, 160), random);
  const item: Item = { ...items.get(node), wants: others, openToAnything: random.chance(0.2) };
  index.removeWants(node);
  wants.remove(node, vocabulary);
  items.rewrite(node, item);
  wants.add(node, item, categories, vocabulary);
  index.addWants(node);
  index.noteAsked(node);
  same(graph.idOfNode(node), item.id, 'the same item');
}

/** Words that weigh otherwise now may be filed otherwise. */
function refile(tables: Tables): void {
  for (const node of tables.nodes()) {
    tables.index.removeWants(node);
    tables.index.addWants(node);
  }
}

function every(visit: CandidateVisitor['visit']): CandidateVisitor {
  return { isOpenTo: () => true, visit };
}

function checkBoth(tables: Tables, visits: { items: number; exact: number; wants: number; bounds: number }): void {
  const { index, scorer, wants, graph } = tables;
  const nodes = tables.nodes();
  const wanted = new Map<number, Set<number>>();
  const naming = new Map<number, ReadonlySet<string>>();
  for (const node of nodes) {
    for (const want of tables.wantsOf(node)) {
      const named = wants.named.get(want);
      if (named) {
        naming.set(want, named);
        continue;
      }
      const items = new Set<number>();
      index.forEachItem(
        want,
        every((given, leastDeficit, isExact) => {
          visits.items++;
          if (isExact) visits.exact++;
          if (items.has(given)) return; // by a rarer word already
          items.add(given);
          const deficit = scorer.deficitOf(given, want);
          if (isExact) same(leastDeficit, deficit, 'just this');
          holds(deficit < 0 || deficit >= leastDeficit, `${deficit}, at least ${leastDeficit}`);
        }),
      );
      holds(
        [...items].every((item) => nodes.includes(item)),
        'an item that is gone',
      );
      wanted.set(want, items);
    }
  }
  for (const item of nodes) {
    const found = receiversOf(tables, item);
    visits.wants += found.size;
    holds(
      [...found.keys()].every((node) => nodes.includes(node)),
      'an item that is gone',
    );
    for (const least of found.values()) visits.bounds += least;
    for (const [want, items] of wanted) {
      const deficit = scorer.deficitOf(item, want);
      if (deficit < 0) continue;
      holds(items.has(item), 'an item that answers the want is found');
      holds(found.get(wants.item(want))! <= deficit, 'a want that the item answers is found, in time');
    }
    const id = graph.idOfNode(item);
    same(
      [...index.wantsNaming(id)].sort(compare),
      [...naming].flatMap(([want, named]) => (named.has(id) ? [want] : [])).sort(compare),
      'wants that name the item',
    );
  }
  same([...index.wantsNaming('nothing')], [], 'nobody names it');
}

/** What the entries tell is the same whatever words were there before. */
function checkHistory(): void {
  const found = [0, 777].map((others) => {
    const random = new Random(31);
    const tables = new Tables();
    for (let i = 0; i < others; i++) tables.vocabulary.take(`other${i}`, true);
    const words = (count: number) => Array.from({ length: count }, () => `word${random.below(900)}`);
    for (let i = 0; i < 200; i++) {
      const title = words(9).join(' ');
      const wants = [{ categoryId: CATEGORIES[0]!.id, keywords: words(2) }];
      tables.addIndexed(thing(`item${i}`, { title, categoryId: CATEGORIES[0]!.id, wants }));
    }
    const { graph } = tables;
    return tables.nodes().map((given) => {
      const bounds = [...receiversOf(tables, given)].map(([node, least]) => `${graph.idOfNode(node)} ${least}`);
      return `${graph.idOfNode(given)}: ${bounds.sort().join()}`;
    });
  });
  same(found[0], found[1], 'bounds of receivers');
}

/** By node, with the least of the bounds; the same when asked again. */
function receiversOf(tables: Tables, given: number): Map<number, number> {
  const { index, items, wants } = tables;
  const found = new Map<number, number>();
  const { count } = index.receiversOf(given);
  const near = index.receiversOf(given);
  same([near.given, near.count], [given, count], 'the same again');
  for (let i = 0; i < near.count; i++) {
    const node = near.nodes[i]!;
    const own = [Math.fround(items.value(node)), items.category(node)];
    same([near.values[i], near.categories[i]], own, 'value and category of the receiver');
    const byWords = tables.wantsOf(node).filter((want) => saysJustWords(wants.says(want)));
    const others = byWords.length - (near.foundBy[i]! & FoundBy.WORDS ? 1 : 0);
    same((near.foundBy[i]! & FoundBy.BESIDE_WORDS) > 0, others > 0, 'beside one that words alone describe');
    found.set(node, Math.min(near.leastDeficits[i]!, found.get(node) ?? Infinity));
  }
  return found;
}

/** All that could answer a want of a category is in its runs, with what its own wants take. */
function checkEntries(tables: Tables, visits: { entries: number }): void {
  const { index, scorer, wants, items } = tables;
  const nodes = tables.nodes();
  for (const want of nodes.flatMap((node) => tables.wantsOf(node))) {
    if (wants.named.has(want) || wants.category(want) < 0) continue;
    const asked = index.askedTraits(want);
    const { low, high } = wants.roughRange(want);
    const found = new Set<number>();
    index.forEachEntry(want, (from, end, leastLoss) => {
      const { words, floats } = index.entries;
      for (let at = from; at < end; at += ENTRY.width) {
        const node = words[at]!;
        same(floats[at + ENTRY.value], Math.fround(items.value(node)), 'value');
        checkAsks(tables, node, words[at + ENTRY.asks]! | 0, floats[at + ENTRY.low]!, floats[at + ENTRY.high]!);
        const isWithin = floats[at + ENTRY.value]! >= low && floats[at + ENTRY.value]! <= high;
        if (!isWithin || !mayHave(words[at + ENTRY.traits]!, asked)) continue;
        holds(!found.has(node), 'each once');
        found.add(node);
        visits.entries++;
        const deficit = scorer.deficitOf(node, want);
        holds(deficit < 0 || deficit >= deficitOfLoss(leastLoss), 'no better than that');
      }
    });
    for (const node of nodes) if (scorer.scoreWant(node, want) >= 0) holds(found.has(node), 'an item that answers it');
  }
}

/** One category where its only want says it, and a range that holds those of all its wants. */
function checkAsks(tables: Tables, node: number, asks: number, low: number, high: number): void {
  const { wants, items } = tables;
  const all = tables.wantsOf(node);
  const isNaming = all.some((want) => wants.named.has(want));
  if (items.isOpen(node) || isNaming) {
    same([asks, low, high], [ASKS_ANYTHING, -1, Infinity], 'anything');
    return;
  }
  const [first] = all;
  const one = first === undefined ? ASKS_NOTHING : packAsks(wants.category(first), wants.says(first));
  same(asks, all.length > 1 ? ASKS_ANYTHING : one, 'what is asked for');
  const ranges = all.map((want) => wants.roughRange(want));
  const least = Math.fround(Math.min(Infinity, ...ranges.map((range) => range.low)));
  const most = Math.fround(Math.max(-1, ...ranges.map((range) => range.high)));
  same([low, high], [least, most], 'range of all its wants');
}

/** With as many of the best kept as asked for, nothing better is missed by ending early. */
function checkBest(tables: Tables, most: number, visits: { best: number }): void {
  const { index, scorer, graph, wants } = tables;
  const nodes = tables.nodes();
  const compareHalves = (a: number, b: number) => (isBefore(graph, a, b) ? -1 : 1);
  for (const node of nodes) {
    for (const want of tables.wantsOf(node)) {
      if (wants.named.has(want)) continue;
      let best: number[] = [];
      const worst = () => (best.length < most ? Infinity : best.at(-1)!);
      const isFull = () => best.length === most;
      index.forEachItem(want, {
        get most() {
          return isFull() ? worst() >>> NODE_BITS : SCORE_STEPS;
        },
        isOpenTo: (leastDeficit) => worst() === Infinity || leastDeficit <= worst() >>> NODE_BITS,
        visit(given, leastDeficit) {
          visits.best++;
          const last = worst();
          if (last !== Infinity && !isBefore(graph, packHalfEdge(leastDeficit, given), last)) return false;
          const deficit = scorer.deficitOf(given, want);
          const half = packHalfEdge(deficit, given);
          if (deficit >= 0 && !best.includes(half)) best = [...best, half].sort(compareHalves).slice(0, most);
          return true;
        },
      });
      const all = nodes.flatMap((given) => {
        const deficit = scorer.deficitOf(given, want);
        return deficit < 0 ? [] : [packHalfEdge(deficit, given)];
      });
      same(best, all.sort(compareHalves).slice(0, most), 'the best');
    }
  }
}

function isBefore(graph: Tables['graph'], a: number, b: number): boolean {
  const [left, right] = [a >>> NODE_BITS, b >>> NODE_BITS];
  return left !== right ? left < right : graph.isNodeBefore(a & 0x3fffff, b & 0x3fffff);
}

/** In growing distance, each item once, those without a value last; no empty step; ends when told to. */
function checkByValue(tables: Tables, random: Random): void {
  const { index, items } = tables;
  const all = tables.nodes();
  for (const value of [-1, 0, 1, 50, 5000, random.below(1e6), random.below(1e9)]) {
    const seen: number[] = [];
    let farthest = 0;
    let visits = 0;
    index.forEachByValue(value, (nodes, atLeast) => {
      visits++;
      holds(nodes.length > 0, 'none at all');
      holds(atLeast >= farthest, 'growing distance');
      farthest = atLeast;
      for (const node of nodes) {
        seen.push(node);
        const other = items.value(node);
        const distance = value < 0 || other < 0 ? Infinity : Math.abs(other - value);
        holds(distance >= atLeast, 'a bound from below');
        same(atLeast === Infinity, distance === Infinity, 'those without a value');
      }
      return true;
    });
    same([seen.length, new Set(seen).size], [all.length, all.length], 'each item once');
    const unvalued = seen.findIndex((node) => items.value(node) < 0);
    holds(
      value < 0 || seen.every((node, i) => i < unvalued || unvalued < 0 || items.value(node) < 0),
      'those without a value come last',
    );
    let few = 0;
    index.forEachByValue(value, () => ++few < 3);
    same(few, Math.min(3, visits), 'ends when told to');
  }
}

/** Values at and beside the edges of the steps. */
function edgeValues(): number[] {
  const values = new Set<number>();
  for (let step = 0; step < 845; step += step < 100 ? 1 : 7) {
    const edge = 2 ** (step / 16) - 1;
    for (const value of [Math.floor(edge) - 1, Math.floor(edge), Math.ceil(edge), Math.ceil(edge) + 1])
      if (value >= 0) values.add(value);
  }
  return [...values];
}

/** Ranges of value look at little beside the range; values at the very edges of the steps are where they are said to be. */
function checkValues(): void {
  const tables = new Tables();
  const { index, items } = tables;
  const values = edgeValues();
  for (const value of values)
    tables.addIndexed(thing(`item${value}`, { estimatedValue: value, categoryId: 'toys', title: 'red' }));
  tables.addIndexed(thing('without', { categoryId: 'toys', title: 'red' }));
  for (const from of [0, 3, 1000, 2 ** 30, 2 ** 45, Number.MAX_SAFE_INTEGER]) {
    let last = 0;
    index.forEachByValue(from, (nodes, atLeast) => {
      holds(atLeast >= last, 'growing distance');
      last = atLeast;
      for (const node of nodes) {
        const value = items.value(node);
        holds(value < 0 || Math.abs(value - from) >= atLeast, `${value} is nearer to ${from} than ${atLeast}`);
      }
      return true;
    });
  }
  const ranges: [number | undefined, number | undefined][] = [
    [0, 0],
    [0, 1],
    [1000, 1100],
    [10, 500],
    [2 ** 40, 2 ** 41],
    [5, 280],
    [1, 10_000],
    [undefined, 300],
    [300, undefined],
    [undefined, undefined],
  ];
  const step = 2 ** (1 / 16);
  for (const [minValue, maxValue] of ranges) {
    for (const by of [{ categoryId: 'toys' }, { keywords: ['red'] }, { categoryId: 'toys', keywords: ['red'] }, {}]) {
      const said = {
        ...by,
        ...(minValue !== undefined && { minValue }),
        ...(maxValue !== undefined && { maxValue }),
      };
      const wanting = tables.addIndexed(thing(`wants ${JSON.stringify(said)}`, { wants: [said], title: 'other' }));
      const [want] = tables.wantsOf(wanting);
      const seen = new Set<number>();
      index.forEachItem(
        want!,
        every((node) => void seen.add(items.value(node))),
      );
      const [low, high] = [minValue ?? 0, maxValue ?? Infinity];
      for (const value of values) {
        if (value >= low && value <= high) holds(seen.has(value), 'a value within the range');
        const isNear = value + 1 >= (low + 1) / step && value + 1 <= (high + 1) * step;
        holds(isNear || value <= high + 1 || !seen.has(value), `${value} looked at for ${minValue}..${maxValue}`);
      }
      holds(seen.has(-1) === (minValue === undefined && maxValue === undefined), 'those without a value');
      tables.removeIndexed(wanting);
    }
  }
}

/** In long lists a search goes from the middle of the range outwards, and ends when nothing better can come. */
function checkLongLists(): void {
  const random = new Random(5);
  const tables = new Tables();
  const { index, scorer } = tables;
  for (let i = 0; i < 500; i++) {
    const estimatedValue = random.chance(0.5) ? random.between(1000, 4000) : random.between(0, 20_000);
    const categoryId = random.pick(['toys', 'toys', 'city', 'child', 'bikes']);
    const title = random.chance(0.2) ? 'rare red' : 'red';
    tables.addIndexed(thing(`item${i}`, { estimatedValue, categoryId, title }));
  }
  const visits = { best: 0 };
  const looked = { items: 0 };
  for (const [minValue, maxValue] of [
    [1000, 4000],
    [2000, 2100],
    [2048, 2048],
    [0, 20_000],
    [1023, 2047],
    [3500, 9000],
  ] as const) {
    for (const by of [
      { categoryId: 'toys' },
      { categoryId: 'city' },
      { keywords: ['red'] },
      { keywords: ['rare', 'red'], categoryId: 'toys' },
    ]) {
      const node = tables.addIndexed(thing('wanting', { wants: [{ ...by, minValue, maxValue }] }));
      const [want] = tables.wantsOf(node);
      const seen = new Set<number>();
      index.forEachItem(
        want!,
        every((given, leastDeficit) => {
          looked.items++;
          if (seen.has(given)) return;
          seen.add(given);
          const deficit = scorer.deficitOf(given, want!);
          holds(deficit < 0 || deficit >= leastDeficit, `${deficit}, at least ${leastDeficit}`);
        }),
      );
      for (const most of [1, 5, 30]) checkBest(tables, most, visits);
      tables.removeIndexed(node);
    }
  }
  atMost(looked.items, RECORDED_LONG.items, 'looked at in long lists');
  atMost(visits.best, RECORDED_LONG.best, 'looked at in long lists for the best');
}

const RECORDED_LONG = { items: 2486, best: 742 };

/** A word so common that an item with it alone could not agree enough is not filed. */
function checkRareWords(): void {
  const tables = new Tables();
  const { vocabulary, wants } = tables;
  for (let i = 0; i < 300; i++) vocabulary.take('common', true);
  for (let i = 0; i < 20; i++) vocabulary.take('medium', true);
  ['common', 'common', 'common', 'medium', 'medium'].forEach(
    (title, i) => void tables.addIndexed(thing(`item${i}`, { title })),
  );
  vocabulary.refreshWeights();
  const filed = (...keywords: string[]) => {
    const [want] = tables.wantsOf(tables.addIndexed(thing(keywords.join(), { wants: [{ keywords }] })));
    return Array.from(wants.filed.read(want!), (word) => vocabulary.word(word));
  };
  same(filed('common', 'rare'), ['rare'], 'the rare one of two');
  same(filed('common'), ['common'], 'the only one');
  same(filed('medium', 'rare').length, 2, 'either could do');
  same(filed('common', 'medium', 'rare', 'rarer').length, 3, 'any three of four');
  same(filed('common', 'medium', 'rare', 'rarer').includes('common'), false, 'the commonest is left out');
  same(defaultScoring.edgeFloor, 0.35, 'the floor that this is about');
}

/** A want whose keywords hold nothing to look for is answered by nothing; one without keywords looks at everything. */
function checkVagueWants(): void {
  const tables = new Tables();
  const { index } = tables;
  const said = tables.addIndexed(thing('said', { wants: [{ keywords: ['the'] }] }));
  const unsaid = tables.addIndexed(thing('unsaid', { wants: [{}] }));
  const item = tables.addIndexed(thing('item'));
  const items: number[] = [];
  const take = every((node) => void items.push(node));
  index.forEachItem(tables.wantsOf(said)[0]!, take);
  same(items.length, 0, 'nothing answers it');
  index.forEachItem(tables.wantsOf(unsaid)[0]!, take);
  same(items.sort(compare), [said, unsaid, item], 'everything may answer it');
  same([...receiversOf(tables, item)], [[unsaid, 400]], 'the vague want alone');
}

/** Every map that an index wrote to is empty once everything has gone. */
function checkDirectories(): void {
  const random = new Random(97);
  const tables = new Tables();
  const { index } = tables;
  const seen = new Set<string>();
  for (let i = 0; i < 80; i++) {
    const item = randomItem(random, 100);
    if (!seen.has(item.id)) tables.add(item);
    seen.add(item.id);
  }
  const nodes = tables.nodes();
  const written: Maps = new Set();
  noteMaps(written, () => {
    for (const node of nodes) {
      index.addItem(node);
      index.addWants(node);
    }
  });
  holds(written.size >= 5, 'maps were written to');
  for (const node of nodes) tables.removeIndexed(node);
  holds(areEmpty(written), 'maps with something left');
}

/** Churn of ten times the size leaves memory where it was. */
function checkMemory(): void {
  const random = new Random(41);
  const tables = new Tables();
  const { index, items, wants, graph } = tables;
  const bytes = () => [index.byteLength, items.byteLength, wants.byteLength];
  const empty = bytes();
  const put = () => {
    const item = randomItem(random, 300);
    if (graph.hasItem(item.id)) tables.removeIndexed(graph.nodeOf(item.id));
    tables.addIndexed(item);
  };
  for (let i = 0; i < 1500; i++) put();
  const before = bytes();
  for (let i = 0; i < 3000; i++) put();
  bytes().forEach((now, i) => void holds(now <= before[i]! * 1.35, `${now} bytes of part ${i}, ${before[i]} before`));
  for (const node of tables.nodes()) tables.removeIndexed(node);
  // What is per node or want stays; the slabs are given back.
  const slabs = [6 * 4096 + 961 * 9, 4096, 2 * 4096];
  same(empty, slabs, 'bytes of empty parts');
  bytes().forEach((now, i) => void holds(now <= before[i]!, `${now} bytes of part ${i} when it is empty`));
}

function checkNothingStays(tables: Tables): void {
  const { index, graph } = tables;
  const nodes = tables.nodes();
  for (const node of nodes) index.removeWants(node);
  for (const node of nodes) {
    same(index.receiversOf(node).count, 0, 'a want that is gone');
    same([...index.wantsNaming(graph.idOfNode(node))], [], 'a want that is gone, by name');
  }
  for (const node of nodes) index.removeItem(node);
  for (const node of nodes)
    for (const want of tables.wantsOf(node)) {
      index.forEachItem(
        want,
        every(() => holds(false, 'an item that is gone')),
      );
    }
  index.forEachByValue(10, () => {
    throw new Error('an item that is gone, by value');
  });
}

function compare(a: number, b: number): number {
  return a - b;
}
