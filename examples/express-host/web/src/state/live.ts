import { io } from 'socket.io-client';
import { ApiError, type Client } from '../api/client';
import type { Category, Item, Me, NotificationView, OpportunityView } from '../api/types';
import { createStore, type Store, useStore } from './store';
import { uniqueId } from './unique-id';

/** Something that has just happened, shown for a moment. */
export interface Toast {
  id: string;
  text: string;
  /** Where it leads. */
  opportunityId?: string;
}

/** Everything of the signed-in person that changes by itself. Lists are null until they have come. */
export interface LiveState {
  me: Me | null;
  categories: Category[];
  items: Item[] | null;
  opportunities: OpportunityView[] | null;
  inbox: NotificationView[] | null;
  connection: 'connecting' | 'online' | 'offline';
  /** What came while the connection was down. */
  missed: ReadonlySet<string>;
  /** What came while the page was open. */
  fresh: ReadonlySet<string>;
  toasts: Toast[];
  /** Why the lists could not be brought up to date. */
  problem: string | null;
}

export interface Live {
  client: Client;
  state: Store<LiveState>;
  /** Brings the lists up to date; calls that come together are answered together. */
  refresh(): Promise<void>;
  say(text: string, opportunityId?: string): void;
  dismiss(toastId: string): void;
  close(): void;
}

/** Pushes may be held back by a throttle while the inbox has everything: now and then it is asked. */
const LOOK_AGAIN_MS = 20_000;
const REFRESH_APART_MS = 150;

/** The host's socket says that something happened; what it is, the lists say. */
export function createLive(client: Client, onEnded: (notice: string) => void): Live {
  const state = createStore<LiveState>({
    me: null,
    categories: [],
    items: null,
    opportunities: null,
    inbox: null,
    connection: 'connecting',
    missed: new Set(),
    fresh: new Set(),
    toasts: [],
    problem: null,
  });
  const told = new Set<string>();
  let wasOffline = false;
  let closed = false;

  const load = async () => {
    const [items, opportunities, inbox] = await Promise.all([client.items(), client.opportunities(), client.inbox()]);
    const before = state.get();
    const known = new Set(before.opportunities?.map(({ id }) => id));
    const fresh = new Set(before.fresh);
    const missed = new Set(before.missed);
    for (const { id } of before.opportunities ? opportunities : []) {
      if (known.has(id)) continue;
      fresh.add(id);
      if (wasOffline) missed.add(id);
    }
    if (state.get().connection === 'online') wasOffline = false;
    state.update({ items, opportunities, inbox, fresh, missed, problem: null });
  };

  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  const run = async () => {
    try {
      await load();
    } catch (error) {
      if (!closed) state.update({ problem: messageOf(error) });
    }
  };
  /** One under way, and at most one that waits for it: whatever happens meanwhile, the last one sees it. */
  const refresh = (): Promise<void> => {
    if (closed) return Promise.resolve();
    if (running) {
      waiting ??= running
        .then(() => later(REFRESH_APART_MS))
        .then(() => {
          waiting = null;
          return refresh();
        });
      return waiting;
    }
    running = run().finally(() => {
      running = null;
    });
    return running;
  };

  const dismiss = (toastId: string) => state.update({ toasts: state.get().toasts.filter(({ id }) => id !== toastId) });
  const say = (text: string, opportunityId?: string) => {
    const toast = { id: uniqueId(), text, ...(opportunityId !== undefined && { opportunityId }) };
    // The latest of each trade is enough.
    const others = state
      .get()
      .toasts.filter((one) => opportunityId === undefined || one.opportunityId !== opportunityId);
    state.update({ toasts: [...others.slice(-2), toast] });
  };

  const socket = io({ auth: { token: client.token }, transports: ['websocket'] });
  socket.on('connect', () => {
    state.update({ connection: 'online' });
    void refresh();
  });
  socket.on('disconnect', (reason) => {
    if (closed) return;
    wasOffline = true;
    state.update({ connection: 'offline' });
    // The server hangs up when the token's time is over, and then waits for another one.
    if (reason === 'io server disconnect')
      void client.me().then(
        () => socket.connect(),
        () => {},
      );
  });
  socket.on('connect_error', (error) => {
    const { data } = error as { data?: { code?: string } };
    if (data?.code === 'unauthorized' || data?.code === 'expired')
      onEnded('Your session has ended. Sign in again to go on.');
    else {
      wasOffline = true;
      state.update({ connection: 'offline' });
    }
  });
  socket.onAny((event: string, message: Message) => {
    // The same message may come twice after a reconnection.
    if (told.has(message.notificationId)) return;
    told.add(message.notificationId);
    void refresh().then(() => say(...sentenceOf(event, message)));
  });

  const goneOffline = () => {
    wasOffline = true;
    state.update({ connection: 'offline' });
  };
  const backOnline = () => {
    // Rather than wait for the next attempt.
    socket.disconnect().connect();
    void refresh();
  };
  addEventListener('offline', goneOffline);
  addEventListener('online', backOnline);
  const timer = setInterval(() => {
    if (!socket.active) socket.connect();
    if (document.visibilityState === 'visible') void refresh();
  }, LOOK_AGAIN_MS);

  void Promise.all([client.me(), client.categories()]).then(
    ([me, categories]) => state.update({ me, categories }),
    (error) => state.update({ problem: messageOf(error) }),
  );
  void refresh();

  return {
    client,
    state,
    refresh,
    say,
    dismiss,
    close() {
      closed = true;
      clearInterval(timer);
      removeEventListener('offline', goneOffline);
      removeEventListener('online', backOnline);
      socket.disconnect();
    },
  };
}

export function useLive(live: Live): LiveState {
  return useStore(live.state);
}

export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong on this page. Load it again.';
}

interface Message {
  notificationId: string;
  type: string;
  opportunityId: string;
  repairs?: string;
  gives: { itemTitle: string };
  gets: { itemTitle: string };
  withdrawnBecause?: string;
}

function sentenceOf(
  event: string,
  { type, opportunityId, repairs, gives, gets, withdrawnBecause }: Message,
): [string, string] {
  const deal = `${gives.itemTitle} → ${gets.itemTitle}`;
  const sentences: Record<string, string> = {
    'match:found': repairs
      ? `Repaired: ${deal}`
      : type === 'new_match'
        ? `New match: ${deal}`
        : `Changed terms: ${deal}`,
    'match:accepted': `Somebody accepted: ${deal}`,
    'match:committed': `Everybody accepted: ${deal}`,
    'match:completed': `Completed: ${deal}`,
    'match:withdrawn': `No longer possible: ${deal}. ${withdrawnBecause ?? ''}`,
    'match:deadline': `Time is nearly over: ${deal}`,
  };
  return [sentences[event] ?? deal, opportunityId];
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
