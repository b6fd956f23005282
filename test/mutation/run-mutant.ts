import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { guarded } from './guarded';

/** `killed`: a check failed or the code threw. `timeout`: it did not end, which counts as killed. */
export type Outcome = 'killed' | 'timeout' | 'survived';

export interface Verdict {
  outcome: Outcome;
  /** The first line of what the checks said. */
  reason: string;
  milliseconds: number;
}

const MOST_MEMORY = 3_000_000;

/** Builds the checks with one file replaced and runs them in a process of their own. */
export class MutantRunner implements Disposable {
  readonly #root: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  timeoutMs = 20_000;

  constructor(root: string) {
    this.#root = root;
  }

  async run(file: string, text: string, checks: readonly string[]): Promise<Verdict> {
    const began = performance.now();
    const outfile = join(this.#folder, 'killer.mjs');
    await this.#bundle(resolve(this.#root, file), text, outfile);
    const { outcome, output } = await this.#execute(outfile, checks);
    return { outcome, reason: firstLine(output), milliseconds: performance.now() - began };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #bundle(mutatedPath: string, text: string, outfile: string): Promise<void> {
    await build({
      entryPoints: [join(this.#root, 'test/mutation/killer.ts')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      outfile,
      logLevel: 'silent',
      plugins: [
        {
          name: 'mutant',
          setup({ onLoad }) {
            onLoad({ filter: /\.ts$/ }, ({ path }) => ({
              contents: path === mutatedPath ? guarded(text) : readFileSync(path, 'utf8'),
              loader: 'ts',
            }));
          },
        },
      ],
    });
  }

  #execute(script: string, checks: readonly string[]): Promise<{ outcome: Outcome; output: string }> {
    return new Promise((done) => {
      const command = [process.execPath, '--max-old-space-size=1024', script, ...checks];
      // Typed arrays lie outside of that heap: where a shell can, it bounds all memory, in kilobytes.
      const [program, ...args] =
        process.platform === 'win32'
          ? command
          : ['sh', '-c', `ulimit -v ${MOST_MEMORY} 2>/dev/null; exec "$0" "$@"`, ...command];
      const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      let output = '';
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, this.timeoutMs);
      child.stderr.on('data', (chunk) => {
        if (output.length < 10_000) output += chunk;
      });
      child.on('close', (code) => {
        clearTimeout(timer);
        done({ outcome: isLate ? 'timeout' : code === 0 ? 'survived' : 'killed', output });
      });
    });
  }
}

function firstLine(output: string): string {
  const lines = output.split('\n');
  return (lines.find((line) => /^\S*Error/.test(line)) ?? lines[0] ?? '').slice(0, 160);
}
