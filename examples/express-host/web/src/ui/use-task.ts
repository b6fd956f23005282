import { useState } from 'react';
import { messageOf } from '../state/live';

/** One thing at a time that takes a while and may fail. */
export function useTask(): {
  busy: string | null;
  error: string | null;
  run(name: string, work: () => Promise<unknown>): Promise<boolean>;
} {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  return {
    busy,
    error,
    async run(name, work) {
      if (busy !== null) return false;
      setBusy(name);
      setError(null);
      try {
        await work();
        return true;
      } catch (failure) {
        setError(messageOf(failure));
        return false;
      } finally {
        setBusy(null);
      }
    },
  };
}
