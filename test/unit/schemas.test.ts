import { describe, expect, it } from 'vitest';
import { type BarterErrorCode, type Item, isBarterError, type Want } from '../../src';
import {
  checkCategories,
  checkEvent,
  checkPreferences,
  defaultItemLimits,
  itemChecker,
} from '../../src/market/schemas';

const checkItem = itemChecker(defaultItemLimits);
const item: Item = { id: 'i', ownerId: 'ana', title: 'Bike', wants: [], status: 'available' };

/** Refused with this code and a sentence that names the place. */
function refuses(name: string, work: () => unknown, code: BarterErrorCode, place: string | RegExp) {
  it(`refuses ${name}`, () => {
    try {
      work();
    } catch (error) {
      if (!isBarterError(error)) throw error;
      expect(error.code).toBe(code);
      expect(error.message).toMatch(place);
      expect(error.message).toMatch(/\.$/);
      return;
    }
    throw new Error('was accepted');
  });
}

function accepts(name: string, work: () => unknown, expected: unknown) {
  it(`accepts ${name}`, () => {
    expect(work()).toEqual(expected);
  });
}

describe('an item', () => {
  const good = (name: string, change: Partial<Item>) =>
    accepts(name, () => checkItem({ ...item, ...change }), { ...item, ...change });
  const bad = (place: string, change: Record<string, unknown>, name = JSON.stringify(change).slice(0, 60)) =>
    refuses(name, () => checkItem({ ...item, ...change }), 'invalid-item', place);

  good('the least there is', {});
  good('everything there is', {
    ownerGroup: 'g',
    description: '',
    categoryId: 'bikes',
    condition: 'LIKE_NEW',
    estimatedValue: 0,
    location: { latitude: -90, longitude: 180 },
    openToAnything: true,
    cash: { maxPay: 0, maxReceive: Number.MAX_SAFE_INTEGER },
    maxValueLoss: 0,
    status: 'locked',
    wants: [{}],
  });
  good('the longest title', { title: 'x'.repeat(200) });
  good('Arabic', { title: 'دراجة' });

  bad('id', { id: '' });
  bad('id', { id: 7 });
  bad('id', { id: 'x'.repeat(201) }, 'a very long id');
  bad('ownerId', { ownerId: '' });
  bad('title', { title: '' });
  bad('title', { title: ' \n\t\u00a0' });
  bad('title', { title: 'x'.repeat(201) }, 'a very long title');
  bad('description', { description: 'x'.repeat(10_001) }, 'a very long description');
  bad('condition', { condition: 'new' });
  bad('condition', { condition: 'BROKEN' });
  bad('status', { status: 'sold' });
  bad('status', { status: undefined });
  bad('wants', { wants: undefined });
  bad('wants', { wants: {} });
  bad('wants', { wants: 'anything' });
  bad('wants.0', { wants: [null] });
  for (const value of [-1, 0.5, Number.NaN, Infinity, 2 ** 53, '5', null, 5n]) {
    bad('estimatedValue', { estimatedValue: value }, `the value ${typeof value} ${String(value)}`);
    bad('maxValueLoss', { maxValueLoss: value }, `the greatest loss ${typeof value} ${String(value)}`);
    bad('cash.maxPay', { cash: { maxPay: value } }, `the greatest payment ${typeof value} ${String(value)}`);
  }
  bad('location.latitude', { location: { latitude: 90.1, longitude: 0 } });
  bad('location.longitude', { location: { latitude: 0, longitude: -180.1 } });
  bad('location.longitude', { location: { latitude: 0 } });
  bad('location.latitude', { location: { latitude: Number.NaN, longitude: 0 } });
  for (const input of [undefined, null, 'item', 7, []]) {
    refuses(`${JSON.stringify(input)} for an item`, () => checkItem(input), 'invalid-item', /item/);
  }

  it('loses what nobody asked for, and is a copy', () => {
    const wants: Want[] = [{ categoryId: 'a' }];
    const input = { ...item, wants, email: 'ana@example.com', __proto__: { status: 'traded' } };
    const checked = checkItem(input);
    expect(checked).toEqual({ ...item, wants });
    wants.push({});
    expect(checked.wants).toHaveLength(1);
  });

  it('is bounded by the limits it is given', () => {
    const strict = itemChecker({ ...defaultItemLimits, maxTitleLength: 4, maxWants: 1 });
    expect(strict({ ...item, wants: [{}] })).toEqual({ ...item, wants: [{}] });
    expect(() => strict({ ...item, title: 'Bikes' })).toThrow(/title/);
    expect(() => strict({ ...item, wants: [{}, {}] })).toThrow(/wants/);
  });
});

