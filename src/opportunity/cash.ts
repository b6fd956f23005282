import type { Payment, UserId } from '../types';

/** What one person pays (positive) or receives (negative), in minor units. */
export interface Net {
  userId: UserId;
  net: number;
}

const MOST_PEOPLE = 16;

/**
 * The fewest payments that settle these nets, which sum to zero. People whose nets sum to zero among themselves settle
 * apart, and a group of n needs n − 1 payments: so the most such groups make the fewest payments, found over all
 * subsets (at most 2^16: a cycle has at most 16 people). Throws RangeError beyond. Within a group the next payer pays the next receiver.
 */
export function settle(nets: readonly Net[]): Payment[] {
  const open = nets.filter(({ net }) => net !== 0);
  if (open.length > MOST_PEOPLE) {
    throw new RangeError(`${open.length} people cannot settle at once: a trade has at most ${MOST_PEOPLE}.`);
  }
  return groupsOf(open).flatMap((group) => settleGroup(group));
}

function groupsOf(nets: readonly Net[]): Net[][] {
  const all = (1 << nets.length) - 1;
  const sums = new Float64Array(all + 1);
  const most = new Int8Array(all + 1);
  /** The member to leave out for the best remainder. */
  const leaveOut = new Int8Array(all + 1);
  for (let set = 1; set <= all; set++) {
    let best = -1;
    for (let i = 0; i < nets.length; i++) {
      const rest = set & ~(1 << i);
      if (rest === set || most[rest]! <= best) continue;
      best = most[rest]!;
      leaveOut[set] = i;
    }
    sums[set] = sums[set & ~(1 << leaveOut[set]!)]! + nets[leaveOut[set]!]!.net;
    most[set] = best + (sums[set] === 0 ? 1 : 0);
  }
  // Taking members out one by one along the best path passes through every prefix that sums to zero: the group borders.
  const groups: Net[][] = [];
  let group: Net[] = [];
  for (let set = all; set > 0; set &= ~(1 << leaveOut[set]!)) {
    if (sums[set] === 0 && group.length > 0) {
      groups.push(group);
      group = [];
    }
    group.push(nets[leaveOut[set]!]!);
  }
  return group.length > 0 ? [...groups, group] : groups;
}

function settleGroup(group: readonly Net[]): Payment[] {
  const payments: Payment[] = [];
  const payers = group.filter(({ net }) => net > 0).map((payer) => ({ ...payer }));
  const receivers = group.filter(({ net }) => net < 0).map((receiver) => ({ ...receiver }));
  while (payers.length > 0 && receivers.length > 0) {
    const [payer, receiver] = [payers[0]!, receivers[0]!];
    const amount = Math.min(payer.net, -receiver.net);
    payments.push({ from: payer.userId, to: receiver.userId, amount });
    payer.net -= amount;
    receiver.net += amount;
    if (payer.net === 0) payers.shift();
    if (receiver.net === 0) receivers.shift();
  }
  return payments;
}
