import { createHash } from 'node:crypto';

/** 128 bits of SHA-256 over the parts, which may hold any characters, as 32 hexadecimal digits. */
export function digest(...parts: (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
