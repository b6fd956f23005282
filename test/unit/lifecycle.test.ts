import { describe, expect, it } from 'vitest';
import { ACTIONS, isActive, isBarterError, OPPORTUNITY_STATES, TRANSITIONS, transition } from '../../src';

/** Every arrow there is; whatever is not here is refused. */
const ARROWS: Record<string, string> = {
  'proposed accept': 'accepting',
  'proposed decline': 'declined',
  'proposed revise': 'proposed',
  'proposed withdraw': 'withdrawn',
  'proposed expire': 'expired',
  'accepting accept': 'accepting',
  'accepting commit': 'committed',
  'accepting decline': 'declined',
  'accepting revise': 'accepting',
  'accepting reopen': 'proposed',
  'accepting withdraw': 'withdrawn',
  'accepting expire': 'expired',
  'committed expire': 'broken',
  'committed confirm': 'committed',
  'committed complete': 'completed',
  'committed dispute': 'broken',
};

const pairs = OPPORTUNITY_STATES.flatMap((state) => ACTIONS.map((action) => ({ state, action })));

describe('the table of transitions', () => {
  it('decides every pair of state and action', () => {
    expect(pairs).toHaveLength(80);
    for (const { state, action } of pairs) expect(TRANSITIONS[state][action], `${state} ${action}`).toBeDefined();
  });

  it.each(pairs)('$state, $action', ({ state, action }) => {
    const to = ARROWS[`${state} ${action}`];
    if (to !== undefined) {
      expect(transition(state, action)).toBe(to);
      return;
    }
    const error = refusalOf(() => transition(state, action));
    expect(error).toMatchObject({ code: 'wrong-state', details: { state } });
    expect(error.message).toMatch(/\w+ \w+.*\.$/);
  });

  it('has ends that nothing leaves', () => {
    const ends = OPPORTUNITY_STATES.filter((state) => !isActive({ state }));
    expect(ends).toEqual(['completed', 'declined', 'expired', 'withdrawn', 'broken']);
    for (const state of ends)
      for (const action of ACTIONS) expect(() => transition(state, action), `${state} ${action}`).toThrow();
  });
});

function refusalOf(call: () => unknown): { code: string; message: string } {
  try {
    call();
  } catch (error) {
    if (isBarterError(error)) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
