import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, stems } from '../../src';

describe('fold', () => {
  const check = (text: string, expected: string, what: string) =>
    it(`${what}: ${JSON.stringify(text)}`, () => {
      expect(fold(text)).toBe(expected);
    });
  check('BiKe', 'bike', 'case');
  check('ÉCOLE', 'ecole', 'accents');
  check('İzmir', 'izmir', 'a dotted capital');
  check('ﬁｎｅ', 'fine', 'compatibility forms');
  check('دراجة', 'دراجه', 'ta marbuta');
  check('أحمد إطار آلة ٱلبيت', 'احمد اطار اله البيت', 'alef forms');
  check('مستشفى', 'مستشفي', 'alef maqsura');
  check('مؤمن شئ', 'مومن شي', 'hamza seats');
  check('كـــتاب', 'كتاب', 'tatweel');
  check('مُحَمَّدٌ', 'محمد', 'vowel signs');
  check('٠١٢٣٤٥٦٧٨٩', '0123456789', 'Arabic-Indic digits');
  check('۰۱۲۳۴۵۶۷۸۹', '0123456789', 'Persian digits');
  check('', '', 'nothing');

  it('does not tell normal forms apart', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'), (text, form) => {
        expect(fold(text.normalize(form))).toBe(fold(text));
      }),
    );
  });

  it('has nothing left to fold in what it gives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe('stems', () => {
  const check = (text: string, expected: string[], most = 100) =>
    it(`of ${JSON.stringify(text)}`, () => {
      expect(stems(text, most)).toEqual(expected);
    });
  check('', []);
  check('   \n\t ', []);
  check('!!! — ???', []);
  check('the and of', []);
  check('Red bike, red BIKES', ['red', 'bike']);
  check('iPhone 13', ['iphon', '13']);
  check('running runs run', ['run']);
  check('one red two blue', ['red', 'two', 'blue']);
  check('red blue green', ['red', 'blue'], 2);

  const same = (...words: string[]) =>
    it(`takes ${words.join(', ')} for one word`, () => {
      expect(stems(words.join(' '), 100)).toHaveLength(1);
      for (const word of words) expect(stems(word, 100)).toEqual(stems(words[0]!, 100));
    });
  same('bike', 'bikes', 'Bike');
  same('café', 'CAFE');
  same('هاتف', 'الهاتف');
  same('كتاب', 'الكتاب', 'كتابي');
  same('دراجة', 'دراجه', 'دَرَّاجَة');
  same('دراجة', 'الدراجة');
  same('قديم', 'قديمة', 'القديم', 'القديمة');
  same('سيارة', 'السيارة');

  const apart = (a: string, b: string) =>
    it(`tells ${a} and ${b} apart`, () => {
      expect(stems(`${a} ${b}`, 100)).toHaveLength(2);
    });
  apart('car', 'carpet');
  apart('phone', 'headphone');
  apart('دراجة', 'سيارة');
  apart('2', '20');

  it('finds words where no spaces are written', () => {
    expect(stems('自転車を売ります', 100)).toContain('自転車');
    expect(stems('จักรยานเก่า', 100).length).toBeGreaterThan(1);
  });

  it('never leaves a word empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ابتثنيوهلمسةى ') }), (text) => {
        expect(stems(text, 100)).not.toContain('');
      }),
    );
  });

  it('gives distinct words, no more than asked for, and never long ones', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        const found = stems(text, most);
        expect(found.length).toBeLessThanOrEqual(most);
        expect(new Set(found).size).toBe(found.length);
      }),
    );
    const [long] = stems('x'.repeat(100_000), 100);
    expect(long!.length).toBeLessThan(100);
    const many = Array.from({ length: 100_000 }, (_, n) => `word${n}`).join(' ');
    expect(stems(many, 256)).toHaveLength(256);
    expect(stems(many, Infinity).length).toBeLessThan(10_000);
  });
});

describe('hostile text', () => {
  const hostile: [name: string, unit: string][] = [
    ['one word', 'a'],
    ['spaces', ' '],
    ['words of one letter', 'a '],
    ['marks in the wrong order', '\u0315\u0300'],
    ['marks of other scripts in the wrong order', '\u20d0\u0327\u1dce'],
    ['Arabic marks', 'بَّ'],
    ['tatweel', '\u0640'],
    ['letters that unfold into many', '\ufdfa'],
    ['Han', '漢'],
    ['Thai', 'กำ'],
    ['half surrogates', '\ud800'],
    ['joined emoji', '👩\u200d'],
  ];

  // Where reading were quadratic, these would take hours and run into the time limit of the test.
  for (const [name, unit] of hostile) {
    it(`is read to its end: ${name}`, () => {
      const text = unit.repeat(Math.ceil(300_000 / unit.length));
      expect(fold(text).length).toBeLessThanOrEqual(text.length * 18); // no letter unfolds into more
      expect(stems(text, 256).length).toBeLessThanOrEqual(256);
    });
  }
});
