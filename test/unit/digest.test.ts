import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarterError, type Digest, memoryStorage, renderDigest } from '../../src';
import { digestDay } from '../../src/digest/digest-day';
import { sampleNotification } from '../../src/testing';
import { HOUR, item, tradeEngine } from '../support/trades';
import { onTheWall, ZONES } from '../support/wall-clock';

/** The clock begins on 2026-01-01. */
const at = (hour: number) => Date.UTC(2026, 0, 1) + hour * HOUR;

function digestEngine(options: Parameters<typeof tradeEngine>[0] = {}) {
  const mails: Digest[] = [];
  const mail = { fail: undefined as Error | undefined };
  const failures: boolean[] = [];
  const t = tradeEngine({
    mail: {
      send: async (digest) => {
        if (mail.fail) throw mail.fail;
        mails.push(digest);
      },
    },
    ...options,
  });
  t.engine.on('digest:failed', ({ isLasting }) => failures.push(isLasting));
  let n = 0;
  return {
    ...t,
    mails,
    mail,
    failures,
    goTo: (hour: number) => t.clock.advance(at(hour) - t.clock.now()),
    want: (userId: string, own: object = {}) =>
      t.engine.setPreferences({
        userId,
        timeZone: 'UTC',
        quietHours: { from: '20:00', to: '07:00' },
        digest: { at: '08:00' },
        ...own,
      }),
    swap: async () => {
      n++;
      await t.put(item(`x${n}`, 'ana', 'a', 'b', { wants: [{ itemIds: [`y${n}`] }] }));
      await t.put(item(`y${n}`, 'ben', 'b', 'a', { wants: [{ itemIds: [`x${n}`] }] }));
    },
  };
}

