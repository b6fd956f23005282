import type { Notification } from '../types';

/** How a notification reaches a person now. What it cannot take stays in the outbox and is tried again. */
export interface BarterTransport {
  /**
   * Resolves when the message has been handed on, with how many devices it went to (0: the person is away and finds
   * it in the inbox). Rejects when it could not be handed on at all. The same id may come twice: receivers drop repeats.
   */
  deliver(notification: Notification): Promise<{ receivers: number }>;
  /** Connected devices, where the transport can know it. */
  connectedClients?(): number;
  /** Idempotent; closes only what the transport itself made. */
  close(): Promise<void>;
}
