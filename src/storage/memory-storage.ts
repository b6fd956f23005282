import { type Item, type ItemId, isActive, isOpen, type Opportunity, type Preferences, type UserId } from '../types';
import { plainCopy } from '../util/plain-copy';
import { deliveryOf, dueAt, ENDING_ROWS, laterDeadlines, locksOf, type Place, takePlace, UNDER_WAY } from './rules';
import type { BarterStorage, Proposal, Step, StoredNotification } from './storage';

/**
 * Everything in maps: the default, and the model that other stores are held against. Rows are copied on the way in
 * and out, so that nobody changes the store by changing what they got.
 */
export function memoryStorage(): BarterStorage {
  const items = new Map<ItemId, Item>();
  /** Their ids in order, once they are asked for. */
  let idsInOrder: ItemId[] | undefined;
  const opportunities = new Map<string, Opportunity>();
  /** Ids by cycle, in order of attempt. */
  const attemptsAt = new Map<string, string[]>();
  /** Ids by person in it. */
  const ofPerson = new Map<UserId, Set<string>>();
  const active = new Set<string>();
  const activeByItem = new Map<ItemId, Set<string>>();
  /** Those of them in which somebody has accepted: no other locks anything. */
  const acceptedByItem = new Map<ItemId, Set<string>>();
  /** Completed, their items not marked yet. */
  const unsettled = new Set<string>();
  /** Which commitment holds an item. */
  const heldBy = new Map<ItemId, string>();
  let lastFence = 0;
  /** Which opportunity a refusal came with. */
  const refusedBy = new Map<string, string>();
  const rows = new Map<string, StoredNotification>();
  /** Row ids by person. */
  const inboxes = new Map<UserId, Set<string>>();
  /** Row id by opportunity and user. */
  const rowOf = new Map<string, Map<UserId, string>>();
  /** Of each row, in the order in which they were stored. */
  const positions = new Map<string, number>();
  let lastPosition = 0;
  const claims = new Map<string, { holder: string; until: number }>();
  const counters = new Map<string, Place[]>();
  const preferences = new Map<UserId, Preferences>();
  const digests = new Map<UserId, { day: number; heldUntil: number }>();

  const propose = (proposal: Proposal): void => {
    const { id, cycleKey } = proposal.opportunity;
    attemptsAt.set(cycleKey, [...(attemptsAt.get(cycleKey) ?? []), id]);
    store(proposal);
  };

  const store = ({ opportunity, rows: notifications }: Proposal): void => {
    const { id, items: itemIds } = opportunity;
    const before = opportunities.get(id);
    const kept = plainCopy(opportunity);
    if (before) Object.assign(kept, laterDeadlines(opportunity, before));
    opportunities.set(id, kept);
    for (const { userId } of before?.participants ?? []) file(ofPerson, userId, id, false);
    for (const { userId } of kept.participants) file(ofPerson, userId, id, true);
    const isOn = isActive(opportunity);
    if (isOn) active.add(id);
    else active.delete(id);
    for (const itemId of itemIds) {
      file(activeByItem, itemId, id, isOn);
      file(acceptedByItem, itemId, id, isOn && opportunity.state !== 'proposed');
      if (opportunity.state === 'committed') heldBy.set(itemId, id);
      else if (heldBy.get(itemId) === id) heldBy.delete(itemId);
    }
    if (opportunity.state === 'completed' && opportunity.settledAt === undefined) unsettled.add(id);
    const ofUser = rowOf.get(id) ?? new Map<UserId, string>();
    rowOf.set(id, ofUser);
    for (const row of notifications) {
      const known = rows.get(row.id);
      removeRow(ofUser.get(row.userId) ?? '');
      const kept = plainCopy(row);
      if (known) Object.assign(kept, deliveryOf(known));
      rows.set(row.id, kept);
      file(inboxes, row.userId, row.id, true);
      positions.set(row.id, ++lastPosition);
      ofUser.set(row.userId, row.id);
    }
  };

  const removeRow = (id: string): void => {
    const row = rows.get(id);
    if (row) file(inboxes, row.userId, id, false);
    rows.delete(id);
    positions.delete(id);
  };

  /** Nothing is asked of it, and nothing of it is to be sent. */
  const isOver = (id: string): boolean => {
    const known = opportunities.get(id);
    const ofUser = rowOf.get(id)?.values() ?? [];
    return known !== undefined && dueAt(known) === null && ![...ofUser].some((rowId) => isPending(rows.get(rowId)!));
  };

  const canPropose = ({ id, items: itemIds }: Opportunity): boolean =>
    !opportunities.has(id) && !itemIds.some((itemId) => heldBy.has(itemId));

  const isCurrent = ({ fromVersion, opportunity }: Step): boolean => {
    const known = opportunities.get(opportunity.id);
    return known !== undefined && isActive(known) && known.version === fromVersion;
  };

  const opportunitiesOf = (userId: UserId): Opportunity[] =>
    Array.from(ofPerson.get(userId) ?? [], (id) => opportunities.get(id)!);

  const inboxOf = (userId: UserId): StoredNotification[] =>
    Array.from(inboxes.get(userId) ?? [], (id) => rows.get(id)!);

  const activeWith = (itemId: ItemId): Opportunity[] =>
    Array.from(activeByItem.get(itemId) ?? [], (id) => opportunities.get(id)!);

  return {
    items: {
      get: async (id) => copy(items.get(id)),
      put: async (item) => {
        if (!items.has(item.id)) idsInOrder = undefined;
        items.set(item.id, plainCopy(item));
      },
      remove: async (id) => {
        if (items.delete(id)) idsInOrder = undefined;
      },
      ownedBy: async (userId) =>
        [...items.values()]
          .filter(({ ownerId }) => ownerId === userId)
          .sort(by(({ id }) => id))
          .map(plainCopy),
      page: async ({ after = '', limit }) => {
        idsInOrder ??= [...items.keys()].sort();
        const start = idsInOrder.findIndex((id) => id > after);
        return start < 0 ? [] : idsInOrder.slice(start, start + limit).map((id) => plainCopy(items.get(id)!));
      },
    },

    opportunities: {
      get: async (id) => copy(opportunities.get(id)),
      latest: async (cycleKey) => copy(opportunities.get(attemptsAt.get(cycleKey)?.at(-1) ?? '')),
      propose: async (opportunity, notifications) => {
        if (!canPropose(opportunity)) return false;
        propose({ opportunity, rows: notifications });
        return true;
      },
      change: async (step, { successor, refused = [] } = {}) => {
        if (!isCurrent(step)) return false;
        if (successor && !canPropose(successor.opportunity)) return false;
        store(step);
        if (successor) propose(successor);
        for (const deal of refused) if (!refusedBy.has(deal)) refusedBy.set(deal, step.opportunity.id);
        return true;
      },
      commit: async (step, competing) => {
        const { opportunity } = step;
        if (!isCurrent(step) || !isOpen(opportunities.get(opportunity.id)!))
          return { committed: false, because: 'stale' };
        if (opportunity.items.some((itemId) => heldBy.has(itemId))) return { committed: false, because: 'locked' };
        const others = new Set(opportunity.items.flatMap(activeWith).map(({ id }) => id));
        others.delete(opportunity.id);
        const isAll = competing.length === others.size && competing.every(({ opportunity: { id } }) => others.has(id));
        if (!isAll || !competing.every(isCurrent)) return { committed: false, because: 'competing' };
        const fence = ++lastFence;
        for (const other of competing) store(other);
        store({ ...step, opportunity: { ...opportunity, fence } });
        return { committed: true, fence };
      },
      extend: async (id, expiresAt, warnAt) => {
        const known = opportunities.get(id);
        if (known && isOpen(known)) Object.assign(known, laterDeadlines({ ...known, expiresAt, warnAt }, known));
      },
      settle: async (id, now) => {
        const known = opportunities.get(id);
        if (known?.state !== 'completed') return;
        known.settledAt ??= now;
        unsettled.delete(id);
      },
      activeByItem: async (itemId) =>
        activeWith(itemId)
          .sort(by(({ id }) => id))
          .map(plainCopy),
      active: async ({ after = '', limit }) =>
        [...active]
          .filter((id) => id > after)
          .sort()
          .slice(0, limit)
          .map((id) => plainCopy(opportunities.get(id)!)),
      due: async (now, limit) =>
        Array.from([...active, ...unsettled], (id) => opportunities.get(id)!)
          .filter((one) => dueAt(one)! <= now)
          .sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map(plainCopy),
      byUser: async (userId, { limit }) =>
        opportunitiesOf(userId)
          .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map(plainCopy),
      countOpen: async (userId) => opportunitiesOf(userId).filter(isOpen).length,
      locks: async (itemIds, now) =>
        [...new Set(itemIds)].sort().flatMap((itemId) =>
          Array.from(acceptedByItem.get(itemId) ?? [], (id) => locksOf(opportunities.get(id)!, now))
            .flat()
            .filter((lock) => lock.itemId === itemId)
            .sort(by(({ opportunityId }) => opportunityId)),
        ),
      hardLocks: async ({ after = '', limit }) =>
        [...heldBy.keys()]
          .filter((itemId) => itemId > after)
          .sort()
          .slice(0, limit)
          .map((itemId) => {
            const { id: opportunityId, expiresAt: until } = opportunities.get(heldBy.get(itemId)!)!;
            return { itemId, opportunityId, kind: 'hard', until };
          }),
      countLocks: async (now) => {
        const locks = Array.from(active, (id) => locksOf(opportunities.get(id)!, now)).flat();
        const soft = locks.filter(({ kind }) => kind === 'soft').length;
        return { soft, hard: locks.length - soft };
      },
      refused: async (deals) => deals.filter((deal) => refusedBy.has(deal)),
      ended: async ({ before, after = '', limit }) =>
        [...opportunities.values()]
          .filter((one) => one.id > after && one.expiresAt <= before && dueAt(one) === null)
          .sort(by(({ id }) => id))
          .slice(0, limit)
          .map(plainCopy),
      rewrite: async (step, without) => {
        const { id } = step.opportunity;
        const known = opportunities.get(id);
        if (!known || isActive(known) || known.version !== step.fromVersion) return false;
        const ofUser = rowOf.get(id);
        removeRow(ofUser?.get(without ?? '') ?? '');
        ofUser?.delete(without ?? '');
        store(step);
        return true;
      },
      remove: async (ids) => {
        const gone = new Set(ids.filter(isOver));
        for (const id of gone) {
          const { cycleKey } = opportunities.get(id)!;
          const others = attemptsAt.get(cycleKey)!.filter((other) => other !== id);
          if (others.length > 0) attemptsAt.set(cycleKey, others);
          else attemptsAt.delete(cycleKey);
          for (const rowId of rowOf.get(id)?.values() ?? []) removeRow(rowId);
          rowOf.delete(id);
          for (const { userId } of opportunities.get(id)!.participants) file(ofPerson, userId, id, false);
          opportunities.delete(id);
        }
        if (gone.size > 0) for (const [deal, id] of refusedBy) if (gone.has(id)) refusedBy.delete(deal);
        return gone.size;
      },
    },

    notifications: {
      get: async (id) => copy(rows.get(id)),
      inbox: async (userId, { limit }) => inboxOf(userId).sort(newestFirst).slice(0, limit).map(plainCopy),
      news: async (userId, { after, limit }) => {
        const ofUser = inboxOf(userId).filter(({ id }) => positions.get(id)! > after);
        const found = ofUser.sort((a, b) => positions.get(a.id)! - positions.get(b.id)!).slice(0, limit);
        const last = found.at(-1);
        return { rows: plainCopy(found), cursor: last ? positions.get(last.id)! : after };
      },
      ofOpportunity: async (opportunityId) =>
        [...(rowOf.get(opportunityId) ?? [])].sort(by(([userId]) => userId)).map(([, id]) => plainCopy(rows.get(id)!)),
      due: async (now, limit) =>
        [...rows.values()]
          .filter((row) => isPending(row) && row.deliverAt! <= now)
          .sort((a, b) => a.deliverAt! - b.deliverAt! || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
          .map(plainCopy),
      take: async (id, now, until) => {
        const row = rows.get(id);
        if (!row || !isPending(row) || row.deliverAt! > now) return false;
        row.deliverAt = until;
        row.heldBy = UNDER_WAY;
        return true;
      },
      markDelivered: async (id, now, reached) => {
        const row = rows.get(id);
        if (!row || row.deliveredAt !== null) return false;
        row.deliveredAt = now;
        row.heldBy = null;
        if (reached) row.shownAt = now;
        return true;
      },
      missed: async (userId, limit) =>
        inboxOf(userId)
          .filter(({ deliverAt, heldBy }) => deliverAt !== null && heldBy !== UNDER_WAY)
          .filter(({ shownAt, readAt }) => shownAt === null && readAt === null)
          .sort(newestFirst)
          .slice(0, limit)
          .map(plainCopy),
      markShown: async (id, now) => {
        const row = rows.get(id);
        if (!row) return false;
        row.shownAt ??= now;
        if (row.deliveredAt === null) row.heldBy = null;
        row.deliveredAt ??= now;
        return true;
      },
      markTold: async (opportunityId, userId, now) => {
        const row = rows.get(rowOf.get(opportunityId)?.get(userId) ?? '');
        if (!row) return;
        row.toldAt ??= now;
        if (row.type === 'match_withdrawn' && row.deliveredAt === null)
          row.deliverAt = Math.min(now, row.deliverAt ?? now);
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
      prune: async (before, limit) => {
        const isOld = (row: StoredNotification) =>
          row.timestamp <= before && ENDING_ROWS.includes(row.type) && !isPending(row);
        const old = [...rows.values()].filter(isOld).slice(0, limit);
        for (const { id, opportunityId, userId } of old) {
          removeRow(id);
          rowOf.get(opportunityId)?.delete(userId);
        }
        return old.length;
      },
    },

    claims: {
      take: async (key, holder, now, until) => {
        const held = claims.get(key);
        if (held && held.until > now)
          return held.holder === holder ? { taken: true } : { taken: false, until: held.until };
        claims.set(key, { holder, until });
        return { taken: true };
      },
      release: async (key, holder) => {
        if (claims.get(key)?.holder === holder) claims.delete(key);
      },
      prune: async (now, limit) => removeFirst(claims, ({ until }) => until <= now, limit),
    },

    counters: {
      take: async (key, entry, limit, windowMs, now) => {
        const { places, answer } = takePlace(counters.get(key) ?? [], entry, limit, windowMs, now);
        counters.set(key, places);
        return answer;
      },
      release: async (key, entry) => {
        const places = counters.get(key)?.filter((place) => place.entry !== entry) ?? [];
        if (places.length > 0) counters.set(key, places);
        else counters.delete(key);
      },
      prune: async (before, limit) => removeFirst(counters, (places) => (places.at(-1)?.at ?? before) <= before, limit),
    },

    preferences: {
      get: async (userId) => copy(preferences.get(userId)),
      put: async (changed) => void preferences.set(changed.userId, plainCopy(changed)),
      remove: async (userId) => {
        preferences.delete(userId);
        digests.delete(userId);
      },
      takeDigest: async (userId, day, now, until) => {
        const { day: done, heldUntil } = digests.get(userId) ?? { day: 0, heldUntil: 0 };
        if (!preferences.has(userId) || done >= day) return 'done';
        if (heldUntil > now) return 'held';
        digests.set(userId, { day: done, heldUntil: until });
        return 'taken';
      },
      digestSent: async (userId, day) => {
        if (preferences.has(userId) && (digests.get(userId)?.day ?? 0) < day)
          digests.set(userId, { day, heldUntil: 0 });
      },
      all: async () => [...preferences.values()].sort(by(({ userId }) => userId)).map(plainCopy),
    },
  };
}

/** Puts an id under a key, or takes it away from there. */
function file(index: Map<string, Set<string>>, key: string, id: string, isIn: boolean): void {
  const ids = index.get(key);
  if (isIn) index.set(key, (ids ?? new Set()).add(id));
  else if (ids?.delete(id) && ids.size === 0) index.delete(key);
}

/** Removes up to `limit` of those that are over; how many. */
function removeFirst<T>(from: Map<string, T>, isOver: (value: T) => boolean, limit: number): number {
  const over = [...from].filter(([, value]) => isOver(value)).slice(0, limit);
  for (const [key] of over) from.delete(key);
  return over.length;
}

function newestFirst(a: StoredNotification, b: StoredNotification): number {
  return b.timestamp - a.timestamp || (a.id < b.id ? -1 : 1);
}

function isPending(row: StoredNotification): boolean {
  return row.deliveredAt === null && row.deliverAt !== null;
}

function copy<T>(value: T | undefined): T | null {
  return value === undefined ? null : plainCopy(value);
}

/** Ascending by code units. */
function by<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}
