import { expect, it } from 'vitest';
import { errorAnswers } from '../../examples/express-host/src/http';

const known = (code: string, message: string) => Object.assign(new Error(message), { code });
const withState = (sqlState: string) => known('P2039', `Database error. Code: \`${sqlState}\`. Message: \`…\``);

it.each([
  ['cannot be reached', known('P1001', 'Can’t reach database server'), 503],
  ['is starting', withState('57P03'), 503],
  ['is stopping', withState('57P01'), 503],
  ['has no room', withState('53300'), 503],
  ['lost the connection', withState('08006'), 503],
  ['was cut while it was waited for', new Error('Connection terminated unexpectedly'), 503],
  ['was asked nonsense', withState('22P02'), 500],
  ['found a row twice', known('P2002', 'Unique constraint failed'), 500],
  ['is not to blame', new Error('Something else'), 500],
])('a database that %s is answered with what it is', (_, thrown, status) => {
  const sent: { status?: number; headers?: object; body?: unknown } = {};
  const response = {
    headersSent: false,
    status: (code: number) => {
      sent.status = code;
      return response;
    },
    set: (headers: object) => {
      sent.headers = headers;
      return response;
    },
    json: (body: unknown) => Object.assign(sent, { body }),
  };
  const answer = errorAnswers({ error: () => {} } as never);
  answer(thrown, { method: 'GET', path: '/' } as never, response as never, () => {});
  expect(sent.status).toBe(status);
  expect(sent.headers).toEqual(status === 503 ? { 'Retry-After': '5' } : {});
  expect(JSON.stringify(sent.body)).not.toContain(thrown.message);
});
