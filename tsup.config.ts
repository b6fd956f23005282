import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    testing: 'src/testing/index.ts',
    'adapters/socket-io': 'adapters/socket-io/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  // Shared chunks, so that every subpath sees one and the same BarterError class.
  splitting: true,
  dts: true,
  clean: true,
});
