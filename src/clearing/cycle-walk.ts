import type { FrozenMarket } from './frozen-market';

/** The cycle under the cursor of a walk: `nodes[0]` is its root and its least node. */
export interface WalkedCycle {
  length: number;
  readonly nodes: Int32Array;
  /** The arc that leaves each node. */
  readonly arcs: Int32Array;
}

/**
 * All cycles of a frozen market up to a length, owners distinct, each once: from its least node on, root after root.
 * Depth first among the nodes above the root that lead back to it in time. Where the finder answers for the best cycles
 * through one item of a graph that lives, this reads through a whole market that stands still.
 */
export class CycleWalk {
  /** Arcs read. */
  work = 0;
  readonly #market: FrozenMarket;
  readonly #incoming: { starts: Int32Array; sources: Int32Array };
  readonly #maxLength: number;
  readonly #cycle: WalkedCycle;
  /** Hops back to the root plus one; 0: too far. */
  readonly #hops: Uint8Array;
  readonly #queue: Int32Array;
  readonly #isOwnerOn: Uint8Array;
  #visit!: (cycle: WalkedCycle) => boolean;
  #isStopped = false;

  constructor(market: FrozenMarket, maxLength: number) {
    this.#market = market;
    this.#maxLength = maxLength;
    this.#incoming = reversed(market);
    this.#cycle = { length: 0, nodes: new Int32Array(maxLength), arcs: new Int32Array(maxLength) };
    this.#hops = new Uint8Array(market.ids.length);
    this.#queue = new Int32Array(market.ids.length);
    this.#isOwnerOn = new Uint8Array(market.owners.length);
  }

  /** @param visit Ends the walk by returning false. @returns whether all were visited. */
  run(visit: (cycle: WalkedCycle) => boolean): boolean {
    this.#visit = visit;
    this.#isStopped = false;
    for (let root = 0; root < this.#market.ids.length && !this.#isStopped; root++) this.#walkFrom(root);
    return !this.#isStopped;
  }

  #walkFrom(root: number): void {
    const { ownerOf } = this.#market;
    const reached = this.#measure(root);
    if (reached > 1) {
      this.#cycle.nodes[0] = root;
      this.#isOwnerOn[ownerOf[root]!] = 1;
      this.#extend(root, root, 1);
      this.#isOwnerOn[ownerOf[root]!] = 0;
    }
    for (let i = 0; i < reached; i++) this.#hops[this.#queue[i]!] = 0;
  }

  /** Breadth first backwards from the root over greater nodes. */
  #measure(root: number): number {
    const { starts, sources } = this.#incoming;
    const hops = this.#hops;
    const queue = this.#queue;
    queue[0] = root;
    hops[root] = 1;
    let reached = 1;
    for (let i = 0; i < reached; i++) {
      const node = queue[i]!;
      const next = hops[node]! + 1;
      if (next > this.#maxLength) break;
      const end = starts[node + 1]!;
      for (let k = starts[node]!; k < end; k++) {
        const source = sources[k]!;
        if (source <= root || hops[source] !== 0) continue;
        hops[source] = next;
        queue[reached++] = source;
      }
      this.work += end - starts[node]!;
    }
    return reached;
  }

  #extend(root: number, node: number, length: number): void {
    const { starts, targets, ownerOf } = this.#market;
    const cycle = this.#cycle;
    const end = starts[node + 1]!;
    this.work += end - starts[node]!;
    for (let arc = starts[node]!; arc < end; arc++) {
      const target = targets[arc]!;
      if (target < root) continue;
      const hops = this.#hops[target]!;
      if (hops === 0 || length + hops - 1 > this.#maxLength) continue;
      cycle.arcs[length - 1] = arc;
      if (target === root) {
        cycle.length = length;
        if (length > 1 && !this.#visit(cycle)) {
          this.#isStopped = true;
          return;
        }
        continue;
      }
      const owner = ownerOf[target]!;
      if (this.#isOwnerOn[owner] || length === this.#maxLength) continue;
      cycle.nodes[length] = target;
      this.#isOwnerOn[owner] = 1;
      this.#extend(root, target, length + 1);
      this.#isOwnerOn[owner] = 0;
      if (this.#isStopped) return;
    }
  }
}

function reversed({ starts, targets, ids }: FrozenMarket): { starts: Int32Array; sources: Int32Array } {
  const into = new Int32Array(ids.length + 1);
  for (const target of targets) into[target + 1]!++;
  for (let node = 0; node < ids.length; node++) into[node + 1]! += into[node]!;
  const next = into.slice();
  const sources = new Int32Array(targets.length);
  for (let node = 0; node < ids.length; node++) {
    for (let arc = starts[node]!; arc < starts[node + 1]!; arc++) sources[next[targets[arc]!]!++] = node;
  }
  return { starts: into, sources };
}
