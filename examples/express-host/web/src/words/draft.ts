import type { Condition, Item, ItemDraft, Want } from '../api/types';
import { uniqueId } from '../state/unique-id';
import { parseMoney, typedMoney } from './format';

/* An item as it is being written: what is in the fields, whether or not it makes sense yet. */

export interface WantDraft {
  /** Of this row of the editor. */
  key: string;
  categoryId: string | undefined;
  keywords: string;
  minCondition: Condition | '';
  minValue: string;
  maxValue: string;
  radiusKm: string;
  itemIds: string;
}

export interface Draft {
  title: string;
  description: string;
  categoryId: string | undefined;
  condition: Condition | '';
  value: string;
  latitude: string;
  longitude: string;
  openToAnything: boolean;
  /** The first want is the favourite, the last one the least. */
  isRanked: boolean;
  wants: WantDraft[];
  maxValueLoss: string;
  maxPay: string;
  maxReceive: string;
}

export function emptyWant(): WantDraft {
  return {
    key: uniqueId(),
    categoryId: undefined,
    keywords: '',
    minCondition: '',
    minValue: '',
    maxValue: '',
    radiusKm: '',
    itemIds: '',
  };
}

export function emptyDraft(): Draft {
  return {
    title: '',
    description: '',
    categoryId: undefined,
    condition: '',
    value: '',
    latitude: '',
    longitude: '',
    openToAnything: false,
    isRanked: false,
    wants: [emptyWant()],
    maxValueLoss: '',
    maxPay: '',
    maxReceive: '',
  };
}

export function draftOf(item: Item): Draft {
  const isRanked = item.wants.length > 1 && item.wants.every(({ rank }) => rank !== undefined);
  const wants = isRanked ? [...item.wants].sort((a, b) => a.rank! - b.rank!) : item.wants;
  return {
    title: item.title,
    description: item.description ?? '',
    categoryId: item.categoryId,
    condition: item.condition ?? '',
    value: typedMoney(item.estimatedValue),
    latitude: String(item.location?.latitude ?? ''),
    longitude: String(item.location?.longitude ?? ''),
    openToAnything: item.openToAnything ?? false,
    isRanked,
    wants: wants.map((want) => ({
      key: uniqueId(),
      categoryId: want.categoryId,
      keywords: want.keywords?.join(', ') ?? '',
      minCondition: want.minCondition ?? '',
      minValue: typedMoney(want.minValue),
      maxValue: typedMoney(want.maxValue),
      radiusKm: String(want.radiusKm ?? ''),
      itemIds: want.itemIds?.join(', ') ?? '',
    })),
    maxValueLoss: typedMoney(item.maxValueLoss),
    maxPay: typedMoney(item.cash?.maxPay),
    maxReceive: typedMoney(item.cash?.maxReceive),
  };
}

/** By field: what is wrong with it, for who fills it in. Wants by their key. */
export type DraftErrors = Record<string, string>;

const NOT_MONEY = 'Write an amount, such as 120 or 120.50.';

/** What is sent of a draft; fields left empty are null. */
export function bodyOf(draft: Draft): { body: ItemDraft; errors: DraftErrors } {
  const errors: DraftErrors = {};
  const amount = (field: string, text: string): number | null => {
    if (text.trim() === '') return null;
    const value = parseMoney(text);
    if (value === undefined) errors[field] = NOT_MONEY;
    return value ?? null;
  };
  const number = (field: string, text: string, least: number, most: number, what: string): number | null => {
    if (text.trim() === '') return null;
    const value = Number(text);
    if (Number.isFinite(value) && value >= least && value <= most) return value;
    errors[field] = what;
    return null;
  };
  if (draft.title.trim() === '') errors.title = 'Give it a name.';
  const [latitude, longitude] = [
    number('latitude', draft.latitude, -90, 90, 'Between -90 and 90.'),
    number('longitude', draft.longitude, -180, 180, 'Between -180 and 180.'),
  ];
  if ((latitude === null) !== (longitude === null)) errors.latitude ??= 'A place needs both numbers.';
  const [maxPay, maxReceive] = [amount('maxPay', draft.maxPay), amount('maxReceive', draft.maxReceive)];

  const wants: Want[] = [];
  for (const { key, categoryId, keywords, minCondition, minValue, maxValue, radiusKm, itemIds } of draft.wants) {
    const words = listOf(keywords);
    const ids = listOf(itemIds);
    const least = amount(`${key}.minValue`, minValue);
    const most = amount(`${key}.maxValue`, maxValue);
    const km = number(`${key}.radiusKm`, radiusKm, 0.001, 20_100, 'Kilometres, up to 20,100.');
    if (least !== null && most !== null && least > most) errors[`${key}.maxValue`] = 'Below the least you ask for.';
    if (km !== null && latitude === null) errors[`${key}.radiusKm`] ??= 'Say where the item is first.';
    const want: Want = {
      ...(categoryId !== undefined && { categoryId }),
      ...(words.length > 0 && { keywords: words }),
      ...(minCondition && { minCondition }),
      ...(least !== null && { minValue: least }),
      ...(most !== null && { maxValue: most }),
      ...(km !== null && { radiusKm: km }),
      ...(ids.length > 0 && { itemIds: ids }),
    };
    if (Object.keys(want).length > 0) wants.push(want);
  }
  const body: ItemDraft = {
    title: draft.title.trim(),
    description: draft.description.trim() || null,
    categoryId: draft.categoryId ?? null,
    condition: draft.condition || null,
    estimatedValue: amount('value', draft.value),
    location: latitude !== null && longitude !== null ? { latitude, longitude } : null,
    openToAnything: draft.openToAnything || null,
    maxValueLoss: amount('maxValueLoss', draft.maxValueLoss),
    cash:
      maxPay === null && maxReceive === null
        ? null
        : { ...(maxPay !== null && { maxPay }), ...(maxReceive !== null && { maxReceive }) },
    wants: draft.isRanked && wants.length > 1 ? wants.map((want, i) => ({ ...want, rank: i + 1 })) : wants,
  };
  return { body, errors };
}

/** Without the fields that are empty, as a new item is sent. */
export function withoutNulls<T extends object>(body: T): T {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as T;
}

/** The fields that decide who would answer. */
export function asksOf(body: ItemDraft): Partial<ItemDraft> {
  const { estimatedValue, location, openToAnything, cash, maxValueLoss, wants } = body;
  return withoutNulls({ estimatedValue, location, openToAnything, cash, maxValueLoss, wants } as Partial<ItemDraft>);
}

function listOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;،؛]+/u).filter(Boolean))];
}
