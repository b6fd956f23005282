import { cycleKey } from '../cycles/cycle-key';
import type { Market } from '../market/market';
import { fold } from '../text/fold';
import type { Item, Opportunity, Participant, Payment } from '../types';
import { digest } from '../util/digest';
import { settle } from './cash';

/** What a trade is worth to everybody at this moment. */
export type Terms = Pick<Opportunity, 'participants' | 'payments' | 'score' | 'fingerprint'>;

/** How far a person's score moves before they hear of it. */
const SCORE_MOVES = 0.05;

/**
 * The terms of a trade of these items (`items[i]` goes to the owner of `items[i + 1]`), or why it is none any more.
 * Read from the items themselves, so that a candidate list that was cut cannot end a trade.
 */
export function termsOf(market: Market, itemIds: readonly string[]): Terms | { impossible: string } {
  const items = itemIds.map((id) => market.get(id));
  if (items.some((item) => item === undefined)) return { impossible: 'An item of this trade is no longer available.' };
  const known = items as Item[];
  if (known.some((a, i) => known.some((b, j) => i < j && market.isBlocked(a.ownerId, b.ownerId)))) {
    return { impossible: 'Two of its people no longer trade with each other.' };
  }
  const participants: Participant[] = [];
  let total = 0;
  for (const [i, gives] of known.entries()) {
    const gets = known[(i - 1 + known.length) % known.length]!;
    const to = known[(i + 1) % known.length]!;
    const explanation = market.explain(gets.id, gives.id);
    if (explanation.score === undefined)
      return { impossible: 'An item changed and no longer answers what is wanted for it.' };
    total += Math.round(explanation.score * 1000);
    const cashNet = market.options.cash === 'balance' ? gets.estimatedValue! - gives.estimatedValue! : 0;
    participants.push({
      userId: gives.ownerId,
      gives: gives.id,
      gets: gets.id,
      givesTitle: gives.title,
      getsTitle: gets.title,
      givesTo: to.ownerId,
      getsFrom: gets.ownerId,
      score: explanation.score,
      cashNet,
      reasons: explanation.criteria.map(({ reason }) => reason),
      told: { score: explanation.score, cashNet },
    });
  }
  const payments: Payment[] = settle(participants.map(({ userId, cashNet }) => ({ userId, net: cashNet })));
  return { participants, payments, score: total / (1000 * known.length), fingerprint: fingerprintOf(known) };
}

/** The id that every node makes of the same attempt at the same cycle. */
export function opportunityId(key: string, attempt: number): string {
  return `OPP-${digest('opportunity', key, attempt)}`;
}

/** A live opportunity brought up to new terms; the same object where nothing changed. What people were told is kept. */
export function withTerms(opportunity: Opportunity, terms: Terms): Opportunity {
  const participants = terms.participants.map((now) => {
    const before = opportunity.participants.find(({ userId }) => userId === now.userId)!;
    return { ...now, told: before.told };
  });
  // The cooldown goes on counting the goods as they were first told of, whatever they are called by now.
  const changed = { ...opportunity, ...terms, participants, fingerprint: opportunity.fingerprint };
  return JSON.stringify(changed) === JSON.stringify(opportunity)
    ? opportunity
    : { ...changed, revision: opportunity.revision + 1 };
}

/** Whether a person would want to know: their score moved enough since they were told, or their payment did. */
export function concerns({ score, cashNet, told }: Participant): boolean {
  return Math.abs(score - told.score) >= SCORE_MOVES - 1e-9 || cashNet !== told.cashNet;
}

/** The same goods of the same people listed anew are the same trade. */
function fingerprintOf(items: readonly Item[]): string {
  const goods = items.map(({ ownerGroup, ownerId, categoryId, title }) =>
    JSON.stringify([ownerGroup ?? ownerId, categoryId ?? null, fold(title).replace(/\s+/g, ' ').trim()]),
  );
  return digest('trade', cycleKey(goods));
}
