/**
 * The parts of a generated Prisma client that the adapter uses, by structure: the host brings its own client, and this
 * package needs neither it nor Prisma at run time.
 */

/** The models of `barter.prisma`, on a client or within a transaction. */
export interface BarterTables {
  barterItem: PrismaTable<ItemRow>;
  barterSlot: PrismaTable<SlotRow>;
  barterOpportunity: PrismaTable<OpportunityRow>;
  barterRefusal: PrismaTable<{ digest: string; opportunityId: string | null }>;
  barterNotification: PrismaTable<NotificationRow>;
  barterClaim: PrismaTable<{ key: string; holder: string; until: bigint }>;
  barterCounter: PrismaTable<{ key: string; stamp: number; places: unknown }>;
  barterPreference: PrismaTable<{ userId: string; body: unknown; digestDay: number }>;
  barterSequence: PrismaTable<{ name: string; last: bigint }>;
  barterEvent: PrismaTable<EventRow>;
  barterCursor: PrismaTable<{ transaction: bigint; id: bigint }>;
  $executeRawUnsafe(sql: string): PromiseLike<number>;
}

/** What `new PrismaClient()` is, as far as the adapter cares. */
export interface BarterPrismaClient extends BarterTables {
  $queryRawUnsafe<T>(sql: string): PromiseLike<T>;
  $transaction<T>(
    work: (tables: BarterTables) => Promise<T>,
    options?: { maxWait?: number; timeout?: number; isolationLevel?: 'ReadCommitted' },
  ): Promise<T>;
}

/** What the generated types of a model ask for; whose model it is, only the host knows. */
// biome-ignore lint/suspicious/noExplicitAny: any other type would have to be theirs
type Given = any;

/** One model of a Prisma client. */
export interface PrismaTable<Row> {
  findUnique(args: { where: Given }): PromiseLike<Row | null>;
  findFirst(args: { where: Given; orderBy: Given }): PromiseLike<Row | null>;
  findMany(args: { where?: Given; orderBy?: Given; take?: number }): PromiseLike<Row[]>;
  count(args: { where: Given }): PromiseLike<number>;
  createMany(args: { data: Given[]; skipDuplicates?: boolean }): PromiseLike<{ count: number }>;
  updateMany(args: { where: Given; data: Given }): PromiseLike<{ count: number }>;
  upsert(args: { where: Given; create: Given; update: Given }): PromiseLike<Row>;
  deleteMany(args: { where: Given }): PromiseLike<{ count: number }>;
}

/** A row of `BarterItem`. */
export interface ItemRow {
  id: string;
  body: unknown;
}

/** A row of `BarterEvent`. */
export interface EventRow {
  id: bigint;
  transaction: bigint;
  itemId: string;
  userId: string;
}

/** A row of `BarterSlot`. */
export interface SlotRow {
  itemId: string;
  heldBy: string | null;
}

/** A row of `BarterOpportunity`. */
export interface OpportunityRow {
  id: string;
  stamp: number;
  body: unknown;
}

/** A row of `BarterNotification`. */
export interface NotificationRow {
  opportunityId: string;
  position: bigint;
  deliverAt: bigint | null;
  deliveredAt: bigint | null;
  shownAt: bigint | null;
  attempts: number;
  heldBy: string | null;
  readAt: bigint | null;
  toldAt: bigint | null;
  body: unknown;
}
