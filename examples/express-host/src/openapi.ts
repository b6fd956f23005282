import * as z from 'zod';
import {
  acceptanceSchema,
  accountSchema,
  confirmationSchema,
  draftSchema,
  eveningSchema,
  idempotencyKeySchema,
  itemChangeSchema,
  loginSchema,
  newItemSchema,
  objectionSchema,
  preferencesSchema,
} from './schemas';

type Operation = [method: string, path: string, summary: string, body?: z.ZodType];

const OPERATIONS: Operation[] = [
  ['post', '/api/v1/dev/login', 'A token for a user; outside production only', loginSchema],
  ['get', '/api/v1/dev/users', 'Whom to try things out as; outside production only'],
  ['get', '/api/v1/me', 'Who the caller is, and what the market is like'],
  ['put', '/api/v1/me', 'How members of a committed trade reach the caller, and where digests go', accountSchema],
  ['delete', '/api/v1/me', 'Remove the own account with its items'],
  ['post', '/api/v1/items', 'Offer an item', newItemSchema],
  ['get', '/api/v1/items', 'Own items'],
  ['get', '/api/v1/items/{id}', 'One own item'],
  ['patch', '/api/v1/items/{id}', 'Change an own item; null removes a field', itemChangeSchema],
  ['delete', '/api/v1/items/{id}', 'Withdraw an own item'],
  ['get', '/api/v1/categories', 'The category forest'],
  ['get', '/api/v1/barter/matches/{itemId}', 'Trades through an own item, best first'],
  ['get', '/api/v1/barter/opportunities', 'Proposed trades the caller is in'],
  ['get', '/api/v1/barter/opportunities/{id}', 'One of them; after commitment with the contacts of its members'],
  ['post', '/api/v1/barter/opportunities/{id}/accept', 'Agree to the terms of a revision', acceptanceSchema],
  ['post', '/api/v1/barter/opportunities/{id}/decline', 'Say no; the others may find a replacement', objectionSchema],
  ['post', '/api/v1/barter/opportunities/{id}/confirm', 'Say that one has received', confirmationSchema],
  [
    'post',
    '/api/v1/barter/opportunities/{id}/dispute',
    'Say that what one was to receive does not come',
    objectionSchema,
  ],
  ['post', '/api/v1/barter/realtime/trigger/{itemId}', 'Search an own item again and tell people'],
  ['get', '/api/v1/barter/realtime/stats', 'How the engine is doing'],
  ['get', '/api/v1/notifications', 'The inbox, newest first'],
  ['post', '/api/v1/notifications/{id}/read', 'Mark as read'],
  ['get', '/api/v1/market/around/{itemId}', 'The neighbourhood of an own item, for a map'],
  ['get', '/api/v1/operations', 'Figures, story and inexact searches; for operators'],
  [
    'post',
    '/api/v1/operations/busy-evening',
    'Bots trade for a while; for operators outside production',
    eveningSchema,
  ],
  ['delete', '/api/v1/operations/busy-evening', 'End it'],
  ['post', '/api/v1/wants/count', 'How many items would answer wants that are being written', draftSchema],
  ['get', '/api/v1/barter/opportunities/{id}/why', 'Why what the caller gets answers what they want'],
  ['get', '/api/v1/preferences', 'Own preferences'],
  ['put', '/api/v1/preferences', 'Replace own preferences', preferencesSchema],
  ['get', '/unsubscribe/{token}', 'A page with a button that ends the daily mails; the token says whose'],
  ['post', '/unsubscribe/{token}', 'End the daily mails, as mail programs do with one click (RFC 8058)'],
];

const CONFLICT = {
  409: {
    description:
      'wrong-state (it has ended or is committed; details: state, reason, repairedBy), stale-revision (details.opportunity: the present terms), too-late, item-locked, idempotency-key-reused, in-progress',
  },
};

/** The API as an OpenAPI 3.1 document, its bodies from the very schemas that check them. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [method, path, summary, body] of OPERATIONS) {
    const isCommand = method === 'post' && /opportunities\/\{id\}\/\w+$/.test(path);
    const isCreation = method === 'post' && path.endsWith('/items');
    const parameters: object[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    if (isCommand || isCreation)
      parameters.push({ name: 'Idempotency-Key', in: 'header', schema: asJson(idempotencyKeySchema) });
    paths[path] ??= {};
    paths[path][method] = {
      summary,
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(/^\/(api\/v1\/dev|unsubscribe)\//.test(path) ? { security: [] } : {}),
      ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: asJson(body) } } } } : {}),
      responses: {
        [isCreation ? '201' : '200']: {
          description: path.startsWith('/api/') ? '{ success: true, data }' : 'A page',
        },
        ...(isCommand ? CONFLICT : {}),
        default: { description: '{ success: false, error: { code, message } }' },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'barterloop example host', version: '1' },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    security: [{ bearer: [] }],
    paths,
  };
}

function asJson(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
