import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'math-trade-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** `npm run math-trade -- FILE …` without the build before it: the sources stand for the package. */
async function mathTrade(list: string, ...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  await writeFile(join(folder, 'wants.txt'), list);
  const command = ['--import', 'tsx', 'examples/math-trade/src/main.ts', 'wants.txt', ...args];
  const env = { ...process.env, INIT_CWD: folder, TSX_TSCONFIG_PATH: 'tsconfig.json' };
  try {
    return { ...(await run(process.execPath, command, { env })), code: 0 };
  } catch (error) {
    const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
    return { stdout, stderr, code };
  }
}

const LIST = `#! REQUIRE-COLONS LINEAR-PRIORITIES SEED=7
!BEGIN-OFFICIAL-NAMES
1-CATAN ==> "Catan <3rd>" (from ana)
2-AZUL
3-BRASS
4-CHESS
!END-OFFICIAL-NAMES
(ana) 1-CATAN : 2-AZUL %brass
(ana) %brass : 3-BRASS
(ben) 2-AZUL : 3-BRASS
(cem) 3-BRASS : 1-CATAN
`;

describe('npm run math-trade', () => {
  it('prints the loops, the summary and the figures', async () => {
    const { stdout, code } = await mathTrade(LIST);
    expect(code).toBe(0);
    expect(stdout).toContain('TRADE LOOPS (3 total trades):');
    expect(stdout).toContain('(ana) 1-CATAN receives (ben) 2-AZUL\n(ben) 2-AZUL  receives (cem) 3-BRASS');
    expect(stdout).toContain('(cem) 3-BRASS receives (ana) 1-CATAN and sends to (ben) 2-AZUL');
    expect(stdout).toContain('4-CHESS       does not trade');
    expect(stdout).toContain('Num trades     = 3 of 4 items (75.0%)');
    expect(stdout).toContain(
      'Total cost     = 3 (avg 1.00)\nNum groups     = 1\nGroup sizes    = 3\nSum squares    = 9',
    );
    expect(stdout).toContain('Seed           = 7');
    expect(stdout).toMatch(/Input checksum = sha256 [0-9a-f]{64}\n/);
  });

  it('writes JSON, and a page with the rings', async () => {
    const { stdout } = await mathTrade(LIST, '--json', '--html', 'page.html');
    expect(JSON.parse(stdout)).toMatchObject({
      trades: 3,
      users: 3,
      groups: 1,
      groupSizes: [3],
      sumOfSquares: 9,
      cost: 3,
      proven: true,
      loops: [[{ item: '1-CATAN', from: 'ana', to: 'cem', forItem: '3-BRASS' }, {}, {}]],
      missing: ['4-CHESS'],
    });
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    expect(page.match(/<circle /g)).toHaveLength(3);
    expect(page).toContain('Catan &lt;3rd&gt;');
    expect(page).not.toContain('<3rd>');
  });

  it('names the line that it cannot read', async () => {
    const { stderr, code } = await mathTrade('#! REQUIRE-COLONS\n(ana) A : B\n(ben) B A\n');
    expect(code).toBe(1);
    expect(stderr).toContain('line 3: ');
    expect(stderr).toContain('missing-colon');
  });
});
