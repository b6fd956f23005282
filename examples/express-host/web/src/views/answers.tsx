import { useEffect, useState } from 'react';
import type { AnswerCount, ItemDraft } from '../api/types';
import type { Live } from '../state/live';
import { asksOf } from '../words/draft';
import { count } from '../words/format';

/** Long enough for a word to be written. */
const PAUSE_MS = 250;

/** How many items would answer what is being written, while it is. */
export function Answers({ live, body, isReady }: { live: Live; body: ItemDraft; isReady: boolean }) {
  const [answer, setAnswer] = useState<AnswerCount | null>(null);
  const [isBehind, setBehind] = useState(false);
  const asked = JSON.stringify(asksOf(body));

  useEffect(() => {
    if (!isReady) return;
    const draft = JSON.parse(asked) as Partial<ItemDraft>;
    if (draft.wants?.length === 0 && !draft.openToAnything) {
      setAnswer(null);
      return;
    }
    let isCurrent = true;
    setBehind(true);
    const timer = setTimeout(() => {
      const show = (next: AnswerCount | null) => {
        if (!isCurrent) return;
        setAnswer(next);
        setBehind(false);
      };
      live.client.countAnswers(draft).then(show, () => show(null));
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [asked, isReady, live]);

  return (
    <p className={`answers ${isBehind ? 'behind' : ''}`} role="status" data-testid="answers">
      {answer === null ? (
        'Say what you would take to see how many items would answer.'
      ) : (
        <>
          <strong>
            {count(answer.count)}
            {!answer.isComplete && '+'}
          </strong>{' '}
          {answer.count === 1 ? 'item would answer' : 'items would answer'}
        </>
      )}
    </p>
  );
}
