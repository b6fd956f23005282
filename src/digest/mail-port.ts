import type { DigestLanguage, Notification, UserId } from '../types';

/** What one person has missed: no device has shown it, and they have not read it. */
export interface Digest {
  /** Hash of person and day: the same for one that is sent again. Of letters, digits and `-`. */
  id: string;
  userId: UserId;
  language: DigestLanguage;
  /** Newest first, from 1 to 50. */
  notifications: Notification[];
  /** Whether more has been missed than is in it; it waits for the next one. */
  hasMore: boolean;
}

/** How digests leave. */
export interface MailPort {
  /**
   * Resolves once the mail is somebody else's to deliver. Rejects with a BarterError `mail-refused` where trying again
   * today is of no use, and with anything else where it may help. One that was sent may come again under its id.
   */
  send(digest: Digest): Promise<void>;
}
