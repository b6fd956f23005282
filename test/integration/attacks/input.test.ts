import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHost, type TestHost } from '../../support/host';

let t: TestHost;
let token: string;
beforeAll(async () => {
  t = await startHost();
  token = await t.login('ana');
});
afterAll(() => t.close());

const ITEMS = '/api/v1/items';

/** Refused with this status, and nothing is different afterwards. */
async function refused(status: number, body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const before = await t.state();
  const answer = await t.call('POST', ITEMS, { token, body, headers });
  expect(answer.status, JSON.stringify(body)?.slice(0, 80)).toBe(status);
  expect(answer.body).toMatchObject({
    success: false,
    error: { code: expect.any(String), message: expect.any(String) },
  });
  expect(await t.state()).toBe(before);
  return answer.body.error.code;
}

/** Bytes that no JSON.stringify makes. */
async function refusedBytes(status: number, bytes: Uint8Array, headers: Record<string, string> = {}): Promise<void> {
  const before = await t.state();
  const answer = await fetch(t.url + ITEMS, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: bytes,
  });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ success: false });
  expect(await t.state()).toBe(before);
}

/** Taken as it is, and given back as it was. */
async function kept(body: Record<string, unknown>): Promise<void> {
  const created = await t.call('POST', ITEMS, { token, body });
  expect(created.status, JSON.stringify(body).slice(0, 80)).toBe(201);
  const { id } = created.body.data;
  const read = await t.call('GET', `${ITEMS}/${id}`, { token });
  expect(read.body.data).toMatchObject(body);
  expect(read.headers.get('content-type')).toMatch(/^application\/json/);
  expect((await t.call('DELETE', `${ITEMS}/${id}`, { token })).status).toBe(200);
}

