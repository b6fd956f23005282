import { HeldWords, packWords } from '../../../src/market/asked-words';
import { Random } from '../random';
import { atMost, holds, same } from './expect';

/** A word that is held counts, whatever it weighs; one that is not hardly ever does. */
export function checkAskedWords(): void {
  const random = new Random(71);
  const held = new HeldWords();
  const words = (count: number) => Array.from({ length: count }, () => random.below(2 ** 22));
  const agreement = (asked: readonly number[]) => held.mostAgreement(packWords(asked));
  let inVain = 0;
  for (let round = 0; round < 2000; round++) {
    const own = words(random.below(9));
    held.set(own);
    const others = words(1 + random.below(3));
    if (!others.some((word) => own.includes(word)) && agreement(others) > 0) inVain++;
    if (own.length === 0) continue;
    for (const count of [1, 2, 3]) {
      const asked = words(count).map((word) => (random.below(2) === 0 ? word : random.pick(own)));
      const weights = asked.map(() => 1 + random.below(8));
      const weigh = (isCounted: (word: number) => boolean) =>
        weights.reduce((sum, weight, i) => (isCounted(asked[i]!) ? sum + weight : sum), 0);
      holds(agreement(asked) >= weigh((word) => own.includes(word)) / weigh(() => true), 'no more than the most');
    }
  }
  atMost(inVain, IN_VAIN, 'words that it does not hold');
  held.set([]);
  for (const word of words(500)) same(agreement([word]), 0, 'nothing is held');
  for (const none of [[], words(4), words(40)]) {
    same(packWords(none), 0, 'none, or too many to tell');
    same(agreement(none), 1, 'nothing is told');
  }
  for (const count of [1, 2, 3]) holds(packWords(words(count)) > 0, 'something to tell');
  held.set([5, 8]);
  same([[5], [5, 9], [5, 9, 11], [5, 8, 11], [5, 8], [9, 11]].map(agreement), AGREEMENTS, 'the most agreement');
}

const IN_VAIN = 20;
/** By 8 of 8, 8 of 9, 8 of 10, 16 of 17 and so on. */
const AGREEMENTS = [1, 8 / 9, 8 / 10, 16 / 17, 1, 0];
