import { describe, expect, it } from 'vitest';
import { readTradeList } from '../../examples/math-trade/src/trade-list';
import { type ClearLoopsOptions, clearLoops } from '../../src/clearing/clear-loops';
import type { LoopItem } from '../../src/clearing/loop-network';

/** The loops of a want list, as `giver→receiver` around each. */
function loopsOf(text: string, options?: ClearLoopsOptions): string[] {
  const { items } = readTradeList(text);
  return clearLoops(items, options).loops.map(({ items }) => items.join('→'));
}

const item = (id: string, ownerId: string, ...wants: string[]): LoopItem => ({
  id,
  ownerId,
  wants: wants.map((itemId) => ({ itemId })),
});

describe('clearLoops', () => {
  it('clears the small example of the manual of TradeMaximizer: five trades, and not the sixth item', () => {
    const list = '(a) 1 : 3 2 6\n(b) 2 : 1 6 4 3\n(c) 3 : 6 2\n(d) 4 : 2\n(e) 5 : 1 2 3 4 6\n(f) 6 : 1 2';
    expect(loopsOf(list)).toEqual(['1→6→3', '2→4']);
  });

  it('gives the goods of each item to the owner of the next', () => {
    expect(loopsOf('(a) PHONE : LAPTOP\n(b) LAPTOP : BIKE\n(c) BIKE : PHONE')).toEqual(['PHONE→BIKE→LAPTOP']);
  });

  it('lets a dummy stand for one thing only, and says through which it went', () => {
    const { items } = readTradeList('(a) A : %X\n(a) B : %X\n(a) %X : C D\n(c) C : A B\n(d) D : A B');
    const clearing = clearLoops(items);
    expect(clearing).toMatchObject({ trades: 2, users: 2, upperBound: 2 });
    expect(clearing.loops[0]!.via.flat()).toEqual(['%X of a']);
  });

  it('takes ranks from small and big steps', () => {
    const costs = (options: string) => {
      const { items } = readTradeList(`${options}\n(a) A : B C ; D\n(b) B :\n(c) C :\n(d) D :`);
      return items[0]!.wants.map(({ cost }) => cost);
    };
    expect(costs('')).toEqual([1, 1, 1]);
    expect(costs('#! LINEAR-PRIORITIES')).toEqual([1, 2, 12]);
    expect(costs('#! TRIANGLE-PRIORITIES')).toEqual([1, 3, 78]);
    expect(costs('#! SQUARE-PRIORITIES SMALL-STEP=0 BIG-STEP=100')).toEqual([1, 1, 101 ** 2]);
    const { items } = readTradeList('#! EXPLICIT-PRIORITIES\n(a) A : B=15 C D=193\n(b) B :\n(c) C :\n(d) D :');
    expect(items[0]!.wants.map(({ cost }) => cost)).toEqual([15, 16, 193]);
  });

  it('cuts loops where that costs nothing, and on request where it costs liking', () => {
    const list = '(a) A : D ; B\n(b) B : A\n(c) C : B ; D\n(d) D : C';
    expect(loopsOf(`#! LINEAR-PRIORITIES\n${list}`)).toEqual(['A→B→C→D']);
    expect(loopsOf(`#! LINEAR-PRIORITIES\n${list}`, { splitAbove: 3 })).toEqual(['A→B', 'C→D']);
    expect(loopsOf(list)).toEqual(['A→B', 'C→D']);
  });

  it('tells how far it is after each round, and stops when it is told to', () => {
    const control = new AbortController();
    const rounds: number[] = [];
    const clearing = clearLoops([item('a', 'u', 'b'), item('b', 'v', 'a')], {
      rounds: 10,
      signal: control.signal,
      onProgress: ({ round }) => {
        rounds.push(round);
        if (round === 3) control.abort();
      },
    });
    expect(rounds).toEqual([1, 2, 3]);
    expect(clearing).toMatchObject({ trades: 2, rounds: 3 });
  });

  it.each<[string, string, LoopItem[], ClearLoopsOptions?]>([
    ['one item twice', 'invalid-item', [item('a', 'u'), item('a', 'v')]],
    ['a want that is not there', 'unknown-item', [item('a', 'u', 'b')]],
    ['a want for itself', 'self-want', [item('a', 'u', 'a')]],
    ['a want for what the owner has', 'self-want', [item('a', 'u', 'b'), item('b', 'u')]],
    ["a want for somebody else's dummy", 'invalid-item', [item('a', 'u', 'd'), { ...item('d', 'v'), isDummy: true }]],
    ['half a cost', 'invalid-score', [{ ...item('a', 'u'), wants: [{ itemId: 'b', cost: 0.5 }] }, item('b', 'v')]],
    [
      'costs beyond all measure',
      'invalid-score',
      [{ ...item('a', 'u'), wants: [{ itemId: 'b', cost: 2 ** 52 }] }, item('b', 'v', 'a')],
    ],
    ['no rounds', 'invalid-options', [], { rounds: 0 }],
    ['loops of one', 'invalid-options', [], { splitAbove: 1 }],
  ])('refuses %s', (_, code, items, options) => {
    expect(() => clearLoops(items, options)).toThrow(expect.objectContaining({ code }));
  });
});
