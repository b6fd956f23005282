import { Market, type MarketOptions } from '../../../src/market/market';
import type { Item } from '../../../src/types';
import { Random } from '../random';
import { atLeast, same } from './expect';
import { CATEGORIES, randomItem } from './random-items';

const ROUNDS = 36;

/** Markets that changed again and again: against scoring every pair, against a market made at once, cut and whole. */
export function checkMarket(): void {
  const random = new Random(71);
  let certified = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const openCandidates = round % 3 === 0 ? 100 : 2;
    const markets = {
      whole: new Market({ candidatesPerWant: Infinity, openCandidates }, CATEGORIES),
      cut: new Market({ candidatesPerWant: 1 + (round % 3), openCandidates }, CATEGORIES),
    };
    const items = new Map<string, Item>();
    const blocks = new Map<string, string[]>();
    for (let step = 0; step < 70; step++) {
      changeAll(Object.values(markets), items, blocks, random);
      if (step % 10 === 9) checkLists(markets.whole, markets.cut, openCandidates);
    }
    checkRebuilt(markets.whole, items, blocks, random);
    checkRebuilt(markets.cut, items, blocks, random);
    if (openCandidates === 100) checkPairs(markets.whole);
    certified += checkAnswers(markets.whole, markets.cut);
  }
  atLeast(certified, RECORDED, 'answers called exact');
}

const RECORDED = 829;

function changeAll(markets: Market[], items: Map<string, Item>, blocks: Map<string, string[]>, random: Random): void {
  const draw = random.next();
  if (draw < 0.75) {
    const item = randomItem(random, 26);
    for (const market of markets) market.put(item);
    if (item.status === 'available') items.set(item.id, item);
    else items.delete(item.id);
  } else if (draw < 0.95) {
    const id = random.pick([...items.keys(), 'nothing']);
    const was = items.delete(id);
    for (const market of markets) same(market.remove(id), was, 'removed');
  } else {
    const [user, other] = [`owner${random.below(7)}`, `owner${random.below(7)}`];
    const others = user === other ? [] : [other];
    for (const market of markets) market.setBlocked(user, others);
    blocks.set(user, others);
  }
}

/** Of the unnamed candidates exactly the best, in the graph's own order; the named all. */
function checkLists(whole: Market, cut: Market, openCandidates: number): void {
  for (const id of whole.ids()) {
    const item = whole.get(id)!;
    if (item.openToAnything && openCandidates < 100) {
      // Two lists in one: what comes of the open mind is the same in both.
      for (const giver of cut.graph.givers(id))
        same(whole.graph.edgeScore(giver.id, id), giver.score, 'an edge of the whole market');
      continue;
    }
    if (item.openToAnything) continue;
    const named = new Set(item.wants.flatMap(({ itemIds }) => itemIds ?? []));
    const all = whole.graph.givers(id);
    const best = all
      .filter((giver) => !named.has(giver.id))
      .slice(0, Number(cut.options.candidatesPerWant) * item.wants.length);
    same(
      cut.graph.givers(id),
      all.filter((giver) => named.has(giver.id) || best.includes(giver)),
      'the best of the candidates',
    );
    if (cut.graph.givers(id).length === all.length) continue;
    const deficit = 1000 - Math.round(best.at(-1)!.score * 1000);
    same(cut.graph.cutOfNode[cut.graph.nodeOf(id)], deficit, 'marked as cut where something is missing');
  }
}

function checkRebuilt(market: Market, items: Map<string, Item>, blocks: Map<string, string[]>, random: Random): void {
  const rebuilt = new Market(market.options as MarketOptions, CATEGORIES);
  for (const [user, others] of blocks) rebuilt.setBlocked(user, others);
  for (const item of random.shuffled([...items.values()])) rebuilt.put(item);
  same(market.graph.stateHash(), rebuilt.graph.stateHash(), 'as if made at once');
}

function checkPairs(market: Market): void {
  for (const to of market.ids()) {
    const scores = new Map(market.graph.givers(to).map(({ id, score }) => [id, score]));
    for (const from of market.ids()) {
      if (from !== to) same(scores.get(from), market.edgeScore(from, to), 'edge as scored');
    }
  }
}

function checkAnswers(whole: Market, cut: Market): number {
  let certified = 0;
  for (const id of cut.ids()) {
    for (const maxLength of [2, 4]) {
      const options = { maxLength, limit: 3, minScore: 0.5 };
      const answer = cut.findCycles(id, options);
      if (!answer.exact) continue;
      certified++;
      const truth = whole.findCycles(id, options);
      same(
        answer.cycles.map(({ score }) => score),
        truth.cycles.map(({ score }) => score),
        'called exact though cut',
      );
    }
  }
  return certified;
}
