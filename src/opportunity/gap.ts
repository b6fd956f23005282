import type { ItemId, Opportunity, Participant, UserId } from '../types';

/**
 * What is left of a ring without these people, to be completed by others, best first: the longest run of those who stay,
 * each of whose items goes to the owner of the next, and then its parts, for where no ring has room for all of it. Those
 * that keep more acceptances come first, then the longer ones, then those that begin earlier.
 *
 * Whoever is first in a chain gets something else than before, so that their acceptance falls; of the others' deals
 * nothing changes. A part holds at least two, or it would keep nothing. None where nobody is left.
 */
export function chainsWithout(opportunity: Opportunity, leavers: ReadonlySet<UserId>): ItemId[][] {
  const run = longestRun(opportunity.participants, leavers);
  if (run.length === 0) return [];
  const parts: Participant[][] = [];
  for (let length = run.length - 1; length >= 2; length--) {
    for (let start = 0; start + length <= run.length; start++) parts.push(run.slice(start, start + length));
  }
  parts.sort((a, b) => keptIn(b) - keptIn(a)); // stable: longer and earlier ones stay first among equals
  return [run, ...parts].map((chain) => chain.map(({ gives }) => gives));
}

function longestRun(participants: readonly Participant[], leavers: ReadonlySet<UserId>): Participant[] {
  let longest: Participant[] = [];
  for (let start = 0; start < participants.length; start++) {
    const round = [...participants.slice(start), ...participants.slice(0, start)];
    const end = round.findIndex(({ userId }) => leavers.has(userId));
    const run = end < 0 ? round : round.slice(0, end);
    if (run.length > longest.length) longest = run;
  }
  return longest;
}

function keptIn(chain: readonly Participant[]): number {
  return chain.slice(1).filter(({ acceptedAt }) => acceptedAt !== null).length;
}
