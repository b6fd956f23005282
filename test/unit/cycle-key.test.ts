import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleKey } from '../../src';

const ids = fc.uniqueArray(fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' })), {
  minLength: 2,
  maxLength: 8,
});
const rotated = (list: readonly string[], by: number) => [...list.slice(by), ...list.slice(0, by)];

describe('cycleKey', () => {
  const check = (list: string[], expected: string[]) =>
    it(`of ${list.join(' → ')} begins with the smallest id`, () => {
      expect(JSON.parse(cycleKey(list))).toEqual(expected);
    });
  check(['a', 'b'], ['a', 'b']);
  check(['b', 'a'], ['a', 'b']);
  check(['c', 'a', 'b'], ['a', 'b', 'c']);
  check(['c', 'b', 'a'], ['a', 'c', 'b']);
  check(['10', '9'], ['10', '9']); // as text, not as numbers
  check(['b', 'B'], ['B', 'b']); // by code units, in every locale
  check(['ب', 'z'], ['z', 'ب']);

  it('is the same from wherever the trade is read', () => {
    fc.assert(
      fc.property(ids, fc.nat(), (list, by) => {
        expect(cycleKey(rotated(list, by % list.length))).toBe(cycleKey(list));
      }),
    );
  });

  it('tells the two directions of three and more apart', () => {
    fc.assert(
      fc.property(
        ids.filter(({ length }) => length > 2),
        (list) => {
          expect(cycleKey([...list].reverse())).not.toBe(cycleKey(list));
        },
      ),
    );
    expect(cycleKey(['a', 'b'])).toBe(cycleKey(['b', 'a']));
  });

  it('is one trade’s only: equal keys are rotations of each other, whatever the ids hold', () => {
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        const isRotation = a.length === b.length && a.some((_, by) => rotated(a, by).every((id, i) => id === b[i]));
        expect(cycleKey(a) === cycleKey(b)).toBe(isRotation);
      }),
    );
    const tricky = [
      ['a,b', 'c'],
      ['a', 'b,c'],
      ['a', 'b', 'c'],
      ['a"', '"b'],
      ['a', '""b'],
      ['a","b', 'c'],
    ];
    expect(new Set(tricky.map(cycleKey)).size).toBe(tricky.length);
  });

  it('leaves its argument alone', () => {
    const list = ['b', 'a'];
    cycleKey(list);
    expect(list).toEqual(['b', 'a']);
  });
});
