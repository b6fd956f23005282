import type { Condition } from '../api/types';

/** Best first. */
export const CONDITIONS: readonly Condition[] = ['NEW', 'LIKE_NEW', 'GOOD', 'FAIR', 'POOR'];
