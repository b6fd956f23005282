import { BarterError } from '../errors';
import { SCORE_STEPS } from '../graph/half-edges';
import type { ItemId } from '../types';
import type { WalkedCycle } from './cycle-walk';
import type { FrozenMarket } from './frozen-market';
import type { Packing } from './packing';
import type { ResolvedRules } from './rules';

/** What the rows of a packing stand for: items first, as the market numbers them. */
export interface Rows {
  capacities: Int32Array;
  penalties: Float64Array;
  /** The row of an owner's quota, and the soft one of their first trade; -1 where there is none. */
  quotaOf: Int32Array;
  firstTradeOf: Int32Array;
  /** Groups of each item. */
  groupsOfItem: ReadonlyMap<number, number[]>;
  /** By arc: each way as its rows. */
  waysOfArc: ReadonlyMap<number, number[][]>;
  /** Cycles that are not to be chosen, as their nodes from the root on. */
  excluded: ReadonlySet<string>;
  /** Names of rows after those of the items, for the certificate: `owner:…`, `first:…`, `set:…`, `group:…`. */
  names: string[];
}

/** @throws BarterError `invalid-options` for a way that is none. */
export function rowsOf(market: FrozenMarket, rules: ResolvedRules): Rows {
  const { ids, owners, ownerOf } = market;
  const names: string[] = [];
  const capacities: number[] = ids.map(() => 1);
  const penalties: number[] = ids.map(() => Infinity);
  const addRow = (name: string, capacity: number, penalty: number): number => {
    names.push(name);
    capacities.push(capacity);
    return penalties.push(penalty) - 1;
  };
  const owned = new Int32Array(owners.length);
  for (const owner of ownerOf) owned[owner]!++;
  // Nobody is in more cycles than they have items.
  const quotaOf = owned.map((count, owner) =>
    count > rules.cyclesPerOwner ? addRow(`owner:${owners[owner]}`, rules.cyclesPerOwner, Infinity) : -1,
  );
  const firstTradeOf = owned.map((count, owner) =>
    rules.units.users > 0 && count > 1 && rules.cyclesPerOwner > 1
      ? addRow(`first:${owners[owner]}`, 1, rules.units.users)
      : -1,
  );

  const nodeOf = new Map<ItemId, number>(ids.map((id, node) => [id, node]));
  const groupsOfItem = new Map<number, number[]>();
  for (const [i, set] of rules.atMostOne.entries()) {
    const row = addRow(`set:${i}`, 1, Infinity);
    for (const id of new Set(set)) {
      const node = nodeOf.get(id);
      if (node !== undefined) groupsOfItem.set(node, [...(groupsOfItem.get(node) ?? []), row]);
    }
  }
  const groupRows = new Map<string, number>();
  const waysOfArc = new Map<number, number[][]>();
  for (const { giver, receiver, ways } of rules.edgeWays) {
    if (ways.length === 0) {
      throw new BarterError(
        'invalid-options',
        `The edge ${giver} → ${receiver} has no ways: remove it from the graph.`,
      );
    }
    const arc = arcBetween(market, nodeOf.get(giver), nodeOf.get(receiver));
    if (arc < 0) continue;
    const rows = ways.map((way) =>
      [...new Set(way)].map((name) => {
        if (!groupRows.has(name)) groupRows.set(name, addRow(`group:${name}`, 1, Infinity));
        return groupRows.get(name)!;
      }),
    );
    waysOfArc.set(arc, rows);
  }
  return {
    capacities: Int32Array.from(capacities),
    penalties: Float64Array.from(penalties),
    quotaOf: Int32Array.from(quotaOf),
    firstTradeOf: Int32Array.from(firstTradeOf),
    groupsOfItem,
    waysOfArc,
    excluded: new Set(rules.excluded.map((key) => pathOf(key, nodeOf))),
    names,
  };
}

function arcBetween(market: FrozenMarket, giver: number | undefined, receiver: number | undefined): number {
  if (giver === undefined || receiver === undefined) return -1;
  for (let arc = market.starts[giver]!; arc < market.starts[giver + 1]!; arc++) {
    if (market.targets[arc] === receiver) return arc;
  }
  return -1;
}

/** The columns of walked cycles, with what is needed to tell the cycles again. */
export class CycleColumns {
  readonly #market: FrozenMarket;
  readonly #rules: ResolvedRules;
  readonly #rows: Rows;
  readonly #starts: number[] = [0];
  readonly #weights: number[] = [];
  readonly #lengths: number[] = [];
  readonly #bundles: number[] = [];
  #entries = new Int32Array(1 << 12);
  #size = 0;
  #root = -1;
  readonly #group: number[] = [];

