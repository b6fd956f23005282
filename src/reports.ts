import type { EventReport, Told } from './api';
import { type Outcome, toldOf } from './outcome';
import type { ItemId, Opportunity } from './types';

/** The report of what was done, before anything is sent: `people` fill up as their notifications go out. */
export function reportOf(eventId: string, itemId: ItemId, outcome: Outcome, tookMs: number): EventReport {
  const { search, refused } = outcome;
  const people = (what: Parameters<typeof toldOf>[1]) =>
    toldOf(outcome, what).map(({ opportunity }) => toTold(opportunity));
  return {
    eventId,
    itemId,
    status: 'processed',
    found: search.cycles,
    exact: search.exact,
    ...(search.reason && { reason: search.reason }),
    ...(search.certified && { certified: search.certified }),
    told: people('proposed'),
    updated: people('updated'),
    repaired: people('repaired'),
    withdrawn: toldOf(outcome, 'withdrawn').map(({ opportunity: { id, endReason, state } }) => ({
      opportunityId: id,
      reason: endReason ?? state,
    })),
    refused,
    tookMs,
  };
}

/** The report of an event whose place a later one of the same item took. */
export function mergedReport(eventId: string, { itemId, eventId: mergedWith }: EventReport): EventReport {
  return {
    eventId,
    itemId,
    status: 'merged',
    mergedWith,
    found: [],
    exact: true,
    told: [],
    updated: [],
    repaired: [],
    withdrawn: [],
    refused: [],
    tookMs: 0,
  };
}

function toTold({ id, cycleKey, score }: Opportunity): Told {
  return { opportunityId: id, cycleKey, score, people: [] };
}
