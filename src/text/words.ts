import { stemmer as stemArabic } from '@orama/stemmers/arabic';
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { fold, foldEndings, foldMarks } from './fold';

/** Code units read of one text, before and after folding; what is longer is cut. */
const LONGEST_TEXT = 20_000;
/** Words read of one text, repeats included. */
const MOST_WORDS = 4_000;
/** Code units kept of one word. */
const LONGEST_WORD = 40;

/**
 * The distinct stems of a text in order of appearance, at most `most` of them: folded, split into words, stop words
 * left out, English and Arabic stemmed.
 */
export function stems(text: string, most: number): string[] {
  const found = new Set<string>();
  let read = 0;
  for (const word of words(foldMarks(text.slice(0, LONGEST_TEXT)).slice(0, LONGEST_TEXT))) {
    if (++read > MOST_WORDS || found.size === most) break;
    if (!STOP_WORDS.has(foldEndings(word))) found.add(foldEndings(stem(word.slice(0, LONGEST_WORD))));
  }
  return [...found];
}

function words(text: string): Iterable<string> {
  return UNSPACED.test(text) ? segments(text) : (text.match(WORD) ?? []);
}

function* segments(text: string): Iterable<string> {
  for (const { segment, isWordLike } of SEGMENTER.segment(text)) if (isWordLike) yield segment;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Scripts written without spaces need a dictionary to find words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });

/** Stems are looked up before they are made: most words have been met before. */
function stem(word: string): string {
  let known = STEMS.get(word);
  if (known === undefined) {
    known = makeStem(word);
    if (STEMS.size === MOST_STEMS) STEMS.clear();
    STEMS.set(word, known);
  }
  return known;
}

const MOST_STEMS = 20_000;
const STEMS = new Map<string, string>();

function makeStem(word: string): string {
  if (/^[a-z]+$/.test(word)) return stemEnglish(word);
  if (!/^[\u0621-\u064a]+$/.test(word)) return word;
  // Written with "and" before the article, or with ha for ta marbuta, a word is the same; the stemmer knows neither. It
  // may strip a short word to nothing.
  const usual = word.replace(/^\u0648(?=\u0627\u0644)/, '').replace(/\u0647$/, '\u0629');
  return stemArabic(usual) || usual;
}

const STOP_WORDS = new Set(
  [
    'a an and any are as at be but by for from has have i in is it its me my no not of on one or some that the their',
    'them they this to want wanted was we will with you your',
    'في من على الى عن مع هذا هذه ذلك التي الذي او ثم كل اي لا ما و ان كان',
  ].flatMap((list) => fold(list).split(' ')),
);
