/**
 * Folds what a reader does not tell apart: compatibility forms, case, Latin accents, Arabic vowel signs, tatweel,
 * hamza and alef forms, final ya and ta marbuta, Arabic-Indic digits. Linear in the input: long runs of combining marks,
 * which normalisation would sort, are cut first.
 */
export function fold(text: string): string {
  return foldEndings(foldMarks(text));
}

/** All of {@link fold} but the word endings that a stemmer wants to see. */
export function foldMarks(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .replace(MARK_RUNS, '$1')
    .normalize('NFKD')
    .replace(MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(VARIANTS, (letter) => FOLDS.get(letter) ?? letter);
}

/** Ta marbuta → ha. */
export function foldEndings(text: string): string {
  return text.replaceAll('\u0629', '\u0647');
}

/** Nothing but ASCII: there is only case to fold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
const PLAIN = /^[\x00-\x7f]*$/;

/** More marks on one letter than any script needs. */
const MARK_RUNS = /(\p{M}{8})\p{M}+/gu;

/** Combining marks of Latin, Greek and Cyrillic; of Arabic (decomposed hamza included); tatweel. */
const MARKS = /[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;

const FOLDS = new Map([
  ['\u0649', '\u064a'], // alef maqsura → ya
  ['\u06cc', '\u064a'], // Farsi ya → ya
  ['\u06a9', '\u0643'], // keheh → kaf
  ['\u0671', '\u0627'], // alef wasla → alef
  ...Array.from({ length: 10 }, (_, digit): [string, string] => [String.fromCharCode(0x660 + digit), `${digit}`]),
  ...Array.from({ length: 10 }, (_, digit): [string, string] => [String.fromCharCode(0x6f0 + digit), `${digit}`]),
]);

const VARIANTS = /[\u0649\u06cc\u06a9\u0671\u0660-\u0669\u06f0-\u06f9]/g;
