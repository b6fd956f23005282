import type { Admission } from './admission';
import { type Gate, PASS, refused } from './gate';

/** Newcomers are in short trades, and in few at once: who leaves one then hurts few. Reads, consumes nothing. */
export function newcomerGate({ maxLength, maxOpen }: { maxLength: number; maxOpen: number }): Gate<Admission> {
  return {
    name: 'newcomer',
    async judge({ cycle, isNewcomer, countOpen }) {
      for (const userId of cycle.owners) {
        if (!(await isNewcomer(userId))) continue;
        if (cycle.owners.length > maxLength) {
          return refused('newcomer', `A newcomer is in trades of at most ${maxLength} people.`, { userId });
        }
        if ((await countOpen(userId)) >= maxOpen) {
          return refused('newcomer', `A newcomer has at most ${maxOpen} open opportunities.`, { userId });
        }
      }
      return PASS;
    },
  };
}
