import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { say } from '../support/report';

const folder = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs the peers beside this file, at the versions of their own lock file, where they are not there yet.
 *
 * @returns False where that is not possible; what to do has been said then.
 */
export function installPeers(): boolean {
  if (arePresent()) return true;
  const arguments_ = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { error, status, stderr } = spawnSync('npm', arguments_, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
  if (!error && status === 0) return true;
  say('SKIPPED: the packages to compare with could not be installed. Where the npm registry can be reached, run');
  say('`npm ci --prefix bench/peers` and start again. npm said:');
  say(error?.message ?? stderr.trim().split('\n').slice(0, 4).join('\n'));
  return false;
}

/** Of each dependency, by name: the version there is. */
export function peerVersions(): Record<string, string> {
  return (readJson('package.json') as { dependencies: Record<string, string> }).dependencies;
}

function arePresent(): boolean {
  return Object.entries(peerVersions()).every(
    ([name, version]) =>
      existsSync(`${folder}node_modules/${name}`) &&
      (readJson(`node_modules/${name}/package.json`) as { version: string }).version === version,
  );
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(`${folder}${path}`, 'utf8'));
}
