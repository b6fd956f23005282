import { DIGEST_LANGUAGES, type Want } from 'barterloop';
import * as z from 'zod';

/*
 * What clients may send. Objects are strict, so that a field nobody offers (ownerId, status, id) is an error and not a
 * surprise; every string, number and list has a bound.
 */

const LONGEST_ID = 200;
const LONGEST_TITLE = 200;
const LONGEST_DESCRIPTION = 5_000;
const LONGEST_KEYWORD = 64;
const MOST_KEYWORDS = 64;
const MOST_WANTS = 64;
const MOST_NAMED_ITEMS = 256;
const MOST_MUTES = 1_000;
const LARGEST_RADIUS_KM = 20_100;

/** Lone surrogates cannot be written as UTF-8; overrides of the writing direction make a text look like another. */
const UNFIT = /[\p{Cs}\u202A-\u202E\u2066-\u2069]/u;
const LINE_BREAKING = /[\p{Cc}\u2028\u2029]/u;
const CONTROL_BUT_LAYOUT = /(?![\t\n\r])\p{Cc}/u;

const notBlank = (text: string) => text.trim().length > 0;

/** Text on one line. */
function line(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !UNFIT.test(text) && !LINE_BREAKING.test(text), 'has characters that are not allowed here')
    .refine(notBlank, 'must not be blank');
}

/** Text with line breaks. */
function paragraphs(longest: number) {
  return z
    .string()
    .max(longest)
    .refine((text) => !UNFIT.test(text) && !CONTROL_BUT_LAYOUT.test(text), 'has characters that are not allowed here');
}

const notNegativeZero = (value: number) => !Object.is(value, -0);

const idSchema = line(LONGEST_ID);
/** A user id, in tokens and bodies. */
export const userIdSchema = idSchema;
/** An id in an address. */
export const idParams = z.object({ id: idSchema });
/** The id of an item in an address. */
export const itemIdParams = z.object({ itemId: idSchema });

const conditionSchema = z.enum(['NEW', 'LIKE_NEW', 'GOOD', 'FAIR', 'POOR']);
/** The market's smallest unit of money; `z.int()` takes safe integers only. */
const moneySchema = z.int().min(0).refine(notNegativeZero, 'must not be -0');
const scoreSchema = z.number().min(0).max(1).refine(notNegativeZero, 'must not be -0');

function distinct<T extends z.ZodType<string>>(element: T, most: number, least = 0) {
  return z
    .array(element)
    .min(least)
    .max(most)
    .refine((values) => new Set(values).size === values.length, 'must not repeat itself');
}

const wantSchema = z
  .strictObject({
    itemIds: distinct(idSchema, MOST_NAMED_ITEMS, 1).exactOptional(),
    categoryId: idSchema.exactOptional(),
    keywords: distinct(line(LONGEST_KEYWORD), MOST_KEYWORDS, 1).exactOptional(),
    minCondition: conditionSchema.exactOptional(),
    minValue: moneySchema.exactOptional(),
    maxValue: moneySchema.exactOptional(),
    radiusKm: z.number().positive().max(LARGEST_RADIUS_KM).exactOptional(),
    rank: z.int().min(1).max(MOST_WANTS).exactOptional(),
  })
  .refine((want) => (want.minValue ?? 0) <= (want.maxValue ?? Number.POSITIVE_INFINITY), {
    message: 'minValue must not be above maxValue',
  })
  .refine((want) => Object.keys(want).some((key) => key !== 'rank'), { message: 'a want must ask for something' });

const locationSchema = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

/** One string of words, as a form sends it. */
const desiredKeywordsSchema = line(1_000)
  .transform((text) => [...new Set(text.split(/[\s,;،؛]+/u).filter((word) => word.length > 0))])
  .pipe(z.array(z.string().max(LONGEST_KEYWORD)).min(1).max(MOST_KEYWORDS));

const cashSchema = z.strictObject({ maxPay: moneySchema.exactOptional(), maxReceive: moneySchema.exactOptional() });

const itemFields = {
  title: line(LONGEST_TITLE).transform((text) => text.trim()),
  description: paragraphs(LONGEST_DESCRIPTION),
  categoryId: idSchema,
  condition: conditionSchema,
  estimatedValue: moneySchema,
  location: locationSchema,
  openToAnything: z.boolean(),
  cash: cashSchema,
  maxValueLoss: moneySchema,
  desiredCategoryId: idSchema,
  desiredKeywords: desiredKeywordsSchema,
  wants: z.array(wantSchema).max(MOST_WANTS),
};

const ONE_WAY_TO_WANT = 'send either wants, or desiredCategoryId and desiredKeywords';

function wantsOneWay(body: { wants?: unknown; desiredCategoryId?: unknown; desiredKeywords?: unknown }): boolean {
  return body.wants === undefined || (body.desiredCategoryId === undefined && body.desiredKeywords === undefined);
}

/** Body of `POST /api/v1/items`. */
export const newItemSchema = z
  .strictObject({
    ...itemFields,
    description: itemFields.description.exactOptional(),
    categoryId: itemFields.categoryId.exactOptional(),
    condition: itemFields.condition.exactOptional(),
    estimatedValue: itemFields.estimatedValue.exactOptional(),
    location: itemFields.location.exactOptional(),
    openToAnything: itemFields.openToAnything.exactOptional(),
    cash: itemFields.cash.exactOptional(),
    maxValueLoss: itemFields.maxValueLoss.exactOptional(),
    desiredCategoryId: itemFields.desiredCategoryId.exactOptional(),
    desiredKeywords: itemFields.desiredKeywords.exactOptional(),
    wants: itemFields.wants.exactOptional(),
  })
  .refine(wantsOneWay, { message: ONE_WAY_TO_WANT });

