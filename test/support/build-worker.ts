import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The worker's file, made of the sources. */
    workerFile: string;
    /** Whether engines keep their market in a worker in this run. */
    inWorker?: boolean;
  }
}

/** A thread reads no TypeScript: makes the worker of the sources as they are, before any test runs. */
export default async function buildWorker(project: TestProject): Promise<void> {
  const workerFile = fileURLToPath(
    new URL('../../node_modules/.cache/barterloop-test/market-worker.mjs', import.meta.url),
  );
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/market-port/worker.ts', import.meta.url))],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  project.provide('workerFile', workerFile);
}
