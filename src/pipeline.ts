import { admit, type PipelineContext, ranked } from './admit';
import type { Change, FoundTrade } from './market-port/market-port';
import { rowFor } from './notification/rows';
import { type Outcome, toldOf } from './outcome';
import { bringUpTo } from './review';
import type { Cycle, ItemId, Opportunity } from './types';

/**
 * One item event through all stages:
 *
 *     change → market (edges, terms, cycles) → live trades reviewed → cycles admitted or refused → opportunities and inbox rows
 *
 * All that is asked of the market is one turn of it, and of a ring that loses somebody what could take their place.
 *
 * Every step can be repeated: after a failure the whole runs again with the same `outcome`, which holds what was done
 * by then, and adds nothing twice.
 *
 * @param open The open opportunities with this item.
 */
export async function runPipeline(
  context: PipelineContext,
  itemId: ItemId,
  change: Change,
  open: readonly Opportunity[],
  now: number,
  outcome: Outcome,
): Promise<void> {
  const review = open.map(({ items }) => items);
  const { reviewed, search, trades } = await context.market.turn({ itemId, change, review });

  outcome.search = search;
  const changed = change === 'none' ? undefined : itemId;
  for (const [i, opportunity] of open.entries())
    await bringUpTo(context, opportunity, reviewed[i]!, changed, now, outcome);
  await propose(context, search.cycles, trades, now, outcome);
}

/** Makes opportunities of the admitted cycles, best first, until enough are told; says of every other cycle why not. */
async function propose(
  context: PipelineContext,
  cycles: readonly Cycle[],
  trades: readonly FoundTrade[],
  now: number,
  outcome: Outcome,
): Promise<void> {
  const { storage, options } = context;
  outcome.refused = [];
  const proposed = toldOf(outcome, 'proposed'); // by an attempt that failed later
  const found = cycles.map((cycle, i) => ({ cycle, trade: trades[i]! }));
  for (const { cycle, trade } of await ranked(context, found)) {
    if (proposed.some(({ opportunity }) => opportunity.cycleKey === cycle.key)) continue;
    const refuse = (gate: string, reason: string) => outcome.refused.push({ gate, reason, cycleKey: cycle.key });
    if (proposed.length >= options.policies.perEvent) {
      refuse('per-event', `This event has told ${proposed.length} better trades already.`);
      continue;
    }
    const answer = await admit(context, cycle, trade, now);
    if ('refusal' in answer) {
      outcome.refused.push({ ...answer.refusal, cycleKey: cycle.key });
      continue;
    }
    const { opportunity } = answer;
    const rows = opportunity.participants.map((me) => rowFor(opportunity, me, 'new_match', now));
    if (!(await storage.opportunities.propose(opportunity, rows))) {
      refuse('already-live', `It has just been proposed as ${opportunity.id}, or one of its items has been taken.`);
      continue;
    }
    const told = { what: 'proposed' as const, opportunity, rows };
    proposed.push(told);
    outcome.told.push(told);
  }
}
