import { BarterGraph } from '../../../src/graph/barter-graph';
import { CandidateLists } from '../../../src/market/candidate-lists';
import { CategoryTree } from '../../../src/market/category-tree';
import { type Entry, toEntry } from '../../../src/market/entry';
import { Vocabulary } from '../../../src/text/vocabulary';
import type { Want } from '../../../src/types';
import { Random } from '../random';
import { holds, same } from './expect';

/** Cut lists by themselves: always the best, as many waiting as promised, and searched anew only when that is used up. */
export function checkLists(): void {
  let searches = 0;
  for (let seed = 1; seed <= 12; seed++)
    searches += checkOne(new Random(seed), 1 + (seed % 3), 1 + (seed % 2), seed % 4 === 0);
  holds(searches <= RECORDED, `${searches} searches, recorded ${RECORDED}`);
}

const RECORDED = 89;

function checkOne(random: Random, perWant: number, wants: number, hasNames: boolean): number {
  const graph = new BarterGraph();
  const categories = new CategoryTree([]);
  const vocabulary = new Vocabulary();
  const entryOfNode: (Entry | undefined)[] = [];
  const put = (id: string, itemWants: Want[]): Entry => {
    graph.addItem(id, `owner of ${id}`);
    const item = { id, ownerId: `owner of ${id}`, title: 'thing', wants: itemWants, status: 'available' as const };
    const entry = toEntry(item, graph.nodeOf(id), categories, vocabulary);
    entryOfNode[entry.node] = entry;
    return entry;
  };
  const candidates = new Map<Entry, number>();
  let searches = 0;
  const lists = new CandidateLists(graph, entryOfNode, perWant, (receiving) => {
    searches++;
    fill(receiving);
  });
  const names = hasNames ? ['c1', 'c3', 'c8'] : [];
  const capacity = perWant * wants;
  const fill = (receiving: Entry) => {
    lists.fill(receiving, candidates);
    const unnamed = [...candidates.keys()].filter(({ item }) => !names.includes(item.id)).length;
    same(receiving.knowsAll, unnamed <= capacity * 2, 'all are known, after a search, where there is room for all');
  };
  const receiver = put(
    'receiver',
    Array.from({ length: wants }, (_, i) => (i === 0 && hasNames ? { itemIds: names } : {})),
  );
  fill(receiver);

  for (let step = 0; step < 220; step++) {
    const id = `c${random.below(16)}`;
    const known = [...candidates.keys()].find((entry) => entry.item.id === id);
    if (known) {
      // As the market does it: out of the graph first, then the list is filled up if it was cut and held it.
      const isListed = graph.edgeScore(id, 'receiver') !== undefined;
      const isToFill = isListed && lists.isCut(receiver) && !names.includes(id);
      candidates.delete(known);
      known.isLive = false;
      entryOfNode[known.node] = undefined;
      graph.removeItem(id);
      if (isToFill) lists.fillUp(receiver);
    } else {
      const score = random.chance(0.7) ? random.below(5) / 10 + 0.5 : random.between(350, 1000) / 1000;
      const entry = put(id, []);
      candidates.set(entry, score);
      lists.enter(entry, receiver, score);
    }
    if (random.chance(0.02)) fill(receiver);
    checkState(graph, lists, receiver, candidates, capacity, names);
  }
  return searches;
}

function checkState(
  graph: BarterGraph,
  lists: CandidateLists,
  receiver: Entry,
  candidates: Map<Entry, number>,
  capacity: number,
  names: string[],
): void {
  const ranked = [...candidates]
    .map(([entry, score]) => ({ entry, deficit: 1000 - Math.round(score * 1000) }))
    .sort((a, b) => a.deficit - b.deficit || (graph.isNodeBefore(a.entry.node, b.entry.node) ? -1 : 1));
  const unnamed = ranked.filter(({ entry }) => !names.includes(entry.item.id));
  const kept = ranked.filter((one) => names.includes(one.entry.item.id) || unnamed.indexOf(one) < capacity);
  same(
    graph.givers('receiver').map(({ id, score }) => [id, Math.round(1000 - score * 1000)]),
    kept.map(({ entry, deficit }) => [entry.item.id, deficit]),
    'the best',
  );
  const waiting = receiver.waiting.filter(({ given }) => given.isLive);
  holds(receiver.waiting.length <= capacity, 'as many again wait at most');
  const next = unnamed.slice(capacity, capacity + waiting.length);
  same(
    waiting.map(({ given, deficit }) => [given.item.id, deficit]),
    next.map(({ entry, deficit }) => [entry.item.id, deficit]),
    'the next best wait',
  );
  if (receiver.knowsAll) same(waiting.length, Math.max(0, unnamed.length - capacity), 'all are known');
  const isMissing = unnamed.length > capacity;
  if (isMissing) holds(lists.isCut(receiver), 'cut where something is missing');
  const cut = graph.cutOfNode[receiver.node]!;
  if (isMissing) same(cut, unnamed[capacity - 1]!.deficit, 'cut at the last of the list');
  else holds(cut === -1 || cut === unnamed.at(-1)!.deficit, 'cut nowhere else');
}