describe('digestDay', () => {
  it('is of the day on the wall, from its time on, whatever the clocks do', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2024, 0, 2), max: Date.UTC(2026, 11, 30) }),
        fc.nat({ max: 23 }),
        fc.nat({ max: 59 }),
        (timeZone, now, hour, minute) => {
          const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
          const wall = onTheWall(timeZone, now);
          const today = Date.parse(`${wall.date}T00:00Z`) / 86_400_000;
          const expected = wall.time >= time ? today : today - 1;
          expect(digestDay({ userId: 'ana', timeZone, digest: { at: time } }, now)?.day).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a digest', () => {
  it('tells once a day what was neither shown nor read, and is then not pushed', async () => {
    const t = digestEngine({ policies: { throttle: [{ limit: 1, windowMs: 100 * HOUR }], cooldownMs: 0 } });
    await t.want('ana');
    t.goTo(7.5);
    for (let n = 0; n < 3; n++) await t.swap();
    expect(await t.engine.sendDigests()).toBe(0); // not yet
    t.goTo(8);
    const [newest] = await t.storage.notifications.inbox('ana', { limit: 1 });
    expect(newest).toMatchObject({ deliveredAt: null, heldBy: 'throttle' });
    await t.storage.notifications.markRead(newest!.id, 'ana', at(8));
    expect(await t.engine.sendDigests()).toBe(1);
    expect(t.mails).toMatchObject([{ userId: 'ana', language: 'en', hasMore: false }]);
    expect(t.mails[0]!.notifications).toHaveLength(1); // of three one was pushed, one is read
    expect(t.mails[0]!.notifications[0]).not.toHaveProperty('fingerprint');
    expect(await t.engine.sendDigests()).toBe(0);
    t.goTo(200);
    await t.engine.deliverDue();
    const mailed = t.mails[0]!.notifications[0]!.id;
    expect(t.transport.sent.map(({ id }) => id)).not.toContain(mailed);
    expect(await t.engine.sendDigests()).toBe(0); // days later, and nothing new
  });

  it('comes first when it is next due after it was wanted', async () => {
    const t = digestEngine();
    t.goTo(9);
    await t.want('ana', { quietHours: { from: '09:00', to: '09:30' } });
    await t.swap();
    t.goTo(9.2);
    await t.want('ana', { quietHours: { from: '09:00', to: '09:40' } });
    t.goTo(9.45);
    expect(await t.engine.sendDigests()).toBe(0);
    t.goTo(32);
    expect(await t.engine.sendDigests()).toBe(1);
  });

  it('tells of what reached no device', async () => {
    const t = digestEngine({ policies: { cooldownMs: 0 } });
    await t.want('ana', { quietHours: undefined });
    t.transport.deliver = async () => ({ receivers: 0 });
    await t.swap();
    t.goTo(8);
    expect(await t.engine.sendDigests()).toBe(1);
    expect(t.mails[0]!.notifications).toMatchObject([{ type: 'new_match' }]);
  });

  it('is one after several days, and waits for the end of quiet hours', async () => {
    const t = digestEngine();
    await t.want('ana', { digest: { at: '21:00' } });
    t.goTo(20.5);
    await t.swap();
    t.goTo(21 + 4 * 24); // the fifth evening, within quiet hours
    expect(await t.engine.sendDigests()).toBe(0);
    t.goTo(31 + 4 * 24);
    expect(await t.engine.sendDigests()).toBe(1);
    expect(t.mails).toHaveLength(1);
  });

  it('counts as told: whoever had it hears of the end', async () => {
    const t = digestEngine({ policies: { throttle: [{ limit: 1, windowMs: 100 * HOUR }], cooldownMs: 0 } });
    await t.want('ana');
    t.goTo(7.5);
    await t.swap();
    await t.swap();
    t.goTo(8);
    await t.engine.sendDigests();
    await t.drop(item('y2', 'ben', 'b', 'a'));
    await t.drop(item('y1', 'ben', 'b', 'a'));
    expect(t.transport.sent.filter(({ type, userId }) => type === 'match_withdrawn' && userId === 'ana')).toHaveLength(
      2,
    );
  });

  it('is tried again, ever later, and marked as sent only once it was taken', async () => {
    const t = digestEngine();
    await t.want('ana');
    t.goTo(5);
    await t.swap();
    t.mail.fail = new Error('451 come back later');
    const tries: number[] = [];
    t.engine.on('digest:failed', () => tries.push((t.clock.now() - at(8)) / 60_000));
    for (let minute = 0; minute < 300; minute += 5) {
      t.goTo(8 + minute / 60);
      await t.engine.sendDigests();
    }
    expect(tries).toEqual([0, 10, 20, 40, 80, 140, 200, 260]);
    t.mail.fail = undefined;
    t.goTo(8 + 320 / 60);
    expect(await t.engine.sendDigests()).toBe(1);
    expect(t.failures).not.toContain(true);
  });

  it('is given up for the day where it is refused for good, and what it told waits for the next', async () => {
    const t = digestEngine();
    await t.want('ana');
    t.goTo(5);
    await t.swap();
    t.mail.fail = new BarterError('mail-refused', 'No such user.');
    t.goTo(8);
    expect(await t.engine.sendDigests()).toBe(0);
    t.mail.fail = undefined;
    t.goTo(19);
    expect(await t.engine.sendDigests()).toBe(0);
    expect(t.failures).toEqual([true]);
    t.goTo(32);
    expect(await t.engine.sendDigests()).toBe(1);
    expect(t.mails[0]!.notifications).toHaveLength(1);
  });

  it('does not try everybody while the server is away', async () => {
    const t = digestEngine();
    for (const userId of ['u1', 'u2', 'u3', 'u4', 'u5', 'ana']) {
      await t.want(userId, { quietHours: undefined });
      await t.put(item(`x ${userId}`, userId, 'a', 'b'));
    }
    t.transport.deliver = async () => ({ receivers: 0 });
    await t.put(item('y', 'ben', 'b', 'a'));
    t.goTo(8);
    t.mail.fail = new Error('ECONNREFUSED');
    await t.engine.sendDigests();
    expect(t.failures).toHaveLength(3);
  });

  it('comes at once where its person has no quiet hours any more', async () => {
    const t = digestEngine();
    await t.want('ana', { quietHours: { from: '07:00', to: '20:00' } });
    t.goTo(7.5);
    await t.swap();
    t.goTo(8);
    expect(await t.engine.sendDigests()).toBe(0);
    await t.want('ana', { quietHours: undefined });
    t.goTo(8.1);
    expect(await t.engine.sendDigests()).toBe(1);
  });

  it('begins anew with who was forgotten and comes back', async () => {
    const t = digestEngine({ policies: { cooldownMs: 0 } });
    await t.want('ana', { quietHours: undefined });
    t.goTo(8);
    await t.engine.sendDigests();
    await t.engine.forgetUser('ana');
    await t.want('ana', { quietHours: undefined, digest: { at: '20:00' } });
    t.transport.deliver = async () => ({ receivers: 0 });
    await t.swap();
    t.goTo(20);
    expect(await t.engine.sendDigests()).toBe(1);
  });

  it('and pushes reach everybody, though a zone that is stored is not known here', async () => {
    const storage = memoryStorage();
    const t = digestEngine({ storage, policies: { cooldownMs: 0 } });
    // As a process that knows more zones has stored it.
    const quietHours = { from: '20:00', to: '07:00' };
    await storage.preferences.put({ userId: 'aya', timeZone: 'Mars/Olympus', quietHours, digest: { at: '08:00' } });
    await t.want('ben');
    t.goTo(5);
    await t.put(item('x', 'aya', 'a', 'b'));
    await t.put(item('y', 'ben', 'b', 'a'));
    expect(t.transport.sent.map(({ userId }) => userId)).toEqual(['aya']);
    t.goTo(8);
    expect(await t.engine.sendDigests()).toBe(1);
    expect(t.mails).toMatchObject([{ userId: 'ben' }]);
  });

  it('is only for who wants one', async () => {
    const t = digestEngine();
    await t.want('ana', { digest: undefined });
    t.goTo(5);
    await t.swap();
    t.goTo(10);
    expect(await t.engine.sendDigests()).toBe(0);
    await expect(t.want('ana', { timeZone: undefined, quietHours: undefined })).rejects.toThrow('timeZone');
    await expect(t.want('ana', { digest: { at: '8' } })).rejects.toThrow('digest.at');
  });
});

