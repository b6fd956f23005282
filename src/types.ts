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
  /** What they were last told of `score` and `cashNet`: an update is due once these have moved enough. */
  told: { score: number; cashNet: number };
}

export type OpportunityState = 'proposed' | 'withdrawn' | 'expired';

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
  /** Grows when the terms change. */
  revision: number;
  state: OpportunityState;
  items: ItemId[];
  participants: Participant[];
  payments: Payment[];
  score: number;
  /** The items by owner, category and title: the same goods listed anew are the same trade to the cooldown. */
  fingerprint: string;
  createdAt: number;
  expiresAt: number;
  /** Set when it has ended. */
  endedAt?: number;
  /** Why it has ended. */
  endReason?: string;
}

export type NotificationType = 'new_match' | 'updated_match' | 'match_withdrawn';

/** A row of a person's inbox, and what is pushed to them: an opportunity seen from their side. */
export interface Notification {
  /** Hash of opportunity, revision, person and type: a replay makes the same row. */
  id: string;
  userId: UserId;
  type: NotificationType;
  opportunityId: string;
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
  /** Set on `match_withdrawn`. */
  withdrawnBecause?: string;
  timestamp: number;
}
