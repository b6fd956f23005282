import { z } from 'zod';
import { BarterError, type BarterErrorCode } from '../errors';
import { type Category, CONDITIONS, DIGEST_LANGUAGES, type Item, type ItemEvent, type Preferences } from '../types';
import { isTimeZone } from '../util/local-time';

/** Bounds on what one item may hold. */
export interface ItemLimits {
  /** @defaultValue 64 */
  maxWants: number;
  /** Of one want. @defaultValue 64 */
  maxKeywords: number;
  /** Of one want. @defaultValue 256 */
  maxNamedItems: number;
  /** Code units. @defaultValue 200 */
  maxTitleLength: number;
  /** Code units. @defaultValue 10,000 */
  maxDescriptionLength: number;
}

export const defaultItemLimits: Readonly<ItemLimits> = Object.freeze({
  maxWants: 64,
  maxKeywords: 64,
  maxNamedItems: 256,
  maxTitleLength: 200,
  maxDescriptionLength: 10_000,
});

/** Code units of the id of an item or a person. */
export const LONGEST_ID = 200;

const id = z.string().min(1).max(LONGEST_ID);
const score = z.number().min(0).max(1);
const money = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const location = z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) });

function wantSchema(limits: ItemLimits) {
  return z
    .object({
      itemIds: z.array(id).min(1).max(limits.maxNamedItems).optional(),
      categoryId: id.optional(),
      keywords: z.array(z.string().min(1).max(100)).max(limits.maxKeywords).optional(),
      minCondition: z.enum(CONDITIONS).optional(),
      minValue: money.optional(),
      maxValue: money.optional(),
      radiusKm: z.number().positive().max(20_100).optional(),
      rank: z.number().int().min(1).max(1_000_000).optional(),
    })
    .refine(({ minValue = 0, maxValue = Infinity }) => minValue <= maxValue, 'minValue is above maxValue');
}

function itemSchema(limits: ItemLimits) {
  return z.object({
    id,
    ownerId: id,
    ownerGroup: id.optional(),
    title: z.string().max(limits.maxTitleLength).regex(/\S/, 'the title is blank'),
    description: z.string().max(limits.maxDescriptionLength).optional(),
    categoryId: id.optional(),
    condition: z.enum(CONDITIONS).optional(),
    estimatedValue: money.optional(),
    location: location.optional(),
    wants: z.array(wantSchema(limits)).max(limits.maxWants),
    openToAnything: z.boolean().optional(),
    cash: z.object({ maxPay: money.optional(), maxReceive: money.optional() }).optional(),
    maxValueLoss: money.optional(),
    status: z.enum(['available', 'locked', 'traded', 'withdrawn']),
  });
}

const eventSchema = z.object({
  type: z.enum(['item:created', 'item:updated', 'item:deleted']),
  itemId: id,
  userId: id,
  categoryId: id.optional(),
  hasBarterPreferences: z.boolean().optional(),
  timestamp: z.number().optional(),
  item: z.unknown().optional(),
});

const people = z.array(id).max(10_000);

const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'give a time of 24 hours, such as 07:30');

const preferencesSchema = z
  .object({
    userId: id,
    minScore: score.optional(),
    blockedUserIds: people.optional(),
    mutedUserIds: people.optional(),
    mutedCategoryIds: z.array(id).max(10_000).optional(),
    timeZone: z.string().max(100).refine(isTimeZone, 'give the name of a time zone, such as Africa/Cairo').optional(),
    quietHours: z
      .object({ from: localTime, to: localTime })
      .refine(({ from, to }) => from !== to, 'they begin when they end: leave them out to have none')
      .optional(),
    digest: z.object({ at: localTime, language: z.enum(DIGEST_LANGUAGES).optional() }).optional(),
  })
  .refine(({ timeZone, quietHours, digest }) => timeZone !== undefined || (!quietHours && !digest), {
    path: ['timeZone'],
    message: 'local times need a time zone, such as Africa/Cairo',
  });

const categoriesSchema = z.array(z.object({ id, name: z.string().max(500).optional(), parentId: id.optional() }));

/** Checks items against the shape and these limits. Unknown properties are dropped. @throws BarterError `invalid-item`. */
export function itemChecker(limits: ItemLimits): (input: unknown) => Item {
  const schema = itemSchema(limits);
  return (input) => parse(schema, input, 'invalid-item', 'item') as Item;
}

/** @throws BarterError `invalid-event`. The item it may carry is checked apart. */
export function checkEvent(input: unknown): Omit<ItemEvent, 'item'> & { item?: unknown } {
  return parse(eventSchema, input, 'invalid-event', 'event') as ItemEvent;
}

/** @throws BarterError `invalid-preferences`. */
export function checkPreferences(input: unknown): Preferences {
  return parse(preferencesSchema, input, 'invalid-preferences', 'preferences') as Preferences;
}

/** @throws BarterError `invalid-command`. */
export function checkUserId(input: unknown): void {
  parse(id, input, 'invalid-command', 'user id');
}

/** @throws BarterError `invalid-category`. */
export function checkCategories(input: unknown): Category[] {
  return parse(categoriesSchema, input, 'invalid-category', 'categories') as Category[];
}

function parse<T>(schema: z.ZodType<T>, input: unknown, code: BarterErrorCode, what: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue!.path.length > 0 ? ` at ${issue!.path.join('.')}` : '';
  throw new BarterError(code, `The ${what} is not valid${where}: ${issue!.message}.`, { cause: result.error });
}
