import { admit, type PipelineContext } from './admit';
import type { ClearingReport } from './api';
import type { ClearedMarket, MarketPort } from './market-port/market-port';
import type { ClearingOptions } from './options';
import type { Outcome } from './outcome';
import { proposeTrade } from './pipeline';
import type { Refusal } from './types';

/** How often cycles that gates refuse are left out and the rest is cleared again. */
const ROUNDS = 3;

/**
 * Clears the market and proposes what is chosen. Clearing only chooses: its cycles pass the gates of everybody's, and where
 * one is refused it is left out and the rest cleared again, so that its items are not lost to the others.
 */
export async function proposeClearing(
  context: PipelineContext & { market: MarketPort },
  options: ClearingOptions,
  isDryRun: boolean,
  now: number,
  outcome: Outcome,
): Promise<ClearingReport> {
  const { propose, ...request } = options;
  const refused: ClearingReport['refused'] = [];
  for (let round = 1; ; round++) {
    const cleared = await context.market.clear({ ...request, excluded: refused.map(({ cycleKey }) => cycleKey) });
    const judged = await judgeAll(context, cleared, now);
    refused.push(...judged.refused);
    if (judged.refused.length > 0 && round < ROUNDS) continue;
    const before = outcome.told.length;
    if (!isDryRun) {
      for (const one of judged.fresh) {
        const refusal = await proposeTrade(context, one.cycle, one.trade, now, outcome);
        if (refusal) refused.push({ ...refusal, cycleKey: one.cycle.key });
      }
    }
    return reportOf(cleared, judged, refused, outcome.told.length - before);
  }
}

type Judged = ReturnType<typeof pairs>[number];

const pairs = ({ clearing, trades }: ClearedMarket) =>
  clearing.cycles.map((cycle, i) => ({ cycle, trade: trades[i]! }));

/** Which may be proposed, which are live already, and which a gate refuses. */
async function judgeAll(context: PipelineContext, cleared: ClearedMarket, now: number) {
  const fresh: Judged[] = [];
  const live: Judged[] = [];
  const refused: (Refusal & { cycleKey: string })[] = [];
  for (const one of pairs(cleared)) {
    const answer = await admit(context, one.cycle, one.trade, now);
    if ('opportunity' in answer) fresh.push(one);
    else if (answer.refusal.gate === 'already-live') live.push(one);
    else refused.push({ ...answer.refusal, cycleKey: one.cycle.key });
  }
  return { fresh, live, refused };
}

function reportOf(
  { clearing: { value, upperBound, proven } }: ClearedMarket,
  { fresh, live }: { fresh: Judged[]; live: Judged[] },
  refused: ClearingReport['refused'],
  proposed: number,
): ClearingReport {
  const cycles = [...live, ...fresh].map(({ cycle }) => cycle);
  return {
    cycles,
    items: cycles.reduce((sum, { items }) => sum + items.length, 0),
    users: new Set(cycles.flatMap(({ owners }) => owners)).size,
    value,
    upperBound,
    proven,
    proposed,
    refused,
  };
}
