import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type BarterGraph, MAX_ITEMS } from '../graph/barter-graph';
import { NODE_BITS, NODE_MASK, packHalfEdge, SCORE_STEPS } from '../graph/half-edges';
import type { ItemId, UserId } from '../types';
import type { CandidateLists } from './candidate-lists';
import { DIGEST_WORDS } from './item-table';

/**
 * Goes up with every change of what edges there are or what they score, and of what is written here: a snapshot of
 * another format is not used.
 */
export const SNAPSHOT_FORMAT = 1;

/**
 * What of a market takes long to find out: the lists of what can be given for each item. Items are known by the digest of
 * all they say, so that a list holds for exactly the items it was made of; nothing else of them is kept.
 */
export interface MarketSnapshot {
  /** Digest of what edges depend on besides items and blocks. */
  settings: string;
  /** Candidates kept per want. */
  perWant: number;
  /** Words that do not weigh most. */
  weights: ReadonlyMap<string, number>;
  /** Of each item {@link DIGEST_WORDS} words. Its number here is its place among them. */
  digests: Uint32Array;
  /** Half-edges in the list of each item. */
  listed: Uint32Array;
  /** Twice the number of those that wait behind it, and one more where there are no other candidates. */
  waiting: Uint32Array;
  /** Of each item the listed ones and then those that wait, best first, by numbers of this snapshot. */
  halfEdges: Uint32Array;
}

/** The lists of these items. Those who are open to anything have none: they are quickly found anew. */
export function savedLists(
  nodes: Int32Array,
  graph: BarterGraph,
  lists: CandidateLists,
  isOpen: (node: number) => boolean,
): Pick<MarketSnapshot, 'listed' | 'waiting' | 'halfEdges'> {
  const listed = new Uint32Array(nodes.length);
  const waiting = new Uint32Array(nodes.length);
  const numberOf = new Int32Array(graph.nodeCapacity);
  let total = 0;
  nodes.forEach((node, number) => {
    numberOf[node] = number;
    if (isOpen(node)) return;
    listed[number] = graph.incoming.count[node]!;
    waiting[number] = lists.waitingFor(node).length * 2 + Number(lists.knowsAllOf(node));
    total += listed[number]! + (waiting[number]! >>> 1);
  });
  const halfEdges = new Uint32Array(total);
  let at = 0;
  nodes.forEach((node) => {
    if (isOpen(node)) return;
    for (const words of [graph.incoming.read(node), lists.waitingFor(node)]) {
      for (const word of words) halfEdges[at++] = ((word & ~NODE_MASK) | numberOf[word & NODE_MASK]!) >>> 0;
    }
  });
  return { listed, waiting, halfEdges };
}

/** The number in the snapshot of each of the items with these digests, or -1. */
export function placesIn({ digests }: MarketSnapshot, sought: Uint32Array): Int32Array {
  const key = (words: Uint32Array, at: number) => words[at]! * 2 ** 20 + (words[at + 1]! >>> 12);
  const placeOf = new Map<number, number>();
  for (let at = 0; at < digests.length; at += DIGEST_WORDS) placeOf.set(key(digests, at), at);
  return Int32Array.from({ length: sought.length / DIGEST_WORDS }, (_, i) => {
    const at = placeOf.get(key(sought, i * DIGEST_WORDS));
    if (at === undefined) return -1;
    for (let word = 0; word < DIGEST_WORDS; word++) {
      if (digests[at + word] !== sought[i * DIGEST_WORDS + word]) return -1;
    }
    return at / DIGEST_WORDS;
  });
}

/** What is left of a list without those who have gone, best first. */
export interface RestoredList {
  /** Without what the item's owner names. */
  unnamed: Uint32Array;
  named: number[];
  /** Whether there are no other candidates among the items that the list was made of. */
  knowsAll: boolean;
}

/** Reads the lists of a snapshot one after the other. */
export class RestoredLists {
  readonly #snapshot: MarketSnapshot;
  readonly #nodes: Int32Array;
  readonly #graph: BarterGraph;
  readonly #namedBy: (receiving: number) => ReadonlySet<ItemId> | undefined;
  #next = 0;
  #at = 0;

  /** @param nodes The node of each number of the snapshot, -1 where the item has gone. */
  constructor(
    snapshot: MarketSnapshot,
    nodes: Int32Array,
    graph: BarterGraph,
    namedBy: (receiving: number) => ReadonlySet<ItemId> | undefined,
  ) {
    this.#snapshot = snapshot;
    this.#nodes = nodes;
    this.#graph = graph;
    this.#namedBy = namedBy;
  }

