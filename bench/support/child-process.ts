import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { check } from './report';

/** The next message of a child, which is to hold this. @throws Error where the child ends instead. */
export async function nextMessage<Message, K extends string>(
  child: ChildProcess,
  key: K,
): Promise<Extract<Message, Record<K, unknown>>> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The child ended with code ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  check(key in message, `the child said ${JSON.stringify(message)}`);
  return message;
}
