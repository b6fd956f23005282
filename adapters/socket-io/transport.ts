import { BarterError } from '../../src/errors';
import { type Clock, type Logger, silentLogger, systemClock } from '../../src/runtime';
import type { BarterTransport } from '../../src/transport/transport';
import type { Notification, UserId } from '../../src/types';
import { atInstant } from './deadline';
import { type ConnectRefusal, takeCharge } from './gate';
import { holdMissedMessages } from './recovery';
import type { SocketIoHandshake, SocketIoServerLike, SocketIoSocketLike } from './types';
import { eventOf, toMessage } from './wire';

/** Who a verified token speaks for. */
export interface SocketIdentity {
  userId: UserId;
  /** Absolute milliseconds; the socket is dropped then. Absent: it may stay as long as it likes. */
  expiresAt?: number;
}

/** What `authenticate` answers; anything without a user id refuses the connection. */
export type AuthenticateAnswer = SocketIdentity | UserId | null | undefined | false;

/** What {@link socketIoTransport} needs to know. */
export interface SocketIoTransportOptions {
  /**
   * Verifies the token of a handshake and says whose it is. The room a socket joins comes from this answer and from
   * nothing the client says otherwise. A rejection refuses the connection with `auth-failed`.
   */
  authenticate: (handshake: SocketIoHandshake) => AuthenticateAnswer | Promise<AuthenticateAnswer>;
  /**
   * What a person may have missed, oldest first: sent to each socket of theirs that connects anew. Clients drop what they
   * have seen by its id. @defaultValue nothing
   */
  unreadOf?: (userId: UserId) => Promise<readonly Notification[]>;
  /** @defaultValue `'/'` */
  namespace?: string;
  /** Connections one person may have open on this process. @defaultValue 20 */
  maxSocketsPerUser?: number;
  /** @defaultValue the system's */
  clock?: Clock;
  /** Connections and refusals, never tokens. @defaultValue silent */
  logger?: Logger;
}

/** A {@link BarterTransport} over sockets, with what a host wants to ask of it besides. */
export interface SocketIoTransport extends BarterTransport {
  /** Connected sockets that passed `authenticate`, on this process. */
  connectedClients(): number;
  /** Sockets of one person, on all processes that share a Socket.IO adapter. */
  socketsOf(userId: UserId): Promise<number>;
  /** Drops all sockets of one person: their token has been revoked, or they are gone. */
  disconnectUser(userId: UserId): void;
  /**
   * Stops: listeners off, timers cleared, newcomers refused with `closed`. Connected sockets stay connected and the
   * server stays open, for both are the host's; call `io.close()` to end them. Idempotent.
   */
  close(): Promise<void>;
}

type UnreadOf = NonNullable<SocketIoTransportOptions['unreadOf']>;

const ROOM_PREFIX = 'user:';
const DATA_KEY = 'barterloop';
const MAX_USER_ID_LENGTH = 512;

/** The room that one person's sockets are in. */
export function roomOf(userId: UserId): string {
  return `${ROOM_PREFIX}${userId}`;
}

/**
 * Tells people over the host's own Socket.IO server: `match:found` and `match:withdrawn` to the room `user:<id>`.
 *
 * Clients cannot choose their room, and nothing they emit is listened to. Set a Socket.IO adapter (Redis and the like)
 * before calling this.
 *
 * @throws BarterError `invalid-options` where the namespace already has an open transport, or an option is nonsense.
 * @example
 * const io = new Server(httpServer, { ...recommendedServerOptions });
 * const transport = socketIoTransport(io, { authenticate: ({ auth }) => verify(auth.token) });
 * const engine = createBarterEngine({ transport });
 */
