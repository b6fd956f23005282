import { describe, expect, it } from 'vitest';
import {
  type Category,
  CONDITIONS,
  createBarterEngine,
  type Item,
  type Location,
  Market,
  type MarketOptions,
  type Want,
} from '../../src';

/** One tree four levels deep, and a second tree. */
const categories: Category[] = [
  { id: 'all' },
  { id: 'sport', parentId: 'all' },
  { id: 'bikes', parentId: 'sport' },
  { id: 'race bikes', parentId: 'bikes' },
  { id: 'city bikes', parentId: 'bikes' },
  { id: 'balls', parentId: 'sport' },
  { id: 'home', parentId: 'all' },
  { id: 'lamps', parentId: 'home' },
  { id: 'services' },
  { id: 'lessons', parentId: 'services' },
];

interface Case {
  /** The item that would be given. */
  given?: Partial<Item>;
  /** The item whose owner would receive it, besides its wants. */
  receiving?: Partial<Item>;
  options?: Partial<MarketOptions>;
}

function given(change: Partial<Item> = {}): Item {
  return { id: 'given', ownerId: 'ana', title: 'Thing', wants: [], status: 'available', ...change };
}

function receiving(change: Partial<Item> = {}): Item {
  return { id: 'receiving', ownerId: 'ben', title: 'Other', wants: [], status: 'available', ...change };
}

function marketOf(wants: Want[], { given: g, receiving: r, options }: Case = {}): Market {
  const market = new Market(options, categories);
  market.put(given(g));
  market.put(receiving({ wants, ...r }));
  return market;
}

/** The score of `given → receiving`; undefined where there is no edge, and then there must be a reason why. */
function score(wants: Want | Want[], options: Case = {}): number | undefined {
  const market = marketOf([wants].flat(), options);
  const { score: explained, criteria, obstacles } = market.explain('given', 'receiving');
  expect(market.graph.edgeScore('given', 'receiving'), 'the graph and the explanation agree').toBe(explained);
  expect(market.edgeScore('given', 'receiving')).toBe(explained);
  if (explained === undefined) expect(obstacles.length).toBeGreaterThan(0);
  else expect(obstacles).toEqual([]);
  for (const criterion of criteria) {
    expect(criterion.score).toBeGreaterThanOrEqual(0);
    expect(criterion.score).toBeLessThanOrEqual(1);
    expect(criterion.reason).toMatch(/\w/);
  }
  return explained;
}

describe('category closeness', () => {
  const check = (wanted: string, filed: string | undefined, expected: number | undefined) =>
    it(`wanted ${wanted}, filed in ${filed ?? 'none'}: ${expected ?? 'no edge'}`, () => {
      expect(score({ categoryId: wanted }, { given: filed === undefined ? {} : { categoryId: filed } })).toBe(expected);
    });
  check('race bikes', 'race bikes', 1);
  check('all', 'all', 1);
  check('sport', 'bikes', 0.733); // 0.6 + 0.4 · 1/3
  check('sport', 'race bikes', 0.733); // how deep below does not matter
  check('bikes', 'race bikes', 0.867); // 0.6 + 0.4 · 2/3
  check('all', 'sport', 0.6); // the root is at depth 0
  check('all', 'race bikes', 0.6);
  check('race bikes', 'bikes', 0.6);
  check('race bikes', 'all', 0.6);
  check('race bikes', 'city bikes', 0.4);
  check('bikes', 'balls', 0.4);
  check('sport', 'home', undefined); // siblings under the root
  check('race bikes', 'balls', undefined); // an uncle
  check('bikes', 'lamps', undefined);
  check('all', 'services', undefined); // two roots are no siblings
  check('lessons', 'lamps', undefined);
  check('bikes', undefined, undefined);

  it('never ranks an item above an exact one because the want is vague', () => {
    for (const wanted of ['all', 'sport', 'bikes']) {
      expect(score({ categoryId: wanted }, { given: { categoryId: 'race bikes' } })).toBeLessThan(1);
    }
  });
});

