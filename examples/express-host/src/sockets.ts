import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Clock } from 'barterloop';
import { recommendedServerOptions } from 'barterloop/adapters/socket-io';
import { Server, type Socket } from 'socket.io';
import type { RateLimits } from './options';
import type { OriginCheck } from './security';
import { createWindowCounter } from './window-counter';

/** A Socket.IO server on the host's port that other sites' pages cannot open and that floods do not hold up. */
export function createSocketServer(
  server: HttpServer,
  options: {
    isAllowed: OriginCheck;
    rateLimits: RateLimits;
    clock: Clock;
    trustsProxy: boolean;
    handshakeTimeoutMs?: number | undefined;
  },
): Server {
  const { isAllowed, rateLimits, clock, trustsProxy } = options;
  const handshakes = createWindowCounter(rateLimits.windowMs, clock);

  const io = new Server(server, {
    ...recommendedServerOptions,
    connectTimeout: options.handshakeTimeoutMs ?? recommendedServerOptions.connectTimeout,
    cors: { origin: (origin, answer) => answer(null, origin !== undefined && isAllowed(origin)) },
    // CORS alone does not stop WebSockets: a browser opens them across sites and merely says from where.
    allowRequest: (req, answer) => {
      if (!isAllowed(req.headers.origin)) answer('origin not allowed', false);
      else if (handshakes.count(addressOf(req, trustsProxy)) > rateLimits.handshakesPerAddress) {
        answer('too many connections', false);
      } else answer(null, true);
    },
  });
  io.on('connection', (socket) => dropTalkers(socket, rateLimits, clock));
  return io;
}

/** Clients have nothing to say here. Whatever they send is ignored, and who goes on sending is dropped. */
function dropTalkers(socket: Socket, { messagesPerSocket, windowMs }: RateLimits, clock: Clock): void {
  const messages = createWindowCounter(windowMs, clock);
  socket.use(() => {
    // `next` is not called: no message reaches any handler.
    if (messages.count(socket.id) > messagesPerSocket) socket.disconnect(true);
  });
}

function addressOf(req: IncomingMessage, trustsProxy: boolean): string {
  const forwarded = req.headers['x-forwarded-for'];
  // The last entry is the one that the nearest proxy has added; those before it are the client's word.
  const last = trustsProxy && typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined;
  return last || (req.socket.remoteAddress ?? '');
}
