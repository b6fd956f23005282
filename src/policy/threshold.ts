import type { Admission } from './admission';
import { type Gate, PASS, refused } from './gate';

/** Every participant's own minimum, or the market's where they have none. Pure. */
export function threshold(notifyFrom: number): Gate<Admission> {
  return {
    name: 'threshold',
    async judge({ cycle, preferences }) {
      for (const userId of cycle.owners) {
        const least = preferences.get(userId)?.minScore ?? notifyFrom;
        if (cycle.score < least) {
          return refused('threshold', `The score ${cycle.score.toFixed(3)} is below the minimum of ${least}.`, {
            userId,
          });
        }
      }
      return PASS;
    },
  };
}
