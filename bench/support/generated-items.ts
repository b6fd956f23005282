import type { Item, ItemId, ItemStore, UserId } from 'barterloop';
import { itemId, type Market } from '../market';

/** In place of a revision. */
const GONE = 0xffff;

/**
 * The items role of a host that keeps nothing: an item is made when it is read, from its number and how often it was
 * changed. The host writes here before its event comes, so `put` and `remove` have nothing left to do. The row that was
 * written last is at hand, as it would be in a database's cache; so no event waits for its item to be made.
 */
export class GeneratedItems implements ItemStore {
  readonly #market: Market;
  /** By number of the item: how often it was changed, or {@link GONE}. */
  #revisions: Uint16Array;
  #end: number;
  #latest: Item | undefined;

  constructor(market: Market) {
    this.#market = market;
    this.#end = market.options.items;
    this.#revisions = new Uint16Array(this.#end);
  }

  /** Above the numbers of all items there ever were. */
  get end(): number {
    return this.#end;
  }

  /** The next item of the market, which is number `end`. */
  create(): Item {
    if (this.#end === this.#revisions.length) {
      const larger = new Uint16Array(Math.ceil(this.#end * 1.5) + 16);
      larger.set(this.#revisions);
      this.#revisions = larger;
    }
    return this.#write(this.#end++, 0);
  }

  /** Another price or other wants. */
  change(index: number): Item {
    return this.#write(index, this.#revisions[index]! + 1);
  }

  erase(index: number): { id: ItemId; ownerId: UserId } {
    this.#revisions[index] = GONE;
    return { id: itemId(index), ownerId: this.#market.ownerIdAt(index) };
  }

  /** All items that are there, by number. */
  *[Symbol.iterator](): Generator<Item> {
    for (let index = 0; index < this.#end; index++) if (this.#revisions[index] !== GONE) yield this.#made(index);
  }

  async get(id: ItemId): Promise<Item | null> {
    const index = numberOf(id);
    if (index >= this.#end || this.#revisions[index] === GONE) return null;
    return this.#latest?.id === id ? this.#latest : this.#made(index);
  }

  async put(): Promise<void> {}

  async remove(): Promise<void> {}

  /** Looks at everybody's: nothing measured asks for it. */
  async ownedBy(userId: UserId): Promise<Item[]> {
    return [...this].filter(({ ownerId }) => ownerId === userId);
  }

  /** Ids have leading zeros: their order is that of the numbers. */
  async page({ after, limit }: { after?: ItemId; limit: number }): Promise<Item[]> {
    const page: Item[] = [];
    for (let index = after === undefined ? 0 : numberOf(after) + 1; index < this.#end && page.length < limit; index++) {
      if (this.#revisions[index] !== GONE) page.push(this.#made(index));
    }
    return page;
  }

  #write(index: number, revision: number): Item {
    this.#revisions[index] = revision;
    this.#latest = this.#made(index);
    return this.#latest;
  }

  #made(index: number): Item {
    return this.#market.itemAt(index, this.#revisions[index]);
  }
}

function numberOf(id: ItemId): number {
  return Number(id.slice(id.indexOf('-') + 1));
}
