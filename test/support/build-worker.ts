import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The workers' files, made of the sources. */
    workerFile: string;
    clearingWorkerFile: string;
    /** Whether engines keep their market in a worker in this run. */
    inWorker?: boolean;
  }
}

/** A thread reads no TypeScript: makes the workers of the sources as they are, before any test runs. */
export default async function buildWorkers(project: TestProject): Promise<void> {
  project.provide('workerFile', await made('src/market-port/worker.ts', 'market-worker.mjs'));
  project.provide('clearingWorkerFile', await made('src/clearing/worker.ts', 'clearing-worker.mjs'));
}

async function made(source: string, name: string): Promise<string> {
  const outfile = fileURLToPath(new URL(`../../node_modules/.cache/barterloop-test/${name}`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(`../../${source}`, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}
