import type { BarterEngine, BarterStorage, Clock } from 'barterloop';
import type { SocketIoTransport } from 'barterloop/adapters/socket-io';
import type { Logger } from 'pino';
import type { Auth } from './auth';
import type { Replays } from './idempotency';
import type { HostItems } from './items.store';
import type { RateLimiters } from './rate-limits';
import type { Turns } from './turns';
import type { Users } from './users';

/** What the routes work with; each takes what it needs of it. */
export interface HostContext {
  engine: BarterEngine;
  storage: BarterStorage & { items: HostItems };
  transport: SocketIoTransport;
  users: Users;
  auth: Auth;
  clock: Clock;
  log: Logger;
  limiters: RateLimiters;
  replays: Replays;
  /** One writer per person, `owner <id>`: of their items and preferences, and of their leaving. */
  turns: Turns;
  itemsPerUser: number;
  newItemId: () => string;
}