describe('the weighted mean', () => {
  const one: Case = { given: { categoryId: 'bikes', title: 'red' } };

  it('is taken over the stated criteria', () => {
    expect(score({ categoryId: 'bikes', keywords: ['red', 'steel'] }, one)).toBe(0.75);
    expect(score({ categoryId: 'bikes', keywords: ['red'] }, one)).toBe(1);
    const ranked: Want[] = [
      { keywords: ['nothing'], rank: 1 },
      { categoryId: 'bikes', keywords: ['red', 'steel'], rank: 2 },
    ];
    expect(score(ranked, one)).toBe(0.667); // (1 + 0.5 + 0.5) / 3
  });

  it('does not count what the want does not state', () => {
    const rich: Partial<Item> = {
      categoryId: 'bikes',
      condition: 'POOR',
      estimatedValue: 1,
      location: { latitude: 50, longitude: 50 },
    };
    const faraway = { receiving: { estimatedValue: 1_000_000, location: { latitude: -50, longitude: -50 } } };
    expect(score({ categoryId: 'bikes' }, { given: rich, ...faraway })).toBe(1);
    expect(score({ categoryId: 'sport' }, { given: rich, ...faraway })).toBe(0.733);
  });

  it('uses the host’s weights and extra criteria', () => {
    const want: Want = { categoryId: 'bikes', keywords: ['red', 'steel'] };
    const weights = { category: 3, keywords: 1, value: 1, condition: 1, distance: 1, rank: 1 };
    expect(score(want, { ...one, options: { weights } })).toBe(0.875);
    expect(score(want, { ...one, options: { weights: { ...weights, keywords: 0 } } })).toBe(1);
    const extra = { name: 'photo', weight: 2, score: () => ({ score: 0.25, reason: 'One photo.' }) };
    expect(score(want, { ...one, options: { extraCriteria: [extra] } })).toBe(0.5); // (1 + 0.5 + 2 · 0.25) / 4
    const silent = { name: 'photo', weight: 2, score: () => undefined };
    expect(score(want, { ...one, options: { extraCriteria: [silent] } })).toBe(0.75);
  });

  it('is what the breakdown says', () => {
    const market = marketOf(
      [
        {
          categoryId: 'bikes',
          keywords: ['red', 'steel'],
          minCondition: 'GOOD',
          minValue: 50,
          maxValue: 150,
          radiusKm: 100,
          rank: 1,
        },
      ],
      {
        given: {
          categoryId: 'bikes',
          title: 'red',
          condition: 'LIKE_NEW',
          estimatedValue: 80,
          location: { latitude: 30, longitude: 31.3 },
        },
        receiving: { location: { latitude: 30, longitude: 31 } },
      },
    );
    const { score: total, criteria, want } = market.explain('given', 'receiving');
    expect(criteria.map(({ criterion }) => criterion).sort()).toEqual(
      ['category', 'condition', 'distance', 'keywords', 'rank', 'value'].sort(),
    );
    const weight = criteria.reduce((sum, c) => sum + c.weight, 0);
    const mean = criteria.reduce((sum, c) => sum + c.weight * c.score, 0) / weight;
    expect(total).toBeCloseTo(mean, 3);
    expect(want).toMatchObject({ categoryId: 'bikes' });
  });

  it('has a resolution of 0.001', () => {
    const extra = { name: 'third', weight: 1, score: () => ({ score: 2 / 3, reason: 'Two thirds.' }) };
    expect(score({}, { options: { extraCriteria: [extra] } })).toBe(0.667);
  });

  it('counts words that are not held as 0 within the wanted category, and asks for them where only they describe the thing', () => {
    expect(score({ keywords: ['steel'], categoryId: 'city bikes' }, { given: { categoryId: 'city bikes' } })).toBe(0.5);
    expect(score({ keywords: ['steel'], minCondition: 'NEW' }, { given: { condition: 'NEW' } })).toBeUndefined();
  });
});

describe('a want without a soft criterion', () => {
  it('scores 1 where it names the item, else 0.6', () => {
    expect(score({ itemIds: ['given'] })).toBe(1);
    expect(score({ itemIds: ['elsewhere', 'given'] })).toBe(1);
    expect(score({})).toBe(0.6);
  });
});

