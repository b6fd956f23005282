import { cycleKey } from '../cycles/cycle-key';
import type { BarterGraph } from '../graph/barter-graph';
import { SCORE_STEPS } from '../graph/half-edges';
import type { Cycle } from '../types';
import { figuresOf, GROUP, type MarketClearing } from './clear-market';
import { forEachWay, type Rows, rowsOf, weightOf } from './cycle-columns';
import { CycleWalk, type WalkedCycle } from './cycle-walk';
import { type FrozenMarket, freeze } from './frozen-market';
import { TINY } from './prices';
import { type ResolvedRules, resolveRules } from './rules';

export interface ClearingVerification {
  /** Nothing is wrong. */
  valid: boolean;
  /** What is wrong, in sentences. */
  problems: string[];
  /** What the certificate proves by itself: no clearing of this graph under these rules is worth more. */
  bound: number;
  /** `upperBound` is less than that, and rests on the word of a solver. */
  restsOnSolver: boolean;
}

/**
 * Checks a clearing of this very graph by its certificate, without solving anything: that the cycles are there, share no
 * item and keep the rules; what they are worth; and, in one walk over the cycles of the graph, what the prices prove.
 */
export function verifyClearing(graph: BarterGraph, clearing: MarketClearing): ClearingVerification {
  const locked = new Set(clearing.rules.locked ?? []);
  const market = freeze(graph, (id) => locked.has(id));
  const rules = resolveRules(clearing.rules, { items: market.ids.length, owners: market.owners.length });
  const check = new Check(market, rules, clearing);
  check.choice();
  const bounds = check.priceBounds();
  return check.verdict(bounds);
}

class Check {
  readonly #market: FrozenMarket;
  readonly #rules: ResolvedRules;
  readonly #rows: Rows;
  readonly #clearing: MarketClearing;
  readonly #problems = new Set<string>();
  readonly #prices: Float64Array;
  /** The part of each row; -1: not known yet. */
  readonly #partOf: Int32Array;
  /** By part, what the chosen cycles are worth. */
  readonly #worth = new Map<number, number>();

  constructor(market: FrozenMarket, rules: ResolvedRules, clearing: MarketClearing) {
    this.#market = market;
    this.#rules = rules;
    this.#rows = rowsOf(market, rules);
    this.#clearing = clearing;
    const { capacities, penalties, names } = this.#rows;
    const { prices, parts } = clearing.certificate;
    const given = [...market.ids.map((id) => prices.items[id]), ...names.map((name) => prices.rows[name])];
    // Whatever the prices, what they prove is true if they lie within their limits.
    this.#prices = Float64Array.from(given, (price, row) => Math.min(penalties[row]!, Math.max(0, price || 0)));
    this.#partOf = new Int32Array(capacities.length).fill(-1);
    for (const [node, id] of market.ids.entries()) this.#partOf[node] = parts[id] ?? 0;
  }

