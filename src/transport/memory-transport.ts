import type { Notification } from '../types';
import { plainCopy } from '../util/plain-copy';
import type { BarterTransport } from './transport';

export interface MemoryTransport extends BarterTransport {
  /** Everything delivered, in order. */
  readonly sent: Notification[];
}

/** Keeps what it is given: the default, and a way to look on. */
export function memoryTransport(): MemoryTransport {
  const sent: Notification[] = [];
  return {
    sent,
    deliver: async (notification) => {
      sent.push(plainCopy(notification));
      return { receivers: 1 };
    },
    close: async () => {},
  };
}
