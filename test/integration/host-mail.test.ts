import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../examples/express-host/src/config';
import { unsubscribeLinks } from '../../examples/express-host/src/unsubscribe';
import { manualClock } from '../../src/testing';
import { SECRET, startHost } from '../support/host';
import { smtpServer } from '../support/smtp';

const MAIL = { from: 'Swaps <swaps@swap.example>', publicUrl: 'https://swap.example/host' };
const PREFERENCES = '/api/v1/preferences';
const EVENING = Date.UTC(2026, 0, 15, 21, 0); // 23:00 in Cairo

/** Ana is offered a swap in her quiet hours; her mail is due at eight. */
async function eveningInCairo(smtpUrl: string | undefined) {
  const clock = manualClock(EVENING);
  const host = await startHost({
    clock,
    cleanupEveryMs: 0,
    digestEveryMs: 0,
    ...(smtpUrl && { mail: { ...MAIL, smtpUrl } }),
  });
  // Tokens last an hour.
  const as = async (userId: string, method: string, path: string, body?: unknown) =>
    host.call(method, path, { token: await host.login(userId), ...(body !== undefined && { body }) });
  const put = await as('ana', 'PUT', PREFERENCES, {
    timeZone: 'Africa/Cairo',
    quietHours: { from: '22:00', to: '09:00' },
    digest: { at: '09:30', language: 'ar' },
  });
  expect(put.status).toBe(200);
  expect((await as('ana', 'PUT', '/api/v1/me', { email: 'ana@people.example' })).status).toBe(200);
  await as('ana', 'POST', '/api/v1/items', { title: 'Phone <b>', desiredKeywords: 'thinkpad' });
  const { body } = await as('ben', 'POST', '/api/v1/items', { title: 'ThinkPad', desiredKeywords: 'phone' });
  expect(body.message).toBe('Found 1 matches, sent 1 notifications');
  return {
    ...host,
    clock,
    as,
    morning: () => clock.advance(Date.UTC(2026, 0, 16, 7, 30) - clock.now()),
    async [Symbol.asyncDispose]() {
      await host.close();
    },
  };
}