export function socketIoTransport(io: SocketIoServerLike, options: SocketIoTransportOptions): SocketIoTransport {
  const { authenticate, unreadOf, maxSocketsPerUser = 20, clock = systemClock, logger = silentLogger } = options;
  if (typeof authenticate !== 'function') {
    throw new BarterError(
      'invalid-options',
      'socketIoTransport needs `authenticate`: a function that verifies a token.',
    );
  }
  if (!(maxSocketsPerUser >= 1)) {
    throw new BarterError('invalid-options', 'maxSocketsPerUser must be 1 or more (Infinity for no limit).');
  }
  const namespace = io.of(options.namespace ?? '/');

  let closed = false;
  const identities = new WeakMap<SocketIoSocketLike, SocketIdentity>();
  const connected = new Map<SocketIoSocketLike, () => void>();
  const socketsByUser = new Map<UserId, Set<SocketIoSocketLike>>();

  const admit = async (socket: SocketIoSocketLike): Promise<ConnectRefusal | null> => {
    const { auth, headers, address } = socket.handshake;
    let answer: AuthenticateAnswer;
    try {
      answer = await authenticate({ auth, headers, address });
    } catch (error) {
      logger('warn', 'A token could not be checked', { error: errorName(error) });
      return 'auth-failed';
    }
    if (closed) return 'closed';
    const identity = asIdentity(answer);
    if (!identity) return 'unauthorized';
    if (identity.expiresAt !== undefined && identity.expiresAt <= clock.now()) return 'expired';
    if (socket.recovered && rememberedUser(socket) !== identity.userId) return 'session-mismatch';
    if (openSockets(identity.userId) >= maxSocketsPerUser) return 'too-many-connections';
    identities.set(socket, identity);
    remember(socket, identity.userId);
    // A recovered socket brings its old rooms; the only room of a person it may be in is its own.
    for (const room of [...socket.rooms]) if (room.startsWith(ROOM_PREFIX)) socket.leave(room);
    await socket.join(roomOf(identity.userId));
    return null;
  };

  const onConnection = (socket: SocketIoSocketLike) => {
    const identity = identities.get(socket);
    if (!identity) {
      // It came past the middleware, which a server with `skipMiddlewares: true` does to recovered sockets.
      logger('warn', 'Dropped a socket that was not authenticated; set skipMiddlewares: false', {
        socketId: socket.id,
      });
      socket.disconnect(true);
      return;
    }
    const { userId, expiresAt } = identity;
    if (openSockets(userId) >= maxSocketsPerUser) {
      // Of a burst of handshakes, each saw room for itself.
      socket.disconnect(true);
      return;
    }
    const cancelExpiry =
      expiresAt === undefined
        ? () => {}
        : atInstant(clock, expiresAt, () => {
            logger('info', `Token expired, dropping client: ${socket.id}`, { socketId: socket.id, userId });
            socket.disconnect(true);
          });
    const forget = () => {
      cancelExpiry();
      connected.delete(socket);
      const others = socketsByUser.get(userId);
      others?.delete(socket);
      if (others?.size === 0) socketsByUser.delete(userId);
    };
    const onDisconnect = (reason: string) => {
      forget();
      logger('info', `Client disconnected: ${socket.id}`, { socketId: socket.id, userId, reason });
    };
    connected.set(socket, () => {
      socket.off('disconnect', onDisconnect);
      forget();
    });
    socketsByUser.set(userId, (socketsByUser.get(userId) ?? new Set()).add(socket));
    socket.on('disconnect', onDisconnect);
    logger('info', `Client connected: ${socket.id}`, { socketId: socket.id, userId, recovered: socket.recovered });
    logger('info', `User ${userId} joined their notification room`, { socketId: socket.id, userId });
    if (socket.recovered) missed.replay(socket);
    else if (unreadOf) sendUnread(socket, userId, unreadOf);
  };

  const sendUnread = async (socket: SocketIoSocketLike, userId: UserId, unreadOf: UnreadOf) => {
    try {
      for (const notification of await unreadOf(userId)) socket.emit(eventOf(notification), toMessage(notification));
    } catch (error) {
      logger('warn', 'What a client missed could not be read; it is in the inbox', { userId, error: errorName(error) });
    }
  };

  const openSockets = (userId: UserId) => socketsByUser.get(userId)?.size ?? 0;

  const resign = takeCharge(namespace, admit);
  if (!resign) {
    throw new BarterError(
      'invalid-options',
      `The namespace ${namespace.name} already has a transport; close it first, or use another namespace.`,
    );
  }
  const missed = holdMissedMessages(namespace);
  namespace.on('connection', onConnection);

  return {
    async deliver(notification) {
      if (closed) throw new BarterError('closed', 'The Socket.IO transport is closed; make a new one to deliver.');
      const room = namespace.in(roomOf(notification.userId));
      const receivers = (await room.fetchSockets()).length;
      // Sent to an empty room too: a client that is back within the recovery time gets it then.
      room.emit(eventOf(notification), toMessage(notification));
      return { receivers };
    },
    connectedClients: () => connected.size,
    socketsOf: async (userId) => (await namespace.in(roomOf(userId)).fetchSockets()).length,
    disconnectUser(userId) {
      namespace.in(roomOf(userId)).disconnectSockets(true);
    },
    async close() {
      if (closed) return;
      closed = true;
      resign();
      missed.release();
      namespace.off('connection', onConnection);
      for (const release of [...connected.values()]) release();
    },
  };
}

function asIdentity(answer: AuthenticateAnswer): SocketIdentity | null {
  const identity = typeof answer === 'string' ? { userId: answer } : answer;
  if (!identity || typeof identity !== 'object') return null;
  const { userId, expiresAt } = identity;
  if (typeof userId !== 'string' || userId.length === 0 || userId.length > MAX_USER_ID_LENGTH) return null;
  if (expiresAt === undefined) return { userId };
  // NaN would never expire.
  return Number.isFinite(expiresAt) ? { userId, expiresAt } : null;
}

function rememberedUser(socket: SocketIoSocketLike): UserId | undefined {
  const data = socket.data as { [DATA_KEY]?: { userId?: UserId } } | null | undefined;
  return data?.[DATA_KEY]?.userId;
}

function remember(socket: SocketIoSocketLike, userId: UserId): void {
  socket.data ??= {};
  (socket.data as { [DATA_KEY]?: { userId: UserId } })[DATA_KEY] = { userId };
}

/** The name only: the message of a verification error may hold the token. */
function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
