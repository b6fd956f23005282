import { BarterError } from '../errors';
import type { ItemId, UserId } from '../types';
import { randomFrom } from '../util/random';
import { assignLoops, costsOf, scaleOf } from './loop-assignment';
import { arcCost, type LoopItem, type LoopNetwork, loopNetwork } from './loop-network';
import { splitLoops } from './split-loops';

export interface ClearLoopsOptions {
  /**
   * What counts after the number of trades: `'cost'` the least total cost; `'users'` many people with a trade, searched
   * for in rounds, and the cost after that. @defaultValue 'cost'
   */
  favour?: 'cost' | 'users';
  /** How many clearings to compare, each with the most trades. @defaultValue 1, and 24 where users are favoured */
  rounds?: number;
  /** Loops of more items than this are split where that takes no trade away, whatever it costs. @defaultValue Infinity */
  splitAbove?: number;
  /** Orders the rounds: the same seed, the same answer. @defaultValue 1 */
  seed?: number;
  /** Called after each round with the best so far. */
  onProgress?: (progress: { round: number; trades: number; users: number; cost: number; upperBound: number }) => void;
  /** Looked at between rounds. */
  signal?: AbortSignal;
}

/** A trade of any length: each item goes to the owner of the next, the last to the owner of the first. */
export interface Loop {
  items: ItemId[];
  /** Whose they are; somebody may be in a loop more than once. */
  owners: UserId[];
  /** Of the want of each item's owner that is met. */
  costs: number[];
  /** The dummies of each item's owner that stand between the item and what comes for it. */
  via: ItemId[][];
}

export interface LoopClearing {
  /** The longest first. */
  loops: Loop[];
  /** Items that change hands: no clearing has more. */
  trades: number;
  users: number;
  /** Of all wants that are met. */
  cost: number;
  /** Of the numbers of items of the loops: the smaller, the fewer people depend on one another. */
  sumOfSquares: number;
  /** What the certificate proves: at most so many trades … */
  upperBound: number;
  /** … and, with as many, at least this cost. Where users are favoured, `cost` may be more. */
  leastCost: number;
  certificate: LoopCertificate;
  rounds: number;
  /** Wants read. */
  work: number;
}

/** What proves that there is no better clearing; `verifyLoops` reads it. One number for each item, in the order given. */
export interface LoopCertificate {
  /** No loop holds items of two parts: wants lead from greater numbers to smaller ones. */
  parts: number[];
  /** What each item is worth to those who want it, `scale` to a unit of cost. */
  prices: number[];
  scale: number;
}

/**
 * The most trades in loops of any length, and among these the least cost: exact, with a proof.
 *
 * Everybody gives an item and takes one of those they want, or keeps it: a perfect matching of items to takers in which
 * keeping costs more than all wants together, by auction (`assignment.ts`) in each strongly connected part. The rules
 * of cycles on length and distinct owners do not apply. Where there are several best ones, loops are cut into smaller
 * ones while that costs nothing, and further rounds look for others.
 *
 * @throws BarterError `invalid-item`, `unknown-item`, `self-want`, `invalid-score`, `invalid-options`.
 */
export function clearLoops(items: readonly LoopItem[], options: ClearLoopsOptions = {}): LoopClearing {
  const { favour = 'cost', splitAbove = Infinity, seed = 1, onProgress, signal } = options;
  const rounds = options.rounds ?? (favour === 'users' ? USER_ROUNDS : 1);
  if (!(Number.isSafeInteger(rounds) && rounds > 0) || !(splitAbove >= 2)) {
    throw new BarterError('invalid-options', 'Give rounds of 1 or more, and splitAbove of 2 or more.');
  }
  const network = loopNetwork(items);
  const random = randomFrom(seed);
  const given = [...items.keys()];
  const step = costsOf(network).range + 1;
  const penalties = new Float64Array(network.ownerCount);
  const first = assignLoops(network, given, penalties);
  const bound = measure(network, first.takes);
  const finish = (takes: Int32Array): Candidate => {
    splitLoops(network, takes, splitAbove);
    return { takes, ...measure(network, takes) };
  };
  let best = finish(first.takes);
  let last = best;
  let { work } = first;
  let round = 1;
  for (; ; round++) {
    const { trades, users, cost } = best;
    onProgress?.({ round, trades, users, cost, upperBound: bound.trades });
    if (round === rounds || signal?.aborted) break;
    if (favour === 'users') favourIdle(penalties, last.isTrading, step);
    const next = assignLoops(network, shuffled(given, random), penalties);
    work += next.work;
    last = finish(next.takes);
    if (isBetter(last, best, favour)) best = last;
  }
  const { trades, users, cost, sumOfSquares } = best;
  return {
    loops: loopsOf(items, network, best.takes),
    trades,
    users,
    cost,
    sumOfSquares,
    upperBound: bound.trades,
    leastCost: bound.cost,
    certificate: { parts: [...network.partOf], prices: [...first.prices], scale: scaleOf(network) },
    rounds: round,
    work,
  };
}

