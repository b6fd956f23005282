// A scoring module, as a host would write it. Titles say what it is to do; it runs in the worker.
import { readFileSync, writeFileSync } from 'node:fs';

/** @type {import('../../src').ScoringModule} */
export default {
  scorer: {
    score(given) {
      if (given.title === 'slow') spin();
      if (given.title === 'deadly') maybeDie(given.description);
      if (given.title === 'no') return undefined;
      if (given.title === 'wrong') return { score: 2, reason: 'More than there is.' };
      return { score: 0.9, reason: `Because it is ${given.title}.` };
    },
    bound: (receiving) => (receiving.title === 'hopeless' ? 0.1 : 1),
  },
};

/** Tens of milliseconds. */
function spin() {
  let sum = 0;
  for (let i = 0; i < 30_000_000; i++) sum += i % 7;
  return sum;
}

/** Ends the thread as often as the file says. */
function maybeDie(file) {
  const lives = Number(readFileSync(file, 'utf8'));
  if (lives === 0) return;
  writeFileSync(file, String(lives - 1));
  process.exit(3);
}
