import { uniqueId } from '../state/unique-id';
import type {
  AnswerCount,
  Category,
  DemoUser,
  FoundRing,
  Item,
  ItemDraft,
  MapView,
  Me,
  NotificationView,
  OperationsView,
  OpportunityView,
  Preferences,
  Why,
} from './types';

/** An answer other than success; `message` says what to do. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

const LOST = 'The server cannot be reached. What you see may be out of date.';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

async function call<T>(token: string | null, method: Method, path: string, body?: unknown, key?: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      // The token travels in a header alone: no cookie, so no other site can use it.
      credentials: 'omit',
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, 'offline', LOST);
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer?.success === true) return answer.data as T;
  const {
    code = 'unreadable',
    message = `The server answered with ${response.status}.`,
    details,
  } = answer?.error ?? {};
  throw new ApiError(response.status, code, message, details);
}

/** Whom the host offers to sign in as; null where it offers nobody, as in production. */
export async function demoUsers(): Promise<DemoUser[] | null> {
  try {
    return await call<DemoUser[]>(null, 'GET', '/dev/users');
  } catch (error) {
    if (error instanceof ApiError && error.status > 0) return null;
    throw error;
  }
}

/** A token for a user, from the dev login. */
export function devLogin(userId: string, role: 'user' | 'operator'): Promise<{ token: string }> {
  return call(null, 'POST', '/dev/login', { userId, role });
}

export type Client = ReturnType<typeof createClient>;

/** The host's API in the name of whoever the token speaks for. */
export function createClient(token: string, onRefused: () => void) {
  const ask = <T>(method: Method, path: string, body?: unknown, key?: string) =>
    call<T>(token, method, path, body, key).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 401) onRefused();
      throw error;
    });
  const id = encodeURIComponent;
  /** Sent again after a lost answer, it does nothing twice. */
  const act = (opportunityId: string, action: string, body: object) =>
    ask<OpportunityView>('POST', `/barter/opportunities/${id(opportunityId)}/${action}`, body, uniqueId());

  return {
    token,
    me: () => ask<Me>('GET', '/me'),
    setContact: (contact: string | null) => ask('PUT', '/me', { contact }),
    setEmail: (email: string | null) => ask('PUT', '/me', { email }),
    categories: () => ask<Category[]>('GET', '/categories'),
    items: () => ask<Item[]>('GET', '/items?limit=200'),
    addItem: (item: ItemDraft) => ask<Item>('POST', '/items', item),
    changeItem: (itemId: string, change: ItemDraft) => ask<Item>('PATCH', `/items/${id(itemId)}`, change),
    removeItem: (itemId: string) => ask('DELETE', `/items/${id(itemId)}`),
    countAnswers: (draft: Partial<ItemDraft>) => ask<AnswerCount>('POST', '/wants/count', draft),
    opportunities: () => ask<OpportunityView[]>('GET', '/barter/opportunities?limit=100'),
    opportunity: (opportunityId: string) => ask<OpportunityView>('GET', `/barter/opportunities/${id(opportunityId)}`),
    why: (opportunityId: string) => ask<Why>('GET', `/barter/opportunities/${id(opportunityId)}/why`),
    accept: (opportunityId: string, revision: number) => act(opportunityId, 'accept', { revision }),
    decline: (opportunityId: string, note: string) => act(opportunityId, 'decline', note ? { note } : {}),
    confirm: (opportunityId: string) => act(opportunityId, 'confirm', {}),
    dispute: (opportunityId: string, note: string) => act(opportunityId, 'dispute', note ? { note } : {}),
    around: (itemId: string, limit: number) => ask<MapView>('GET', `/market/around/${id(itemId)}?limit=${limit}`),
    matches: (itemId: string) => ask<{ matches: FoundRing[] }>('GET', `/barter/matches/${id(itemId)}`),
    operations: () => ask<OperationsView>('GET', '/operations'),
    beginEvening: () => ask('POST', '/operations/busy-evening', {}),
    endEvening: () => ask('DELETE', '/operations/busy-evening'),
    inbox: () => ask<NotificationView[]>('GET', '/notifications?limit=200'),
    markRead: (notificationId: string) => ask('POST', `/notifications/${id(notificationId)}/read`),
    preferences: () => ask<Preferences>('GET', '/preferences'),
    setPreferences: (preferences: Omit<Preferences, 'userId'>) => ask<Preferences>('PUT', '/preferences', preferences),
  };
}