  /** The next item's; undefined where it has gone, or what is written is no list of this graph. */
  next(): RestoredList | undefined {
    const { listed, waiting, halfEdges } = this.#snapshot;
    const number = this.#next++;
    const receiving = this.#nodes[number]!;
    const from = this.#at;
    const waitsFrom = from + listed[number]!;
    this.#at = waitsFrom + (waiting[number]! >>> 1);
    if (receiving < 0) return undefined;
    const names = this.#namedBy(receiving);
    const unnamed = new Uint32Array(this.#at - from);
    const named: number[] = [];
    let count = 0;
    let last = -1;
    for (let at = from; at < this.#at; at++) {
      const word = halfEdges[at]!;
      const deficit = word >>> NODE_BITS;
      const given = this.#nodes[word & NODE_MASK];
      if (given === undefined || given === receiving || deficit > SCORE_STEPS) return undefined;
      if (given < 0) continue;
      const half = packHalfEdge(deficit, given);
      if (at === waitsFrom) last = -1;
      if (last >= 0 && !this.#isBefore(last, half)) return undefined;
      last = half;
      if (at < waitsFrom && names?.has(this.#graph.idOfNode(given))) named.push(half);
      else unnamed[count++] = half;
    }
    return { unnamed: unnamed.subarray(0, count), named, knowsAll: (waiting[number]! & 1) === 1 };
  }

  #isBefore(a: number, b: number): boolean {
    const by = (a >>> NODE_BITS) - (b >>> NODE_BITS);
    return by !== 0 ? by < 0 : this.#graph.isNodeBefore(a & NODE_MASK, b & NODE_MASK);
  }
}

/** Of each person with whom a block keeps them apart, whoever it is by; in order, as text. */
export function eitherWay(blocked: ReadonlyMap<UserId, ReadonlySet<UserId>>): Map<UserId, string> {
  const apart = new Map<UserId, Set<UserId>>();
  const add = (a: UserId, b: UserId) => {
    const others = apart.get(a);
    if (others) others.add(b);
    else apart.set(a, new Set([b]));
  };
  for (const [user, others] of blocked) {
    for (const other of others) {
      add(user, other);
      add(other, user);
    }
  }
  return new Map(Array.from(apart, ([user, others]) => [user, JSON.stringify([...others].sort())]));
}

/** Bytes of SHA-256, of the length of the head, and of a word. */
const CHECKSUM = 32;
const LENGTH = 4;
const WORD = 4;

const headSchema = z.object({
  settings: z.string(),
  /** Null: all. */
  perWant: z.number().int().min(1).nullable(),
  weights: z.array(z.tuple([z.string(), z.number().int().min(1).max(8)])),
  items: z.number().int().min(0).max(MAX_ITEMS),
  halfEdges: z.number().int().min(0),
});

/** A checksum, the length of a head in JSON, the head, and the columns as 32-bit words. */
export function encodeSnapshot(snapshot: MarketSnapshot): Uint8Array<ArrayBuffer> {
  const { settings, perWant, weights, digests, listed, waiting, halfEdges } = snapshot;
  const head: z.infer<typeof headSchema> = {
    settings,
    perWant: perWant === Infinity ? null : perWant,
    weights: [...weights],
    items: listed.length,
    halfEdges: halfEdges.length,
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const columns = [digests, listed, waiting, halfEdges];
  const begin = columnsFrom(text.length);
  const bytes = new Uint8Array(begin + columns.reduce((sum, { byteLength }) => sum + byteLength, 0));
  new DataView(bytes.buffer).setUint32(CHECKSUM, text.length, true);
  bytes.set(text, CHECKSUM + LENGTH);
  const words = new Uint32Array(bytes.buffer, begin);
  let at = 0;
  for (const column of columns) {
    words.set(column, at);
    at += column.length;
  }
  bytes.set(checksumOf(bytes));
  return bytes;
}

/** The snapshot that was encoded, or why these bytes are none. The columns may be views of the bytes. */
export function decodeSnapshot(bytes: Uint8Array): MarketSnapshot | string {
  if (bytes.length < CHECKSUM + LENGTH || checksumOf(bytes).some((byte, i) => byte !== bytes[i])) {
    return 'Its bytes are damaged or none of a snapshot.';
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(CHECKSUM, true);
  const begin = columnsFrom(length);
  const head =
    begin <= bytes.length ? headOf(bytes.subarray(CHECKSUM + LENGTH, CHECKSUM + LENGTH + length)) : undefined;
  if (!head) return 'It is written in another way.';
  const { items, halfEdges } = head;
  if (bytes.length !== begin + (items * (DIGEST_WORDS + 2) + halfEdges) * WORD) return 'It is written in another way.';
  const whole = bytes.byteOffset % WORD === 0 ? bytes : bytes.slice();
  let at = whole.byteOffset + begin;
  const column = (count: number) => {
    const from = at;
    at += count * WORD;
    return new Uint32Array(whole.buffer, from, count);
  };
  const snapshot: MarketSnapshot = {
    settings: head.settings,
    perWant: head.perWant ?? Infinity,
    weights: new Map(head.weights),
    digests: column(items * DIGEST_WORDS),
    listed: column(items),
    waiting: column(items),
    halfEdges: column(halfEdges),
  };
  let sum = 0;
  for (let i = 0; i < items; i++) sum += snapshot.listed[i]! + (snapshot.waiting[i]! >>> 1);
  return sum === halfEdges ? snapshot : 'Its lists are longer or shorter than it says.';
}

function headOf(text: Uint8Array): z.infer<typeof headSchema> | undefined {
  try {
    return headSchema.safeParse(JSON.parse(new TextDecoder().decode(text))).data;
  } catch {
    return undefined;
  }
}

function checksumOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes.subarray(CHECKSUM)).digest();
}

/** The first whole word behind a head of so many bytes. */
function columnsFrom(length: number): number {
  return Math.ceil((CHECKSUM + LENGTH + length) / WORD) * WORD;
}