describe('a want', () => {
  const good = (want: Want) => accepts(JSON.stringify(want), () => checkItem({ ...item, wants: [want] }).wants, [want]);
  const bad = (want: Record<string, unknown>, place: string) =>
    refuses(JSON.stringify(want), () => checkItem({ ...item, wants: [{}, want] }), 'invalid-item', `wants.1${place}`);

  good({});
  good({ itemIds: ['not there yet'] });
  good({ categoryId: 'a', keywords: ['red', 'دراجة'], minCondition: 'POOR', rank: 1 });
  good({ minValue: 0, maxValue: 0 });
  good({ minValue: 5 });
  good({ maxValue: 5 });
  good({ radiusKm: 0.1 });
  bad({ itemIds: [''] }, '.itemIds.0');
  bad({ itemIds: 'x' }, '.itemIds');
  bad({ categoryId: '' }, '.categoryId');
  bad({ keywords: [''] }, '.keywords.0');
  bad({ keywords: 'red' }, '.keywords');
  bad({ keywords: [7] }, '.keywords.0');
  bad({ minCondition: 'OLD' }, '.minCondition');
  bad({ minValue: -1 }, '.minValue');
  bad({ maxValue: 1.5 }, '.maxValue');
  bad({ minValue: 6, maxValue: 5 }, '');
  bad({ radiusKm: 0 }, '.radiusKm');
  bad({ radiusKm: -1 }, '.radiusKm');
  bad({ rank: 0 }, '.rank');
  bad({ rank: 1.5 }, '.rank');

  refuses(
    'a keyword of a million letters',
    () => checkItem({ ...item, wants: [{ keywords: ['x'.repeat(1_000_000)] }] }),
    'invalid-item',
    'keywords',
  );
});

describe('an event', () => {
  const event = { type: 'item:created', itemId: 'i', userId: 'ana' };
  accepts('the least there is', () => checkEvent(event), event);
  accepts(
    'what hosts of this kind send',
    () => checkEvent({ ...event, categoryId: 'c', hasBarterPreferences: false, timestamp: 1, item }),
    { ...event, categoryId: 'c', hasBarterPreferences: false, timestamp: 1, item },
  );
  for (const [change, place] of [
    [{ type: 'item:sold' }, 'type'],
    [{ type: undefined }, 'type'],
    [{ itemId: '' }, 'itemId'],
    [{ itemId: 1 }, 'itemId'],
    [{ userId: undefined }, 'userId'],
    [{ userId: '' }, 'userId'],
  ] as const) {
    refuses(JSON.stringify(change), () => checkEvent({ ...event, ...change }), 'invalid-event', place);
  }
  for (const input of [undefined, null, 'item:created', []]) {
    refuses(`${JSON.stringify(input)} for an event`, () => checkEvent(input), 'invalid-event', /event/);
  }
});

describe('preferences', () => {
  const whole = {
    userId: 'ana',
    minScore: 0.5,
    blockedUserIds: ['ben'],
    mutedUserIds: [],
    mutedCategoryIds: ['x'],
  };
  accepts('all there is', () => checkPreferences(whole), whole);
  accepts('nothing but whose', () => checkPreferences({ userId: 'ana' }), { userId: 'ana' });
  for (const [change, place] of [
    [{ userId: '' }, 'userId'],
    [{ minScore: 1.1 }, 'minScore'],
    [{ minScore: -0.1 }, 'minScore'],
    [{ minScore: Number.NaN }, 'minScore'],
    [{ blockedUserIds: 'ben' }, 'blockedUserIds'],
    [{ blockedUserIds: [''] }, 'blockedUserIds.0'],
    [{ mutedUserIds: [null] }, 'mutedUserIds.0'],
  ] as const) {
    refuses(JSON.stringify(change), () => checkPreferences({ ...whole, ...change }), 'invalid-preferences', place);
  }
});

describe('categories', () => {
  const list = [{ id: 'a' }, { id: 'b', parentId: 'a', name: 'B' }];
  accepts('a list', () => checkCategories(list), list);
  accepts('none', () => checkCategories([]), []);
  refuses('no list', () => checkCategories({ id: 'a' }), 'invalid-category', 'categories');
  refuses('one without an id', () => checkCategories([{ name: 'a' }]), 'invalid-category', '0.id');
  refuses(
    'a parent that is no id',
    () => checkCategories([{ id: 'a', parentId: 1 }]),
    'invalid-category',
    '0.parentId',
  );
});
