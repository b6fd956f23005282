import type { Want } from '../types';
import type { EdgeExplanation } from './edge-score';
import type { ItemTable } from './item-table';
import type { Pairs } from './pairs';
import type { WantTable } from './want-table';

/** What an explanation is made from. */
export interface ExplainContext {
  items: ItemTable;
  wants: WantTable;
  pairs: Pairs;
  edgeFloor: number;
}

/** Why one item can be given for another, by the best of the wants, or what stands in the way. */
export function explainEdge(
  { items, wants, pairs, edgeFloor }: ExplainContext,
  given: number,
  receiving: number,
): EdgeExplanation {
  const none: EdgeExplanation = {
    from: items.idOf(given),
    to: items.idOf(receiving),
    criteria: [],
    obstacles: [],
  };
  if (pairs.areApart(given, receiving)) {
    return { ...none, obstacles: ['The owners are one person, or one blocked the other.'] };
  }
  const pairObstacle = pairs.scorer.pairObstacle(given, receiving);
  if (pairObstacle) return { ...none, obstacles: [pairObstacle] };
  let score = -1;
  let criteria: EdgeExplanation['criteria'] = [];
  let best: Want | undefined;
  const { wants: said, openToAnything } = items.get(receiving);
  const obstacles: string[] = [];
  for (let want = wants.first(receiving); want >= 0; want = wants.next(want)) {
    const answer = { obstacle: undefined as string | undefined, criteria: [] };
    const byWant = pairs.scorer.scoreWant(given, want, answer);
    if (answer.obstacle !== undefined) obstacles.push(answer.obstacle);
    if (byWant <= score) continue;
    score = byWant;
    best = said[wants.placeOf(want)]!;
    criteria = answer.criteria;
  }
  if (openToAnything && pairs.scorer.scoreOpen() < 0) {
    obstacles.push(`For who is open to anything it scores less than the floor of ${edgeFloor}.`);
  }
  const open = pairs.openScore(given, receiving);
  if (open > score) {
    const reason = 'The owner is open to anything.';
    return { ...none, criteria: [{ criterion: 'open', weight: 1, score: open, reason }], score: open };
  }
  if (said.length === 0 && !openToAnything) {
    obstacles.push('The item has no wants: it asks for nothing and receives nothing.');
  }
  return score < 0 ? { ...none, obstacles } : { ...none, want: best!, criteria, score };
}
