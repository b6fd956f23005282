import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const alias = [
  { find: /^barterloop$/, replacement: here('./src/index.ts') },
  { find: /^barterloop\/testing$/, replacement: here('./src/testing/index.ts') },
  { find: /^barterloop\/adapters\/(.+)$/, replacement: here('./adapters/$1/index.ts') },
];

export default defineConfig({
  // The tests of the examples and the generator run on the sources, so that nothing need be built before.
  resolve: { alias },
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: ['test/support/seed.ts'],
    projects: [
      { extends: true, test: { name: 'all', include: ['test/**/*.test.ts'], exclude: ['test/browser/**'] } },
      {
        // Real browsers, one file at a time: each has several of them.
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          globalSetup: ['test/support/build-page.ts'],
          fileParallelism: false,
        },
      },
      {
        // The suites of the engine once more, with the market in a worker (test/support/mode.ts).
        extends: true,
        test: {
          name: 'worker',
          include: [
            'test/integration/{engine,crowd,load,clearing,snapshot}.test.ts',
            'test/unit/{event-queue,reconcile,opportunity,cash,consent,repair}.test.ts',
            'test/property/sweep.test.ts',
          ],
          provide: { inWorker: true },
        },
      },
    ],
    globalSetup: ['test/support/build-worker.ts'],
  },
});