describe('an item without wants', () => {
  it('asks for nothing and receives nothing', () => {
    expect(score([])).toBeUndefined();
    expect(score([], { receiving: { openToAnything: false } })).toBeUndefined();
    expect(score([], { receiving: { openToAnything: true } })).toBe(0.6);
  });

  it('is in no trade', async () => {
    const engine = createBarterEngine({ categories });
    await submit(engine, given({ wants: [{ itemIds: ['receiving'] }] }));
    expect((await submit(engine, receiving())).found).toEqual([]);
    expect((await submit(engine, receiving({ openToAnything: true }))).found).toHaveLength(1);
    await engine.close();
  });
});

describe('who is open to anything', () => {
  const value = (n: number) => 100 + n * n; // growing gaps, so that no two distances from 2,600 are alike
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, n) => given({ id: `i${n}`, ownerId: `u${n}`, estimatedValue: value(n) }));
  const closest = (count: number, most: number, to: number) =>
    Array.from({ length: count }, (_, n) => n)
      .sort((a, b) => Math.abs(value(a) - to) - Math.abs(value(b) - to))
      .slice(0, most)
      .map((n) => `i${n}`)
      .sort();
  const taken = (market: Market) =>
    market.graph
      .givers('taker')
      .map(({ id }) => id)
      .sort();
  const taker = receiving({ id: 'taker', estimatedValue: 2_605, openToAnything: true });

  for (const first of ['the taker', 'the crowd']) {
    it(`takes the 32 closest by value, ${first} being first`, () => {
      const market = new Market();
      const items = first === 'the taker' ? [taker, ...crowd(100)] : [...crowd(100), taker];
      for (const item of items) market.put(item);
      expect(taken(market)).toEqual(closest(100, 32, 2_605));
      expect(market.graph.givers('taker').every((edge) => edge.score === 0.6)).toBe(true);
    });
  }

  it('takes the next closest once one goes', () => {
    const market = new Market();
    for (const item of [...crowd(100), taker]) market.put(item);
    const [gone] = closest(100, 1, 2_605);
    market.remove(gone!);
    expect(taken(market)).toEqual(closest(100, 33, 2_605).filter((id) => id !== gone));
  });

  it('takes fewer where there are fewer, and as many as the option says', () => {
    const few = new Market();
    for (const item of [...crowd(5), taker]) few.put(item);
    expect(taken(few)).toHaveLength(5);
    const narrow = new Market({ openCandidates: 3 });
    for (const item of [...crowd(100), taker]) narrow.put(item);
    expect(taken(narrow)).toEqual(closest(100, 3, 2_605));
  });

  it('still prefers what its wants say', () => {
    const open = { receiving: { openToAnything: true } };
    expect(score({ itemIds: ['given'] }, open)).toBe(1);
    expect(score({ categoryId: 'bikes' }, { ...open, given: { categoryId: 'city bikes' } })).toBe(0.867);
    expect(score({ categoryId: 'race bikes' }, { ...open, given: { categoryId: 'city bikes' } })).toBe(0.6);
  });
});

describe('the floor', () => {
  const extra = (result: number) => ({
    options: { extraCriteria: [{ name: 'x', weight: 1, score: () => ({ score: result, reason: 'So.' }) }] },
  });

  it('is 0.35: what is under it does not exist', () => {
    expect(score({}, extra(0.35))).toBe(0.35);
    expect(score({}, extra(0.349))).toBeUndefined();
    const sibling = { given: { categoryId: 'city bikes' } };
    expect(score({ categoryId: 'race bikes', keywords: ['steel'] }, sibling)).toBeUndefined(); // (0.4 + 0) / 2
  });

  it('is an option', () => {
    const { extraCriteria } = extra(0.2).options;
    expect(score({}, { options: { extraCriteria, edgeFloor: 0.2 } })).toBe(0.2);
    expect(score({}, { options: { extraCriteria, edgeFloor: 0.21 } })).toBeUndefined();
    expect(score({}, { options: { edgeFloor: 0.61 } })).toBeUndefined();
  });

  it('holds for who is open to anything, too, and is given as the reason', () => {
    expect(score([], { receiving: { openToAnything: true }, options: { edgeFloor: 0.61 } })).toBeUndefined();
  });
});

