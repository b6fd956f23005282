import { cycleKey } from '../cycles/cycle-key';
import { type Market, personOf } from '../market/market';
import { fold } from '../text/fold';
import type { Item, Opportunity, Participant, Payment } from '../types';
import { digest, keyedDigest } from '../util/digest';
import { settle } from './cash';
import { transition } from './lifecycle';

/** What a trade is worth to everybody at this moment. */
export type Terms = Pick<Opportunity, 'participants' | 'payments' | 'score'>;

/** Of a trade that has not been proposed yet. */
export type FirstTerms = Terms & Pick<Opportunity, 'fingerprint'>;

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
  const people = known.map(personOf);
  for (let i = 0; i < known.length; i++) {
    const { ownerId } = known[i]!;
    for (let j = i + 1; j < known.length; j++) {
      if (ownerId === known[j]!.ownerId || people[i] === people[j])
        return { impossible: 'Two of its people are one person.' };
      if (market.isBlocked(ownerId, known[j]!.ownerId))
        return { impossible: 'Two of its people do not trade with each other.' };
    }
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
      givesValue: gives.estimatedValue ?? null,
      getsValue: gets.estimatedValue ?? null,
      givesTo: to.ownerId,
      getsFrom: gets.ownerId,
      score: explanation.score,
      cashNet,
      reasons: explanation.criteria.map(({ reason }) => reason),
      getsDigest: digest('item', gets.title, gets.description ?? '', gets.condition ?? ''),
      told: { score: explanation.score, cashNet },
      acceptedAt: null,
      lockedUntil: null,
      confirmedAt: null,
    });
  }
  const payments: Payment[] = settle(participants.map(({ userId, cashNet }) => ({ userId, net: cashNet })));
  return { participants, payments, score: total / (1000 * known.length) };
}

/** The terms with what the cooldown counts the trade by from then on, whatever its goods are called later. */
export function firstTermsOf(market: Market, itemIds: readonly string[]): FirstTerms | { impossible: string } {
  const terms = termsOf(market, itemIds);
  if ('impossible' in terms) return terms;
  return { ...terms, fingerprint: fingerprintOf(itemIds.map((id) => market.get(id)!)) };
}

/** The id that every node makes of the same attempt at the same cycle. */
export function opportunityId(key: string, attempt: number): string {
  return `OPP-${digest('opportunity', key, attempt)}`;
}

/**
 * An open opportunity brought up to new terms; the same object where nothing changed. What people were told is kept, and
 * so is the acceptance of everybody whose deal is not worse for it.
 */
export function withTerms(opportunity: Opportunity, terms: Terms): Opportunity {
  if (agreement(opportunity) === agreement(terms)) return opportunity;
  const participants = terms.participants.map((now, i) => {
    const before = opportunity.participants[i]!;
    return { ...now, told: before.told, ...keptAcceptance(before, now) };
  });
  const isAccepted = participants.some(({ acceptedAt }) => acceptedAt !== null);
  const action = opportunity.state === 'accepting' && !isAccepted ? 'reopen' : 'revise';
  return {
    ...opportunity,
    ...terms,
    state: transition(opportunity.state, action),
    participants,
    revision: opportunity.revision + 1,
    version: opportunity.version + 1,
  };
}

/** The acceptance of a deal, if the deal that takes its place is not worse; none otherwise. */
export function keptAcceptance(before: Participant, now: Participant): Pick<Participant, 'acceptedAt' | 'lockedUntil'> {
  const { acceptedAt, lockedUntil } = before;
  return isNotWorse(before, now) ? { acceptedAt, lockedUntil } : { acceptedAt: null, lockedUntil: null };
}

/**
 * A deal is not worse when the items are the same, what is said of the item received is unchanged, and the payment is no
 * worse. What somebody says of their own item they have said themselves.
 */
function isNotWorse(before: Participant, now: Participant): boolean {
  const isSame = (key: 'userId' | 'gives' | 'gets' | 'getsDigest') => before[key] === now[key];
  return isSame('userId') && isSame('gives') && isSame('gets') && isSame('getsDigest') && now.cashNet <= before.cashNet;
}

/** What a person is asked: this item for that one, as it is described, at this payment. */
export function dealOf({ userId, gives, gets, getsDigest, cashNet }: Participant, ledgerKey: string): string {
  return keyedDigest(ledgerKey, 'deal', userId, gives, gets, getsDigest, cashNet);
}

/** What each of its people is asked; nothing where it is none. */
export function dealsOf(terms: Pick<Terms, 'participants'> | { impossible: string }, ledgerKey: string): string[] {
  return 'impossible' in terms ? [] : terms.participants.map((one) => dealOf(one, ledgerKey));
}

/** What all of its people are asked together: the same again, however the trade was in between, is asking twice. */
export function questionOf(deals: readonly string[]): string {
  return digest('question', ...[...deals].sort());
}

/** Everything that people look at when they decide, in a form to compare. */
function agreement({ participants, payments }: Pick<Terms, 'participants' | 'payments'>): string {
  return JSON.stringify([
    participants.map((p) => [
      [p.userId, p.gives, p.givesTitle, p.givesValue, p.givesTo],
      [p.gets, p.getsTitle, p.getsValue, p.getsFrom, p.getsDigest],
      [p.score, p.cashNet, p.reasons],
    ]),
    payments.map(({ from, to, amount }) => [from, to, amount]),
  ]);
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
