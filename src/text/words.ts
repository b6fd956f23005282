import { stemmer as stemArabic } from '@orama/stemmers/arabic';
import { stemmer as stemEnglish } from '@orama/stemmers/english';
import { fold } from './fold';

/** Code units read of one text; what is longer is cut. */
const LONGEST_TEXT = 20_000;
/** Code units kept of one word. */
const LONGEST_WORD = 40;

/**
 * The distinct stems of a text in order of appearance, at most `most` of them: folded, split into words, stop words
 * left out, English and Arabic stemmed.
 */
export function stems(text: string, most: number): string[] {
  const found = new Set<string>();
  for (const word of words(fold(text.slice(0, LONGEST_TEXT)))) {
    if (STOP_WORDS.has(word)) continue;
    found.add(stem(word.slice(0, LONGEST_WORD)));
    if (found.size === most) break;
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

function stem(word: string): string {
  if (/^[a-z]+$/.test(word)) return stemEnglish(word);
  // The Arabic stemmer may strip a short word to nothing.
  if (/^[\u0621-\u064a]+$/.test(word)) return stemArabic(word) || word;
  return word;
}

const STOP_WORDS = new Set(
  [
    'a an and any are as at be but by for from has have i in is it its me my no not of on one or some that the their',
    'them they this to want wanted was we will with you your',
    'في من على الى عن مع هذا هذه ذلك التي الذي او ثم كل اي لا ما و ان كان',
  ].flatMap((list) => fold(list).split(' ')),
);
