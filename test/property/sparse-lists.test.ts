import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SparseLists } from '../../src/util/sparse-lists';

it('keeps the lists of a few numbers as a map of arrays does, in little memory', () => {
  const key = fc.oneof(fc.nat({ max: 8 }), fc.constantFrom(1_000_000, 4_000_000));
  const change = fc.tuple(key, fc.option(fc.array(fc.nat(), { minLength: 1, maxLength: 5 })));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      const lists = new SparseLists();
      const expected = new Map<number, number[]>();
      for (const [key, words] of changes) {
        if (words) {
          lists.assign(key, words);
          expected.set(key, words);
        } else {
          lists.clear(key);
          expected.delete(key);
        }
      }
      for (const key of [0, 1, 2, 3, 4, 5, 6, 7, 8, 1_000_000, 4_000_000]) {
        expect([...lists.read(key)]).toEqual(expected.get(key) ?? []);
      }
      expect(lists.byteLength).toBeLessThanOrEqual(4096 + 16 * 9);
    }),
  );
});
