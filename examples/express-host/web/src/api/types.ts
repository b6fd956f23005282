import type {
  Category,
  Condition,
  EdgeExplanation,
  EngineStats,
  Item,
  NotificationType,
  OpportunityState,
  Payment,
  Preferences,
  Want,
} from 'barterloop';

export type { Category, Condition, Item, NotificationType, OpportunityState, Payment, Preferences, Want };

/* What the host answers with, as it travels: instants are ISO 8601. */

export interface Me {
  userId: string;
  role: 'user' | 'operator';
  contact: string | null;
  /** Where the daily mails go. */
  email: string | null;
  expiresAt: string;
  market: { cash: 'off' | 'balance' };
}

export interface DemoUser {
  userId: string;
  about: string;
  role?: 'operator';
}

/** One person of a trade; score, payment and reasons are there for oneself only. */
export interface ParticipantView {
  userId: string;
  gives: string;
  gets: string;
  givesTitle: string;
  getsTitle: string;
  givesTo: string;
  getsFrom: string;
  accepted: boolean;
  received: boolean;
  score?: number;
  cashNet?: number;
  reasons?: string[];
}

export interface OpportunityView {
  id: string;
  cycleKey: string;
  revision: number;
  state: OpportunityState;
  items: string[];
  score: number;
  participants: ParticipantView[];
  /** Those that the caller pays or receives. */
  payments: Payment[];
  createdAt: string;
  expiresAt: string;
  repairs?: string;
  repairedBy?: string;
  committedAt?: string;
  endedAt?: string;
  endReason?: string;
  /** By person; once all have accepted. */
  contacts?: Record<string, unknown>;
}

export interface NotificationView {
  id: string;
  type: NotificationType;
  opportunityId: string;
  state: OpportunityState;
  participantCount: number;
  averageMatchScore: number;
  gives: { itemId: string; itemTitle: string };
  gets: { itemId: string; itemTitle: string };
  getsFrom: string;
  givesTo: string;
  acceptedBy: string[];
  cashNet: number;
  repairs?: string;
  repairedBy?: string;
  withdrawnBecause?: string;
  timestamp: string;
  readAt: string | null;
  /** The gate that keeps the push back; the inbox has it all the same. */
  heldBy?: string;
  deliverAt?: string;
}

/** Why what one gets answers what one wants. */
export interface Why {
  score?: number;
  want?: Want;
  criteria?: EdgeExplanation['criteria'];
  gets?: { itemId: string; title: string; categoryId?: string; condition?: Condition; estimatedValue?: number };
}

/** The neighbourhood of an item; edges by the places of both ends. */
export interface MapView {
  items: { id: string; title: string; steps: number; categoryId?: string; estimatedValue?: number; isOwn?: true }[];
  edges: [from: number, to: number, score: number][];
  isWhole: boolean;
}

/** A ring found through an item, whether or not it has been proposed. */
export interface FoundRing {
  cycleKey: string;
  score: number;
  steps: { userId: string; itemId: string; itemTitle: string }[];
}

export interface OperationsView {
  stats: EngineStats;
  story: { number: number; at: string; level: 'info' | 'error'; message: string }[];
  inexact: { at: string; itemId: string; reason: string; found: number }[];
  evening: {
    isRunning: boolean;
    posted: number;
    of: number;
    accepted: number;
    declined: number;
    confirmed: number;
  } | null;
}

export interface AnswerCount {
  count: number;
  isComplete: boolean;
}

/** Body of a new or changed item; null removes a field. */
export type ItemDraft = {
  [K in keyof Omit<Item, 'id' | 'ownerId' | 'status' | 'wants' | 'ownerGroup'>]?: Item[K] | null;
} & {
  wants: Want[];
};
