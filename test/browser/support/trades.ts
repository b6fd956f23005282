import type { TestHost } from '../../support/host';

const LONG = `Walnut sideboard with four doors and brass handles, restored in ${'very '.repeat(12)}careful hands`;

/** What a swap is called; a ring is found as soon as both items name each other. */
interface Swap {
  /** The other one. */
  with: string;
  gives: string;
  gets: string;
}

/** Two items that name each other: one trade, whatever else is in the market. Answers with the opportunity's id. */
async function swap(t: TestHost, me: string, { with: other, gives, gets }: Swap): Promise<string> {
  const [mine, theirs] = [await t.login(me), await t.login(other)];
  const offer = async (token: string, title: string, wants: object[], estimatedValue: number): Promise<string> => {
    const { body } = await t.call('POST', '/api/v1/items', { token, body: { title, wants, estimatedValue } });
    return body.data.id;
  };
  const theirItem = await offer(theirs, gets, [], 12_050);
  const myItem = await offer(mine, gives, [{ itemIds: [theirItem] }], 10_000);
  const wants = [{ itemIds: [myItem] }];
  await t.call('PATCH', `/api/v1/items/${theirItem}`, { token: theirs, body: { wants } });
  const { body } = await t.call('GET', '/api/v1/barter/opportunities', { token: mine });
  return (body.data as { id: string; items: string[] }[]).find(({ items }) => items.includes(myItem))!.id;
}

async function act(t: TestHost, user: string, opportunityId: string, what: string, body: object = {}): Promise<void> {
  const token = await t.login(user);
  const path = `/api/v1/barter/opportunities/${opportunityId}/${what}`;
  const answer = await t.call('POST', path, { token, body });
  if (answer.status !== 200) throw new Error(`${what}: ${JSON.stringify(answer.body)}`);
}

const accept = (t: TestHost, user: string, id: string) => act(t, user, id, 'accept', { revision: 1 });

/** Trades of one person in every state that a trade can be seen in, with titles long, short and from right to left. */
export async function tradesInEveryState(t: TestHost, me: string): Promise<void> {
  const commit = async (other: string, gives: string, gets: string) => {
    const id = await swap(t, me, { with: other, gives, gets });
    for (const user of [me, other]) await accept(t, user, id);
    return id;
  };
  await t.call('PUT', '/api/v1/me', { token: await t.login('noor'), body: { contact: 'noor@example.org' } });

  await swap(t, me, { with: 'ida', gives: LONG, gets: `${LONG}, the twin` });
  await swap(t, me, { with: 'سلمى', gives: 'Desk lamp', gets: 'كرسي هزاز من خشب الجوز بحالة جيدة جدًا' });
  await accept(t, 'kim', await swap(t, me, { with: 'kim', gives: 'Rain coat', gets: 'Tent for two' }));
  await accept(t, me, await swap(t, me, { with: 'lea', gives: 'Chess set', gets: 'Atlas of 1931' }));
  await commit('noor', 'Espresso machine', 'Sewing machine');
  await act(t, 'pia', await commit('pia', 'Hand saw', 'Plane'), 'confirm');
  const completed = await commit('tom', 'Globe', 'Telescope');
  for (const user of [me, 'tom']) await act(t, user, completed, 'confirm');
  await act(t, me, await swap(t, me, { with: 'uma', gives: 'Skis', gets: 'Sledge' }), 'decline');
  await act(t, me, await commit('vera', 'Radio', 'Record player'), 'dispute', { note: 'It never came.' });
  await swap(t, me, { with: 'wim', gives: 'Scarf', gets: 'Mittens' });
  const wim = await t.login('wim');
  const { body } = await t.call('GET', '/api/v1/items', { token: wim });
  await t.call('DELETE', `/api/v1/items/${body.data[0].id}`, { token: wim });
  await repairedRing(t, me);
}

/** A ring of three that lost one, and goes on with another. */
async function repairedRing(t: TestHost, me: string): Promise<void> {
  const offer = async (user: string, title: string, body: object): Promise<string> => {
    const token = await t.login(user);
    return (await t.call('POST', '/api/v1/items', { token, body: { title, estimatedValue: 9_000, ...body } })).body.data
      .id;
  };
  const word = (keyword: string) => ({ wants: [{ keywords: [keyword] }] });
  await offer(me, 'Zither', word('zeppelin'));
  await offer('xena', 'Zeppelin kit', word('zinnia'));
  await offer('yann', 'Zinnia seeds', word('zither'));
  const token = await t.login(me);
  const { body } = await t.call('GET', '/api/v1/barter/opportunities', { token });
  const ring = (body.data as { id: string; participants: { userId: string }[] }[]).find(({ participants }) =>
    participants.some(({ userId }) => userId === 'xena'),
  )!;
  // By then their own item is held for this ring, and joins no other.
  await accept(t, me, ring.id);
  await offer('zoe', 'Zeppelin model', word('zinnia'));
  await act(t, 'xena', ring.id, 'decline');
}

/** Marks as read whatever somebody was told. */
export async function readAll(t: TestHost, user: string): Promise<void> {
  const token = await t.login(user);
  const { body } = await t.call('GET', '/api/v1/notifications?limit=200', { token });
  for (const { id } of body.data) await t.call('POST', `/api/v1/notifications/${id}/read`, { token, body: {} });
}
