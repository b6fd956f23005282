import { defaultRules, readRule, type TradeRules, wholeNumber } from './trade-rules';
import { WantListError } from './want-list-error';

/** One parsed `(user) ITEM : WANT1 WANT2 …` line. */
export interface WantLine {
  line: number;
  /** Absent where the list names no users. */
  user?: string;
  item: string;
  /** As written, best first; dummies and repetitions included. */
  wants: WrittenWant[];
}

export interface WrittenWant {
  name: string;
  /** Semicolons before it: larger steps down in liking. */
  bigSteps: number;
  /** The cost that `NAME=cost` states. */
  cost?: number;
}

/** A name of the official block, with the title where the block gives one (`NAME ==> title`). */
export interface OfficialName {
  line: number;
  name: string;
  title?: string;
}

/** A want list as it is written, nothing looked up yet. */
export interface WantListLines {
  /** The words of the `#!` lines. */
  options: string[];
  rules: TradeRules;
  /** Absent where there is no block: then every item with a line of its own is known. */
  officialNames?: OfficialName[];
  wantLines: WantLine[];
  /** `!` lines that mean nothing here. */
  unknownDirectives: { line: number; text: string }[];
}

/**
 * Cuts the text into lines and each line into its parts. One pass, no backtracking: every cut is an `indexOf` or a split
 * at single characters.
 *
 * @throws WantListError for a line that does not have the form.
 */
export function readLines(text: string, maxLineLength: number): WantListLines {
  const result: WantListLines = { options: [], rules: defaultRules(), wantLines: [], unknownDirectives: [] };
  let namesBeganAt = 0;
  let number = 0;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start < text.length) {
    number++;
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    // Measured before anything is copied, so that one endless line costs no memory.
    if (end - start > maxLineLength) {
      throw new WantListError('line-too-long', number, `longer than ${maxLineLength} characters; split the list`);
    }
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (line === '') continue;
    if (line.startsWith('#!')) {
      for (const word of words(line.slice(2))) {
        result.options.push(word);
        if (!readRule(result.rules, word, number))
          result.unknownDirectives.push({ line: number, text: word.slice(0, 60) });
      }
    } else if (line.startsWith('#')) {
      // a comment
    } else if (line === '!BEGIN-OFFICIAL-NAMES') {
      if (namesBeganAt > 0) {
        throw new WantListError('unbalanced-names', number, `the names begun on line ${namesBeganAt} have not ended`);
      }
      namesBeganAt = number;
      result.officialNames ??= [];
    } else if (line === '!END-OFFICIAL-NAMES') {
      if (namesBeganAt === 0) throw new WantListError('unbalanced-names', number, 'ends names that never began');
      namesBeganAt = 0;
    } else if (namesBeganAt > 0) {
      result.officialNames!.push(officialName(line, number));
    } else if (line.startsWith('!')) {
      result.unknownDirectives.push({ line: number, text: line.slice(0, 60) });
    } else {
      result.wantLines.push(wantLine(line, number, result.rules));
    }
  }
  if (namesBeganAt > 0) {
    throw new WantListError('unbalanced-names', namesBeganAt, 'the names have no !END-OFFICIAL-NAMES');
  }
  return result;
}

function officialName(text: string, line: number): OfficialName {
  const arrow = text.indexOf('==>');
  const name = words(arrow === -1 ? text : text.slice(0, arrow))[0];
  if (name === undefined) throw new WantListError('missing-item', line, 'a title without a name before ==>');
  const title = arrow === -1 ? '' : text.slice(arrow + 3).trim();
  return title === '' ? { line, name } : { line, name, title };
}

function wantLine(text: string, line: number, { requireColons, requireUsernames }: TradeRules): WantLine {
  let rest = text;
  let user: string | undefined;
  if (text.startsWith('(')) {
    const close = text.indexOf(')');
    if (close === -1) throw new WantListError('unbalanced-parenthesis', line, 'the user has no closing parenthesis');
    user = text.slice(1, close).trim();
    if (user === '' || user.includes('(')) {
      throw new WantListError('unbalanced-parenthesis', line, 'one user name is expected between the parentheses');
    }
    rest = text.slice(close + 1);
  } else if (requireUsernames) {
    throw new WantListError('missing-user', line, 'REQUIRE-USERNAMES is set: expected (user) ITEM : WANT1 WANT2 …');
  }
  const colon = rest.indexOf(':');
  if (colon === -1 && requireColons) {
    throw new WantListError('missing-colon', line, 'REQUIRE-COLONS is set: expected (user) ITEM : WANT1 WANT2 …');
  }
  const before = words(colon === -1 ? rest : rest.slice(0, colon));
  const [item, ...more] = before;
  if (item === undefined || (colon !== -1 && more.length > 0)) {
    throw new WantListError('missing-item', line, 'exactly one item is expected before the colon');
  }
  if (item.includes('(') || item.includes(')')) {
    throw new WantListError('unbalanced-parenthesis', line, `parenthesis inside the item name ${item.slice(0, 60)}`);
  }
  const wants = writtenWants(colon === -1 ? more.join(' ') : rest.slice(colon + 1), line);
  if (item.startsWith('$')) throw cashError(item, line);
  return user === undefined ? { line, item, wants } : { line, user, item, wants };
}

function writtenWants(text: string, line: number): WrittenWant[] {
  const wants: WrittenWant[] = [];
  let bigSteps = 0;
  for (const word of words(text.replaceAll(';', ' ; '))) {
    if (word === ';') {
      bigSteps++;
      continue;
    }
    if (word.startsWith('$')) throw cashError(word, line);
    const at = word.indexOf('=');
    const name = at === -1 ? word : word.slice(0, at);
    if (at === -1) wants.push({ name, bigSteps });
    else wants.push({ name, bigSteps, cost: wholeNumber(word.slice(at + 1), line, word) });
    bigSteps = 0;
  }
  return wants;
}

function cashError(word: string, line: number): WantListError {
  return new WantListError('cash', line, `${word.slice(0, 60)} is money, and only items are traded here; take it out`);
}

function words(text: string): string[] {
  return text.split(/\s/).filter((word) => word !== '');
}
