import type { LoopCertificate, LoopClearing } from './clear-loops';
import { costsOf } from './loop-assignment';
import { arcCost, type LoopItem, type LoopNetwork, loopNetwork } from './loop-network';

/** What a look at a clearing and its certificate shows. */
export interface LoopVerification {
  /** Nothing is wrong. */
  valid: boolean;
  /** What is wrong, in sentences. */
  problems: string[];
  /** What the certificate proves of any clearing: at most so many trades, and with as many, at least this cost. */
  bound: { trades: number; cost: number };
}

/**
 * Checks a clearing of these very items, in one pass over their wants and without solving anything: that every item
 * goes to somebody who wants it, dummies included, once at most; the figures; and that the prices of the certificate
 * prove the bound.
 *
 * @throws BarterError as `clearLoops` for items that it would refuse.
 */
export function verifyLoops(items: readonly LoopItem[], clearing: LoopClearing): LoopVerification {
  const network = loopNetwork(items);
  const problems = new Set<string>();
  const found = check(items, network, clearing, problems);
  for (const name of ['trades', 'users', 'cost', 'sumOfSquares'] as const) {
    if (clearing[name] !== found[name]) problems.add(`It says ${name} ${clearing[name]}; they are ${found[name]}.`);
  }
  const bound = boundOf(network, clearing.certificate, problems);
  if (!(bound.trades <= clearing.upperBound)) {
    problems.add(`The prices prove no bound of ${clearing.upperBound} trades, but one of ${bound.trades}.`);
  }
  if (bound.trades === clearing.upperBound && bound.cost < clearing.leastCost) {
    problems.add(`The prices prove a cost of ${bound.cost} at least, not of ${clearing.leastCost}.`);
  }
  if (clearing.trades > clearing.upperBound) problems.add('There are more trades than its own bound.');
  return { valid: problems.size === 0, problems: [...problems], bound };
}

type Figures = Pick<LoopClearing, 'trades' | 'users' | 'cost' | 'sumOfSquares'>;

function check(
  items: readonly LoopItem[],
  network: LoopNetwork,
  { loops }: LoopClearing,
  problems: Set<string>,
): Figures {
  const nodeOf = new Map(items.map(({ id }, node) => [id, node]));
  const isUsed = new Uint8Array(items.length);
  const users = new Set<number>();
  const figures = { trades: 0, cost: 0, sumOfSquares: 0 };
  for (const { items: ids, costs, via } of loops) {
    figures.trades += ids.length;
    figures.sumOfSquares += ids.length ** 2;
    for (const [place, id] of ids.entries()) {
      const taker = nodeOf.get(id) ?? -1;
      const chain = [id, ...(via[place] ?? []), ids[(place - 1 + ids.length) % ids.length]!];
      const nodes = chain.map((one) => nodeOf.get(one) ?? -1);
      const taken = nodes.at(-1)!;
      const isChain = nodes.every((node, i) => i === 0 || arcCost(network, nodes[i - 1]!, node) < Infinity);
      const isReal = taker >= 0 && taken >= 0 && !network.isDummy[taker] && !network.isDummy[taken];
      if (!isChain || !isReal || nodes.slice(1, -1).some((node) => !network.isDummy[node])) {
        problems.add(`Nobody wants what ${id} is said to bring: ${chain.join(' ← ')}.`);
        continue;
      }
      for (const node of nodes.slice(0, -1)) {
        if (isUsed[node]) problems.add(`${items[node]!.id} is used twice.`);
        isUsed[node] = 1;
      }
      users.add(network.ownerOf[taker]!);
      const cost = arcCost(network, taker, nodes[1]!);
      figures.cost += cost;
      if (costs[place] !== cost) problems.add(`${id} gets its want at cost ${cost}, not ${costs[place]}.`);
    }
  }
  return { ...figures, users: users.size };
}

/** What no clearing can beat: each node pays at least its least at these prices, and is paid its own. */
function boundOf(
  network: LoopNetwork,
  { parts, prices, scale }: LoopCertificate,
  problems: Set<string>,
): LoopVerification['bound'] {
  const { starts, targets, costs, isDummy } = network;
  const { cheapest, idle } = costsOf(network);
  let least = 0;
  let takers = 0;
  for (let node = 0; node < isDummy.length; node++) {
    const own = prices[node] ?? Number.NaN;
    let cheapestHere = (isDummy[node] ? 0 : idle * scale) + own;
    for (let arc = starts[node]!; arc < starts[node + 1]!; arc++) {
      const target = targets[arc]!;
      if (parts[node]! > parts[target]!) continue; // no loop comes back
      if (parts[node] !== parts[target]) problems.add('The parts of the certificate are in no order.');
      const cost = isDummy[node] ? 0 : (costs[arc]! - cheapest) * scale;
      cheapestHere = Math.min(cheapestHere, cost + prices[target]!);
    }
    least += cheapestHere - own;
    takers += 1 - isDummy[node]!;
  }
  const units = Math.max(0, Math.ceil(least / scale));
  const kept = Math.floor(units / idle);
  const trades = takers - kept;
  return { trades, cost: units - kept * idle + trades * cheapest };
}
