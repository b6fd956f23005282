import { BarterError, isBarterError } from '../errors';
import type { Item, Want } from '../types';
import type { ExtraCriterion } from './edge-score';

/**
 * Scores wants in place of the weighted mean. What a want forbids (names, value range, least condition, radius, a
 * category or words too far off) it still forbids: the scorer is asked about what is left.
 */
export interface Scorer {
  /**
   * How well `given` answers this want of `receiving`, [0,1], and why in plain words; undefined: not at all. Must depend
   * on its arguments alone: the market asks once and keeps the answer.
   */
  score(given: Item, receiving: Item, want: Want): { score: number; reason: string } | undefined;
  /** No item scores more than this for the want; a want that cannot reach the floor is not searched. @defaultValue 1 */
  bound?(receiving: Item, want: Want): number;
}

/** What a scoring module exports as its default. */
export interface ScoringModule {
  scorer?: Scorer;
  extraCriteria?: readonly ExtraCriterion[];
}

/**
 * Loads a scoring module by its specifier: a package, an absolute path or a `file:` URL.
 * @throws BarterError `invalid-options`.
 */
export async function loadScoring(specifier: string): Promise<ScoringModule> {
  try {
    const { default: exported } = await import(/* @vite-ignore */ specifier);
    return checkedScoring(exported, specifier);
  } catch (cause) {
    if (isBarterError(cause)) throw cause;
    const message = `The scoring module ${specifier} cannot be loaded: name a package, or a file by its whole address, as in new URL('./scoring.js', import.meta.url).href.`;
    throw new BarterError('invalid-options', message, { cause });
  }
}

function checkedScoring(exported: unknown, specifier: string): ScoringModule {
  const { scorer, extraCriteria = [] } = (exported ?? {}) as { scorer?: unknown; extraCriteria?: unknown };
  const areCriteria = Array.isArray(extraCriteria) && extraCriteria.every(isCriterion);
  const isUsable = areCriteria && (scorer === undefined ? extraCriteria.length > 0 : isScorer(scorer));
  if (isUsable) return exported as ScoringModule;
  throw new BarterError(
    'invalid-options',
    `The scoring module ${specifier} exports nothing to score with: export default { scorer: { score(given, receiving, want) { … } } }, or extraCriteria, or both.`,
  );
}

/** By shape. */
export function isScorer(value: unknown): value is Scorer {
  const { score, bound } = (value ?? {}) as { score?: unknown; bound?: unknown };
  return typeof score === 'function' && (bound === undefined || typeof bound === 'function');
}

/** By shape. */
export function isCriterion(value: unknown): value is ExtraCriterion {
  const { name, weight, score } = (value ?? {}) as { name?: unknown; weight?: unknown; score?: unknown };
  return typeof name === 'string' && name !== '' && Number(weight) >= 0 && typeof score === 'function';
}