const digestOf = (titles: string[], language: 'en' | 'ar' = 'en'): Digest => ({
  id: 'DIG-1',
  userId: 'ana',
  language,
  hasMore: false,
  notifications: titles.map((itemTitle) => sampleNotification({ gets: { itemId: 'b', itemTitle } })),
});

describe('renderDigest', () => {
  it('says it in English and in Arabic, from right to left', () => {
    const english = renderDigest(digestOf(['Lamp']), {
      inbox: 'https://swap.example/?a=1&b=2',
      unsubscribe: 'https://swap.example/no',
    });
    expect(english.subject).toBe('News of a trade');
    expect(english.text).toBe(
      'This is what you have not seen yet:\n\nNew match\nYou give \u2068title of a\u2069 and get \u2068Lamp\u2069, in a swap of two.\n\n' +
        'Open your inbox:\nhttps://swap.example/?a=1&b=2\n\nSend me no more of these mails:\nhttps://swap.example/no\n',
    );
    expect(english.html).toContain('<html lang="en" dir="ltr">');
    expect(english.html).toContain('You give <bdi>title of a</bdi> and get <bdi>Lamp</bdi>, in a swap of two.');
    expect(english.html).toContain('<a href="https://swap.example/?a=1&amp;b=2">');
    const arabic = renderDigest({ ...digestOf(['دراجة', 'b', 'c'], 'ar'), hasMore: true });
    expect(arabic.subject).toBe('جديد عن 3 مقايضات');
    expect(arabic.html).toContain('<html lang="ar" dir="rtl">');
    expect(arabic.text).toContain('تعطي \u2068title of a\u2069 وتحصل على \u2068دراجة\u2069، في مقايضة بين شخصين.');
    expect(arabic.text).toContain('يوجد المزيد');
    expect([1, 2, 3, 11, 100].map((n) => renderDigest(digestOf(Array(n).fill('x'), 'ar')).subject)).toEqual([
      'جديد عن مقايضة واحدة',
      'جديد عن مقايضتين',
      'جديد عن 3 مقايضات',
      'جديد عن 11 مقايضة',
      'جديد عن 100 مقايضة',
    ]);
  });

  it('lets no title become markup or turn what stands around it', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[<>&"'a\u202e\u2066\u2069\r\n\u2028]{0,12}$/),
      fc.constant('\ud800'),
    );
    fc.assert(
      fc.property(nasty, fc.constantFrom('en' as const, 'ar' as const), (title, language) => {
        const { subject, text, html } = renderDigest(digestOf([title], language));
        const empty = renderDigest(digestOf([''], language));
        expect(subject).toBe(empty.subject);
        // Taken out again, the title leaves what is there without one.
        const inHtml = /get <bdi>(.*?)<\/bdi>|على <bdi>(.*?)<\/bdi>/.exec(html)!;
        const shown = inHtml[1] ?? inHtml[2]!;
        expect(shown).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        expect(html.replace(`<bdi>${shown}</bdi>`, '<bdi></bdi>')).toBe(empty.html);
        const line = text.split('\n')[3]!;
        const plain = line.split('\u2068')[2]!.split('\u2069')[0]!;
        expect(plain).not.toMatch(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\p{Cc}\p{Cs}\u2028\u2029]/u);
        expect(text.replace(`\u2068${plain}\u2069`, '\u2068\u2069')).toBe(empty.text);
      }),
      { numRuns: 2_000 },
    );
  });
});
