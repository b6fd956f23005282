import type { MailPort } from '../../src/digest/mail-port';
import { type RenderedDigest, renderDigest } from '../../src/digest/render-digest';
import { BarterError } from '../../src/errors';
import type { UserId } from '../../src/types';
import { signedFields } from './signed-fields';

/** What `nodemailer.createTransport(…)` is, as far as the adapter cares. */
export interface MailTransporter {
  // biome-ignore lint/suspicious/noExplicitAny: the transporter's own type of a message
  sendMail(message: any): Promise<unknown>;
  /** What it was made with; looked at for `dkim`. */
  options?: object;
}

/** Who writes to whom. */
export interface MailTransportOptions {
  /** `Swaps <swaps@example.org>`. */
  from: string;
  /** Where to write to this person; null: nowhere, and the digest is refused. The address should be known to be theirs. */
  addressOf(userId: UserId): string | null | Promise<string | null>;
  /**
   * Where this person has no more digests sent: a link that says by itself who they are (signed, say), as mail clients POST
   * to it without signing in (RFC 8058). A GET must change nothing, as scanners follow links. Https, but for trying it out.
   */
  unsubscribeUrl(userId: UserId): string | Promise<string>;
  /** The page with the inbox. @defaultValue no link */
  inboxUrl?: string;
  /** Words of your own. @defaultValue renderDigest */
  render?: (...of: Parameters<typeof renderDigest>) => RenderedDigest;
}

/**
 * Digests by mail, through the host's own nodemailer transporter: text and HTML, with the headers by which mail clients
 * offer to unsubscribe with one click. If the transporter signs (DKIM), the signature covers these headers.
 *
 * What a server refuses about the recipient or the message for good (5xx), or a person without an address, is a BarterError
 * `mail-refused`; everything else (4xx, no connection, refused credentials) is tried again by the engine.
 * @example
 * const mail = mailTransport(createTransport(process.env.SMTP_URL), { from, addressOf, unsubscribeUrl });
 * const engine = createBarterEngine({ mail });
 * @throws BarterError `invalid-options` where `from` holds no address.
 */
export function mailTransport(transporter: MailTransporter, options: MailTransportOptions): MailPort {
  const { from, addressOf, unsubscribeUrl, inboxUrl, render = renderDigest } = options;
  const domain = /@([^\s@<>]+)>?\s*$/.exec(from)?.[1];
  if (domain === undefined)
    throw new BarterError('invalid-options', `Mails need somebody to come from: ${from} holds no address.`);
  return {
    async send(digest) {
      const { id, userId } = digest;
      const address = await addressOf(userId);
      if (address === null || !ONE_ADDRESS.test(address))
        throw new BarterError('mail-refused', `${userId} has no address to write to.`);
      const unsubscribe = webAddress(await unsubscribeUrl(userId));
      const rendered = render(digest, { unsubscribe, ...(inboxUrl !== undefined && { inbox: inboxUrl }) });
      const dkim = signedFields(transporter.options);
      try {
        await transporter.sendMail({
          ...rendered,
          from,
          to: { name: '', address },
          messageId: `<${id}@${domain}>`,
          headers: {
            'List-Unsubscribe': { prepared: true, value: `<${unsubscribe}>` },
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            'Auto-Submitted': 'auto-generated',
          },
          disableFileAccess: true,
          disableUrlAccess: true,
          ...(dkim && { dkim }),
        });
      } catch (cause) {
        if (!isLasting(cause)) throw cause;
        throw new BarterError('mail-refused', `The mail to ${userId} was refused for good.`, { cause });
      }
    },
  };
}

/** One, without a name: what users say must not become several recipients. */
const ONE_ADDRESS = /^[^\s@,;:<>()"[\]\\]+@[^\s@,;:<>()"[\]\\]+$/;

/** @throws BarterError `invalid-options` */
function webAddress(link: string): string {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href;
  throw new BarterError('invalid-options', `The way to unsubscribe is no web address: ${link}`);
}

/** The recipient or the message was refused with 5xx. A refused sender or login is for the host to mend, and no fault of this mail. */
function isLasting(error: unknown): boolean {
  const { responseCode, command } = (error ?? {}) as { responseCode?: unknown; command?: unknown };
  const isRefusal = typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600;
  return isRefusal && (command === 'RCPT TO' || command === 'DATA');
}
