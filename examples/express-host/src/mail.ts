import type { MailPort, UserId } from 'barterloop';
import { mailTransport } from 'barterloop/adapters/mail';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { MailOptions } from './options';
import type { UnsubscribeLinks } from './unsubscribe';
import type { Users } from './users';

/** Digests by SMTP or, where the host has no mail server, a line in the log for each. */
export function digestMail(
  options: MailOptions | undefined,
  users: Users,
  links: UnsubscribeLinks,
  log: Logger,
): MailPort {
  if (!options) {
    return {
      send: async ({ userId, notifications }) => {
        log.info({ userId, notifications: notifications.length }, 'A digest is due; without SMTP_URL it is not mailed');
      },
    };
  }
  const { smtpUrl, from, publicUrl } = options;
  return mailTransport(createTransport(smtpUrl), {
    from,
    addressOf: (userId: UserId) => users.emailOf(userId),
    unsubscribeUrl: (userId: UserId) => `${publicUrl.replace(/\/+$/, '')}/unsubscribe/${links.tokenFor(userId)}`,
    inboxUrl: publicUrl,
  });
}
