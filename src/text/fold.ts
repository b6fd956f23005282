/**
 * Folds what a reader does not tell apart: compatibility forms, case, Latin accents, Arabic vowel signs, tatweel,
 * hamza and alef forms, final ya and ta marbuta, Arabic-Indic digits. Linear in the input.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(ARABIC_VARIANTS, (letter) => ARABIC_FOLDS.get(letter) ?? letter);
}

/** Combining marks of Latin, Greek and Cyrillic; of Arabic (decomposed hamza included); tatweel. */
const MARKS = /[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;

const ARABIC_FOLDS = new Map([
  ['\u0649', '\u064a'], // alef maqsura → ya
  ['\u06cc', '\u064a'], // Farsi ya → ya
  ['\u0629', '\u0647'], // ta marbuta → ha
  ['\u06a9', '\u0643'], // keheh → kaf
  ['\u0671', '\u0627'], // alef wasla → alef
  ...Array.from({ length: 10 }, (_, digit): [string, string] => [String.fromCharCode(0x660 + digit), `${digit}`]),
  ...Array.from({ length: 10 }, (_, digit): [string, string] => [String.fromCharCode(0x6f0 + digit), `${digit}`]),
]);

const ARABIC_VARIANTS = /[\u0649\u06cc\u0629\u06a9\u0671\u0660-\u0669\u06f0-\u06f9]/g;
