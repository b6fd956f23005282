import type { Item, ItemId, Opportunity, Preferences, UserId } from '../types';
import type { BarterStorage, StoredNotification } from './storage';

/**
 * Everything in maps: the default, and the model that other stores are held against. Rows are copied on the way in
 * and out, so that nobody changes the store by changing what they got.
 */
export function memoryStorage(): BarterStorage {
  const items = new Map<ItemId, Item>();
  const opportunities = new Map<string, Opportunity>();
  const latestByCycle = new Map<string, string>();
  const live = new Set<string>();
  const liveByItem = new Map<ItemId, Set<string>>();
  const rows = new Map<string, StoredNotification>();
  /** Row id by opportunity and user. */
  const rowOf = new Map<string, Map<UserId, string>>();
  const claims = new Map<string, { holder: string; until: number }>();
  const counters = new Map<string, { entry: string; at: number }[]>();
  const preferences = new Map<UserId, Preferences>();

  const store = (opportunity: Opportunity, notifications: StoredNotification[]): void => {
    const { expiresAt } = opportunities.get(opportunity.id) ?? opportunity;
    const isLive = opportunity.state === 'proposed';
    opportunities.set(opportunity.id, {
      ...structuredClone(opportunity),
      expiresAt: isLive ? Math.max(expiresAt, opportunity.expiresAt) : opportunity.expiresAt,
    });
    if (isLive) live.add(opportunity.id);
    else live.delete(opportunity.id);
    for (const itemId of opportunity.items) {
      const ofItem = liveByItem.get(itemId) ?? new Set();
      if (isLive) liveByItem.set(itemId, ofItem.add(opportunity.id));
      else if (ofItem.delete(opportunity.id) && ofItem.size === 0) liveByItem.delete(itemId);
    }
    const ofUser = rowOf.get(opportunity.id) ?? new Map<UserId, string>();
    rowOf.set(opportunity.id, ofUser);
    for (const row of notifications) {
      const known = rows.get(row.id);
      rows.delete(ofUser.get(row.userId) ?? '');
      rows.set(row.id, { ...structuredClone(row), ...(known && deliveryOf(known)) });
      ofUser.set(row.userId, row.id);
    }
  };

  return {
    items: {
      get: async (id) => copy(items.get(id)),
      put: async (item) => void items.set(item.id, structuredClone(item)),
      remove: async (id) => void items.delete(id),
      page: async ({ after = '', limit }) =>
        [...items.values()]
          .filter(({ id }) => id > after)
          .sort(by((item) => item.id))
          .slice(0, limit)
          .map((item) => structuredClone(item)),
    },

    opportunities: {
      get: async (id) => copy(opportunities.get(id)),
      latest: async (cycleKey) => copy(opportunities.get(latestByCycle.get(cycleKey) ?? '')),
      propose: async (opportunity, notifications) => {
        if (opportunities.has(opportunity.id)) return false;
        latestByCycle.set(opportunity.cycleKey, opportunity.id);
        store(opportunity, notifications);
        return true;
      },
      revise: async (fromRevision, opportunity, notifications) => {
        const known = opportunities.get(opportunity.id);
        if (known?.state !== 'proposed' || known.revision !== fromRevision) return false;
        store(opportunity, notifications);
        return true;
      },
      extend: async (id, expiresAt) => {
        const known = opportunities.get(id);
        if (known?.state === 'proposed') known.expiresAt = Math.max(known.expiresAt, expiresAt);
      },
      liveByItem: async (itemId) =>
        [...(liveByItem.get(itemId) ?? [])].sort().map((id) => structuredClone(opportunities.get(id)!)),
      dueBefore: async (now, limit) =>
        Array.from(live, (id) => opportunities.get(id)!)
          .filter(({ expiresAt }) => expiresAt <= now)
          .sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map((opportunity) => structuredClone(opportunity)),
      byUser: async (userId, { limit }) =>
        [...opportunities.values()]
          .filter(({ participants }) => participants.some((participant) => participant.userId === userId))
          .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map((opportunity) => structuredClone(opportunity)),
    },

    notifications: {
      get: async (id) => copy(rows.get(id)),
      inbox: async (userId, { limit }) =>
        [...rows.values()]
          .filter((row) => row.userId === userId)
          .sort((a, b) => b.timestamp - a.timestamp || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map((row) => structuredClone(row)),
      ofOpportunity: async (opportunityId) =>
        [...(rowOf.get(opportunityId) ?? [])]
          .sort(by(([userId]) => userId))
          .map(([, id]) => structuredClone(rows.get(id)!)),
      due: async (now, limit) =>
        [...rows.values()]
          .filter((row) => isPending(row) && row.deliverAt! <= now)
          .sort((a, b) => a.deliverAt! - b.deliverAt! || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map((row) => structuredClone(row)),
      markDelivered: async (id, now) => {
        const row = rows.get(id);
        if (!row || row.deliveredAt !== null) return false;
        row.deliveredAt = now;
        row.heldBy = null;
        return true;
      },
      markTold: async (opportunityId, userId, now) => {
        const row = rows.get(rowOf.get(opportunityId)?.get(userId) ?? '');
        if (!row) return;
        row.toldAt ??= now;
        if (row.type === 'match_withdrawn' && row.deliveredAt === null) row.deliverAt ??= now;
      },
      postpone: async (id, { deliverAt, heldBy, attempted }) => {
        const row = rows.get(id);
        if (!row || row.deliveredAt !== null) return;
        row.deliverAt = deliverAt;
        row.heldBy = heldBy;
        if (attempted) row.attempts++;
      },
      markRead: async (id, userId, now) => {
        const row = rows.get(id);
        if (row?.userId !== userId) return false;
        row.readAt ??= now;
        return true;
      },
      pending: async () => [...rows.values()].filter(isPending).length,
    },

    claims: {
      take: async (key, holder, now, until) => {
        const held = claims.get(key);
        if (held && held.until > now)
          return held.holder === holder ? { taken: true } : { taken: false, until: held.until };
        // Claims end roughly in the order they came, so what is over stands in front.
        for (const [first, { until: end }] of claims) {
          if (end > now) break;
          claims.delete(first);
        }
        claims.delete(key);
        claims.set(key, { holder, until });
        return { taken: true };
      },
      release: async (key, holder) => {
        if (claims.get(key)?.holder === holder) claims.delete(key);
      },
    },

    counters: {
      take: async (key, entry, limit, windowMs, now) => {
        const all = counters.get(key) ?? [];
        const latest = Math.max(now, all.at(-1)?.at ?? now);
        const places = all.filter(({ at }) => at > latest - LATE_WINDOWS * windowMs);
        counters.set(key, places);
        if (places.some((place) => place.entry === entry)) return { taken: true };
        // Both sides of now: calls may come out of order, and no window on either side may overflow.
        const near = places.filter(({ at }) => Math.abs(at - now) < windowMs);
        if (near.length >= limit) return { taken: false, freeAt: near[near.length - limit]!.at + windowMs };
        places.push({ entry, at: now });
        places.sort((a, b) => a.at - b.at);
        return { taken: true };
      },
      release: async (key, entry) => {
        const places = counters.get(key)?.filter((place) => place.entry !== entry) ?? [];
        if (places.length > 0) counters.set(key, places);
        else counters.delete(key);
      },
    },

    preferences: {
      get: async (userId) => copy(preferences.get(userId)),
      put: async (changed) => void preferences.set(changed.userId, structuredClone(changed)),
      all: async () => [...preferences.values()].sort(by(({ userId }) => userId)).map((p) => structuredClone(p)),
    },
  };
}

/** How many windows late a call may come and still find what was taken before it. */
const LATE_WINDOWS = 10;

/** What delivery knows of a row. */
function deliveryOf(row: StoredNotification) {
  const { deliverAt, deliveredAt, attempts, heldBy, readAt, toldAt } = row;
  return { deliverAt, deliveredAt, attempts, heldBy, readAt, toldAt };
}

function isPending(row: StoredNotification): boolean {
  return row.deliveredAt === null && row.deliverAt !== null;
}

function copy<T>(value: T | undefined): T | null {
  return value === undefined ? null : structuredClone(value);
}

/** Ascending by code units. */
function by<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
