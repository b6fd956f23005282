import type { Item, Want } from '../types';
import { grown } from '../util/grown';

/** Bytes of one page, and of the unit that blocks are counted in. */
const PAGE = 1 << 20;
const UNIT = 32;
const UNITS_PER_PAGE = PAGE / UNIT;
/** Items kept decoded: those that an event looks at are looked at more than once. */
const MOST_DECODED = 2_048;

/**
 * Items as their owners wrote them, by number, packed as text in pages: a million of them are a few hundred objects to
 * the garbage collector. Here is what people get to see; what matching reads often is kept in columns elsewhere.
 *
 * Blocks are whole units of 32 bytes; freed ones wait by size. When more than half of what was handed out is free, all
 * is moved together.
 */
export class ItemArchive {
  #pages: (Uint8Array<ArrayBuffer> | undefined)[] = [];
  /** First unit of each item's block, and the bytes written there; 0 bytes: no item. */
  #start = new Uint32Array(0);
  #length = new Uint32Array(0);
  /** First unit never used so far. */
  #top = 0;
  #freeUnits = 0;
  #freeBlocks = new Map<number, number[]>();
  #scratch = new Uint8Array(4096);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #decoded = new Map<number, Item>();

  get byteLength(): number {
    const pages = this.#pages.reduce((sum, page) => sum + (page?.byteLength ?? 0), 0);
    return pages + this.#start.byteLength + this.#length.byteLength;
  }

  /** Makes room for items 0..capacity-1. */
  reserve(capacity: number): void {
    if (capacity <= this.#start.length) return;
    this.#start = grown(this.#start, capacity);
    this.#length = grown(this.#length, capacity);
  }

  set(number: number, item: Item): void {
    this.drop(number);
    const text = JSON.stringify(pack(item));
    if (this.#scratch.length < text.length * 3) this.#scratch = new Uint8Array(text.length * 3);
    const { written } = this.#encoder.encodeInto(text, this.#scratch);
    const start = this.#allocate(unitsOf(written));
    this.#pages[Math.floor(start / UNITS_PER_PAGE)]!.set(
      this.#scratch.subarray(0, written),
      (start % UNITS_PER_PAGE) * UNIT,
    );
    this.#start[number] = start;
    this.#length[number] = written;
  }

  /**
   * The item of this number. The same object may be given again: it is not to be changed.
   * @param columns Reads what is not kept here.
   */
  get(number: number, columns: () => Columns): Item {
    const known = this.#decoded.get(number);
    if (known) return known;
    const text = this.#decoder.decode(this.#block(number));
    const item = unpack(columns(), JSON.parse(text) as Packed);
    if (this.#decoded.size >= MOST_DECODED) this.#decoded.clear();
    this.#decoded.set(number, item);
    return item;
  }

  /** What is kept of it, as bytes; good until the next change. */
  bytes(number: number): Uint8Array {
    return this.#block(number);
  }

  drop(number: number): void {
    this.#decoded.delete(number);
    const length = this.#length[number]!;
    if (length === 0) return;
    this.#length[number] = 0;
    const units = unitsOf(length);
    const blocks = this.#freeBlocks.get(units);
    if (blocks) blocks.push(this.#start[number]!);
    else this.#freeBlocks.set(units, [this.#start[number]!]);
    this.#freeUnits += units;
    if (this.#freeUnits * 2 > this.#top && this.#top > UNITS_PER_PAGE) this.#compact();
  }

  #block(number: number): Uint8Array {
    const start = this.#start[number]!;
    const offset = (start % UNITS_PER_PAGE) * UNIT;
    return this.#pages[Math.floor(start / UNITS_PER_PAGE)]!.subarray(offset, offset + this.#length[number]!);
  }

  /** A block lies within one page; one longer than a page has pages of its own. */
  #allocate(units: number): number {
    const block = this.#freeBlocks.get(units)?.pop();
    if (block !== undefined) {
      this.#freeUnits -= units;
      return block;
    }
    const used = this.#top % UNITS_PER_PAGE;
    if (used > 0 && used + units > UNITS_PER_PAGE) {
      this.#freeUnits += UNITS_PER_PAGE - used;
      this.#top += UNITS_PER_PAGE - used;
    }
    const start = this.#top;
    const page = Math.floor(start / UNITS_PER_PAGE);
    const pages = Math.ceil(units / UNITS_PER_PAGE);
    this.#pages[page] ??= new Uint8Array(pages * PAGE);
    this.#top += pages > 1 ? pages * UNITS_PER_PAGE : units;
    this.#freeUnits += pages > 1 ? pages * UNITS_PER_PAGE - units : 0;
    return start;
  }

  #compact(): void {
    const before = this.#pages;
    const numbers = [...this.#length.keys()].filter((number) => this.#length[number]! > 0);
    const starts = numbers.map((number) => this.#start[number]!);
    this.#pages = [];
    this.#top = 0;
    this.#freeUnits = 0;
    this.#freeBlocks = new Map();
    numbers.forEach((number, i) => {
      const from = (starts[i]! % UNITS_PER_PAGE) * UNIT;
      const bytes = before[Math.floor(starts[i]! / UNITS_PER_PAGE)]!.subarray(from, from + this.#length[number]!);
      this.#start[number] = this.#allocate(unitsOf(bytes.length));
      this.#block(number).set(bytes);
    });
  }
}

function unitsOf(bytes: number): number {
  return Math.ceil(bytes / UNIT);
}

/** What is archived of an item; the rest is read from columns. */
export type Columns = Pick<
  Item,
  'id' | 'ownerId' | 'categoryId' | 'condition' | 'estimatedValue' | 'location' | 'status'
>;

/** The rest without the names of its fields; what is absent is null, and left out at the end of a want. */
type Packed = [
  title: string,
  description: string | null,
  wants: unknown[][],
  openToAnything: boolean | null,
  ownerGroup: string | null,
  cash: NonNullable<Item['cash']> | null,
  maxValueLoss: number | null,
];

const WANT_FIELDS = [
  'itemIds',
  'categoryId',
  'keywords',
  'minCondition',
  'minValue',
  'maxValue',
  'radiusKm',
  'rank',
] as const satisfies readonly (keyof Want)[];

function pack(item: Item): unknown[] {
  const packed: Packed = [
    item.title,
    item.description ?? null,
    item.wants.map((want) => withoutEnd(WANT_FIELDS.map((field) => want[field] ?? null))),
    item.openToAnything ?? null,
    item.ownerGroup ?? null,
    item.cash ?? null,
    item.maxValueLoss ?? null,
  ];
  return withoutEnd(packed);
}

/** Without the absent ones at its end. */
function withoutEnd(fields: unknown[]): unknown[] {
  while (fields.length > 0 && fields.at(-1) === null) fields.pop();
  return fields;
}

function unpack(columns: Columns, packed: Packed): Item {
  const [title, description, wants, openToAnything = null, ownerGroup = null, cash = null, maxValueLoss = null] =
    packed;
  const { id, ownerId, status, ...traits } = columns;
  return {
    id,
    ownerId,
    ...(ownerGroup !== null && { ownerGroup }),
    title,
    ...(description !== null && { description }),
    ...traits,
    ...(openToAnything !== null && { openToAnything }),
    ...(cash !== null && { cash }),
    ...(maxValueLoss !== null && { maxValueLoss }),
    status,
    wants: wants.map((fields) => {
      const want: Record<string, unknown> = {};
      fields.forEach((value, i) => {
        if (value !== null) want[WANT_FIELDS[i]!] = value;
      });
      return want as Want;
    }),
  };
}
