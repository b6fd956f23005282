import { expect } from 'vitest';
import type { EventReport } from '../../src/api';
import type { CrowdModel, ModelItem, Push } from './crowd-model';
import type { CrowdEvent, CrowdWorkload } from './crowd-workload';
import { type Client, goodClaims, signed, type TestHost } from './host';

/** Everybody connected. */
export interface Crowd {
  tokens: Map<string, string>;
  clients: Map<string, Client>;
}

/** Connects everybody of the workload. */
export async function gather(t: TestHost, workload: CrowdWorkload, now: number): Promise<Crowd> {
  const people = [...workload.traders, ...workload.bystanders];
  // The test's clock runs for hours, longer than a token of the dev login lives.
  const exp = Math.floor(now / 1000) + 12 * 3600;
  const tokens = new Map(people.map((userId) => [userId, signed({ ...goodClaims(userId, now), exp })]));
  const clients = new Map<string, Client>();
  for (const [userId, token] of tokens) clients.set(userId, await t.connect(token));
  return { tokens, clients };
}

/** What the engine itself says of the last event. */
export function watch(t: TestHost) {
  const trades = new Map<string, string>();
  let report: EventReport | undefined;
  let sent = new Set<string>();
  t.host.engine.on('opportunity:proposed', ({ id, items }) => trades.set(id, items.join('→')));
  t.host.engine.on('event:processed', (processed) => {
    report = processed;
  });
  t.host.engine.on('notification:sent', ({ userId, opportunityId }) =>
    sent.add(`${userId} ${trades.get(opportunityId)}`),
  );
  return {
    found: () => report!.found.map(({ items }) => items.join('→')),
    told: () => report!.told.map(({ opportunityId }) => trades.get(opportunityId)),
    withdrawn: () => report!.withdrawn.map(({ opportunityId }) => trades.get(opportunityId)),
    async sentBy(work: () => Promise<unknown>): Promise<Set<string>> {
      sent = new Set();
      await work();
      return sent;
    },
  };
}

/** Sends an event as its owner and returns the id of the item. */
export async function send(t: TestHost, { tokens }: Crowd, event: CrowdEvent): Promise<string> {
  const token = tokens.get(event.userId)!;
  if (event.type === 'create') {
    const answer = await t.call('POST', '/api/v1/items', { token, body: event.body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.data.id;
  }
  const path = `/api/v1/items/${event.itemId}`;
  const answer =
    event.type === 'update'
      ? await t.call('PATCH', path, { token, body: event.change })
      : await t.call('DELETE', path, { token });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return event.itemId;
}

/** The same event, for the model. */
export function apply(model: CrowdModel, event: CrowdEvent, id: string, now: number) {
  if (event.type === 'delete') return model.remove(id);
  const item: ModelItem =
    event.type === 'create'
      ? { id, ownerId: event.userId, ...event.body }
      : { ...model.items.get(id)!, ...event.change };
  return model.put(item, now);
}

/** Each socket is in order: once the fence is there, so is all that was sent before. */
export async function allArrived(t: TestHost, { clients }: Crowd): Promise<void> {
  const fences = [...clients.values()].map(({ socket }) => new Promise((resolve) => socket.once('fence', resolve)));
  t.host.io.emit('fence');
  await Promise.all(fences);
}

/** `a→b→c`, smallest id first, from who gives what to whom. */
export function tradeOf(participants: { userId: string; gives: { itemId: string }; givesTo: string }[]): string {
  const byUser = new Map(participants.map((participant) => [participant.userId, participant]));
  const items: string[] = [];
  let current = participants.reduce((least, other) => (other.gives.itemId < least.gives.itemId ? other : least));
  for (let i = 0; i < participants.length; i++) {
    items.push(current.gives.itemId);
    current = byUser.get(current.givesTo)!;
  }
  return items.join('→');
}

/** Each person's messages against the model's, and none twice. */
export function expectPushes({ clients }: Crowd, pushes: readonly Push[]): void {
  const expected = new Map<string, string[]>();
  for (const { userId, type, trade } of pushes) {
    expected.set(userId, [...(expected.get(userId) ?? []), `${type} ${trade}`]);
  }
  for (const [userId, { received }] of clients) {
    const messages = received.filter(({ event }) => event !== 'fence');
    const actual = messages.map(({ payload }) => `${payload.type} ${tradeOf(payload.participants)}`);
    expect(actual.sort(), userId).toEqual((expected.get(userId) ?? []).sort());
    const ids = messages.map(({ payload }) => payload.notificationId);
    expect(new Set(ids).size, userId).toBe(ids.length);
  }
}
