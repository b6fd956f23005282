import { BarterError } from '../errors';
import type { OpportunityState } from '../types';

/**
 * What can happen to an opportunity. `accept`, `decline`, `confirm` and `dispute` are a participant's; the rest follows
 * from what others do, from the market and from time:
 * `commit` the last acceptance · `revise` the terms changed · `reopen` the last standing acceptance fell ·
 * `withdraw` an item is gone, taken or answers no more · `expire` the deadline passed · `complete` the last confirmation.
 */
export const ACTIONS = [
  'accept',
  'commit',
  'decline',
  'revise',
  'reopen',
  'withdraw',
  'expire',
  'confirm',
  'complete',
  'dispute',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The state that follows, or the sentence that says why there is none and what to do instead. */
export type Transition = { to: OpportunityState } | { refused: string };

const to = (state: OpportunityState) => ({ to: state });
const refused = (why: string) => ({ refused: why });

const NOT_COMMITTED = refused('Not everybody has accepted yet: wait until it is committed.');
const COMMITTED = refused('Everybody has accepted and the items are locked: confirm what you receive, or dispute.');
const NOBODY_ACCEPTED = refused('Nobody has accepted yet.');

const ended = (how: string): Record<Action, Transition> => {
  const row = refused(`It has ended (${how}): look for another trade.`);
  return Object.fromEntries(ACTIONS.map((action) => [action, row])) as Record<Action, Transition>;
};

/** Every pair of state and action decided, once. */
export const TRANSITIONS: Readonly<Record<OpportunityState, Readonly<Record<Action, Transition>>>> = {
  proposed: {
    accept: to('accepting'),
    commit: NOBODY_ACCEPTED,
    decline: to('declined'),
    revise: to('proposed'),
    reopen: NOBODY_ACCEPTED,
    withdraw: to('withdrawn'),
    expire: to('expired'),
    confirm: NOT_COMMITTED,
    complete: NOT_COMMITTED,
    dispute: NOT_COMMITTED,
  },
  accepting: {
    accept: to('accepting'),
    commit: to('committed'),
    decline: to('declined'),
    revise: to('accepting'),
    reopen: to('proposed'),
    withdraw: to('withdrawn'),
    expire: to('expired'),
    confirm: NOT_COMMITTED,
    complete: NOT_COMMITTED,
    dispute: NOT_COMMITTED,
  },
  committed: {
    accept: COMMITTED,
    commit: COMMITTED,
    decline: COMMITTED,
    revise: COMMITTED,
    reopen: COMMITTED,
    withdraw: COMMITTED,
    expire: to('broken'),
    confirm: to('committed'),
    complete: to('completed'),
    dispute: to('broken'),
  },
  completed: ended('completed'),
  declined: ended('declined'),
  expired: ended('expired'),
  withdrawn: ended('withdrawn'),
  broken: ended('broken'),
};

/** The state after the action. @throws BarterError `wrong-state` with what to do instead. */
export function transition(state: OpportunityState, action: Action): OpportunityState {
  const next = TRANSITIONS[state][action];
  if ('to' in next) return next.to;
  throw new BarterError('wrong-state', next.refused, { details: { state } });
}
