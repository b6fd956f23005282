import { execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
const hasTools = spawnSync('bash', ['-c', 'curl --version && grep --version && paste --version']).status === 0;
if (!hasTools) console.warn('SKIPPED: the worked example of the README needs bash, curl, grep and paste');

/** The text of the first fenced block of a kind after a marker. */
function blockAfter(marker: string, kind: string): string {
  const block = readme.slice(readme.indexOf(marker)).match(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``));
  if (!block) throw new Error(`The README has no ${kind} block after ${marker}.`);
  return block[1]!;
}

describe('the worked example of the README', () => {
  it.skipIf(!hasTools)('prints what it says it prints, on the host as npm start runs it', async () => {
    const script = blockAfter('<!-- worked example', 'sh');
    const printed = blockAfter('<!-- worked example', 'text');
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/express-host/src/main.ts'], {
      env: { ...process.env, NODE_ENV: '', PORT: '0', INIT_CWD: '', DATABASE_URL: '', DATA_DIR: 'memory://' },
    });
    try {
      const port = await new Promise<string>((resolve, reject) => {
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += chunk;
          const listening = /Listening on http:\/\/localhost:(\d+)/.exec(output);
          if (listening) resolve(listening[1]!);
        });
        child.once('close', () => reject(new Error(output)));
      });
      expect(script).toContain('URL=http://localhost:3000/api/v1');
      const { stdout } = await promisify(execFile)('bash', [
        '-c',
        script.replace('localhost:3000', `localhost:${port}`),
      ]);
      expect(stdout).toBe(printed);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
