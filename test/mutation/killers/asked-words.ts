import { HeldWords, packWords } from '../../../src/market/asked-words';
import { Random } from '../random';
import { atMost, holds, same } from './expect';

/** A word that is held is found; one that is not is hardly ever. */
export function checkAskedWords(): void {
  const random = new Random(71);
  const held = new HeldWords();
  const words = (count: number) => Array.from({ length: count }, () => random.below(2 ** 22));
  let inVain = 0;
  for (let round = 0; round < 2000; round++) {
    const own = words(random.below(9));
    held.set(own);
    const others = words(1 + random.below(3));
    if (!others.some((word) => own.includes(word)) && held.mayHoldAny(packWords(others))) inVain++;
    if (own.length === 0) continue;
    for (const count of [1, 2, 3]) {
      const asked = words(count);
      asked[random.below(count)] = random.pick(own);
      holds(held.mayHoldAny(packWords(asked)), 'a word that it holds');
    }
  }
  atMost(inVain, IN_VAIN, 'words that it does not hold');
  held.set([]);
  for (const word of words(500)) same(held.mayHoldAny(packWords([word])), false, 'nothing is held');
  for (const none of [[], words(4), words(40)]) same(packWords(none), 0, 'none, or too many to tell');
  for (const count of [1, 2, 3]) holds(packWords(words(count)) > 0, 'something to tell');
  same(packWords([5]), packWords([5, 5, 5]), 'one word');
  same(packWords([5, 8]), packWords([5, 8, 8]), 'two words');
}

const IN_VAIN = 9;
