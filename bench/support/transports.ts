import type { BarterTransport } from 'barterloop';

/** Takes every notification and keeps none, so that what grows is not the transport. */
export function forgettingTransport(): BarterTransport {
  return { deliver: async () => ({ receivers: 1 }), close: async () => {} };
}
