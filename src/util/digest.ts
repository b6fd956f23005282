import { createHmac, hash } from 'node:crypto';

/** 128 bits of SHA-256 over the parts, which may hold any characters, as 32 hexadecimal digits. */
export function digest(...parts: (string | number)[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}

/** The same under a key: who does not have it cannot try out what the parts might be. */
export function keyedDigest(key: string, ...parts: (string | number)[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
