export type { ConnectRefusal } from './gate';
export { recommendedServerOptions } from './server-options';
export {
  type AuthenticateAnswer,
  roomOf,
  type SocketIdentity,
  type SocketIoTransport,
  type SocketIoTransportOptions,
  socketIoTransport,
} from './transport';
export type {
  SocketIoHandshake,
  SocketIoNamespaceLike,
  SocketIoRoomLike,
  SocketIoServerLike,
  SocketIoSocketLike,
} from './types';
export { MATCH_FOUND, MATCH_WITHDRAWN, type MatchMessage } from './wire';
