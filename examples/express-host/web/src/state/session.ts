import { createClient, devLogin } from '../api/client';
import { createLive, type Live } from './live';
import { createStore } from './store';

/** Who is signed in, and what they see of the market. */
export interface Session {
  live: Live | null;
  /** Why they have to sign in again. */
  notice: string | null;
}

/**
 * The token lives as long as the tab: session storage is this tab's alone, so three tabs can be three people, and it is
 * gone when the tab is closed. Scripts of others never run here to read it, see the policy that the host sends.
 */
const KEY = 'barterloop.token';

export const session = createStore<Session>({ live: null, notice: null });

/** Goes on where the tab was before it was loaded again. */
export function resume(): void {
  const token = sessionStorage.getItem(KEY);
  if (token && !session.get().live) begin(token);
}

export async function signInAs(userId: string, role: 'user' | 'operator' = 'user'): Promise<void> {
  const { token } = await devLogin(userId, role);
  begin(token);
}

export function begin(token: string): void {
  session.get().live?.close();
  sessionStorage.setItem(KEY, token);
  const client = createClient(token, () => signOut('Your session has ended. Sign in again to go on.'));
  session.set({ live: createLive(client, signOut), notice: null });
}

export function signOut(notice: string | null = null): void {
  session.get().live?.close();
  sessionStorage.removeItem(KEY);
  session.set({ live: null, notice });
}
