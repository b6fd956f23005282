import type { ItemId, Opportunity, UserId } from '../types';

/**
 * What is left of a ring without these people: the longest run of others, each of whose items goes to the owner of the
 * next. Between its last and its first somebody is missing. Empty where nobody is left; of runs of one length the first.
 */
export function chainWithout({ participants }: Opportunity, leavers: ReadonlySet<UserId>): ItemId[] {
  const size = participants.length;
  let longest: ItemId[] = [];
  for (let start = 0; start < size; start++) {
    const run: ItemId[] = [];
    for (let i = 0; i < size; i++) {
      const { userId, gives } = participants[(start + i) % size]!;
      if (leavers.has(userId)) break;
      run.push(gives);
    }
    if (run.length > longest.length) longest = run;
  }
  return longest;
}
