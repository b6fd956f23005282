import type { StoredNotification } from '../storage/storage';
import type { Item, Notification, Opportunity, Participant } from '../types';

/** Whole, valid values for suites; change what a case is about. */
export function sampleItem(change: Partial<Item> = {}): Item {
  return {
    id: 'item-1',
    ownerId: 'ana',
    title: 'Bicycle — دراجة',
    description: 'A red one, "almost" new',
    categoryId: 'bikes',
    condition: 'GOOD',
    estimatedValue: 12_000,
    location: { latitude: 30.0444, longitude: 31.2357 },
    wants: [{ categoryId: 'phones', keywords: ['blue'], minValue: 5_000, maxValue: 20_000, rank: 1 }],
    status: 'available',
    ...change,
  };
}

export function sampleParticipant(userId: string, gives: string, gets: string): Participant {
  return {
    userId,
    gives,
    gets,
    givesTitle: `title of ${gives}`,
    getsTitle: `title of ${gets}`,
    givesValue: 100,
    getsValue: null,
    givesTo: 'somebody',
    getsFrom: 'somebody',
    score: 0.8,
    cashNet: 0,
    reasons: ['Filed in the wanted category.'],
    getsDigest: `digest of ${gets}`,
    told: { score: 0.8, cashNet: 0 },
    acceptedAt: null,
    lockedUntil: null,
    confirmedAt: null,
  };
}

export function sampleOpportunity(change: Partial<Opportunity> = {}): Opportunity {
  return {
    id: 'OPP-1',
    cycleKey: '["a","b"]',
    attempt: 0,
    revision: 1,
    version: 1,
    state: 'proposed',
    items: ['a', 'b'],
    participants: [sampleParticipant('ana', 'a', 'b'), sampleParticipant('ben', 'b', 'a')],
    payments: [],
    score: 0.8,
    fingerprint: 'fingerprint',
    createdAt: 1_000,
    expiresAt: 2_000,
    warnAt: null,
    repairCount: 0,
    leftOut: [],
    ...change,
  };
}

export function sampleNotification(change: Partial<Notification> = {}): Notification {
  return {
    id: 'NTF-1',
    userId: 'ana',
    type: 'new_match',
    opportunityId: 'OPP-1',
    state: 'proposed',
    revision: 1,
    expiresAt: 2_000,
    acceptedBy: [],
    participantCount: 2,
    averageMatchScore: 0.8,
    participants: [
      { userId: 'ana', gives: { itemId: 'a', itemTitle: 'title of a' }, givesTo: 'ben' },
      { userId: 'ben', gives: { itemId: 'b', itemTitle: 'title of b' }, givesTo: 'ana' },
    ],
    userItems: [{ itemId: 'a', itemTitle: 'title of a' }],
    gives: { itemId: 'a', itemTitle: 'title of a' },
    gets: { itemId: 'b', itemTitle: 'title of b' },
    givesTo: 'ben',
    getsFrom: 'ben',
    cashNet: 0,
    reasons: ['Filed in the wanted category.'],
    timestamp: 1_000,
    ...change,
  };
}

export function sampleRow(change: Partial<StoredNotification> = {}): StoredNotification {
  return {
    ...sampleNotification(),
    deliverAt: 1_000,
    deliveredAt: null,
    shownAt: null,
    attempts: 0,
    heldBy: null,
    readAt: null,
    toldAt: null,
    fingerprint: 'fingerprint',
    ...change,
  };
}