/** Body of `PATCH /api/v1/items/:id`: what is absent stays, what is null goes. */
export const itemChangeSchema = z
  .strictObject({
    title: itemFields.title.exactOptional(),
    description: itemFields.description.nullable().exactOptional(),
    categoryId: itemFields.categoryId.nullable().exactOptional(),
    condition: itemFields.condition.nullable().exactOptional(),
    estimatedValue: itemFields.estimatedValue.nullable().exactOptional(),
    location: itemFields.location.nullable().exactOptional(),
    openToAnything: itemFields.openToAnything.nullable().exactOptional(),
    cash: itemFields.cash.nullable().exactOptional(),
    maxValueLoss: itemFields.maxValueLoss.nullable().exactOptional(),
    desiredCategoryId: itemFields.desiredCategoryId.exactOptional(),
    desiredKeywords: itemFields.desiredKeywords.exactOptional(),
    wants: itemFields.wants.exactOptional(),
  })
  .refine(wantsOneWay, { message: ONE_WAY_TO_WANT })
  .refine((body) => Object.keys(body).length > 0, { message: 'nothing to change' });

/** Body of `POST /api/v1/wants/count`: of an item that is being written, what counts for who would answer it. */
export const draftSchema = z.strictObject({
  estimatedValue: itemFields.estimatedValue.exactOptional(),
  location: itemFields.location.exactOptional(),
  openToAnything: itemFields.openToAnything.exactOptional(),
  cash: itemFields.cash.exactOptional(),
  maxValueLoss: itemFields.maxValueLoss.exactOptional(),
  wants: itemFields.wants,
});

export type NewItem = z.infer<typeof newItemSchema>;
export type ItemChange = z.infer<typeof itemChangeSchema>;

/** The one want that `desiredCategoryId` and `desiredKeywords` make together, or none. */
export function desiredWants(body: { desiredCategoryId?: string; desiredKeywords?: string[] }): Want[] | undefined {
  const { desiredCategoryId, desiredKeywords } = body;
  if (desiredCategoryId === undefined && desiredKeywords === undefined) return undefined;
  return [
    {
      ...(desiredCategoryId === undefined ? {} : { categoryId: desiredCategoryId }),
      ...(desiredKeywords === undefined ? {} : { keywords: desiredKeywords }),
    },
  ];
}

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of 24 hours, such as 07:30');

/** Body of `PUT /api/v1/preferences`; it replaces what was there. */
export const preferencesSchema = z.strictObject({
  minScore: scoreSchema.exactOptional(),
  blockedUserIds: distinct(idSchema, MOST_MUTES).exactOptional(),
  mutedUserIds: distinct(idSchema, MOST_MUTES).exactOptional(),
  mutedCategoryIds: distinct(idSchema, MOST_MUTES).exactOptional(),
  timeZone: z.string().min(1).max(100).exactOptional(),
  quietHours: z.strictObject({ from: localTime, to: localTime }).exactOptional(),
  digest: z.strictObject({ at: localTime, language: z.enum(DIGEST_LANGUAGES).exactOptional() }).exactOptional(),
});

/** Body of `POST /api/v1/barter/opportunities/:id/accept`: the revision of the terms that one agrees to. */
export const acceptanceSchema = z.strictObject({ revision: z.int().min(1) });

/** Body of declining and disputing. */
export const objectionSchema = z.strictObject({ note: paragraphs(500).exactOptional() });

/** Body of confirming: nothing. */
export const confirmationSchema = z.strictObject({});

/** Body of `PUT /api/v1/me`: how members of a committed trade reach the caller, and where digests go; what is absent stays. */
export const accountSchema = z
  .strictObject({ contact: line(200).nullable().exactOptional(), email: z.email().max(254).nullable().exactOptional() })
  .refine((body) => Object.keys(body).length > 0, { message: 'nothing to change' });

/** An `Idempotency-Key` header. */
export const idempotencyKeySchema = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible characters');

const limitSchema = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, 'must be a number from 1 to 200')
  .transform(Number)
  .refine((limit) => limit <= 200, 'must be a number from 1 to 200');

/** Query of a list. */
export const listQuery = z.strictObject({ limit: limitSchema.optional() });

const cursorSchema = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a cursor that was given out here, or 0')
  .transform(Number);

/** Query of the inbox: `after` is the cursor of an earlier answer. */
export const inboxQuery = z.strictObject({ limit: limitSchema.optional(), after: cursorSchema.optional() });

/** Query of a list in pages: `after` is the last id of the page before. */
export const pageQuery = z.strictObject({ limit: limitSchema.optional(), after: idSchema.optional() });

/** Query of the map: how many items at most. */
export const mapQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a number from 1 to 2000')
    .transform(Number)
    .refine((limit) => limit <= 2_000, 'must be a number from 1 to 2000')
    .optional(),
});

/** Body that begins a busy evening. */
export const eveningSchema = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(2 ** 31)
    .exactOptional(),
  items: z.int().min(1).max(2_000).exactOptional(),
  everyMs: z.int().min(10).max(10_000).exactOptional(),
});

/** Body of the dev login. */
export const loginSchema = z.strictObject({
  userId: userIdSchema,
  role: z.enum(['user', 'operator']).optional(),
});
