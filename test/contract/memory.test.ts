import { describe, it } from 'vitest';
import { memoryStorage } from '../../src/storage/memory-storage';
import { storageContract, transportContract } from '../../src/testing';
import { memoryTransport } from '../../src/transport/memory-transport';

describe('memoryStorage', () => {
  storageContract({ describe, it }, async () => memoryStorage());
});

describe('memoryTransport', () => {
  transportContract({ describe, it }, async () => {
    const transport = memoryTransport();
    return {
      transport,
      connect: async () => {},
      received: async (userId) => transport.sent.filter((sent) => sent.userId === userId).map(({ id }) => id),
      dispose: async () => {},
    };
  });
});
