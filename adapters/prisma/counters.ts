import { type Place, takePlace } from '../../src/storage/rules';
import type { CounterStore } from '../../src/storage/storage';
import type { BarterTables } from './client';

/** Sliding windows: a row for a key holds its places, and is replaced only as it was read. */
export function prismaCounters({ barterCounter }: BarterTables): CounterStore {
  /** Changes the places of a key; what `change` answers with the same places is not written. */
  const revise = async <T>(key: string, change: (known: readonly Place[]) => { places: Place[]; answer: T }) => {
    for (;;) {
      const row = await barterCounter.findUnique({ where: { key } });
      const known = (row?.places ?? []) as Place[];
      const { places, answer } = change(known);
      if (places.length === known.length && places.every(({ entry }, i) => entry === known[i]!.entry)) return answer;
      const next = { places, lastAt: places.at(-1)?.at ?? 0 };
      const { count } = row
        ? await barterCounter.updateMany({ where: { key, stamp: row.stamp }, data: { ...next, stamp: row.stamp + 1 } })
        : await barterCounter.createMany({ data: [{ key, stamp: 1, ...next }], skipDuplicates: true });
      if (count === 1) return answer; // else somebody else was faster
    }
  };
  return {
    take: (key, entry, limit, windowMs, now) => revise(key, (known) => takePlace(known, entry, limit, windowMs, now)),
    release: (key, entry) =>
      revise(key, (known) => ({ places: known.filter((place) => place.entry !== entry), answer: undefined })),
    prune: async (before, limit) => {
      const old = { lastAt: { lte: before } };
      const keys = (await barterCounter.findMany({ where: old, take: limit })).map(({ key }) => key);
      return (await barterCounter.deleteMany({ where: { ...old, key: { in: keys } } })).count; // unless taken meanwhile
    },
  };
}