  /** The cycles chosen, one by one and together. */
  choice(): void {
    const { cycles, certificate } = this.#clearing;
    const { capacities, penalties } = this.#rows;
    const used = new Int32Array(capacities.length);
    let value = 0;
    for (const [place, cycle] of cycles.entries()) {
      const walked = this.#walked(cycle);
      const weight = walked ? weightOf(fromRoot(walked), this.#market, this.#rules, this.#rows) : -1;
      const taken = walked && weight >= 0 ? this.#groupRows(walked, certificate.groups[place] ?? []) : undefined;
      if (!walked || !taken) {
        this.#problems.add(`${cycle.key} is no cycle under these rules.`);
        continue;
      }
      let worth = weight;
      const rows = [...walked.nodes, ...this.#ownerRows(walked), ...taken];
      for (const row of rows) {
        if (used[row]!++ < capacities[row]!) continue;
        if (penalties[row] === Infinity) this.#problems.add(`${cycle.key} takes what another cycle has taken.`);
        else worth -= penalties[row]!;
      }
      const part = this.#partOf[walked.nodes[0]!]!;
      this.#worth.set(part, (this.#worth.get(part) ?? 0) + worth);
      value += worth;
    }
    this.#same('value', this.#clearing.value, value * this.#rules.step);
    const { users, items, histogram } = figuresOf(cycles);
    this.#same('users', this.#clearing.users, users);
    this.#same('items', this.#clearing.items, items);
    this.#same('histogram', JSON.stringify(this.#clearing.histogram), JSON.stringify(histogram));
  }

  /** By part: its rows at their prices, and for each root what its best cycle is worth beyond them. */
  priceBounds(): Map<number, number> {
    const { capacities } = this.#rows;
    const spare = new Float64Array(this.#market.ids.length);
    const taken: number[] = [];
    new CycleWalk(this.#market, this.#rules.maxLength).run((cycle) => {
      const weight = weightOf(cycle, this.#market, this.#rules, this.#rows);
      if (weight < 0) return true;
      const root = cycle.nodes[0]!;
      forEachWay(cycle, this.#rows, taken, (rows) => {
        let worth = weight;
        for (let i = 0; i < cycle.length; i++) worth -= this.#priceIn(cycle.nodes[i]!, root);
        for (const row of this.#ownerRows(cycle)) worth -= this.#priceIn(row, root);
        for (const row of rows) worth -= this.#priceIn(row, root);
        if (worth > spare[root]!) spare[root] = worth;
      });
      return true;
    });
    const bounds = new Map<number, number>();
    const add = (row: number, worth: number) => {
      bounds.set(this.#partOf[row]!, (bounds.get(this.#partOf[row]!) ?? 0) + worth);
    };
    for (let row = 0; row < capacities.length; row++) add(row, capacities[row]! * this.#prices[row]!);
    for (const [root, worth] of spare.entries()) add(root, worth);
    return bounds;
  }

  verdict(bounds: ReadonlyMap<number, number>): ClearingVerification {
    const { upperBound, certificate, value, proven, gap } = this.#clearing;
    const { step } = this.#rules;
    const solved = new Set(certificate.solverProven);
    let byPrices = 0;
    let claimed = 0;
    for (const [part, sum] of bounds) {
      const bound = Math.floor(sum + TINY);
      byPrices += bound;
      claimed += solved.has(part) ? Math.min(bound, this.#worth.get(part) ?? 0) : bound;
    }
    const nearly = TINY * step;
    if (claimed * step > upperBound + nearly) {
      this.#problems.add(`The bound is said to be ${upperBound}; the certificate gives ${claimed * step}.`);
    }
    if (byPrices * step > certificate.bound + nearly) {
      this.#problems.add(`The prices are said to prove ${certificate.bound}; they prove ${byPrices * step}.`);
    }
    if (value > upperBound + nearly) this.#problems.add('It is worth more than its own bound.');
    if (proven !== upperBound - value < nearly)
      this.#problems.add('Whether it is proven, its own bound says otherwise.');
    if (value > 0 && Math.abs(gap - (upperBound - value) / value) > TINY) this.#problems.add('The gap is another one.');
    return {
      valid: this.#problems.size === 0,
      problems: [...this.#problems],
      bound: byPrices * step,
      restsOnSolver: byPrices * step > upperBound + nearly,
    };
  }

  #same(what: string, said: unknown, is: unknown): void {
    const equal = typeof said === 'number' ? Math.abs(said - Number(is)) < TINY * this.#rules.step : said === is;
    if (!equal) this.#problems.add(`It says ${what} ${said}; it is ${is}.`);
  }

  /** The price of a row; where rows of two parts meet, the parts are none. */
  #priceIn(row: number, root: number): number {
    const part = this.#partOf[root]!;
    if (this.#partOf[row] === -1) this.#partOf[row] = part;
    else if (this.#partOf[row] !== part) this.#problems.add('Cycles of different parts share something.');
    return this.#prices[row]!;
  }

  #ownerRows({ length, nodes }: WalkedCycle): number[] {
    const rows: number[] = [];
    for (let i = 0; i < length; i++) {
      const owner = this.#market.ownerOf[nodes[i]!]!;
      for (const row of [this.#rows.quotaOf[owner]!, this.#rows.firstTradeOf[owner]!]) if (row >= 0) rows.push(row);
    }
    return rows;
  }

  /** A told cycle on the market; undefined where it is none. */
  #walked({ key, items, owners, edgeScores, score }: Cycle): WalkedCycle | undefined {
    const { ids, ownerOf, owners: names, starts, targets, deficits } = this.#market;
    this.#nodeOf ??= new Map(ids.map((id, node) => [id, node]));
    const nodes = Int32Array.from(items, (id) => this.#nodeOf!.get(id) ?? -1);
    const length = nodes.length;
    const arcs = new Int32Array(length).fill(-1);
    let deficit = 0;
    for (const [i, node] of nodes.entries()) {
      if (node < 0 || names[ownerOf[node]!] !== owners[i]) return undefined;
      const next = nodes[(i + 1) % length]!;
      for (let arc = starts[node]!; arc < starts[node + 1]!; arc++) if (targets[arc] === next) arcs[i] = arc;
      if (arcs[i]! < 0 || edgeScores[i] !== (SCORE_STEPS - deficits[arcs[i]!]!) / SCORE_STEPS) return undefined;
      deficit += deficits[arcs[i]!]!;
    }
    const isWhole = length >= 2 && length <= this.#rules.maxLength && new Set(owners).size === length;
    const isTold = key === cycleKey(items) && score === (SCORE_STEPS * length - deficit) / (SCORE_STEPS * length);
    return isWhole && isTold ? { length, nodes, arcs } : undefined;
  }

  #nodeOf: Map<string, number> | undefined;

  /** The rows of sets and groups that a cycle takes, if its edges have ways that take these groups. */
  #groupRows(cycle: WalkedCycle, groups: readonly string[]): number[] | undefined {
    const items = this.#market.ids.length;
    const said = groups.map((group) => GROUP + group).sort();
    let found: number[] | undefined;
    forEachWay(cycle, this.#rows, [], (rows) => {
      const names = rows.map((row) => this.#rows.names[row - items]!).filter((name) => name.startsWith(GROUP));
      if (!found && names.sort().join('\n') === said.join('\n')) found = [...rows];
    });
    return found;
  }
}

/** The same cycle from its least node on, as walks have it. */
function fromRoot({ length, nodes, arcs }: WalkedCycle): WalkedCycle {
  const root = nodes.indexOf(Math.min(...nodes));
  const turned = (values: Int32Array) => values.map((_, i) => values[(root + i) % length]!);
  return { length, nodes: turned(nodes), arcs: turned(arcs) };
}
