import { describe, expect, it } from 'vitest';
import { unsubscribeLinks } from '../../examples/express-host/src/unsubscribe';
import { SECRET, startHost } from '../support/host';

const ME = '/api/v1/me';
const PREFERENCES = '/api/v1/preferences';
const ITEMS = '/api/v1/items';
const DAILY = { timeZone: 'UTC', digest: { at: '08:00' } };

/** Holds each call of a verb of a storage up, once it is done, until it is let go. */
function holdUp<T extends object>(role: T, verb: keyof T) {
  const original = role[verb] as (...args: unknown[]) => Promise<unknown>;
  let begin = () => {};
  let letGo = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  role[verb] = (async (...args: unknown[]) => {
    const answer = await original.apply(role, args);
    begin();
    await held;
    return answer;
  }) as T[keyof T];
  return { begun, letGo };
}

describe('who leaves', () => {
  it('leaves nothing that was sent while they were leaving', async () => {
    await using host = await startHost();
    const token = await host.login('ana');
    const call = (method: string, path: string, body?: unknown) =>
      host.call(method, path, { token, ...(body !== undefined && { body }) });
    const { body } = await call('POST', ITEMS, { title: 'Phone' });
    await call('PUT', PREFERENCES, DAILY);
    const { storage } = host.host;
    const removal = holdUp(storage.preferences, 'remove');
    const leaving = call('DELETE', ME);
    await removal.begun;
    const late = [
      call('PUT', PREFERENCES, { blockedUserIds: ['ben'] }),
      call('POST', ITEMS, { title: 'Lamp' }),
      call('PATCH', `${ITEMS}/${body.data.id}`, { title: 'Better phone' }),
      call('PUT', ME, { email: 'ana@people.example' }),
    ];
    await new Promise((resolve) => setTimeout(resolve, 200)); // they have all come by then
    removal.letGo();
    expect((await leaving).status).toBe(200);
    const answers = await Promise.all(late);
    expect(answers.slice(0, 2).map(({ status }) => status)).toEqual([401, 401]);
    expect(await storage.preferences.get('ana')).toBeNull();
    expect(await storage.items.ownedBy('ana')).toEqual([]);
    expect((await host.call('GET', ME, { token: await host.login('ana') })).body.data.email).toBeNull();
  });

  it('is not answered as before when they come back', async () => {
    await using host = await startHost();
    const token = await host.login('ana');
    await host.call('POST', ITEMS, { token, body: { title: 'Phone', desiredKeywords: 'thinkpad' } });
    const ben = await host.login('ben');
    await host.call('POST', ITEMS, { token: ben, body: { title: 'ThinkPad', desiredKeywords: 'phone' } });
    const [{ id }] = (await host.call('GET', '/api/v1/barter/opportunities', { token })).body.data;
    const headers = { 'Idempotency-Key': 'one' };
    const decline = async (as: string) =>
      (await host.call('POST', `/api/v1/barter/opportunities/${id}/decline`, { token: as, body: {}, headers })).status;
    expect([await decline(token), await decline(token)]).toEqual([200, 200]);
    await host.call('DELETE', ME, { token });
    expect(await decline(await host.login('ana'))).toBe(404);
  });

  it('is not brought back by a link of a mail that is being followed', async () => {
    await using host = await startHost();
    const token = await host.login('ana');
    await host.call('PUT', PREFERENCES, { token, body: { ...DAILY, blockedUserIds: ['ben'] } });
    const { storage } = host.host;
    const link = unsubscribeLinks(SECRET).tokenFor('ana');
    const reading = holdUp(storage.preferences, 'get');
    const click = fetch(`${host.url}/unsubscribe/${link}`, { method: 'POST' });
    await reading.begun;
    const leaving = host.call('DELETE', ME, { token });
    await new Promise((resolve) => setTimeout(resolve, 200)); // it is on its way by then
    reading.letGo();
    expect([(await click).status, (await leaving).status]).toEqual([200, 200]);
    expect(await storage.preferences.get('ana')).toBeNull();
  });
});
