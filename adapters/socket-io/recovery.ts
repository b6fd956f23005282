import type { SocketIoNamespaceLike, SocketIoSocketLike } from './types';

interface Session {
  data: unknown;
  missedPackets: unknown[][];
}

interface RecoveringAdapter {
  restoreSession?: ((pid: string, offset: string) => Promise<Session | null>) | undefined;
}

/** Keeps what a client missed until its token has been checked again. */
export interface MissedMessages {
  /** Sends a recovered socket what was kept for it; nothing where nothing was. */
  replay(socket: SocketIoSocketLike): void;
  /** Puts the adapter back as it was. */
  release(): void;
}

/**
 * Socket.IO writes the missed messages of a recovered session to the wire when the socket object is made, which is
 * before any middleware runs: whoever holds an old session id would read them, whatever their token. So they are taken
 * out of the restored session here, and sent after the middlewares have let the socket in.
 */
export function holdMissedMessages(namespace: SocketIoNamespaceLike): MissedMessages {
  const adapter: RecoveringAdapter = namespace.adapter;
  const original = adapter.restoreSession;
  if (typeof original !== 'function') return { replay: () => {}, release: () => {} };

  const held = new WeakMap<object, unknown[][]>();
  const restoreSession = async (pid: string, offset: string): Promise<Session | null> => {
    const session = await original.call(adapter, pid, offset);
    if (!session) return session;
    // A copy: two sockets that present the same session must not share one object.
    const data = { ...(session.data as object | undefined) };
    held.set(data, session.missedPackets);
    return { ...session, data, missedPackets: [] };
  };
  adapter.restoreSession = restoreSession;

  return {
    replay(socket) {
      const data = socket.data;
      if (typeof data !== 'object' || data === null) return;
      const packets = held.get(data);
      held.delete(data);
      for (const packet of packets ?? []) {
        const [event, ...args] = packet;
        // The last argument is the position in the old session; sending again gives a new one.
        if (typeof event === 'string') socket.emit(event, ...args.slice(0, -1));
      }
    },
    release() {
      if (adapter.restoreSession !== restoreSession) return;
      if (Object.getPrototypeOf(adapter)?.restoreSession === original) delete adapter.restoreSession;
      else adapter.restoreSession = original;
    },
  };
}
