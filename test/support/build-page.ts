import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { chromiumPath } from './chromium';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built page; empty where there is no browser to show it. */
    pageFolder: string;
  }
}

/** Builds the page as `npm start` does, into a folder of the tests' own. */
export default function buildPage(project: TestProject): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const pageFolder = `${root}node_modules/.cache/barterloop-test/page`;
  if (chromiumPath !== null) {
    execFileSync('npm', ['run', '--silent', 'build:page', '--', '--emptyOutDir', '--outDir', pageFolder], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      // A page for users, not one of the tests' own environment.
      env: { ...process.env, NODE_ENV: 'production' },
    });
  }
  project.provide('pageFolder', chromiumPath === null ? '' : pageFolder);
}
