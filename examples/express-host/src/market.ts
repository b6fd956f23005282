import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Category, Item } from 'barterloop';
import { generateMarket } from '../../../bench/market';
import { readWantList } from '../../math-trade/src/want-list';
import { DEMO_USERS, type DemoUser, demoItems } from './demo';

/** Items to start with, and the categories they are filed in. */
export interface StartMarket {
  /** Where it comes from, for people to read. */
  name: string;
  categories: Category[];
  items: Item[];
  /** Whom the page offers to sign in as. */
  demoUsers: readonly DemoUser[];
  /** What could not be taken over as it stands. */
  warnings: string[];
}

const DEMO_ITEMS = 1_000;
const DEMO_SEED = 42;

/** Wants of one item in a math trade; owners rank hundreds of games. */
export const MATH_TRADE_WANTS_PER_ITEM = 2_048;

/** A small generated market, the same at every start. */
export function demoMarket(): StartMarket {
  const market = generateMarket({ items: DEMO_ITEMS, seed: DEMO_SEED });
  const items = [...demoItems(), ...market.items()];
  return { name: 'a generated demo market', categories: market.categories, items, demoUsers: DEMO_USERS, warnings: [] };
}

/**
 * The want list of a math trade. The path is taken as seen from where the user stands, which npm keeps in `INIT_CWD`
 * when it runs a script elsewhere.
 */
export async function marketFromFile(file: string): Promise<StartMarket> {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  const { items, warnings } = readWantList(await readFile(path, 'utf8'), {
    maxWantsPerItem: MATH_TRADE_WANTS_PER_ITEM,
  });
  return {
    name: file,
    categories: [],
    items,
    demoUsers: DEMO_USERS.filter(({ role }) => role === 'operator'),
    warnings: warnings.map(({ line, message }) => `line ${line}: ${message}`),
  };
}

/** How many answers the owners would take, all items together. */
export function countWants(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.wants.length, 0);
}
