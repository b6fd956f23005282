import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf, startHost, type TestHost } from '../../support/host';

const ALLOWED = 'https://swap.example';
const EVIL = [
  'https://evil.example',
  'https://swap.example.evil.example',
  'https://evil.example?https://swap.example',
  'http://swap.example',
  'https://swap.example:8443',
  'https://SWAP.example',
  'http://localhost.evil.com',
  'null',
];

let t: TestHost;
let token: string;
beforeAll(async () => {
  t = await startHost({ corsOrigins: [ALLOWED, 'null', '*'] });
  token = await t.login('ana');
});
afterAll(() => t.close());

describe('origin', () => {
  it.each(EVIL)('35 a page of %s gets no answer', async (origin) => {
    const before = await t.state();
    const asked = await t.call('POST', '/api/v1/items', {
      token,
      body: { title: 'Phone' },
      headers: { Origin: origin },
    });
    expect(asked.status).toBe(403);
    expect(asked.body.error.code).toBe('origin-not-allowed');
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await t.call('OPTIONS', '/api/v1/items', {
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(await t.state()).toBe(before);
  });

  it('35 an allowed page gets one, and so does whoever is no page', async () => {
    const asked = await t.call('GET', '/api/v1/items', { token, headers: { Origin: ALLOWED } });
    expect(asked.status).toBe(200);
    expect(asked.headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const preflight = await t.call('OPTIONS', '/api/v1/items', {
      headers: { Origin: ALLOWED, 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect((await t.call('GET', '/api/v1/items', { token })).status).toBe(200);
  });

  it.each(EVIL)('36 a page of %s opens no socket, whatever its token', async (origin) => {
    for (const transport of ['websocket', 'polling']) {
      const refusal = await refusalOf(t.connect(token, { transports: [transport], extraHeaders: { Origin: origin } }));
      expect(refusal, transport).toMatch(/websocket error|xhr poll error/);
    }
    expect((await t.host.engine.stats()).connectedClients).toBe(0);
  });

  it('36 an allowed page does', async () => {
    const { socket } = await t.connect(token, { extraHeaders: { Origin: ALLOWED } });
    expect(socket.connected).toBe(true);
    socket.disconnect();
  });

  it('37 no answer of the API may be kept', async () => {
    const paths = [
      '/items',
      '/items/x',
      '/barter/realtime/stats',
      '/notifications',
      '/preferences',
      '/nothing',
      '/openapi.json',
    ];
    for (const path of paths) {
      for (const withToken of [token, undefined]) {
        const answer = await t.call('GET', `/api/v1${path}`, withToken === undefined ? {} : { token: withToken });
        expect(answer.headers.get('cache-control'), path).toBe('no-store');
        expect(answer.headers.get('etag'), path).toBeNull();
      }
    }
    const login = await t.call('POST', '/api/v1/dev/login', { body: { userId: 'ana' } });
    expect(login.headers.get('cache-control')).toBe('no-store');
  });

  it('37 every answer says that it is data and nothing to run', async () => {
    for (const path of ['/api/v1/items', '/nothing', '/healthz']) {
      const { headers } = await t.call('GET', path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});
