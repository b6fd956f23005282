import type { EventReport } from 'barterloop';
import { check } from './report';

/** What was found is there: every edge has the score of its pair, and the owners are distinct. */
export async function checkCycles(
  { itemId, found }: EventReport,
  scoreOf: (from: string, to: string) => number | undefined | Promise<number | undefined>,
): Promise<void> {
  for (const { items, owners, edgeScores, score } of found) {
    check(items.includes(itemId), `a cycle of the event of ${itemId} does not hold it: ${items}`);
    check(new Set(owners).size === items.length, `an owner twice in ${items}`);
    const mean = edgeScores.reduce((sum, edge) => sum + edge, 0) / items.length;
    check(Math.abs(score - mean) < 1e-9, `${items} has ${score}, its edges have ${mean}`);
    for (const [i, from] of items.entries()) {
      const to = items[(i + 1) % items.length]!;
      const expected = await scoreOf(from, to);
      check(expected === edgeScores[i], `${from} → ${to} has ${expected}, the cycle says ${edgeScores[i]}`);
    }
  }
}
