import { WantListError } from './want-list-error';

/** What the `#!` lines of a want list say about how it is to be read, cleared and told. */
export interface TradeRules {
  caseSensitive: boolean;
  requireColons: boolean;
  requireUsernames: boolean;
  /** How the rank of a want becomes its cost; `none`: all wants are alike. */
  priorities: 'none' | 'linear' | 'triangle' | 'square' | 'explicit';
  /** From one want to the next. */
  smallStep: number;
  /** On top, for each semicolon. */
  bigStep: number;
  /** Clearings to compare; undefined leaves it to the solver. */
  iterations?: number;
  seed: number;
  /** What counts besides the number of trades. */
  metric: 'cost' | 'users';
  hideLoops: boolean;
  hideSummary: boolean;
  hideNonTrades: boolean;
  hideStats: boolean;
  hideErrors: boolean;
  showMissing: boolean;
  showElapsedTime: boolean;
  sortByItem: boolean;
}

export function defaultRules(): TradeRules {
  return {
    caseSensitive: false,
    requireColons: false,
    requireUsernames: false,
    priorities: 'none',
    smallStep: 1,
    bigStep: 9,
    seed: 1,
    metric: 'cost',
    hideLoops: false,
    hideSummary: false,
    hideNonTrades: false,
    hideStats: false,
    hideErrors: false,
    showMissing: false,
    showElapsedTime: false,
    sortByItem: false,
  };
}

type Setter = (rules: TradeRules, value: string, line: number, word: string) => void;

const RULES: Readonly<Record<string, Setter>> = {
  'CASE-SENSITIVE': (rules) => set(rules, { caseSensitive: true }),
  'REQUIRE-COLONS': (rules) => set(rules, { requireColons: true }),
  'REQUIRE-USERNAMES': (rules) => set(rules, { requireUsernames: true }),
  'ALLOW-DUMMIES': () => {}, // they are read wherever they are
  'LINEAR-PRIORITIES': (rules) => set(rules, { priorities: 'linear' }),
  'TRIANGLE-PRIORITIES': (rules) => set(rules, { priorities: 'triangle' }),
  'SQUARE-PRIORITIES': (rules) => set(rules, { priorities: 'square' }),
  'EXPLICIT-PRIORITIES': (rules) => set(rules, { priorities: 'explicit' }),
  'SMALL-STEP': (rules, value, line, word) => set(rules, { smallStep: wholeNumber(value, line, word) }),
  'BIG-STEP': (rules, value, line, word) => set(rules, { bigStep: wholeNumber(value, line, word) }),
  ITERATIONS: (rules, value, line, word) => set(rules, { iterations: wholeNumber(value, line, word, 1) }),
  SEED: (rules, value, line, word) => set(rules, { seed: wholeNumber(value, line, word) }),
  METRIC: (rules, value, line, word) => {
    if (value === 'USERS-TRADING') set(rules, { metric: 'users' });
    else if (value === 'CHAIN-SIZES-SOS') set(rules, { metric: 'cost' });
    else throw new WantListError('bad-option', line, `${word} is neither USERS-TRADING nor CHAIN-SIZES-SOS`);
  },
  'HIDE-LOOPS': (rules) => set(rules, { hideLoops: true }),
  'HIDE-SUMMARY': (rules) => set(rules, { hideSummary: true }),
  'HIDE-NONTRADES': (rules) => set(rules, { hideNonTrades: true }),
  'HIDE-STATS': (rules) => set(rules, { hideStats: true }),
  'HIDE-ERRORS': (rules) => set(rules, { hideErrors: true }),
  'HIDE-REPEATS': () => {}, // a want that is repeated is nothing to speak of
  'SHOW-MISSING': (rules) => set(rules, { showMissing: true }),
  'SHOW-ELAPSED-TIME': (rules) => set(rules, { showElapsedTime: true }),
  'SORT-BY-ITEM': (rules) => set(rules, { sortByItem: true }),
};

/**
 * Takes one word of a `#!` line into the rules; false where it is none that is known.
 * @throws WantListError `bad-option` for a value that does not fit.
 */
export function readRule(rules: TradeRules, word: string, line: number): boolean {
  const [name, value = ''] = word.toUpperCase().split('=');
  const setter = Object.hasOwn(RULES, name!) ? RULES[name!] : undefined;
  setter?.(rules, value, line, word.slice(0, 60));
  return setter !== undefined;
}

function set(rules: TradeRules, change: Partial<TradeRules>): void {
  Object.assign(rules, change);
}

/** @throws WantListError `bad-option`. */
export function wholeNumber(text: string, line: number, word: string, least = 0): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new WantListError('bad-option', line, `${word} needs a whole number from ${least} on`);
}

/** What a want of this rank costs, in a trade with such priorities. */
export function costOfRank(rank: number, priorities: TradeRules['priorities']): number {
  if (priorities === 'none') return 1;
  if (priorities === 'triangle') return (rank * (rank + 1)) / 2;
  return priorities === 'square' ? rank * rank : rank;
}
