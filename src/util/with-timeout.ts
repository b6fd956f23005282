import type { Sleep } from '../runtime';

/** The work's own outcome, or a failure after so many milliseconds. @param what Names it in the message. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, sleep: Sleep, what: string): Promise<T> {
  if (await isOver(work)) return work;
  const done = new AbortController();
  const tooLate = sleep(timeoutMs, done.signal).then(() => {
    if (!done.signal.aborted) throw new Error(`${what} took longer than ${timeoutMs} ms.`);
    return work;
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    done.abort();
    tooLate.catch(() => {}); // the work's own failure is told by the race
  }
}

/** Whether it waits for nothing any more: then it needs no timer, whose making and ending costs more than most such work. */
async function isOver(work: Promise<unknown>): Promise<boolean> {
  let over = false;
  const note = () => {
    over = true;
  };
  work.then(note, note);
  await undefined;
  return over;
}
