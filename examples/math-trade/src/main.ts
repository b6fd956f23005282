import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { clearInWorker, clearLoops } from 'barterloop';
import { cappedTrade } from './capped-trade';
import { tradeHtml } from './trade-html';
import { readTradeList, type TradeList } from './trade-list';
import { cappedAsSolved, type Solved, tradeReport } from './trade-report';
import { tradeText } from './trade-text';
import { WantListError } from './want-list-error';

const USAGE = `Usage: npm run math-trade -- FILE [options]

Clears the want list of a math trade, with the options that its #! lines set, and prints who gives what to whom.

  --max-length N      trade in cycles of at most N items, 2 to 8, in which everybody is once; with the package highs
                      installed, proven to be the best where that can be
  --json              print one JSON object instead
  --html PAGE         write a page with the loops drawn as well
  --split-above N     split loops of more than N items where that costs no trade
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      html: { type: 'string' },
      'max-length': { type: 'string' },
      'split-above': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [file] = positionals;
  if (file === undefined || values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const text = await readFile(asTyped(file), 'utf8');
  const list = readTradeList(text);
  const begun = performance.now();
  const number = (text: string | undefined) => (text === undefined ? Infinity : Number(text));
  const solved =
    values['max-length'] === undefined
      ? clear(list, number(values['split-above']))
      : await clearCapped(list, number(values['max-length']));
  const elapsed = performance.now() - begun;
  const report = tradeReport(text, list, solved);
  if (values.html !== undefined) await writeFile(asTyped(values.html), tradeHtml(report));
  if (values.json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${tradeText(report, list.rules)}\n`);
  if (list.rules.showElapsedTime) process.stdout.write(`Elapsed time   = ${Math.round(elapsed)}ms\n`);
}

function clear({ items, rules }: TradeList, splitAbove: number): Solved {
  const { iterations, seed, metric } = rules;
  const clearing = clearLoops(items, {
    favour: metric,
    splitAbove,
    seed,
    ...(iterations !== undefined && { rounds: iterations }),
    onProgress: ({ round, trades, users, cost, upperBound }) =>
      progress(`round ${round}: ${trades} trades of at most ${upperBound}, ${users} users, cost ${cost}`),
  });
  return { ...clearing, maxLength: null };
}

async function clearCapped({ items, rules }: TradeList, maxLength: number): Promise<Solved> {
  const { graph, edgeWays } = cappedTrade(items);
  const highs = await import('highs').then(
    () => ({ seconds: 60 }),
    () => false,
  );
  const clearing = await clearInWorker(graph, {
    maxLength,
    edgeWays,
    seed: rules.seed,
    highs,
    onProgress: ({ value, upperBound }) => progress(`worth ${value} of at most ${upperBound}`),
  });
  return cappedAsSolved(items, clearing, maxLength);
}

/** How far it is, where somebody is watching and output goes elsewhere or comes later. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

/** npm keeps in INIT_CWD where the user stands when it runs a script elsewhere. */
function asTyped(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

main()
  .catch((error: unknown) => {
    const hint = error instanceof WantListError ? ` (${error.code})` : '';
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
    process.exitCode = 1;
  })
  .finally(() => progress(''));
