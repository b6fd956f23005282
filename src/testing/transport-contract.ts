import type { BarterTransport } from '../transport/transport';
import type { Notification } from '../types';
import { type Runner, same } from './runner';
import { sampleNotification } from './samples';

/** A transport under test, with a way to look at what reached a person's devices. */
export interface TransportUnderTest {
  transport: BarterTransport;
  /** Connects one device of this person; resolves when it is ready to receive. */
  connect(userId: string): Promise<void>;
  /** Ids of the notifications that this person's devices received so far, once nothing is under way. */
  received(userId: string): Promise<string[]>;
  /** Frees what the test made; the transport is closed already. */
  dispose(): Promise<void>;
}

/** What every transport must do. Call it with your runner and a way to make a fresh transport for each case. */
export function transportContract({ describe, it }: Runner, fresh: () => Promise<TransportUnderTest>): void {
  const withTransport = (body: (under: TransportUnderTest) => Promise<void>) => async () => {
    const under = await fresh();
    try {
      await body(under);
    } finally {
      await under.transport.close();
      await under.dispose();
    }
  };
  const to = (userId: string, id: string, type: Notification['type'] = 'new_match') =>
    sampleNotification({ userId, id, type });

  describe('deliver', () => {
    it(
      'reaches the person it is for and nobody else, each type, in order',
      withTransport(async ({ transport, connect, received }) => {
        await connect('ana');
        await connect('ben');
        await transport.deliver(to('ana', 'NTF-1'));
        await transport.deliver(to('ana', 'NTF-2', 'updated_match'));
        await transport.deliver(to('ana', 'NTF-3', 'match_withdrawn'));
        await transport.deliver(to('ben', 'NTF-4'));
        same(await received('ana'), ['NTF-1', 'NTF-2', 'NTF-3'], 'ana’s');
        same(await received('ben'), ['NTF-4'], 'ben’s');
      }),
    );

    it(
      'resolves for a person who is away',
      withTransport(async ({ transport }) => {
        const { receivers } = await transport.deliver(to('nobody', 'NTF-1'));
        same(receivers >= 0, true, 'taken');
      }),
    );
  });

  describe('close', () => {
    it(
      'may be called twice',
      withTransport(async ({ transport }) => {
        await transport.close();
        await transport.close();
      }),
    );
  });
}
