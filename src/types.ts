/**
 * The vocabulary. Scores are numbers in [0,1] with a resolution of 0.001; money is a non-negative safe integer in the
 * market's one smallest unit; instants are absolute milliseconds since the epoch; distances are kilometres.
 */

export type ItemId = string;
export type UserId = string;
export type CategoryId = string;

/** Best first. */
export const CONDITIONS = ['NEW', 'LIKE_NEW', 'GOOD', 'FAIR', 'POOR'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** WGS 84 degrees. */
export interface Location {
  /** -90..90 */
  latitude: number;
  /** -180..180 */
  longitude: number;
}

/**
 * One acceptable answer to "what would you take for it?". It lists only what the owner cares about: an absent field
 * neither excludes anything nor counts in the score.
 */
export interface Want {
  /** Only these items; they need not exist yet. At most 256. */
  itemIds?: ItemId[];
  /** Scored by closeness in the category tree; what is not close gives no edge. */
  categoryId?: CategoryId;
  /** Free words; scored by the share of them that the item's text holds, rare words weighing more. At most 64. */
  keywords?: string[];
  /** Nothing worse than this. */
  minCondition?: Condition;
  /** Hard lower bound of the item's estimated value. */
  minValue?: number;
  /** Hard upper bound of the item's estimated value. */
  maxValue?: number;
  /** Kilometres from the wanting item's location. */
  radiusKm?: number;
  /** 1 is the favourite; what counts is the place among the ranks of the same item. */
  rank?: number;
}

/** Only available items take part in matching. */
export type ItemStatus = 'available' | 'locked' | 'traded' | 'withdrawn';

/** One thing one owner offers. */
export interface Item {
  id: ItemId;
  ownerId: UserId;
  /** Accounts with the same group are one person and never meet in a cycle. */
  ownerGroup?: string;
  title: string;
  description?: string;
  categoryId?: CategoryId;
  condition?: Condition;
  estimatedValue?: number;
  location?: Location;
  /** Any one of them suffices. None: the item asks for nothing and therefore receives nothing. */
  wants: Want[];
  /** Accept anything; takes the closest items by value, a bounded number of them. */
  openToAnything?: boolean;
  /** Most that this owner pays or receives on top (only where the market balances with cash). */
  cash?: { maxPay?: number; maxReceive?: number };
  /** Most that this owner loses in value when nothing is paid (only where the market does not balance with cash). */
  maxValueLoss?: number;
  status: ItemStatus;
}

/** A node of the host's category forest; a category without `parentId` is a root, at depth 0. */
export interface Category {
  id: CategoryId;
  name?: string;
  parentId?: CategoryId;
}

export const DIGEST_LANGUAGES = ['en', 'ar'] as const;
export type DigestLanguage = (typeof DIGEST_LANGUAGES)[number];

/** What one person lets in and keeps out. */
export interface Preferences {
  userId: UserId;
  /** Own threshold, stricter or looser than the market's. */
  minScore?: number;
  /** Never in one cycle with these people; each of a person's accounts is named. */
  blockedUserIds?: UserId[];
  /** Not told about cycles with these people. */
  mutedUserIds?: UserId[];
  /** Not told about cycles in which they would get something from here. */
  mutedCategoryIds?: CategoryId[];
  /** The name of an IANA time zone, such as `Africa/Cairo`: where the local times below are read. */
  timeZone?: string;
  /**
   * Not pushed to while the local time is `from` or later and before `to`, over midnight where `from` is the later one;
   * both `HH:MM`, of 24 hours, and not the same. Commitments, ends of trades and warnings of deadlines are pushed all the same.
   */
  quietHours?: { from: string; to: string };
  /** One mail a day of what they have missed, from this local time (`HH:MM`) on, if there is any. @defaultValue none, en */
  digest?: { at: string; language?: DigestLanguage };
}

/** A trade: `items[i]` goes to the owner of `items[i + 1]`, the last one to the owner of the first. */
export interface Cycle {
  /** The item ids in canonical rotation (smallest id first, direction kept), as a JSON array. */
  key: string;
  items: ItemId[];
  /** `owners[i]` owns `items[i]`; all distinct. */
  owners: UserId[];
  /** Mean of `edgeScores`. */
  score: number;
  /** `edgeScores[i]` is the score of `items[i] → items[i + 1]`. */
  edgeScores: number[];
}

export type ItemEventType = 'item:created' | 'item:updated' | 'item:deleted';

/** The payload as hosts of this kind know it. The type is a hint: what counts is the item's latest state. */
export interface ItemEventPayload {
  itemId: ItemId;
  userId: UserId;
  categoryId?: CategoryId;
  hasBarterPreferences?: boolean;
  /** When it happened, milliseconds; informative only. */
  timestamp?: number;
  /** The item itself. Absent: the engine reads it from the storage's items role. */
  item?: Item;
}

export interface ItemEvent extends ItemEventPayload {
  type: ItemEventType;
}

/** Why and until when a gate said no. */
export interface Refusal {
  /** The gate's name. */
  gate: string;
  reason: string;
  /** From when on it may pass, where that can be known. */
  retryAt?: number;
  /** Whose gate it was, where it was one person's. */
  userId?: UserId;
}

/** One person's side of an opportunity. */
export interface Participant {
  userId: UserId;
  gives: ItemId;
  gets: ItemId;
  givesTitle: string;
  getsTitle: string;
  /** Estimated values in minor units; null where unknown. */
  givesValue: number | null;
  getsValue: number | null;
  /** Who gets what this person gives. */
  givesTo: UserId;
  /** Who gives what this person gets. */
  getsFrom: UserId;
  /** How well what they get answers their wants. */
  score: number;
  /** Net payment in minor units: positive pays, negative receives; 0 where the market has no cash. */
  cashNet: number;
  /** Plain words: why this answers a want of theirs. */
  reasons: string[];
  /** Digest of what the owner says of the item they get (title, description, condition): another one, another deal. */
  getsDigest: string;
  /** What they were last told of `score` and `cashNet`: an update is due once these have moved enough. */
  told: { score: number; cashNet: number };
  /** When they accepted; null: they have not, or what they accepted became worse. */
  acceptedAt: number | null;
  /** Until when their acceptance keeps their own item out of new proposals (the soft lock); null: it does not. */
  lockedUntil: number | null;
  /** When they said that they had received their item; null: not yet. */
  confirmedAt: number | null;
}

/**
 * `proposed`: nobody's acceptance stands; `accepting`: somebody's does; `committed`: all accepted, all items are locked;
 * the others are ends. See the table in `opportunity/lifecycle.ts`.
 */
export const OPPORTUNITY_STATES = [
  'proposed',
  'accepting',
  'committed',
  'completed',
  'declined',
  'expired',
  'withdrawn',
  'broken',
] as const;
export type OpportunityState = (typeof OPPORTUNITY_STATES)[number];

/** People may still accept or decline. */
export function isOpen({ state }: Pick<Opportunity, 'state'>): boolean {
  return state === 'proposed' || state === 'accepting';
}

/** Not ended: open, or committed. */
export function isActive(opportunity: Pick<Opportunity, 'state'>): boolean {
  return isOpen(opportunity) || opportunity.state === 'committed';
}

/** A payment from one participant to another, in minor units. */
export interface Payment {
  from: UserId;
  to: UserId;
  amount: number;
}

/** A cycle that has been proposed to people. */
export interface Opportunity {
  /** Hash of the cycle key and the attempt, so that every node makes the same id. */
  id: string;
  cycleKey: string;
  /** How many earlier opportunities of this cycle have ended. */
  attempt: number;
  /** Grows when the terms change; an acceptance names the revision that it agrees to. From 1. */
  revision: number;
  /** Grows with every stored change; storages compare it before they store the next one. From 1. */
  version: number;
  state: OpportunityState;
  items: ItemId[];
  participants: Participant[];
  payments: Payment[];
  score: number;
  /** The items by owner, category and title: the same goods listed anew are the same trade to the cooldown. */
  fingerprint: string;
  createdAt: number;
  /** The deadline of its state: of acceptance while it is open, of the hand-overs once it is committed. */
  expiresAt: number;
  /** When those who have not acted are to be warned of the deadline; null: they have been, or are not to be. */
  warnAt: number | null;
  /** How many repairs led to it; 0: it was found by a search. */
  repairCount: number;
  /** People who left an earlier ring of the same chain of repairs, and are not asked by later ones. */
  leftOut: UserId[];
  /** The opportunity whose place it took, where it is a repair. */
  repairs?: string;
  /** The opportunity that took its place, where it was repaired. */
  repairedBy?: string;
  /** Set by commitment. */
  committedAt?: number;
  /** Set by commitment: greater than that of every earlier commitment in the same storage (a fencing token). */
  fence?: number;
  /** Set when it has ended. */
  endedAt?: number;
  /** Why it has ended. */
  endReason?: string;
  /** Who declined or disputed, where a person ended it. */
  endedBy?: UserId;
  /** Set on `broken`: who was to give what was not confirmed as received. */
  breakers?: UserId[];
  /** What the person who ended it said about it; for operators, not for the others in it. */
  note?: string;
  /** Set on `completed` once its items are marked as traded. */
  settledAt?: number;
}

/** A reservation of an item by an opportunity. */
export interface Lock {
  itemId: ItemId;
  opportunityId: string;
  /** Soft: the owner's own acceptance keeps it out of new proposals. Hard: it is in a committed opportunity. */
  kind: 'soft' | 'hard';
  /** When it ends by itself (soft), or when the hand-overs are due (hard: it stays until its opportunity has ended). */
  until: number;
}

export type NotificationType =
  | 'new_match'
  | 'updated_match'
  | 'match_accepted'
  | 'match_committed'
  | 'match_completed'
  | 'match_withdrawn'
  | 'match_deadline';

/** A row of a person's inbox, and what is pushed to them: an opportunity seen from their side. */
export interface Notification {
  /** Hash of opportunity, version, person and type: a replay makes the same row. */
  id: string;
  userId: UserId;
  type: NotificationType;
  opportunityId: string;
  state: OpportunityState;
  /** The revision of the terms told here: what an acceptance has to name. */
  revision: number;
  /** The deadline of the state. */
  expiresAt: number;
  /** Whose acceptance stands. */
  acceptedBy: UserId[];
  /** The opportunity whose place it took, where it is a repair. */
  repairs?: string;
  /** The opportunity that took its place, where it was repaired. */
  repairedBy?: string;
  participantCount: number;
  averageMatchScore: number;
  /** Everybody in the trade: who gives what to whom. No contact data. */
  participants: { userId: UserId; gives: { itemId: ItemId; itemTitle: string }; givesTo: UserId }[];
  /** The recipient's own. */
  userItems: { itemId: ItemId; itemTitle: string }[];
  gives: { itemId: ItemId; itemTitle: string };
  gets: { itemId: ItemId; itemTitle: string };
  getsFrom: UserId;
  givesTo: UserId;
  cashNet: number;
  reasons: string[];
  /** Why it has ended; set on `match_withdrawn`. */
  withdrawnBecause?: string;
  timestamp: number;
}