describe('the host', () => {
  it('holds news back in quiet hours and mails what was missed, with a link that ends it', async () => {
    const server = await smtpServer();
    await using host = await eveningInCairo(server.url);
    const [held] = (await host.as('ana', 'GET', '/api/v1/notifications')).body.data;
    expect(held).toMatchObject({ heldBy: 'quiet-hours', deliverAt: '2026-01-16T07:00:00.000Z' });
    host.morning();
    expect(await host.host.engine.sendDigests()).toBe(1);
    const [{ parsed, to }] = server.mails as [(typeof server.mails)[number]];
    expect(to).toEqual(['ana@people.example']);
    expect(parsed.subject).toBe('جديد عن مقايضة واحدة');
    expect(parsed.html).toContain('<bdi>Phone &lt;b&gt;</bdi>');
    expect((await host.call('GET', '/metrics')).status).toBe(200);

    const list = parsed.headers.get('list') as unknown as { unsubscribe: { url: string } };
    const link = list.unsubscribe.url;
    expect(link.startsWith(`${MAIL.publicUrl}/unsubscribe/`)).toBe(true);
    const pathname = link.slice(MAIL.publicUrl.length); // as what stands in front passes it on
    const ask = (method: string, path: string, more: RequestInit = {}) => fetch(host.url + path, { method, ...more });
    const wants = async () => (await host.as('ana', 'GET', PREFERENCES)).body.data;
    // A scanner opens it.
    const page = await ask('GET', pathname);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('<form method="post">');
    expect(await wants()).toHaveProperty('digest');
    // One click, without cookies, token or origin; then the button of the page, whose origin is null.
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const click = { headers, body: 'List-Unsubscribe=One-Click', redirect: 'manual' } as const;
    expect((await ask('POST', pathname, click)).status).toBe(200);
    expect(await wants()).toEqual({
      userId: 'ana',
      timeZone: 'Africa/Cairo',
      quietHours: { from: '22:00', to: '09:00' },
    });
    expect((await ask('POST', pathname, { headers: { Origin: 'null' } })).status).toBe(200);
    // Nobody else's name under ana's signature.
    const [, token] = /\/unsubscribe\/(.*)$/.exec(pathname)!;
    const forged = `${Buffer.from('ben').toString('base64url')}.${token!.split('.')[1]}`;
    for (const wrong of [forged, `${token}x`, token!.slice(0, -1), 'x.y', '%00'])
      expect((await ask('POST', `/unsubscribe/${wrong}`)).status, wrong).toBe(404);
    await server.close();
  });

  it('writes digests into its log where it has no mail server', async () => {
    await using host = await eveningInCairo(undefined);
    host.morning();
    expect(await host.host.engine.sendDigests()).toBe(1);
    expect(host.log.map(({ msg }) => msg)).toContain('A digest is due; without SMTP_URL it is not mailed');
  });

  it('refuses times, zones and addresses that are none', async () => {
    await using host = await startHost();
    const token = await host.login('ana');
    const put = (path: string, body: unknown) => host.call('PUT', path, { token, body });
    for (const wrong of [
      { quietHours: { from: '22:00', to: '07:00' } },
      { timeZone: 'Mars/Olympus', digest: { at: '08:00' } },
      { timeZone: 'UTC', digest: { at: '8:00' } },
      { timeZone: 'UTC', digest: { at: '08:00', language: 'xx' } },
      { timeZone: 'UTC', quietHours: { from: '07:00', to: '07:00' } },
    ])
      expect((await put(PREFERENCES, wrong)).status, JSON.stringify(wrong)).toBe(400);
    for (const wrong of [{}, { email: 'ana' }, { email: 'a@b.example, c@d.example' }])
      expect((await put('/api/v1/me', wrong)).status, JSON.stringify(wrong)).toBe(400);
    expect((await put('/api/v1/me', { contact: 'phone' })).body.data).toEqual({
      userId: 'ana',
      contact: 'phone',
      email: null,
    });
    expect((await put('/api/v1/me', { email: 'ana@people.example' })).body.data.contact).toBe('phone');
    await host.call('DELETE', '/api/v1/me', { token });
    expect((await host.call('GET', '/api/v1/me', { token: await host.login('ana') })).body.data.email).toBeNull();
  });
});

describe('links to unsubscribe', () => {
  it('outlast a restart with the same secret, and no other secret', () => {
    const token = unsubscribeLinks(SECRET).tokenFor('ana — عنا');
    expect(unsubscribeLinks(SECRET).userOf(token)).toBe('ana — عنا');
    expect(unsubscribeLinks(`${SECRET} `).userOf(token)).toBeNull();
  });
});

describe('the environment', () => {
  it('says how to mail, all of it or nothing', () => {
    const smtp = { SMTP_URL: 'smtp://127.0.0.1:2525' };
    expect(readEnvironment({}).options.mail).toBeUndefined();
    expect(readEnvironment({ ...smtp, MAIL_FROM: 'a@b.example', PORT: '3001' }).options.mail).toEqual({
      smtpUrl: smtp.SMTP_URL,
      from: 'a@b.example',
      publicUrl: 'http://localhost:3001',
    });
    expect(() => readEnvironment(smtp)).toThrow('MAIL_FROM');
    expect(() => readEnvironment({ SMTP_URL: 'http://a', MAIL_FROM: 'a@b.example' })).toThrow('SMTP_URL');
    const production = { NODE_ENV: 'production', JWT_SECRET: SECRET };
    expect(() => readEnvironment({ ...production, ...smtp, MAIL_FROM: 'a@b.example' })).toThrow('PUBLIC_URL');
  });
});