describe('rank', () => {
  const check = (ranks: number[], expected: number[]) =>
    it(`of ${ranks.join(', ')}: ${expected.join(', ')}`, () => {
      for (const [i, value] of expected.entries()) {
        const wants = ranks.map((rank, j): Want => ({ itemIds: [i === j ? 'given' : `elsewhere${j}`], rank }));
        expect(score(wants), `place ${i}`).toBe(value);
      }
    });
  check([1], [1]);
  check([1, 2], [1, 0.5]);
  check([1, 2, 3], [1, 0.75, 0.5]);
  check([1, 2, 3, 4, 5], [1, 0.875, 0.75, 0.625, 0.5]);
  check([3, 1, 2], [0.5, 1, 0.75]); // the order of the list is not the rank
  check([1, 10, 1_000], [1, 0.75, 0.5]); // only the place among them counts
  check([1, 1, 2], [1, 1, 0.5]);

  it('is shared by all the items a want names, and absent from lists that are not ranked', () => {
    expect(
      score([
        { itemIds: ['x'], rank: 1 },
        { itemIds: ['given', 'y'], rank: 2 },
      ]),
    ).toBe(0.5);
    expect(score([{ itemIds: ['x'] }, { itemIds: ['given'] }])).toBe(1);
  });
});

describe('keyword agreement', () => {
  const title = (text: string): Case => ({ given: { title: text }, options: { edgeFloor: 0 } });
  const check = (keyword: string, text: string, agrees: boolean) =>
    it(`“${keyword}” ${agrees ? 'is' : 'is not'} in “${text}”`, () => {
      expect(score({ keywords: [keyword] }, title(text))).toBe(agrees ? 1 : undefined);
    });
  check('bike', 'Old bike', true);
  check('BIKE', 'old bike', true);
  check('bikes', 'Bike', true);
  check('bike', 'two bikes', true);
  check('running', 'shoes to run in', true);
  check('café', 'CAFE table', true);
  check('bike', 'bike, red', true);
  check('دراجة', 'دراجه', true); // ta marbuta
  check('أحمر', 'احمر', true); // hamza on alef
  check('إطار', 'اطار', true);
  check('آلة', 'اله', true);
  check('مستشفى', 'مستشفي', true); // alef maqsura
  check('دَرَّاجَة', 'دراجة', true); // vowel signs
  check('دراجـــة', 'دراجة', true); // tatweel
  check('هاتف', 'الهاتف', true); // the article
  check('دراجة', 'الدراجة', true);
  check('الدراجة', 'دراجة', true);
  check('القديمة', 'قديم', true);
  check('جديدة', 'الجديد', true);
  check('٣', 'iPhone 3', true);
  check('car', 'carpet', false); // no substring tricks
  check('phone', 'headphone', false);
  check('art', 'cart', false);
  check('bike', 'boat', false);
  check('دراجة', 'سيارة', false);

  it('is the share of the wanted words, however often and where the item holds them', () => {
    const wants: Want = { keywords: ['red', 'steel', 'bike', 'old'] };
    expect(score(wants, title('red'))).toBe(0.25);
    expect(score(wants, title('red red red'))).toBe(0.25);
    expect(score(wants, title('old red'))).toBe(0.5);
    expect(score(wants, { given: { title: 'old', description: 'red steel' }, options: { edgeFloor: 0 } })).toBe(0.75);
    expect(score(wants, title('an old red steel bike with nineteen other words'))).toBe(1);
    expect(score({ keywords: ['red', 'RED', 'reds'] }, title('red'))).toBe(1);
    expect(score({ keywords: ['red steel', 'old bike'] }, title('old steel'))).toBe(0.5);
  });

  it('weighs rare words more, once words have been counted', () => {
    const market = new Market({ edgeFloor: 0 });
    for (let n = 0; n < 300; n++) market.put(given({ id: `c${n}`, ownerId: `u${n}`, title: 'common' }));
    market.put(given({ id: 'rare', title: 'rare' }));
    market.put(receiving({ wants: [{ keywords: ['common', 'rare'] }] }));
    market.refreshWordWeights();
    const common = market.explain('c0', 'receiving').score!;
    const rare = market.explain('rare', 'receiving').score!;
    expect(rare).toBeGreaterThan(common);
    expect(common).toBeGreaterThan(0);
    expect(rare + common).toBeCloseTo(1, 2);
    expect(market.graph.edgeScore('rare', 'receiving')).toBe(rare);
    expect(market.graph.edgeScore('c0', 'receiving')).toBe(common);
  });

  it('does not take a want whose words all say nothing for one that takes anything', () => {
    expect(score({ keywords: ['the'] }, title('lamp'))).toBeUndefined();
    expect(score({ keywords: ['IT'] }, title('lamp'))).toBeUndefined();
    expect(score({ keywords: ['???'] }, title('lamp'))).toBeUndefined();
    expect(score({ keywords: ['هذا'] }, title('مصباح'))).toBeUndefined();
  });
});

