import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberPlaces } from '../../src/util/number-places';

const round = fc.record({
  expected: fc.nat(5000),
  entries: fc.array(fc.tuple(fc.oneof(fc.nat(40), fc.nat(4_194_302)), fc.nat(1000)), { maxLength: 3000 }),
});

describe('NumberPlaces', () => {
  it('knows the last place of each number, and nothing from before, whatever was expected', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 5 }), (rounds) => {
        const places = new NumberPlaces();
        for (const { expected, entries } of rounds) {
          places.begin(expected);
          const known = new Map<number, number>();
          for (const [number, place] of entries) {
            places.set(number, place);
            known.set(number, place);
          }
          for (const [number, place] of known) expect(places.get(number)).toBe(place);
          for (let number = 0; number < 60; number++) expect(places.get(number)).toBe(known.get(number) ?? -1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('knows nothing from before however often it was emptied', () => {
    const places = new NumberPlaces();
    for (let turn = 0; turn < 3000; turn++) {
      places.begin(0);
      expect([places.get(7), places.get(turn)]).toEqual([-1, -1]);
      places.set(turn, turn + 1);
      places.set(4_194_303, 5);
      expect([places.get(turn), places.get(4_194_303)]).toEqual([turn + 1, 5]);
    }
  });
});
