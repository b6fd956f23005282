import { admit, type PipelineContext, ranked } from './admit';
import type { Change, FoundTrade } from './market-port/market-port';
import { rowFor } from './notification/rows';
import { type Outcome, toldOf } from './outcome';
import { bringUpTo } from './review';
import type { Cycle, ItemId, Opportunity, Refusal } from './types';

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
  const { options } = context;
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
    const left = await leftToClearing(context, cycle);
    if (left) {
      refuse(left.gate, left.reason);
      continue;
    }
    const refusal = await proposeTrade(context, cycle, trade, now, outcome);
    if (refusal) outcome.refused.push({ ...refusal, cycleKey: cycle.key });
    else proposed.push(outcome.told.at(-1)!);
  }
}

/** Where sweeps clear the market: what an event does not propose, and why. */
async function leftToClearing(
  { clearing: { propose: proposes, keys }, storage: { opportunities } }: PipelineContext,
  cycle: Cycle,
): Promise<Refusal | undefined> {
  if (proposes === 'events') return undefined;
  if (proposes === 'sweeps')
    return { gate: 'sweeps-only', reason: 'Trades are proposed by sweeps, which clear the market.' };
  if (keys.size === 0 || keys.has(cycle.key)) return undefined;
  for (const itemId of cycle.items) {
    const rival = (await opportunities.activeByItem(itemId)).find(({ cycleKey }) => keys.has(cycleKey));
    if (rival)
      return {
        gate: 'clearing',
        reason: `Item ${itemId} is asked for by ${rival.id}, which is part of a better whole.`,
      };
  }
  return undefined;
}

/** Admits a cycle and stores its opportunity with its rows; the refusal where a gate says no. */
export async function proposeTrade(
  context: PipelineContext,
  cycle: Cycle,
  trade: FoundTrade,
  now: number,
  outcome: Outcome,
): Promise<Refusal | undefined> {
  const answer = await admit(context, cycle, trade, now);
  if ('refusal' in answer) return answer.refusal;
  const { opportunity } = answer;
  const rows = opportunity.participants.map((me) => rowFor(opportunity, me, 'new_match', now));
  if (!(await context.storage.opportunities.propose(opportunity, rows))) {
    const reason = `It has just been proposed as ${opportunity.id}, or one of its items has been taken.`;
    return { gate: 'already-live', reason };
  }
  outcome.told.push({ what: 'proposed', opportunity, rows });
  return undefined;
}