describe('input', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    '18 %s is no key, and an id like any other',
    async (name) => {
      await refused(400, `{"title":"Phone","${name}":{"polluted":true}}`);
      await refused(400, `{"title":"Phone","wants":[{"itemIds":["x"],"${name}":{"polluted":true}}]}`);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();

      expect((await t.call('GET', `${ITEMS}/${name}`, { token })).status).toBe(404);
      expect((await t.call('DELETE', `${ITEMS}/${name}`, { token })).status).toBe(404);
      expect(await refused(400, { title: 'Phone', categoryId: name })).toBe('unknown-category');
      await kept({ title: name, wants: [{ itemIds: [name] }] });

      const other = await t.login(name);
      const created = await t.call('POST', ITEMS, { token: other, body: { title: 'Of a strange name' } });
      expect(created.body.data.ownerId).toBe(name);
      expect((await t.call('GET', ITEMS, { token: other })).body.data).toHaveLength(1);
      await t.call('DELETE', '/api/v1/me', { token: other });
    },
  );

  it('19 what is too large is refused before it is read', async () => {
    await refused(413, { title: 'Phone', description: 'x'.repeat(10_000_000) });
    await refused(413, { title: 'x'.repeat(1_000_000) });
    await refused(413, { title: 'Phone', wants: [{ keywords: Array.from({ length: 1_000_000 }, (_, i) => `w${i}`) }] });
  });

  it('19 what is too long is refused', async () => {
    await refused(400, { title: 'x'.repeat(201) });
    await refused(400, { title: 'Phone', description: 'x'.repeat(5_001) });
    await refused(400, { title: 'Phone', desiredKeywords: 'x'.repeat(1_001) });
    await refused(400, { title: 'Phone', wants: [{ keywords: Array.from({ length: 65 }, (_, i) => `w${i}`) }] });
    await refused(400, { title: 'Phone', categoryId: 'x'.repeat(201) });
  });

  it('19 what is too deep is refused before it is parsed', async () => {
    await refused(400, `${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    await refused(400, `{"title":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`);
    await kept({ title: 'Brackets in text are no depth', description: '['.repeat(4_000) });
  });

  it('19 what is no JSON is refused', async () => {
    await refused(400, '{"title":"Pho');
    await refused(400, '"title"');
    await refused(400, 'null');
    await refused(400, '');
    await refused(400, [{ title: 'Phone' }]);
    await refusedBytes(400, Uint8Array.from([...Buffer.from('{"title":"Ph'), 0xc3, 0x28, ...Buffer.from('"}')]));
    await refusedBytes(400, Uint8Array.from([...Buffer.from('{"title":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]));
  });

  it('19 other types and encodings are refused', async () => {
    await refused(415, '{"title":"Phone"}', { 'Content-Type': 'text/plain' });
    await refused(415, 'title=Phone', { 'Content-Type': 'application/x-www-form-urlencoded' });
    await refused(415, '{"title":"Phone"}', { 'Content-Type': 'application/json; charset=utf-16' });
    await refused(415, '<item/>', { 'Content-Type': 'application/xml' });
    const bomb = gzipSync(`{"title":"${'0'.repeat(50_000_000)}"}`);
    expect(bomb.length).toBeLessThan(64_000);
    await refusedBytes(415, bomb, { 'Content-Encoding': 'gzip' });
    await refusedBytes(415, gzipSync('{"title":"Phone"}'), { 'Content-Encoding': 'x-gzip' });
  });

  it.each(['-1', '-0', '1e309', '-1e309', '1.5', '9007199254740993', '1e16', '"5"', 'true', 'null', '[5]', '{}'])(
    '20 %s is no amount of money',
    async (value) => {
      await refused(400, `{"title":"Phone","estimatedValue":${value}}`);
      await refused(400, `{"title":"Phone","maxValueLoss":${value}}`);
      await refused(400, `{"title":"Phone","wants":[{"maxValue":${value}}]}`);
      await refused(400, `{"title":"Phone","cash":{"maxPay":${value}}}`);
    },
  );

  it('20 other numbers have their bounds too', async () => {
    await refused(400, '{"title":"Phone","estimatedValue":NaN}');
    await refused(400, { title: 'Phone', location: { latitude: 91, longitude: 0 } });
    await refused(400, { title: 'Phone', location: { latitude: 0, longitude: -180.1 } });
    await refused(400, { title: 'Phone', location: { latitude: '1', longitude: 0 } });
    await refused(400, { title: 'Phone', wants: [{ categoryId: 'phones', radiusKm: 0 }] });
    await refused(400, { title: 'Phone', wants: [{ categoryId: 'phones', rank: 0 }] });
    for (const minScore of [-0.1, 1.1, '0.5', null]) {
      const before = await t.state();
      expect((await t.call('PUT', '/api/v1/preferences', { token, body: { minScore } })).status).toBe(400);
      expect(await t.state()).toBe(before);
    }
    await kept({
      title: 'At the bounds',
      estimatedValue: Number.MAX_SAFE_INTEGER,
      location: { latitude: -90, longitude: 180 },
    });
  });

  it.each([
    ['a NUL', 'Ph\u0000one'],
    ['a newline', 'Phone\n{"level":"error","msg":"forged"}'],
    ['a carriage return', 'Phone\rforged'],
    ['a line separator', 'Phone\u2028forged'],
    ['an escape sequence', 'Phone\u001b[31m'],
    ['a C1 control', 'Phone\u0085'],
    ['a bidi override', 'Phone\u202efdp.exe'],
    ['a bidi isolate', 'Phone\u2066'],
    ['a lone surrogate', 'Phone\ud800'],
    ['nothing', ''],
    ['blanks', ' \u00a0\u3000 '],
    ['a tab', '\t'],
    ['combining marks by the thousand', `e${'\u0301'.repeat(2_000)}`],
  ])('21 %s in a title is refused, and cannot reach the log', async (_what, title) => {
    await refused(400, { title });
    await refused(400, { title: 'Phone', wants: [{ itemIds: [title] }] });
    const login = await t.call('POST', '/api/v1/dev/login', { body: { userId: title } });
    expect(login.status).toBe(400);
    for (const trace of ['forged', '\u001b']) expect(t.logText()).not.toContain(trace);
  });

  it('21 unusual text is text', async () => {
    await kept({ title: '👩‍👩‍👧‍👦 Family game 家族 لعبة', description: 'Line one\r\n\tLine two' });
    await kept({ title: 'e\u0301\u0323' });
    const trimmed = await t.call('POST', ITEMS, { token, body: { title: '  Phone  ' } });
    expect(trimmed.body.data.title).toBe('Phone');
    await t.call('DELETE', `${ITEMS}/${trimmed.body.data.id}`, { token });
    await refused(400, { title: 'Phone', description: 'NUL \u0000' });
  });

  it.each([
    "'; DROP TABLE items; --",
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '.*+?^$\x7b}()|[]\\',
    '(a+)+$',
    '%s%n%x',
    '$\x7b7*7} {{7*7}} #{7*7}',
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'javascript:alert(1)',
  ])('22, 23 %s is text, and stays what it is', async (text) => {
    await kept({ title: text, description: text, wants: [{ keywords: [text] }] });
    const path = `${ITEMS}/${encodeURIComponent(text)}`;
    expect((await t.call('GET', path, { token })).status).toBe(404);
    await refused(400, { title: 'Phone', categoryId: text });
  });

  it('22 text made to be slow is not', async () => {
    const started = performance.now();
    const nasty = [
      `${'a'.repeat(4_900)}!`,
      ' '.repeat(4_900).concat('x'),
      '\u0301'.repeat(4_900),
      'ا'.repeat(4_900),
      'a,'.repeat(2_450),
    ];
    for (const description of nasty) await kept({ title: 'Slow', description });
    await refused(400, { title: 'Phone', desiredKeywords: ' '.repeat(1_000) });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('24 an unknown category is refused, a want for an item to come is not', async () => {
    expect(await refused(400, { title: 'Phone', categoryId: 'no-such' })).toBe('unknown-category');
    expect(await refused(400, { title: 'Phone', desiredCategoryId: 'no-such' })).toBe('unknown-category');
    await kept({ title: 'Phone', wants: [{ itemIds: ['not-there-yet'] }] });
  });

  it('24 a category tree with a cycle is refused', async () => {
    await expect(
      startHost({
        categories: [
          { id: 'a', parentId: 'b' },
          { id: 'b', parentId: 'a' },
        ],
      }),
    ).rejects.toMatchObject({ code: 'invalid-category' });
    const before = await t.state();
    await expect(t.host.engine.setCategories([{ id: 'a', parentId: 'a' }])).rejects.toMatchObject({
      code: 'invalid-category',
    });
    expect(await t.state()).toBe(before);
  });

  it('24 a want for the own item is refused', async () => {
    const created = await t.call('POST', ITEMS, { token, body: { title: 'Phone', categoryId: 'phones' } });
    const { id } = created.body.data;
    const before = await t.state();
    const itself = await t.call('PATCH', `${ITEMS}/${id}`, { token, body: { wants: [{ itemIds: [id] }] } });
    expect([itself.status, itself.body.error.code]).toEqual([400, 'self-want']);
    expect(await t.state()).toBe(before);
    expect(await refused(400, { title: 'Second', wants: [{ itemIds: [id] }] })).toBe('self-want');
    await t.call('DELETE', `${ITEMS}/${id}`, { token });
  });

  it('24 wants that contradict themselves or say things twice are refused', async () => {
    await refused(400, { title: 'Phone', wants: Array.from({ length: 1_000 }, () => ({ categoryId: 'phones' })) });
    await refused(400, { title: 'Phone', wants: [{ minValue: 10, maxValue: 5 }] });
    await refused(400, { title: 'Phone', wants: [{ itemIds: ['a', 'a'] }] });
    await refused(400, { title: 'Phone', wants: [{}] });
    await refused(400, { title: 'Phone', wants: [{ itemIds: [] }] });
    await refused(400, { title: 'Phone', wants: [{ categoryId: 'phones', minCondition: 'SHINY' }] });
    await refused(400, { title: 'Phone', desiredCategoryId: 'phones', wants: [{ categoryId: 'phones' }] });
    await refused(400, { title: 'Phone', desiredKeywords: 'phone', wants: [] });
    const changed = await t.call('PATCH', `${ITEMS}/x`, { token, body: {} });
    expect(changed.status).toBe(404);
  });

  it('33 the clock of a client does not matter', async () => {
    await refused(400, { title: 'Phone', timestamp: 0 });
    await refused(400, { title: 'Phone', createdAt: '1999-01-01T00:00:00Z' });
    const before = Date.now();
    const other = await t.login('ben');
    const headers = { Date: 'Fri, 01 Jan 1999 00:00:00 GMT', 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' };
    const phone = { title: 'Phone', categoryId: 'phones', desiredCategoryId: 'laptops' };
    const laptop = { title: 'Laptop', categoryId: 'laptops', desiredCategoryId: 'phones' };
    await t.call('POST', ITEMS, { token, body: phone, headers });
    await t.call('POST', ITEMS, { token: other, body: laptop, headers });
    const inbox = await t.call('GET', '/api/v1/notifications', { token, headers });
    expect(inbox.status).toBe(200);
    const at = Date.parse(inbox.body.data[0].timestamp);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });
});