describe('hard conditions', () => {
  const cairo: Location = { latitude: 30.0444, longitude: 31.2357 };
  const alexandria: Location = { latitude: 31.2001, longitude: 29.9187 }; // about 179 km away

  it('names: only the named items, whatever else the want says', () => {
    expect(score({ itemIds: ['other'] })).toBeUndefined();
    expect(score({ itemIds: ['other'], categoryId: 'bikes' }, { given: { categoryId: 'bikes' } })).toBeUndefined();
    expect(score({ itemIds: ['given'], categoryId: 'bikes' }, { given: { categoryId: 'lamps' } })).toBeUndefined();
  });

  it('names: the item may come later', () => {
    const market = new Market();
    market.put(receiving({ wants: [{ itemIds: ['given'] }] }));
    market.put(given());
    expect(market.graph.edgeScore('given', 'receiving')).toBe(1);
  });

  const radius = (km: number, here: Location | undefined, there: Location | undefined) => ({
    want: { radiusKm: km } as Want,
    items: { given: there && { location: there }, receiving: here && { location: here } } as Case,
  });
  const checkRadius = (
    km: number,
    here: Location | undefined,
    there: Location | undefined,
    isInside: boolean,
    name: string,
  ) =>
    it(`radius: ${name}`, () => {
      const { want, items } = radius(km, here, there);
      expect(score(want, items) !== undefined).toBe(isInside);
    });
  checkRadius(185, cairo, alexandria, true, 'within');
  checkRadius(175, cairo, alexandria, false, 'beyond');
  checkRadius(23, { latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 }, true, 'across the date line');
  checkRadius(20_100, { latitude: 90, longitude: 0 }, { latitude: -90, longitude: 77 }, true, 'from pole to pole');
  checkRadius(1_000, undefined, cairo, false, 'no place to measure from');
  checkRadius(1_000, cairo, undefined, false, 'no place to measure to');

  it('radius: is the wanting item’s, not the given one’s', () => {
    const market = new Market();
    market.put(given({ location: alexandria, wants: [{ radiusKm: 175 }] }));
    market.put(receiving({ location: cairo, wants: [{ radiusKm: 185 }] }));
    expect(market.edgeScore('given', 'receiving')).toBeDefined();
    expect(market.edgeScore('receiving', 'given')).toBeUndefined();
  });

  it('minimum condition: as good or better', () => {
    for (const [i, wanted] of CONDITIONS.entries()) {
      for (const [j, condition] of CONDITIONS.entries()) {
        const edge = score({ minCondition: wanted }, { given: { condition }, options: { edgeFloor: 0 } });
        expect(edge !== undefined, `${condition} for ${wanted}`).toBe(j <= i);
      }
      expect(score({ minCondition: wanted })).toBeUndefined();
    }
  });

  const checkValue = (want: Want, estimatedValue: number | undefined, exists: boolean) =>
    it(`value ${estimatedValue ?? 'unknown'} for ${JSON.stringify(want)}: ${exists ? 'edge' : 'no edge'}`, () => {
      expect(score(want, { given: estimatedValue === undefined ? {} : { estimatedValue } }) !== undefined).toBe(exists);
    });
  checkValue({ minValue: 10 }, 10, true);
  checkValue({ minValue: 10 }, 9, false);
  checkValue({ minValue: 0 }, 0, true);
  checkValue({ maxValue: 10 }, 10, true);
  checkValue({ maxValue: 10 }, 11, false);
  checkValue({ maxValue: 0 }, 0, true);
  checkValue({ minValue: 10, maxValue: 20 }, 10, true);
  checkValue({ minValue: 10, maxValue: 20 }, 15, true);
  checkValue({ minValue: 10, maxValue: 20 }, 20, true);
  checkValue({ minValue: 10, maxValue: 20 }, 21, false);
  checkValue({ minValue: 10, maxValue: 10 }, 10, true);
  checkValue({ minValue: 0, maxValue: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER, true);
  checkValue({ minValue: 10 }, undefined, false);
  checkValue({ maxValue: 10 }, undefined, false);

  it('other owner: by account, group, or a block by either side', () => {
    expect(score({}, { given: { ownerId: 'ben' } })).toBeUndefined();
    expect(score({}, { given: { ownerGroup: 'g' }, receiving: { ownerGroup: 'g' } })).toBeUndefined();
    expect(score({}, { given: { ownerGroup: 'g' }, receiving: { ownerGroup: 'h' } })).toBe(0.6);
    expect(score({}, { given: { ownerGroup: 'ben' } })).toBe(0.6); // a group is no account
    for (const [who, whom] of [
      ['ana', 'ben'],
      ['ben', 'ana'],
    ] as const) {
      const market = marketOf([{}]);
      market.setBlocked(who, [whom]);
      expect(market.graph.edgeScore('given', 'receiving')).toBeUndefined();
      expect(market.explain('given', 'receiving').obstacles).toHaveLength(1);
      market.setBlocked(who, []);
      expect(market.graph.edgeScore('given', 'receiving')).toBe(0.6);
      market.setBlocked(who, ['zoe']);
      expect(market.graph.edgeScore('given', 'receiving')).toBe(0.6);
    }
  });

  it('status: only what is available', () => {
    for (const status of ['locked', 'traded', 'withdrawn'] as const) {
      const market = marketOf([{}]);
      market.put(given({ status }));
      expect(market.graph.hasItem('given')).toBe(false);
    }
  });
});

describe('cash', () => {
  /** Whether an item worth `gets` can go to the owner of one worth `gives` with these limits. */
  const check = (
    cash: 'off' | 'balance',
    gives: number | undefined,
    gets: number | undefined,
    limits: Pick<Item, 'cash' | 'maxValueLoss'>,
    expected: boolean,
  ) =>
    it(`${cash}: gives ${gives}, gets ${gets}, ${JSON.stringify(limits)}: ${expected ? 'edge' : 'no edge'}`, () => {
      const edge = score(
        { itemIds: ['given'] },
        {
          given: gets === undefined ? {} : { estimatedValue: gets },
          receiving: { ...limits, ...(gives !== undefined && { estimatedValue: gives }) },
          options: { cash },
        },
      );
      expect(edge).toBe(expected ? 1 : undefined);
    });
  check('off', 100, 80, {}, true);
  check('off', 100, 80, { maxValueLoss: 20 }, true);
  check('off', 100, 80, { maxValueLoss: 19 }, false);
  check('off', 100, 100, { maxValueLoss: 0 }, true);
  check('off', 80, 100, { maxValueLoss: 0 }, true);
  check('off', 80, 1_000, { cash: { maxPay: 0, maxReceive: 0 } }, true); // nothing is paid
  check('off', undefined, 80, {}, true);
  check('off', 80, undefined, {}, true);
  check('balance', 100, 150, {}, true);
  check('balance', 100, 150, { cash: { maxPay: 50 } }, true);
  check('balance', 100, 150, { cash: { maxPay: 49 } }, false);
  check('balance', 100, 150, { cash: { maxReceive: 0 } }, true);
  check('balance', 150, 100, { cash: { maxReceive: 50 } }, true);
  check('balance', 150, 100, { cash: { maxReceive: 49 } }, false);
  check('balance', 150, 100, { cash: { maxPay: 0 } }, true);
  check('balance', 100, 100, { cash: { maxPay: 0, maxReceive: 0 } }, true);
  check('balance', 100, 10, { maxValueLoss: 0 }, true); // the payment makes it up
  check('balance', 0, 0, {}, true);
  check('balance', undefined, 100, {}, false);
  check('balance', 100, undefined, {}, false);
  check('balance', undefined, undefined, {}, false);

  it('limits belong to the item given, and nobody else’s bind', () => {
    const market = new Market({ cash: 'balance' });
    market.put(given({ estimatedValue: 150, cash: { maxPay: 0, maxReceive: 0 }, wants: [{}] }));
    market.put(receiving({ estimatedValue: 100, wants: [{}] }));
    expect(market.edgeScore('given', 'receiving')).toBe(0.6);
    expect(market.edgeScore('receiving', 'given')).toBeUndefined();
  });

  it('leaves an item without a value no edges at all, open to anything or not', () => {
    const market = new Market({ cash: 'balance' });
    market.put(given({ openToAnything: true, wants: [{}] }));
    market.put(receiving({ estimatedValue: 100, openToAnything: true, wants: [{}] }));
    expect(market.graph.size).toBe(0);
  });
});

describe('several wants', () => {
  it('are either/or: the best one counts and is the one explained', () => {
    const wants: Want[] = [{ categoryId: 'lamps' }, { categoryId: 'sport' }, { categoryId: 'race bikes' }, {}];
    const exact = { given: { categoryId: 'race bikes' } };
    expect(score(wants, exact)).toBe(1);
    expect(marketOf(wants, exact).explain('given', 'receiving').want).toEqual({ categoryId: 'race bikes' });
    const vague = { given: { categoryId: 'lessons' } };
    expect(score(wants, vague)).toBe(0.6);
    expect(marketOf(wants, vague).explain('given', 'receiving').want).toEqual({});
  });
});

describe('limits of an item', () => {
  const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`);
  const check = (name: string, wants: Want[], code: string | undefined) =>
    it(`${name}: ${code ?? 'accepted'}`, async () => {
      const engine = createBarterEngine({ categories });
      const done = submit(engine, receiving({ wants }));
      if (code) {
        await expect(done).rejects.toMatchObject({ code, message: expect.stringMatching(/\w/) });
        expect((await engine.stats()).items).toBe(0);
      } else expect((await done).status).toBe('processed');
      await engine.close();
    });
  check('64 wants', Array(64).fill({ categoryId: 'bikes' }), undefined);
  check('65 wants', Array(65).fill({ categoryId: 'bikes' }), 'invalid-item');
  check('64 keywords', [{ keywords: words(64) }], undefined);
  check('65 keywords', [{ keywords: words(65) }], 'invalid-item');
  check('256 names', [{ itemIds: words(256) }], undefined);
  check('257 names', [{ itemIds: words(257) }], 'invalid-item');
  check('a want for the item itself', [{}, { itemIds: ['x', 'receiving'] }], 'self-want');
  check('a want in an unknown category', [{ categoryId: 'none' }], 'unknown-category');

  it('are options', async () => {
    const engine = createBarterEngine({ limits: { maxWants: 2, maxKeywords: 1, maxNamedItems: 300 } });
    await expect(submit(engine, receiving({ wants: [{}, {}, {}] }))).rejects.toMatchObject({ code: 'invalid-item' });
    await expect(submit(engine, receiving({ wants: [{ keywords: words(2) }] }))).rejects.toThrow(/keywords/);
    expect((await submit(engine, receiving({ wants: [{ itemIds: words(300) }, {}] }))).status).toBe('processed');
    await engine.close();
  });

  it('a want for another item of one’s own, and an unknown category of one’s own, are refused', async () => {
    const engine = createBarterEngine({ categories });
    await submit(engine, receiving());
    await expect(
      submit(engine, receiving({ id: 'second', wants: [{ itemIds: ['receiving'] }] })),
    ).rejects.toMatchObject({ code: 'self-want' });
    await expect(submit(engine, receiving({ id: 'third', categoryId: 'none' }))).rejects.toMatchObject({
      code: 'unknown-category',
    });
    expect((await engine.stats()).items).toBe(1);
    await engine.close();
  });
});

function submit(engine: ReturnType<typeof createBarterEngine>, item: Item) {
  return engine.submit({ type: 'item:created', itemId: item.id, userId: item.ownerId, item });
}
