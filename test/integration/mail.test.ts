import { generateKeyPairSync } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { type MailTransportOptions, mailTransport } from '../../adapters/mail';
import { type Digest, isBarterError, renderDigest } from '../../src';
import { sampleNotification } from '../../src/testing';
import { type Refuse, smtpServer } from '../support/smtp';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const digest = (change: Partial<Digest> = {}): Digest => ({
  id: 'DIG-0123456789abcdef',
  userId: 'ana',
  language: 'en',
  hasMore: false,
  notifications: [sampleNotification({ gets: { itemId: 'b', itemTitle: 'Lamp <script>alert(1)</script> — مصباح' } })],
  ...change,
});

/** A mail server, and a port that writes to it. */
async function post(refuse?: Refuse, options: Partial<MailTransportOptions> = {}, transport: object = {}) {
  const server = await smtpServer(refuse);
  closing.push(server.close);
  const { hostname: host, port } = new URL(server.url);
  const transporter = createTransport({ host, port: Number(port), ...transport });
  const mail = mailTransport(transporter, {
    from: 'Swaps <swaps@swap.example>',
    addressOf: (userId) => `${userId}@people.example`,
    unsubscribeUrl: (userId) => `https://swap.example/unsubscribe?token=${userId}.${'k'.repeat(120)}`,
    inboxUrl: 'https://swap.example/',
    ...options,
  });
  return { mail, mails: server.mails };
}

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'taken',
    (error: unknown) => (isBarterError(error) ? error.code : 'again'),
  );

describe('a digest on a mail server', () => {
  it('says the same as text and as HTML, to one person, with the ways to unsubscribe', async () => {
    const { mail, mails } = await post();
    await mail.send(digest());
    const [{ parsed, to, raw }] = mails as [(typeof mails)[number]];
    expect(to).toEqual(['ana@people.example']);
    expect(parsed.from?.text).toBe('"Swaps" <swaps@swap.example>');
    const unsubscribe = `https://swap.example/unsubscribe?token=ana.${'k'.repeat(120)}`;
    const { subject, text, html } = renderDigest(digest(), { inbox: 'https://swap.example/', unsubscribe });
    expect(parsed.subject).toBe(subject);
    expect(parsed.text).toBe(text);
    expect(parsed.html).toBe(html);
    expect(parsed.html).not.toContain('<script>');
    expect(parsed.messageId).toBe('<DIG-0123456789abcdef@swap.example>');
    const lines = parsed.headerLines.map(({ line }) => line);
    expect(lines).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(parsed.headers.get('list')).toMatchObject({ unsubscribe: { url: unsubscribe } });
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(raw.match(/^List-Unsubscribe:/gim)).toHaveLength(1);
  });

  it('is written from right to left in Arabic', async () => {
    const { mail, mails } = await post();
    await mail.send(digest({ language: 'ar' }));
    expect(mails[0]!.parsed.subject).toBe('جديد عن مقايضة واحدة');
    expect(mails[0]!.parsed.html).toContain('<body dir="rtl">');
    expect(mails[0]!.parsed.text).toContain('وتحصل على \u2068Lamp');
  });

  it('is written in the words of the host, where it has its own', async () => {
    const { mail, mails } = await post(undefined, {
      render: () => ({ subject: 'Hi', text: 'yes', html: '<p>yes</p>' }),
    });
    await mail.send(digest());
    expect(mails[0]!.parsed.subject).toBe('Hi');
  });

  it.each([
    ['who refuses the person for good', 'to', 550, 'mail-refused'],
    ['who has no room for them just now', 'to', 452, 'again'],
    ['who refuses the message for good', 'data', 554, 'mail-refused'],
    ['who is busy', 'data', 451, 'again'],
    ['who does not know us', 'from', 550, 'again'],
  ] as const)('comes back from a server %s', async (_, at, code, expected) => {
    const { mail, mails } = await post((stage) => (stage === at ? { code, message: 'No' } : null));
    expect(await outcome(mail.send(digest()))).toBe(expected);
    expect(mails).toHaveLength(0);
  });

  it('is tried again where nobody answers', async () => {
    const mail = mailTransport(createTransport('smtp://127.0.0.1:1'), {
      from: 'a@b.example',
      addressOf: () => 'ana@people.example',
      unsubscribeUrl: () => 'https://swap.example/',
    });
    expect(await outcome(mail.send(digest()))).toBe('again');
  });

  it.each([
    null,
    'ana',
    'a@b.example, c@d.example',
    'a@b.example>',
    'x <a@b.example>',
    'a@b.example\r\nBcc: c@d.example',
  ])('is refused where the address is %j', async (address) => {
    const { mail, mails } = await post(undefined, { addressOf: () => address });
    expect(await outcome(mail.send(digest()))).toBe('mail-refused');
    expect(mails).toHaveLength(0);
  });

  it('needs somebody to come from, and an address to unsubscribe at', async () => {
    await expect(post(undefined, { from: 'Swaps' })).rejects.toThrow('holds no address');
    const { mail } = await post(undefined, { unsubscribeUrl: () => 'javascript:alert(1)' });
    expect(await outcome(mail.send(digest()))).toBe('invalid-options');
  });
});

describe('a signed digest', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const dkim = { domainName: 'swap.example', keySelector: 'one', privateKey: key };

  it.each([
    ['where nothing is said of fields', {}],
    ['where the host names too few', { headerFieldNames: 'From:Subject' }],
    ['where the host names them', { headerFieldNames: 'From:list-unsubscribe-post:List-Unsubscribe' }],
  ])('is signed over both headers of unsubscribing %s', async (_, fields) => {
    const { mail, mails } = await post(undefined, {}, { dkim: { ...dkim, ...fields } });
    await mail.send(digest());
    const signature = /^DKIM-Signature:((?:.|\r\n[ \t])*)/im.exec(mails[0]!.raw)![1]!.replaceAll(/\s/g, '');
    const signed = /(?:^|;)h=([^;]*)/.exec(signature)![1]!.toLowerCase().split(':');
    expect(signed).toContain('from');
    for (const header of ['list-unsubscribe', 'list-unsubscribe-post'])
      expect(signed.filter((name) => name === header)).toHaveLength(1);
  });

  it('is not signed where the transporter does not', async () => {
    const { mail, mails } = await post();
    await mail.send(digest());
    expect(mails[0]!.raw).not.toMatch(/^DKIM-Signature:/im);
  });
});
