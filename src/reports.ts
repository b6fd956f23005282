import type { EventReport, Told } from './api';
import type { Outcome } from './pipeline';
import type { ItemId, Opportunity } from './types';

/** The report of what was done, before anything is sent: `people` fill up as their notifications go out. */
export function reportOf(eventId: string, itemId: ItemId, outcome: Outcome, tookMs: number): EventReport {
  const { search, proposed, updated, ended, refused } = outcome;
  return {
    eventId,
    itemId,
    status: 'processed',
    found: search.cycles,
    exact: search.exact,
    ...(search.reason && { reason: search.reason }),
    ...(search.certified && { certified: search.certified }),
    told: proposed.map(({ opportunity }) => toTold(opportunity)),
    updated: updated.map(({ opportunity }) => toTold(opportunity)),
    withdrawn: ended.map(({ opportunity: { id, endReason, state } }) => ({
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
    withdrawn: [],
    refused: [],
    tookMs: 0,
  };
}

function toTold({ id, cycleKey, score }: Opportunity): Told {
  return { opportunityId: id, cycleKey, score, people: [] };
}
