import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // The tests of the examples and the generator run on the sources, so that nothing need be built before.
    alias: [
      { find: /^barterloop$/, replacement: here('./src/index.ts') },
      { find: /^barterloop\/testing$/, replacement: here('./src/testing/index.ts') },
      { find: /^barterloop\/adapters\/(.+)$/, replacement: here('./adapters/$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
