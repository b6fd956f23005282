/**
 * The parts of socket.io that the adapter uses, by structure: the host brings its own server and its own version, and
 * this package needs neither at run time.
 */

/** What `new Server()` of socket.io is, as far as the adapter cares. */
export interface SocketIoServerLike {
  of(name: string): SocketIoNamespaceLike;
}

/** A namespace of a Socket.IO server. */
export interface SocketIoNamespaceLike {
  readonly name: string;
  readonly adapter: object;
  use(middleware: (socket: SocketIoSocketLike, next: (error?: Error) => void) => void): unknown;
  on(event: 'connection', listener: (socket: SocketIoSocketLike) => void): unknown;
  off(event: 'connection', listener: (socket: SocketIoSocketLike) => void): unknown;
  in(room: string): SocketIoRoomLike;
}

/** The sockets of one room. */
export interface SocketIoRoomLike {
  emit(event: string, payload: unknown): unknown;
  fetchSockets(): Promise<readonly unknown[]>;
  disconnectSockets(close?: boolean): unknown;
}

/** One connected client. */
export interface SocketIoSocketLike {
  readonly id: string;
  readonly recovered: boolean;
  readonly rooms: ReadonlySet<string>;
  readonly handshake: SocketIoHandshake;
  /** The host's own; the adapter keeps one key here, so that it outlives a short disconnection. */
  data: unknown;
  join(room: string): unknown;
  leave(room: string): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(close?: boolean): unknown;
  on(event: 'disconnect', listener: (reason: string) => void): unknown;
  off(event: 'disconnect', listener: (reason: string) => void): unknown;
}

/**
 * What `authenticate` gets to see. The query string is left out on purpose: URLs end up in logs and histories, so a
 * token in one must not work.
 */
export interface SocketIoHandshake {
  readonly auth: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly address: string;
}
