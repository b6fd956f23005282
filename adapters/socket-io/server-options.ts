/**
 * Options for `new Server(httpServer, { ...recommendedServerOptions, cors, allowRequest })`.
 *
 * `skipMiddlewares: false` matters most: with Socket.IO's default a recovered socket passes no middleware, so a token
 * that has expired or been revoked meanwhile would go on working.
 */
export const recommendedServerOptions = Object.freeze({
  connectionStateRecovery: Object.freeze({ maxDisconnectionDuration: 120_000, skipMiddlewares: false }),
  /** Clients have nothing to say beyond their handshake. Socket.IO's default is 1 MB a message. */
  maxHttpBufferSize: 16_384,
  /** How long a connection may stay without a handshake. Socket.IO's default is 45 s. */
  connectTimeout: 10_000,
  /** The browser bundle comes with the page, not from the API. */
  serveClient: false,
});
