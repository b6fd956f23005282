import type { Category, Condition, NotificationView, OpportunityState, Want, Why } from '../api/types';
import { money } from './format';

/* What the page calls things. */

export const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  NEW: 'New',
  LIKE_NEW: 'Like new',
  GOOD: 'Good',
  FAIR: 'Fair',
  POOR: 'Poor',
};

export const STATE_WORDS: Readonly<Record<OpportunityState, string>> = {
  proposed: 'Proposed',
  accepting: 'Being accepted',
  committed: 'Agreed',
  completed: 'Completed',
  declined: 'Declined',
  expired: 'Expired',
  withdrawn: 'Withdrawn',
  broken: 'Broken off',
};

/** Category names by id. */
export type CategoryNames = (categoryId: string | undefined) => string;

export function categoryNames(categories: readonly Category[]): CategoryNames {
  const names = new Map(categories.map(({ id, name }) => [id, name ?? id]));
  return (id) => (id === undefined ? 'no category' : (names.get(id) ?? id));
}

/** A want as a phrase: "Classic bicycle, 180–340, good or better". */
export function wantInWords(want: Want, nameOf: CategoryNames): string {
  const { itemIds, categoryId, keywords, minCondition, minValue, maxValue, radiusKm } = want;
  const parts: string[] = [];
  if (itemIds) parts.push(itemIds.length === 1 ? 'one named item' : `one of ${itemIds.length} named items`);
  if (categoryId !== undefined) parts.push(nameOf(categoryId));
  if (keywords?.length) parts.push(`“${keywords.join(', ')}”`);
  if (minValue !== undefined || maxValue !== undefined) parts.push(range(minValue, maxValue));
  if (minCondition)
    parts.push(minCondition === 'NEW' ? 'new' : `${CONDITION_WORDS[minCondition].toLowerCase()} or better`);
  if (radiusKm !== undefined) parts.push(`within ${radiusKm} km`);
  return parts.join(', ');
}

function range(low: number | undefined, high: number | undefined): string {
  if (low === undefined) return `up to ${money(high!)}`;
  return high === undefined ? `${money(low)} or more` : `${money(low)}–${money(high)}`;
}

export const CRITERION_WORDS: Readonly<Record<string, string>> = {
  category: 'Category',
  keywords: 'Words',
  value: 'Value',
  condition: 'Condition',
  distance: 'Distance',
  rank: 'Your ranking',
  open: 'Open to anything',
};

/** Why one criterion has its score, with names and sums as people write them; the host's sentence where that is best. */
export function reasonInWords(
  { criterion, score, reason }: NonNullable<Why['criteria']>[number],
  { want, gets }: Why,
  nameOf: CategoryNames,
): string {
  switch (criterion) {
    case 'category':
      return score === 1
        ? `It is filed under ${nameOf(gets?.categoryId)}, just what you asked for.`
        : `It is filed under ${nameOf(gets?.categoryId)}, close to ${nameOf(want?.categoryId)}.`;
    case 'value':
      return gets?.estimatedValue === undefined
        ? reason
        : `It is worth ${money(gets.estimatedValue)}; you asked for ${range(want?.minValue, want?.maxValue)}.`;
    case 'condition':
      return gets?.condition && want?.minCondition
        ? `${CONDITION_WORDS[gets.condition]}; you asked for ${CONDITION_WORDS[want.minCondition].toLowerCase()} or better.`
        : reason;
    case 'rank':
      return `Your choice number ${want?.rank ?? '?'}.`;
    case 'open':
      return 'You take anything for this item.';
    default:
      return reason;
  }
}

/** The news of an inbox row. */
export function newsOf({ type, repairs, withdrawnBecause, repairedBy }: NotificationView): string {
  switch (type) {
    case 'new_match':
      return 'New match';
    case 'updated_match':
      return repairs ? 'Repaired: the ring goes on with somebody else' : 'The terms changed';
    case 'match_accepted':
      return 'Somebody accepted';
    case 'match_committed':
      return 'Everybody accepted: hand over your items';
    case 'match_completed':
      return 'Completed: everybody has received';
    case 'match_deadline':
      return 'The time to act is nearly over';
    case 'match_withdrawn':
      return `No longer possible: ${withdrawnBecause ?? 'it ended.'}${repairedBy ? ' Another ring took its place.' : ''}`;
  }
}

/** Why something is in the inbox and was not pushed. */
export function heldInWords(gate: string): string {
  if (gate.startsWith('throttle')) return 'not pushed, as you had so many';
  if (gate === 'quiet-hours') return 'not pushed yet, as you have quiet hours';
  return gate === 'cooldown' ? 'not pushed, as you had just heard of it' : `not pushed yet (${gate})`;
}

/** "You" for oneself. */
export function nameFor(userId: string, me: string): string {
  if (/^forgotten-[0-9a-f]{32}$/.test(userId)) return 'Somebody who has left';
  return userId === me ? 'You' : userId;
}