  constructor(market: FrozenMarket, rules: ResolvedRules, rows: Rows) {
    this.#market = market;
    this.#rules = rules;
    this.#rows = rows;
  }

  get count(): number {
    return this.#weights.length;
  }

  /** Adds a column for each way of a cycle that the rules admit. Cycles come root by root. */
  add(cycle: WalkedCycle): void {
    const weight = weightOf(cycle, this.#market, this.#rules, this.#rows);
    if (weight < 0) return;
    forEachWay(cycle, this.#rows, this.#group, (group) => this.#push(cycle, weight, group));
  }

  #push({ length, nodes }: WalkedCycle, weight: number, group: readonly number[]): void {
    if (nodes[0] !== this.#root) {
      this.#root = nodes[0]!;
      this.#bundles.push(this.count);
    }
    if (this.#size + 3 * length + group.length > this.#entries.length) {
      const larger = new Int32Array(2 * this.#entries.length + 3 * length + group.length);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    const { ownerOf } = this.#market;
    const { quotaOf, firstTradeOf } = this.#rows;
    for (let i = 0; i < length; i++) this.#entries[this.#size++] = nodes[i]!;
    for (let i = 0; i < length; i++) {
      const owner = ownerOf[nodes[i]!]!;
      if (quotaOf[owner]! >= 0) this.#entries[this.#size++] = quotaOf[owner]!;
      if (firstTradeOf[owner]! >= 0) this.#entries[this.#size++] = firstTradeOf[owner]!;
    }
    for (const row of group) this.#entries[this.#size++] = row;
    this.#starts.push(this.#size);
    this.#weights.push(weight);
    this.#lengths.push(length);
  }

  packing(): Packing {
    return {
      starts: Int32Array.from(this.#starts),
      rows: this.#entries.slice(0, this.#size),
      weights: Float64Array.from(this.#weights),
      bundles: Int32Array.from([...this.#bundles, this.count]),
      capacities: this.#rows.capacities,
      penalties: this.#rows.penalties,
    };
  }

  /** The items of a column in the direction of the goods, from the root on. */
  nodesOf(column: number): Int32Array {
    const start = this.#starts[column]!;
    return this.#entries.slice(start, start + this.#lengths[column]!);
  }
}

/** A cycle by its key as its nodes, from the least on; what is no cycle of this market is like none. */
function pathOf(key: string, nodeOf: ReadonlyMap<ItemId, number>): string {
  const nodes = (JSON.parse(key) as ItemId[]).map((id) => nodeOf.get(id) ?? -1);
  const root = nodes.indexOf(Math.min(...nodes));
  return [...nodes.slice(root), ...nodes.slice(0, root)].join();
}

/** What a cycle is worth in units of the objective, as the first trade of everybody in it; -1 where the rules exclude it. */
export function weightOf(
  { length, nodes, arcs }: WalkedCycle,
  { deficits }: FrozenMarket,
  rules: ResolvedRules,
  { excluded }: Pick<Rows, 'excluded'>,
): number {
  if (length < rules.minLength) return -1;
  if (excluded.size > 0 && excluded.has(nodes.subarray(0, length).join())) return -1;
  let deficit = 0;
  for (let i = 0; i < length; i++) deficit += deficits[arcs[i]!]!;
  if (deficit > length * SCORE_STEPS * (1 - rules.minScore) + 1e-6) return -1;
  const { items, users, score } = rules.units;
  return length * (items + users) + (length * SCORE_STEPS - deficit) * score;
}

/**
 * Visits each choice of ways of a cycle's edges, with the rows of groups that it takes; none twice, as each has one place.
 * @param taken Empty, and empty again afterwards.
 */
export function forEachWay(
  { length, nodes, arcs }: WalkedCycle,
  { groupsOfItem, waysOfArc }: Pick<Rows, 'groupsOfItem' | 'waysOfArc'>,
  taken: number[],
  visit: (rows: readonly number[]) => void,
): void {
  if (groupsOfItem.size === 0 && waysOfArc.size === 0) {
    visit(taken);
    return;
  }
  const choose = (i: number): void => {
    if (i === length) {
      visit(taken);
      return;
    }
    const before = taken.length;
    for (const way of waysOfArc.get(arcs[i]!) ?? ANY_WAY) {
      if (way.every((row) => !taken.includes(row))) {
        taken.push(...way);
        choose(i + 1);
      }
      taken.length = before;
    }
  };
  for (let i = 0; i < length; i++) {
    for (const row of groupsOfItem.get(nodes[i]!) ?? []) {
      if (taken.includes(row)) {
        taken.length = 0;
        return;
      }
      taken.push(row);
    }
  }
  choose(0);
  taken.length = 0;
}

const ANY_WAY: readonly number[][] = [[]];
