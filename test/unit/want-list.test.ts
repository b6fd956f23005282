import { describe, expect, it } from 'vitest';
import {
  readWantList,
  WantListError,
  type WantListErrorCode,
  type WantListOptions,
} from '../../examples/math-trade/src/want-list';

/** The wants of each item, best first, as one line of text. */
function wantsIn(text: string, options?: WantListOptions): Record<string, string> {
  return Object.fromEntries(
    readWantList(text, options).items.map(({ id, wants }) => [
      id,
      wants.map((want) => want.itemIds!.join('|')).join(' '),
    ]),
  );
}

function refusal(text: string, options?: WantListOptions): { code: WantListErrorCode; line: number } {
  try {
    readWantList(text, options);
  } catch (error) {
    if (error instanceof WantListError) {
      expect(error.message).toContain(`line ${error.line}: `);
      return { code: error.code, line: error.line };
    }
    throw error;
  }
  throw new Error('was read');
}

describe('readWantList', () => {
  it('makes an item of each line, with ranked wants', () => {
    const list = readWantList(
      '#! REQUIRE-COLONS HIDE-STATS\n# a comment\n\n(ana) PHONE : LAPTOP BIKE\n(ben) LAPTOP : PHONE\r\n(ben) BIKE :\n',
    );
    expect(list).toEqual({
      items: [
        {
          id: 'PHONE',
          ownerId: 'ana',
          title: 'PHONE',
          wants: [
            { itemIds: ['LAPTOP'], rank: 1 },
            { itemIds: ['BIKE'], rank: 2 },
          ],
          status: 'available',
        },
        {
          id: 'LAPTOP',
          ownerId: 'ben',
          title: 'LAPTOP',
          wants: [{ itemIds: ['PHONE'], rank: 1 }],
          status: 'available',
        },
        { id: 'BIKE', ownerId: 'ben', title: 'BIKE', wants: [], status: 'available' },
      ],
      wantCount: 3,
      dummyCount: 0,
      userCount: 2,
      warnings: [],
      options: ['REQUIRE-COLONS', 'HIDE-STATS'],
    });
  });

  it('lets an item without a user be its own owner', () => {
    expect(readWantList('A : B\nB : A').items.map((item) => item.ownerId)).toEqual(['A', 'B']);
  });

  it('takes official names in their order, with titles, and those without a line too', () => {
    const list = readWantList(
      '!BEGIN-OFFICIAL-NAMES\nB ==> "Brass" (from ben)\nA\nC\n!END-OFFICIAL-NAMES\n(ana) A : C B\n(ben) B : A\n',
    );
    expect(list.items.map(({ id, title, ownerId, wants }) => [id, title, ownerId, wants.length])).toEqual([
      ['B', '"Brass" (from ben)', 'ben', 1],
      ['A', 'A', 'ana', 2],
      ['C', 'C', 'C', 0],
    ]);
    expect(list.userCount).toBe(3);
  });

  it('puts the wants of a dummy in its place, nested ones too', () => {
    expect(wantsIn('(u) A : W %D X\n(u) %D : Y %E\n(u) %E : Z\nW:\nX:\nY:\nZ:')).toMatchObject({ A: 'W Y Z X' });
  });

  it('comes to an end where dummies lead to each other', () => {
    expect(wantsIn('(u) A : %D X\n(u) %D : %E Y\n(u) %E : %D Z %E\nX:\nY:\nZ:')).toMatchObject({ A: 'Z Y X' });
  });

  it('follows a chain of dummies of any depth', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => `(u) %${i} : %${i + 1}`).join('\n');
    expect(wantsIn(`(u) A : %0\n${chain}\n(u) %20000 : B\nB:`)).toMatchObject({ A: 'B' });
  });

  it('keeps the dummies of users apart', () => {
    expect(wantsIn('(u) A : %D\n(u) %D : C\n(v) B : %D\n(v) %D : A\nC:')).toEqual({ A: 'C', B: 'A', C: '' });
  });

  it('counts who has only dummies as a user, and no dummy as an item', () => {
    const list = readWantList('(u) A : B\n(v) %D : A\n(w) B :');
    expect([list.userCount, list.dummyCount, list.items.length]).toEqual([3, 1, 2]);
  });

  it('keeps a repeated want once, at its best place', () => {
    expect(wantsIn('(u) A : B C B %D\n(u) %D : C D\nB:\nC:\nD:')).toMatchObject({ A: 'B C D' });
  });

  it('reads a semicolon as a space', () => {
    expect(wantsIn('(u) A : B; C ;D\nB:\nC:\nD:')).toMatchObject({ A: 'B C D' });
  });

  it('takes no notice of case unless told', () => {
    expect(wantsIn('(U) a : B\n(u) b : C\n(v) C : A')).toEqual({ a: '', b: 'C', C: 'a' });
    expect(wantsIn('#! CASE-SENSITIVE\n(U) a : B\n(u) B : a')).toEqual({ a: 'B', B: 'a' });
  });

  it('leaves out own items with a warning', () => {
    const list = readWantList('(u) A : A B C\n(u) B : C\n(v) C : A');
    expect(list.items[0]!.wants).toEqual([{ itemIds: ['C'], rank: 1 }]);
    expect(list.warnings).toEqual([{ line: 1, message: "wants the user's own items, left out: A B" }]);
  });

  it('leaves out unknown names, dummies and directives with a warning', () => {
    const list = readWantList(
      '!BEGIN-OFFICIAL-NAMES\nA\nA\nB\n!END-OFFICIAL-NAMES\n!SURPRISE\n(u) A : %D N1 N2 N3 N4 N5 N6 B\n(v) X : A\n',
    );
    expect(list.items.map((item) => [item.id, item.wants.length])).toEqual([
      ['A', 1],
      ['B', 0],
    ]);
    expect(list.warnings).toEqual([
      { line: 6, message: '!SURPRISE is no directive here, left out' },
      { line: 3, message: 'A is listed twice' },
      { line: 8, message: 'not an official name, left out: X' },
      { line: 7, message: 'wants what is not in the list: %D N1 N2 N3 N4 and 2 more' },
    ]);
  });

  it('does not take names of object properties for anything else', () => {
    expect(wantsIn('(constructor) __proto__ : toString\n(v) toString : __proto__')).toEqual(
      Object.fromEntries([
        ['__proto__', 'toString'],
        ['toString', '__proto__'],
      ]),
    );
  });

  it.each<[string, string, WantListErrorCode, number, WantListOptions?]>([
    ['no colon where one is required', '#! REQUIRE-COLONS\n(u) A : B\n(u) B C', 'missing-colon', 3],
    ['no user where one is required', '#! REQUIRE-USERNAMES\n(u) A : B\nB : C', 'missing-user', 3],
    ['an option without its number', '#! ALLOW-DUMMIES\n#! BIG-STEP=x', 'bad-option', 2],
    ['a metric that nobody knows', '#! METRIC=LUCK', 'bad-option', 1],
    ['a want with a cost that is none', '#! EXPLICIT-PRIORITIES\n(u) A : B=1 C=', 'bad-option', 2],
    ['money for an item', '(u) A : B $20', 'cash', 1],
    ['an item for money', '(u) A : B\n(u) $20 : A', 'cash', 2],
    ['nothing before the colon', '(u) : B', 'missing-item', 1],
    ['two items before the colon', '(u) A B : C', 'missing-item', 1],
    ['a title without a name', '!BEGIN-OFFICIAL-NAMES\n==> Brass\n!END-OFFICIAL-NAMES', 'missing-item', 2],
    ['an open parenthesis', '\n\n(u A : B', 'unbalanced-parenthesis', 3],
    ['two open parentheses', '((u) A : B', 'unbalanced-parenthesis', 1],
    ['no user between the parentheses', '() A : B', 'unbalanced-parenthesis', 1],
    ['a parenthesis in the item', 'u) A : B', 'missing-item', 1],
    ['a parenthesis on the item', 'A) : B', 'unbalanced-parenthesis', 1],
    ['two lines of one item', '(u) A : B\n# between\n(v) a : C', 'duplicate-item', 3],
    ['two lines of one dummy', '(u) %D : B\n(u) %D : C', 'duplicate-item', 2],
    ['an unknown want, strictly', '(u) A : B', 'unknown-name', 1, { strict: true }],
    ['an unknown dummy, strictly', '(u) A : %D', 'unknown-name', 1, { strict: true }],
    [
      'an item that is not official, strictly',
      '!BEGIN-OFFICIAL-NAMES\n!END-OFFICIAL-NAMES\nA :',
      'unknown-name',
      3,
      { strict: true },
    ],
    ['a line over the limit', `A : B\n${'x'.repeat(11)}`, 'line-too-long', 2, { maxLineLength: 10 }],
    ['wants over the limit', 'A : B C D\nB:\nC:\nD:', 'too-many-wants', 1, { maxWantsPerItem: 2 }],
    ['names that do not end', 'A:\n!BEGIN-OFFICIAL-NAMES\nA', 'unbalanced-names', 2],
    ['names that begin twice', '!BEGIN-OFFICIAL-NAMES\n!BEGIN-OFFICIAL-NAMES', 'unbalanced-names', 2],
    ['names that end twice', '!BEGIN-OFFICIAL-NAMES\n!END-OFFICIAL-NAMES\n!END-OFFICIAL-NAMES', 'unbalanced-names', 3],
  ])('refuses %s', (_, text, code, line, options) => {
    expect(refusal(text, options)).toEqual({ code, line });
  });

  it('refuses dummies that repeat each other without end in sight', () => {
    const wide = Array.from({ length: 100 }, () => 'B').join(' ');
    const dummies = Array.from({ length: 50 }, (_, i) => `(u) %${i} : ${wide} %${i + 1}`).join('\n');
    expect(refusal(`(u) A : %0\n${dummies}\nB:`, { maxWantsPerItem: 10 })).toEqual({ code: 'too-many-wants', line: 1 });
  });

  it('takes exactly the limits', () => {
    expect(wantsIn('A : B C\nB:\nC:', { maxWantsPerItem: 2, maxLineLength: 7 })).toMatchObject({ A: 'B C' });
  });

  it('reads odd bytes in linear time', () => {
    const spaces = ' '.repeat(200_000);
    expect(wantsIn(`\ufeff(u) A${spaces}: B\nB :${spaces}`)).toEqual({ A: 'B', B: '' });
    expect(refusal(`(${'('.repeat(200_000)}`).code).toBe('unbalanced-parenthesis');
    expect(refusal(':'.repeat(200_000)).code).toBe('missing-item');
  });
});
