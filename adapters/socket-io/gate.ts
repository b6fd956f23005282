import type { SocketIoNamespaceLike, SocketIoSocketLike } from './types';

/** Why a connection was refused; the client finds it as `error.data.code` in `connect_error`. */
export type ConnectRefusal =
  /** No token, or not a valid one. */
  | 'unauthorized'
  /** The token's time was up when it arrived. */
  | 'expired'
  /** The check itself failed; trying again may help. */
  | 'auth-failed'
  /** The session to be recovered belongs to somebody else; connect with a new client object. */
  | 'session-mismatch'
  /** This person has too many connections open. */
  | 'too-many-connections'
  /** The transport has been closed. */
  | 'closed';

const SENTENCES: Record<ConnectRefusal, string> = {
  unauthorized: 'Send a valid token as auth.token of the handshake.',
  expired: 'The token has expired; get a new one and connect again.',
  'auth-failed': 'The token could not be checked; try again later.',
  'session-mismatch': 'This session belongs to another user; open a new connection.',
  'too-many-connections': 'Too many open connections for this user; close one first.',
  closed: 'The server is closing; try again later.',
};

/** The error that Socket.IO turns into `connect_error`. */
export function refusal(code: ConnectRefusal): Error & { data: { code: ConnectRefusal } } {
  return Object.assign(new Error(SENTENCES[code]), { data: { code } });
}

/** Lets a socket in (null) or says why not. */
export type Admit = (socket: SocketIoSocketLike) => Promise<ConnectRefusal | null>;

// Socket.IO has no way to take a middleware out again. One is installed per namespace, once, and asks whoever is in
// charge; when nobody is, it refuses, so that closing a transport never opens the door.
const inCharge = new WeakMap<SocketIoNamespaceLike, { admit: Admit | null }>();

/** Puts `admit` in charge of a namespace. Returns the way to resign, or null where somebody already is in charge. */
export function takeCharge(namespace: SocketIoNamespaceLike, admit: Admit): (() => void) | null {
  const known = inCharge.get(namespace);
  if (known?.admit) return null;
  const post = known ?? { admit: null };
  if (!known) {
    inCharge.set(namespace, post);
    namespace.use((socket, next) => {
      if (!post.admit) {
        next(refusal('closed'));
        return;
      }
      post.admit(socket).then(
        (code) => next(code ? refusal(code) : undefined),
        () => next(refusal('auth-failed')),
      );
    });
  }
  post.admit = admit;
  return () => {
    if (post.admit === admit) post.admit = null;
  };
}