const USER_ROUNDS = 24;

interface Measures {
  trades: number;
  users: number;
  cost: number;
  sumOfSquares: number;
  /** By owner. */
  isTrading: Uint8Array;
}

interface Candidate extends Measures {
  /** What each node takes: itself, where it is in no loop. */
  takes: Int32Array;
}

function isBetter(a: Candidate, b: Candidate, favour: 'cost' | 'users'): boolean {
  if (favour === 'users' && a.users !== b.users) return a.users > b.users;
  return a.cost !== b.cost ? a.cost < b.cost : a.sumOfSquares < b.sumOfSquares;
}

/**
 * Whoever trades pays more in the next rounds, by more than any want costs, so that what is as good goes to those who
 * were left out, the longer the more.
 */
function favourIdle(penalties: Float64Array, isTrading: Uint8Array, step: number): void {
  for (let owner = 0; owner < penalties.length; owner++) penalties[owner]! += step * isTrading[owner]!;
  const least = penalties.reduce((a, b) => Math.min(a, b), Infinity);
  for (let owner = 0; owner < penalties.length; owner++) penalties[owner]! -= least;
}

function shuffled(numbers: readonly number[], random: () => number): number[] {
  const order = [...numbers];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Visits each loop once: its items, each before the one that its owner takes. */
function forEachLoop({ isDummy }: LoopNetwork, takes: Int32Array, visit: (takers: number[]) => void): void {
  const isSeen = new Uint8Array(takes.length);
  for (let first = 0; first < takes.length; first++) {
    if (isSeen[first] || isDummy[first] || takes[first] === first) continue;
    const takers: number[] = [];
    let node = first;
    do {
      isSeen[node] = 1;
      takers.push(node);
      do node = takes[node]!;
      while (isDummy[node]);
    } while (node !== first);
    visit(takers);
  }
}

function measure(network: LoopNetwork, takes: Int32Array): Measures {
  const isTrading = new Uint8Array(network.ownerCount);
  let trades = 0;
  let cost = 0;
  let sumOfSquares = 0;
  forEachLoop(network, takes, (takers) => {
    trades += takers.length;
    sumOfSquares += takers.length ** 2;
    for (const taker of takers) {
      isTrading[network.ownerOf[taker]!] = 1;
      cost += arcCost(network, taker, takes[taker]!);
    }
  });
  return { trades, cost, sumOfSquares, isTrading, users: isTrading.reduce((sum, one) => sum + one, 0) };
}

/** The longest first, then as their least items are given; each from its least item on, in the direction of the goods. */
function loopsOf(items: readonly LoopItem[], network: LoopNetwork, takes: Int32Array): Loop[] {
  const loops: Loop[] = [];
  forEachLoop(network, takes, (takers) => {
    const goods = [takers[0]!, ...takers.slice(1).reverse()];
    loops.push({
      items: goods.map((node) => items[node]!.id),
      owners: goods.map((node) => items[node]!.ownerId),
      costs: goods.map((node) => arcCost(network, node, takes[node]!)),
      via: goods.map((node) => dummiesOf(network, takes, node).map((dummy) => items[dummy]!.id)),
    });
  });
  return loops.sort((a, b) => b.items.length - a.items.length);
}

function dummiesOf({ isDummy }: LoopNetwork, takes: Int32Array, node: number): number[] {
  const dummies: number[] = [];
  for (let at = takes[node]!; isDummy[at]; at = takes[at]!) dummies.push(at);
  return dummies;
}
