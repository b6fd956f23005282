import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BarterEngine, createBarterEngine, type Item, type Match, memoryStorage } from 'barterloop';
import { readWantList, WantListError } from './want-list';

const USAGE = `Usage: npx tsx examples/math-trade/src/main.ts FILE [ITEM]

Loads the want list of a math trade and prints the trades that ITEM could be in, or those of the first items that
have some.
`;

const WANTS_PER_ITEM = 2048;
/** Items with trades to show where none is asked for. */
const EXAMPLES = 3;
const MATCHES_SHOWN = 5;

async function main([file, itemId]: string[]): Promise<void> {
  if (file === undefined || file === '--help') {
    say(USAGE);
    return;
  }
  // npm keeps in INIT_CWD where the user stands when it runs a script elsewhere.
  const text = await readFile(resolve(process.env.INIT_CWD ?? process.cwd(), file), 'utf8');
  const list = readWantList(text, { maxWantsPerItem: WANTS_PER_ITEM });
  for (const { line, message } of list.warnings) say(`warning, line ${line}: ${message}`);

  const storage = memoryStorage();
  for (const item of list.items) await storage.items.put(item);
  await using engine = createBarterEngine({ storage, limits: { maxWants: WANTS_PER_ITEM } });
  await engine.start();
  const { items, edges } = await engine.stats();
  say(`${items} items of ${list.userCount} people, ${list.wantCount} wants, ${edges} edges`);

  const titles = new Map(list.items.map((item) => [item.id, item]));
  if (itemId === undefined) {
    await showSome(engine, list.items, titles);
    return;
  }
  const item = titles.get(itemId);
  if (!item) throw new Error(`${itemId} is not in the list; its items are named like ${list.items[0]?.id ?? '(none)'}`);
  await show(engine, item, titles);
}

async function showSome(engine: BarterEngine, items: Item[], known: ReadonlyMap<string, Item>): Promise<void> {
  let shown = 0;
  for (const item of items) {
    if (shown === EXAMPLES) return;
    if (await show(engine, item, known, true)) shown++;
  }
  if (shown === 0) say('No item is in any trade.');
}

/** Prints the item's best trades; says whether there are any. */
async function show(
  engine: BarterEngine,
  item: Item,
  known: ReadonlyMap<string, Item>,
  onlyWithMatches = false,
): Promise<boolean> {
  const { matches, exact, reason } = await engine.matches({ itemId: item.id });
  if (matches.length === 0 && onlyWithMatches) return false;
  say();
  say(
    `${item.title} of ${item.ownerId}: ${matches.length === 0 ? 'no trade' : `best trades${matches.length > MATCHES_SHOWN ? ` (${MATCHES_SHOWN} of ${matches.length})` : ''}`}${exact ? '' : ` (not proven: ${reason})`}`,
  );
  for (const match of matches.slice(0, MATCHES_SHOWN))
    say(`  ${match.cycle.score.toFixed(3)}  ${inWords(match, item.id, known)}`);
  return matches.length > 0;
}

/** The trade from the item's own place on: who gives what to whom. */
function inWords({ cycle }: Match, itemId: string, known: ReadonlyMap<string, Item>): string {
  const start = cycle.items.indexOf(itemId);
  const size = cycle.items.length;
  return cycle.items
    .map((_, i) => {
      const place = (start + i) % size;
      const title = known.get(cycle.items[place]!)?.title ?? cycle.items[place];
      return `${cycle.owners[place]} gives ${title} to ${cycle.owners[(place + 1) % size]}`;
    })
    .join(', ');
}

function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const hint = error instanceof WantListError ? ` (${error.code})` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exitCode = 1;
});
